"""What the bridge does, through a real daemon: sounds on the cuts, takes anew, scenes, pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
import soundfile

import v2a
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.bridge.bridges import Bridge, Event, clip

Bridges = Callable[[dict[str, str]], Bridge]
FRAME = 1920
"""Samples of a frame at 25 a second."""


@pytest.fixture
def cut(film: Path, quick: dict[str, Any]) -> Event:
    """The film, its second scene next to it, and after a gap a stretch at double speed."""
    fast = clip(film, "0", "2", "4") | {"record": ["4", "1"], "cuts": [12]}
    clips = [clip(film, "0", "2", "0", cuts=[25]), clip(film, "1", "1", "2", whole=True), fast]
    return {"rate": "25", "clips": clips, "settings": quick}


def made(bridge: Bridge, cut: Event, folder: Path, **more: Any) -> Event:
    """What comes of a new `generate`."""
    asked = {"request": str(uuid4()), "title": "cut", "folder": str(folder), **cut, **more}
    return bridge.done(bridge.ask("generate", **asked))


def test_the_first_word_and_what_there_is(bridge: Bridge, daemon: RunningDaemon) -> None:
    first = bridge.until(lambda event: True)
    assert first == {"event": "hello", "protocol": 1, "version": v2a.__version__}
    status = bridge.done(bridge.ask("status"))
    assert (status["pid"], status["version"]) == (daemon.pid, v2a.__version__)
    packs = {pack["name"]: pack for pack in bridge.done(bridge.ask("packs"))["packs"]}
    assert packs["pocket"]["installed"] and "vocabulary" in packs["pocket"]["mappers"]
    assert not packs["paper"]["installed"]


def test_sounds_lie_on_the_cuts_in_files_of_whole_frames(
    bridge: Bridge, cut: Event, tmp_path: Path
) -> None:
    done = made(bridge, cut, tmp_path / "foley")
    sounds = done["sounds"]
    places = [(sound["number"], sound["scene"], sound["frames"]) for sound in sounds]
    assert places == [
        (1, 1, [0, 25]),
        (1, 2, [25, 50]),
        (2, 1, [50, 75]),
        (3, 1, [100, 112]),
        (3, 2, [112, 125]),
    ]
    assert [sound["clip"] for sound in sounds] == [
        cut["clips"][sound["number"] - 1]["id"] for sound in sounds
    ]
    files = [Path(take["file"]) for sound in sounds for take in sound["takes"]]
    assert sorted(files) == sorted((tmp_path / "foley").iterdir()) and len(files) == 5
    for sound, file in zip(sounds, files, strict=True):
        first, last = sound["file_frames"]
        info = soundfile.info(file)
        assert (info.samplerate, info.subtype, info.channels) == (48_000, "PCM_24", 1)
        assert info.frames == (last - first) * FRAME
        assert first <= sound["frames"][0] - 5 and last >= sound["frames"][1] + 5
    assert {sound["lane"] for sound in sounds} == {0, 1}
    for one, other in zip(sounds, sounds[1:], strict=False):
        if one["file_frames"][1] > other["file_frames"][0]:
            assert one["lane"] != other["lane"]
    assert done["report"] is None and done["job"].startswith("jobs/")


def test_the_same_request_is_the_same_job_and_writes_over_nothing(
    bridge: Bridge, bridges: Bridges, daemon: RunningDaemon, cut: Event, tmp_path: Path
) -> None:
    """Sent at once by two bridges, and once more by a third."""
    asked = {"request": str(uuid4()), "title": "cut", "folder": str(tmp_path), **cut}
    both = [bridge, bridges(daemon.env)]
    ids = [one.ask("generate", **asked) for one in both]
    first, second = (one.done(id) for one, id in zip(both, ids, strict=True))
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    third = bridges(daemon.env)
    later = third.done(third.ask("generate", **asked))
    facts = ("job", "sounds")
    assert [first[key] for key in facts] == [second[key] for key in facts]
    assert [first[key] for key in facts] == [later[key] for key in facts]
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
    other = third.ask("generate", **asked | {"title": "another"})
    assert third.reason(other) == "REQUEST_ID_REUSED"


def test_one_more_take_covers_what_the_first_did(
    bridge: Bridge, cut: Event, tmp_path: Path
) -> None:
    done = made(bridge, cut, tmp_path)
    sound = done["sounds"][1]
    asked = {
        "job": done["job"], "clip": sound["number"], "scene": sound["scene"], "rate": "25",
        "frames": sound["frames"], "file_frames": sound["file_frames"], "name": "cut",
        "folder": str(tmp_path), "request": str(uuid4()),
    }  # fmt: skip
    again = bridge.done(bridge.ask("regenerate", **asked))
    (new,) = again["sounds"]
    same = ("number", "scene", "frames", "file_frames", "fade_in", "fade_out", "labels")
    assert {key: new[key] for key in same} == {key: sound[key] for key in same}
    assert new["takes"][0] == sound["takes"][0] and new["take"] == 2 == len(new["takes"])
    one, two = (soundfile.info(take["file"]).frames for take in new["takes"])
    assert one == two == (sound["file_frames"][1] - sound["file_frames"][0]) * FRAME
    assert bridge.done(bridge.ask("regenerate", **asked))["job"] == again["job"]
    words = asked | {"request": str(uuid4()), "job": again["job"], "prompt": "rain", "seed": 7}
    (third,) = bridge.done(bridge.ask("regenerate", **words))["sounds"]
    assert third["takes"][:2] == new["takes"] and third["words"] == "rain"
    assert (third["takes"][2]["prompt"], third["takes"][2]["seed"]) == ("rain", 7)
    missing = bridge.ask("regenerate", **asked | {"request": str(uuid4()), "scene": 9})
    assert bridge.reason(missing) == "BAD_OPTION"


def test_scenes_are_told_on_the_timeline(bridge: Bridge, cut: Event) -> None:
    found = bridge.done(bridge.ask("scenes", **cut))["clips"]
    assert [clip["id"] for clip in found] == [clip["id"] for clip in cut["clips"]]
    frames = [[scene["frames"] for scene in clip["scenes"]] for clip in found]
    assert frames == [[[0, 25], [25, 50]], [[50, 75]], [[100, 112], [112, 125]]]
    assert found[0]["cuts"] == [{"frame": 25, "kind": "hard", "extent": [25, 25]}]
    assert [cut["frame"] for cut in found[2]["cuts"]] == [112]
    scenes = [scene for clip in found for scene in clip["scenes"]]
    assert all(scene["words"].rstrip("?") == scene["labels"][0][0] for scene in scenes)


def test_a_timeline_may_begin_before_its_0(bridge: Bridge, cut: Event, tmp_path: Path) -> None:
    early = [clip | {"record": [f"{int(clip['record'][0]) - 3}", clip["record"][1]]}
             for clip in cut["clips"]]  # fmt: skip
    moved = made(bridge, cut | {"clips": early}, tmp_path)["sounds"]
    plain = made(bridge, cut, tmp_path)["sounds"]
    for key in ("frames", "file_frames"):
        assert [[frame + 75 for frame in sound[key]] for sound in moved] == [
            sound[key] for sound in plain
        ]
    assert [sound["takes"] for sound in moved] == [sound["takes"] for sound in plain]


def links(page: Path) -> set[Path]:
    """The files that a page needs or leads to."""
    text = page.read_text("utf-8")
    found = {html.unescape(link) for link in re.findall(r'(?:src|href)="([^"]*)"', text)}
    assert not any("://" in link for link in found)
    return {page.parent / unquote(link) for link in found if not link.startswith(("data:", "#"))}


@pytest.mark.slow
def test_a_report_opens_and_plays_where_it_lies(bridge: Bridge, cut: Event, tmp_path: Path) -> None:
    """Also of a job that was done without, and of one clip alone; asked again it is there."""
    done = made(bridge, cut, tmp_path / "a folder & more")
    asked = {"job": done["job"], "folder": str(tmp_path / "pages")}
    page = Path(bridge.done(bridge.ask("report", **asked))["report"])
    assert page.is_relative_to(tmp_path / "pages") and page.name == "index.html"
    pages = {link for link in links(page) if link.suffix == ".html"}
    assert len(pages) == 3
    for one in (page, *pages):
        assert "<audio" in one.read_text("utf-8")
        assert all(link.is_file() for link in links(one)), links(one)
    before = page.stat().st_mtime_ns
    assert bridge.done(bridge.ask("report", **asked))["report"] == str(page)
    assert page.stat().st_mtime_ns == before
    single = made(bridge, cut | {"clips": cut["clips"][:1]}, tmp_path, report=True)
    (only,) = [Path(single["report"])]
    assert only.name.endswith(".foley.html") and all(link.is_file() for link in links(only))
    assert bridge.reason(bridge.ask("report", **asked | {"job": "jobs/99999"})) == "NO_SUCH_JOB"


def test_stills_are_seen_and_one_of_them_is_held(
    bridge: Bridge, quick: dict[str, Any], tmp_path: Path
) -> None:
    from tests.integrations.otio.footage import write_picture

    files = [str(write_picture(tmp_path / f"{k}.png")) for k in range(30)]
    moving = {"id": "many", "source": ["0", "1"], "record": ["0", "1"],
              "stills": {"files": files, "rate": "30"}}  # fmt: skip
    held = {"id": "one", "media": files[0], "source": ["0", "0"], "record": ["1", "1"],
            "stills": {"files": files[:1], "rate": "1"}}  # fmt: skip
    cut = {"rate": "25", "clips": [moving, held], "settings": quick}
    sounds = made(bridge, cut, tmp_path / "out")["sounds"]
    assert [sound["frames"] for sound in sounds] == [[0, 25], [25, 50]]
    assert [sound["clip"] for sound in sounds] == ["many", "one"]


def test_what_is_cancelled_ends_as_such(
    bridge: Bridge, cut: Event, daemon: RunningDaemon, tmp_path: Path
) -> None:
    slow = cut | {"settings": cut["settings"] | {"steps": 1000, "seed": 11}}
    request = str(uuid4())
    long = bridge.ask("generate", request=request, folder=str(tmp_path), **slow)
    job = bridge.heard(long, "job")["job"]
    assert bridge.done(bridge.ask("cancel", request=request))
    assert bridge.reason(long) == "CANCELLED"
    with daemon.client() as client:
        assert client.job(job).state == "cancelled"
    assert list(tmp_path.iterdir()) == []
    assert bridge.reason(bridge.ask("cancel", request=request)) == "NO_SUCH_JOB"


def test_progress_is_told_in_measure_and_in_order(
    bridge: Bridge, cut: Event, tmp_path: Path
) -> None:
    slow = cut | {"settings": cut["settings"] | {"steps": 40, "seed": 12}}
    made(bridge, slow, tmp_path)
    told = [event for event in bridge.said if event["event"] == "progress"]
    keys = {"id", "event", "stage", "fraction", "whole", "clip", "scene", "of", "eta_s"}
    assert told and all(event.keys() == keys for event in told)
    assert all(0 <= event["fraction"] <= 1 and 0 <= event["whole"] <= 1 for event in told)
    assert bridge.said[-1]["event"] == "done"
