"""A folder watched with a real daemon: everything once, whatever is renamed, copied or broken."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import opentimelineio as otio
import pytest

from tests.films import Film, write_film
from tests.integrations.otio.timelines import clip, span, timeline, track
from tests.integrations.watch_folder.watchers import (
    QUICK,
    Told,
    WatchedFolder,
    stamps,
    told_by,
    truncate,
)
from v2a.api.job_types import JobSpec, Output, TimelineClip
from v2a.errors import V2AError
from v2a_integrations.watch_folder import watch_run
from v2a_integrations.watch_folder.file_state import State

pytestmark = pytest.mark.slow


def film(path: Path, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_film(path, Film(scenes=(10,), seed=seed))


def explained(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.foley-error.txt"))


def test_each_content_is_scored_once_with_its_settings(watched: WatchedFolder) -> None:
    folder = watched.folder
    film(folder / "a.mp4")
    film(folder / "day 2" / "b.mkv", seed=2)
    assert watched.once().scored == ["a.mp4", "day 2/b.mkv"]
    result, other = folder / "Foley" / "a.foley", folder / "day 2" / "Foley" / "b.foley"
    assert (result / "a.foley.wav").is_file() and (other / "b.otio").is_file()
    before = stamps(result)

    told = watched.once()
    assert told.scored == [] and {line.state for line in told.lines} == {"known"}

    (folder / "a.mp4").rename(folder / "renamed.mp4")
    assert watched.once().scored == []
    shutil.copy(folder / "renamed.mp4", folder / "day 2" / "copy.mp4")
    told = watched.once()
    assert told.scored == [] and told.ends["day 2/copy.mp4"].note == "the same as renamed.mp4"
    assert stamps(result) == before and set(watched.ledger()) == {"renamed.mp4", "day 2/b.mkv"}

    film(folder / "a.mp4", seed=3)  # the old name again: the old result is another's
    assert watched.once().scored == ["a.mp4"]
    assert stamps(result) == before and (folder / "Foley" / "a.mp4.foley").is_dir()

    film(folder / "day 2" / "b.mkv", seed=4)
    assert watched.once().scored == ["day 2/b.mkv"]
    (folder / "day 2" / ".v2a.toml").write_text('prompt = "rain"')
    assert watched.once().scored == ["day 2/b.mkv", "day 2/copy.mp4"]


def test_a_name_that_is_reused_at_once_takes_nothing_from_who_had_it(
    watched: WatchedFolder,
) -> None:
    folder, results = watched.folder, watched.folder / "Foley"
    for number in range(2):
        film(folder / f"{number}.mp4", seed=20 + number)
    watched.once(outputs=["sidecar"])
    before = [stamps(results / f"{number}.foley") for number in range(2)]
    for number in range(2):  # one goes to a name before its own, one to a name after
        (folder / f"{number}.mp4").rename(folder / f"{'az'[number % 2]}{number}.mp4")
        film(folder / f"{number}.mp4", seed=30 + number)
    jobs = watched.jobs()
    assert watched.once(outputs=["sidecar"]).scored == ["0.mp4", "1.mp4"]
    assert watched.jobs() == jobs + 2
    for number, stamp in enumerate(before):
        assert stamps(results / f"{number}.foley") == stamp
        assert (results / f"{number}.mp4.foley").is_dir()
    assert set(watched.ledger()) == {"a0.mp4", "z1.mp4", "0.mp4", "1.mp4"}


def test_deleted_results_are_made_again_when_asked_for(watched: WatchedFolder) -> None:
    film(watched.folder / "a.mp4")
    film(watched.folder / "b.mp4", seed=2)
    watched.once()
    result = watched.folder / "Foley" / "a.foley"
    shutil.rmtree(result)
    assert watched.once().scored == [] and not result.exists()
    assert watched.do(watch_run.ask_again(watched.folder, failed=True, missing=True)) == 1
    assert watched.once().scored == ["a.mp4"] and (result / "a.foley.wav").is_file()


def test_what_cannot_be_scored_is_explained_until_it_can(watched: WatchedFolder) -> None:
    folder = watched.folder
    whole = film(folder / "whole.mp4")
    shutil.copy(whole, folder / "cut off.mp4")
    truncate(folder / "cut off.mp4")
    (folder / "noise.mov").write_bytes(random.Random(1).randbytes(3000))
    (folder / "empty.mkv").touch()
    (folder / "empty too.mkv").touch()
    told = watched.once()
    assert told.scored == ["whole.mp4"] and told.end == "4 of 5 files failed"
    reasons = {file: line.error.reason for file, line in told.ends.items() if line.error}
    assert reasons == {
        "cut off.mp4": "NO_FRAMES",
        "noise.mov": "NOT_MEDIA",
        "empty.mkv": "EMPTY_FILE",
        "empty too.mkv": "EMPTY_FILE",
    }
    assert len(explained(folder)) == 4
    said = (folder / "noise.foley-error.txt").read_text("utf-8").splitlines()
    assert said[0] == "v2a could not put sound on noise.mov" and said[-1] == "(NOT_MEDIA)"
    jobs = watched.jobs()
    assert watched.once().scored == [] and watched.jobs() == jobs, "bad media is not tried again"

    film(folder / "cut off.mp4", seed=2)  # the copy is made once more
    told = watched.once()
    assert told.scored == ["cut off.mp4"] and told.end == "3 of 5 files failed"
    assert "cut off.foley-error.txt" not in explained(folder)
    assert watched.do(watch_run.ask_again(folder, failed=True, missing=False)) == 2
    assert watched.once().scored == [] and watched.jobs() == jobs + 3


def test_a_broken_tail_is_a_result_with_a_warning(watched: WatchedFolder) -> None:
    path = write_film(watched.folder / "a.ts", Film(scenes=(60,)))
    truncate(path, 0.7)
    assert watched.once().scored == ["a.ts"]
    sidecar = watched.folder / "Foley" / "a.foley" / "a.foley.json"
    assert json.loads(sidecar.read_text("utf-8"))["scenes"]


def test_results_are_mirrored_and_of_the_kinds_that_were_asked_for(
    watched: WatchedFolder, tmp_path: Path
) -> None:
    film(watched.folder / "x" / "a.mp4")
    (watched.folder / "x" / "bad.mp4").write_bytes(b"?")
    out = watched.folder / "results"
    assert watched.once(output=out, outputs=["sidecar"]).scored == ["x/a.mp4"]
    assert list(stamps(out / "x" / "a.foley")) == ["a.foley.json"]
    assert (out / "x" / "bad.foley-error.txt").is_file()
    assert {path.name for path in (watched.folder / "x").iterdir()} == {"a.mp4", "bad.mp4"}


def test_folders_the_daemon_may_not_read_are_served_by_upload(
    watched: WatchedFolder, tmp_path: Path
) -> None:
    apart = replace(watched, folder=tmp_path / "apart")
    film(apart.folder / "a.mp4", seed=5)
    assert apart.once().scored == ["a.mp4"]
    result = apart.folder / "Foley" / "a.foley"
    assert (result / "a.foley.mp4").is_file() and apart.once().scored == []


def test_a_timeline_that_is_dropped_comes_back_with_sound(watched: WatchedFolder) -> None:
    media = film(watched.folder / "media" / "a.mp4", seed=11)
    (watched.folder / "media" / ".v2a.toml").write_text("ignore = true")
    (watched.folder / "C0001M01.XML").write_text("<NonRealTimeMeta/>")
    cut = timeline(track(clip("a", 8, rate=25, url=media.as_uri(), available=span(0, 10, 25))))
    otio.adapters.write_to_file(cut, str(watched.folder / "cut.otio"))
    (watched.folder / "broken.otio").write_text("{")
    told = watched.once()
    assert told.scored == ["cut.otio"]
    back = otio.adapters.read_from_file(str(watched.folder / "cut.foley.otio"))
    assert [one.name for one in back.audio_tracks()]
    assert told.ends["broken.otio"].state == "failed"
    assert explained(watched.folder) == ["broken.foley-error.txt"]
    assert watched.once().scored == []


def test_a_timeline_gets_what_sound_it_can_and_the_rest_when_its_media_comes(
    watched: WatchedFolder,
) -> None:
    """First nothing is there, then one of two films, then the other, while it is watched."""
    folder, cards = watched.folder, watched.folder.parent / "cards"
    films = [film(cards / f"{name}.mp4", seed=40 + k) for k, name in enumerate("ab")]
    shots = [clip(n, 8, rate=25, url=f"{n}.mp4", available=span(0, 10, 25)) for n in "ab"]
    otio.adapters.write_to_file(timeline(track(*shots)), str(folder / "cut.otio"))
    told = Told()

    async def until(state: State, count: int) -> None:
        def states() -> list[State]:
            return [line.state for line in told.lines if line.file == "cut.otio"]

        # The sidecar is there before all is: what is told last is what ends it.
        while states()[-1:] != [state] or scenes() != count:
            await asyncio.sleep(0.05)

    def scenes() -> int:
        sidecar = folder / "cut.foley.json"
        return len(json.loads(sidecar.read_text("utf-8"))["scenes"]) if sidecar.exists() else 0

    async def story() -> None:
        options = replace(QUICK, once=False)
        watching = asyncio.create_task(watch_run.watch(folder, None, watched.said, options, told))
        await until("failed", count=0)
        shutil.copy(films[0], folder)
        await until("failed", count=1)
        assert explained(folder) == ["cut.foley-error.txt"]
        shutil.copy(films[1], folder)
        await until("done", count=2)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    watched.do(story())
    reasons = {line.error.reason for line in told.lines if line.error}
    assert reasons == {"MEDIA_MISSING"} and explained(folder) == []
    assert watched.ledger()["cut.otio"].state == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_names_of_any_bytes_are_served_or_told(watched: WatchedFolder) -> None:
    odd = os.fsdecode(b"caf\xe9")
    film(watched.folder / "x.mp4", seed=12).rename(watched.folder / f"{odd}.mp4")
    film(watched.folder / "y.mp4", seed=13)
    (watched.folder / odd).mkdir()
    (watched.folder / "y.mp4").rename(watched.folder / odd / "y.mp4")
    told = watched.once()
    assert told.scored == [f"{odd}.mp4"] and (watched.folder / "Foley" / "caf_.foley").is_dir()
    error = told.ends[f"{odd}/y.mp4"].error
    assert error is not None and error.reason == "BAD_OPTION"
    assert [line["file"] for line in watched.printed()] == ["caf\\xe9.mp4"]


def test_wrong_settings_hold_their_folder_back_and_are_told(watched: WatchedFolder) -> None:
    film(watched.folder / "a.mp4", seed=6)
    film(watched.folder / "x" / "b.mp4", seed=7)
    settings = watched.folder / "x" / ".v2a.toml"
    settings.write_text("seeds = 1")
    told = watched.once()
    assert told.scored == ["a.mp4"] and "seeds in " in told.said[0]
    assert told.ends["x/b.mp4"].state == "waiting" and told.end == "1 of 2 files failed"
    (line,) = [one for one in watched.do(watch_run.status(watched.folder)) if one.state == "failed"]
    assert line.file == "x/.v2a.toml"
    settings.write_text("seed = 1")
    told = watched.once()
    assert told.scored == ["x/b.mp4"] and told.end == ""


@pytest.mark.parametrize("when", ["before the job", "after it", "after it, and renamed"])
def test_a_watcher_that_was_killed_asks_for_the_same_job(when: str, watched: WatchedFolder) -> None:
    """The two moments at which what is recorded and what the daemon does may differ."""
    path = film(watched.folder / "a.mp4", seed=8)
    watched.once()
    entry, result = watched.ledger()["a.mp4"], watched.folder / "Foley" / "a.foley"
    shutil.rmtree(result)
    begun = replace(entry, state="working", request_id=str(uuid4()), job="")
    settings = replace(watched.daemon.settings, device="cpu")
    with watched.daemon.client() as client:
        client.put_watched(begun)
        if when != "before the job":
            clip = TimelineClip(path, name="a")
            spec = JobSpec([clip], settings, Output(result.parent), title="a.mp4")
            client.wait(client.create_job(spec, begun.request_id).name)
    jobs = watched.jobs()
    if when.endswith("renamed"):
        path.rename(watched.folder / "b.mp4")
    told = watched.once()
    assert len(told.scored) == 1 and (result / "a.foley.wav").is_file()
    assert watched.jobs() == jobs + (when == "before the job")
    (now,) = watched.ledger().values()
    assert now.state == "done" and now.file == told.scored[0]


def test_what_may_pass_is_tried_again_by_itself(watched: WatchedFolder) -> None:
    film(watched.folder / "a.mp4", seed=14)
    pack, told = watched.folder / "pack", Told()

    async def story() -> None:
        said = watched.said | {"pack": str(pack)}
        watching = asyncio.create_task(watch_run.watch(watched.folder, None, said, QUICK, told))
        while not any(line.error for line in told.lines):
            await asyncio.sleep(0.05)
        assert explained(watched.folder) == ["a.foley-error.txt"]
        shutil.copytree(watched.daemon.pack, pack)
        await watching

    watched.do(story())
    assert told.scored == ["a.mp4"] and explained(watched.folder) == []
    (entry,) = watched.ledger().values()
    assert (entry.failures, entry.error) == (0, None)


def test_a_share_that_goes_away_and_comes_back(watched: WatchedFolder) -> None:
    folder, told = watched.folder, Told()
    away = folder.with_name(f"{folder.name}-away")
    film(folder / "a.mp4", seed=9)

    async def until(is_so: object) -> None:
        while not is_so():  # type: ignore[operator]
            await asyncio.sleep(0.05)

    async def story() -> None:
        options = replace(QUICK, once=False)
        watching = asyncio.create_task(watch_run.watch(folder, None, watched.said, options, told))
        await until(lambda: told.scored)
        folder.rename(away)
        await until(lambda: told.said)
        film(away / "b.mp4", seed=10)
        away.rename(folder)
        await until(lambda: len(told.scored) == 2)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    watched.do(story())
    assert told.scored == ["a.mp4", "b.mp4"]
    assert told.said == [f"{folder}: is not there", f"{folder}: is there again"]


def test_one_process_watches_a_folder_and_hears_what_others_ask(watched: WatchedFolder) -> None:
    bad = watched.folder / "bad.mp4"
    bad.write_bytes(b"no film")
    process = watched.start()
    try:
        told_by(process, lambda told: told.get("state") == "failed")
        with pytest.raises(V2AError, match="is watched by another process"):
            watched.once()
        assert watched.do(watch_run.ask_again(watched.folder, failed=True, missing=False)) == 1
        told_by(process, lambda told: told.get("state") == "working")
        told_by(process, lambda told: told.get("state") == "failed")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
