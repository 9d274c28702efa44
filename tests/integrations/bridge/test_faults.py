"""What goes wrong: daemons that die, disks and folders that refuse, media that is gone, ends."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.bridge.bridges import Bridge, Event, clip
from tests.integrations.bridge.conftest import daemon_of
from tests.rights import as_ordinary_user
from v2a.errors import V2AError
from v2a_integrations.bridge.deliver_sounds import check_folder

Bridges = Callable[[dict[str, str]], Bridge]
LONG = 2000
"""Steps of the sound model: many seconds."""


def request(film: Path, settings: dict[str, Any], folder: Path, **more: Any) -> Event:
    """A `generate` of one clip of two scenes."""
    return {
        "request": str(uuid4()),
        "title": "cut",
        "rate": "25",
        "clips": [clip(film, "0", "2", "0", cuts=[25])],
        "settings": settings,
        "folder": str(folder),
        **more,
    }


def test_the_first_word_comes_before_anything_costly_and_starts_nothing(
    nobody: dict[str, str], bridges: Bridges
) -> None:
    bridge = bridges(nobody)
    bridge.until(lambda event: event["event"] == "hello")
    assert bridge.end() == 0 and daemon_of(nobody) is None
    costly = ("torch", "numpy", "grpc", "pydantic", "av", "soundfile", "opentimelineio")
    code = "import sys, v2a.cli.app, v2a_integrations.bridge.bridge_run\nprint(*sys.modules)"
    import subprocess

    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not set(costly) & set(loaded)


def test_lines_that_are_wrong_are_answered_and_the_next_one_is_served(bridge: Bridge) -> None:
    for line in (b"{", b"[1]", b"\xff", b'{"do": "packs"}', b'{"id": "", "do": "packs"}'):
        before = len(bridge.said)
        bridge.write(line)
        last = bridge.until(lambda e, n=before: e["event"] == "error" and e in bridge.said[n:])
        assert last["id"] is None and last["reason"] == "BAD_OPTION"
    assert bridge.reason(bridge.ask("dance")) == "BAD_OPTION"
    assert bridge.reason(bridge.ask("packs", more=1)) == "BAD_OPTION"
    assert bridge.done(bridge.ask("packs"))["packs"]


def test_a_huge_line_is_refused_and_the_next_one_is_served(bridge: Bridge) -> None:
    bridge.write(b'{"id": "huge", "do": "packs", "x": "' + b"x" * (65 << 20) + b'"}')
    assert bridge.done(bridge.ask("status"))
    (error,) = [event for event in bridge.said if event["event"] == "error"]
    assert error["id"] is None and "longer than" in error["message"]


def test_an_id_at_work_is_not_taken_twice(
    bridge: Bridge, film: Path, quick: dict[str, Any], tmp_path: Path
) -> None:
    asked = {"id": "same", "do": "generate", **request(film, quick | {"seed": 21}, tmp_path)}
    line = json.dumps(asked).encode()
    bridge.write(line + b"\n" + line)  # at once: the first must not be over when the second comes
    refused = bridge.until(lambda event: event["event"] == "error")
    assert refused["id"] is None and "same" in refused["message"]
    assert bridge.done("same")["sounds"]


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_daemon_that_is_killed_is_started_again_and_the_job_goes_on(
    nobody: dict[str, str], bridges: Bridges, tiny_pack_folder: Path, tmp_path: Path
) -> None:
    """The bridge starts the first one, too; nothing but the one line is ever asked."""
    nobody |= {"V2A_DAEMON_ROOT": json.dumps([str(tmp_path), str(tiny_pack_folder.parent)])}
    film = write_film(tmp_path / "film.mp4", Film(scenes=(25, 25), width=64, height=36))
    settings = {"pack": str(tiny_pack_folder), "steps": LONG // 4}
    bridge = bridges(nobody)
    long = bridge.ask("generate", **request(film, settings, tmp_path / "out"))
    job = bridge.heard(long, "job")["job"]
    bridge.until(lambda event: event.get("stage") == "generate")
    first = daemon_of(nobody)
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    assert bridge.heard(long, "waiting")["message"]
    done = bridge.done(long)
    second = daemon_of(nobody)
    assert second is not None and second.pid != first.pid
    assert done["job"] == job and len(done["sounds"]) == 2
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize("end", ["input", "SIGTERM", "SIGINT", "SIGKILL"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_job_goes_on_when_the_bridge_ends(
    end: str, daemon: RunningDaemon, bridges: Bridges, film: Path, quick: dict[str, Any],
    tmp_path: Path,
) -> None:  # fmt: skip
    """A second bridge that is sent the same line brings its sounds."""
    asked = request(film, quick | {"steps": 60, "seed": len(end)}, tmp_path)
    first = bridges(daemon.env)
    job = first.heard(first.ask("generate", **asked), "job")["job"]
    if end != "input":
        first.process.send_signal(getattr(signal, end))
    assert first.end() == (-signal.SIGKILL if end == "SIGKILL" else 0)
    second = bridges(daemon.env)
    done = second.done(second.ask("generate", **asked))
    assert done["job"] == job and len(done["sounds"]) == 2
    assert not list(tmp_path.glob(".*"))


def test_end_of_input_does_not_wait_for_what_is_at_work(
    daemon: RunningDaemon, bridges: Bridges, film: Path, quick: dict[str, Any], tmp_path: Path
) -> None:
    bridge = bridges(daemon.env)
    long = quick | {"steps": 1000, "takes": 8, "seed": 31}
    id = bridge.ask("generate", **request(film, long, tmp_path))
    job = bridge.heard(id, "job")["job"]
    assert bridge.end() == 0
    with daemon.client() as client:
        assert not client.job(job).done
        client.cancel(job)


def test_a_daemon_of_another_version_is_told(
    daemon: RunningDaemon, nobody: dict[str, str], bridges: Bridges
) -> None:
    runtime = Path(nobody["V2A_RUNTIME"])
    runtime.mkdir(mode=0o700)
    told = json.loads((daemon.runtime / "daemon.json").read_text("utf-8"))
    (runtime / "daemon.json").write_text(json.dumps(told | {"version": "99.0"}), "utf-8")
    bridge = bridges(nobody)
    assert bridge.reason(bridge.ask("packs")) == "DAEMON_VERSION"
    (runtime / "daemon.json").write_text(json.dumps(told), "utf-8")
    assert bridge.done(bridge.ask("status"))["pid"] == daemon.pid
    (runtime / "daemon.json").unlink()


def test_media_that_is_not_there_is_named(
    bridge: Bridge, film: Path, quick: dict[str, Any], tmp_path: Path
) -> None:
    for missing in (film.with_name("gone.mp4"), tmp_path / "gone.mp4"):
        id = bridge.ask("generate", **request(missing, quick, tmp_path / "out"))
        assert bridge.reason(id) == "NOT_FOUND" and "gone.mp4" in bridge.heard(id)["message"]
    nothing = tmp_path / "text.mp4"
    nothing.write_text("this is no film")
    id = bridge.ask("generate", **request(nothing, quick, tmp_path / "out"))
    assert bridge.reason(id) == "NOT_MEDIA"
    assert list((tmp_path / "out").iterdir()) == []


def test_media_that_the_daemon_does_not_see_is_brought_and_may_be_gone_later(
    daemon: RunningDaemon, bridge: Bridge, bridges: Bridges, quick: dict[str, Any], tmp_path: Path
) -> None:
    """Two bridges bring the same film at once: one job. A third comes when the film is deleted."""
    film = write_film(tmp_path / "film.mp4", Film(width=64, height=36, seed=77))
    asked = request(film, quick, tmp_path / "out")
    both = [bridge, bridges(daemon.env)]
    ids = [one.ask("generate", **asked) for one in both]
    first, second = (one.done(id) for one, id in zip(both, ids, strict=True))
    film.unlink()
    third = bridges(daemon.env)
    later = third.done(third.ask("generate", **asked))
    assert first["job"] == second["job"] == later["job"]
    assert first["sounds"] == second["sounds"] == later["sounds"]
    assert third.reason(third.ask("generate", **asked | {"request": str(uuid4())})) == "NOT_FOUND"


def test_what_was_remembered_of_media_is_asked_anew_where_the_daemon_forgot_it(
    daemon: RunningDaemon, bridge: Bridge, quick: dict[str, Any], tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mp4", Film(width=64, height=36, seed=78))
    asked = request(film, quick, tmp_path / "out")
    first = bridge.done(bridge.ask("generate", **asked))
    with daemon.client() as client:
        client.delete(first["job"])
    (memory,) = (daemon.state / "bridge").glob(f"{asked['request']}.json")
    text = memory.read_text("utf-8")
    memory.write_text(text.replace(json.loads(text)["media"][0]["upload"], "0" * 64), "utf-8")
    again = bridge.done(bridge.ask("generate", **asked))
    assert again["job"] != first["job"] and again["sounds"] == first["sounds"]
    memory.write_text("{", "utf-8")
    assert bridge.done(bridge.ask("generate", **asked))["job"] == again["job"]


def test_a_folder_that_cannot_be_is_told_before_any_work(
    bridge: Bridge, film: Path, quick: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    id = bridge.ask("generate", **request(film, quick, tmp_path / "file" / "out"))
    assert bridge.reason(id) == "OUTPUT_READ_ONLY"
    assert not any(event["event"] == "job" for event in bridge.said)


def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    check_folder(folder / "new")
    folder.chmod(0o500)
    with as_ordinary_user():
        for place in (folder, folder / "other"):
            with pytest.raises(V2AError) as caught:
                check_folder(place)
            assert caught.value.reason == "OUTPUT_READ_ONLY"
    folder.chmod(0o700)
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_a_disk_without_room_is_told_before_any_work(
    bridge: Bridge, film: Path, quick: dict[str, Any], small_disk: Callable[[str, int], Path]
) -> None:
    out = small_disk("disk", 1 << 20) / "out"
    id = bridge.ask("generate", **request(film, quick, out))
    assert bridge.reason(id) == "DISK_FULL"
    assert not any(event["event"] == "job" for event in bridge.said)
    assert not list(out.iterdir())
