"""A daemon that is not there, another version, dies, comes back, or is started on demand."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon
from v2a.api.job_types import Job, JobSpec, TimelineClip
from v2a.client import connect, runtime_files
from v2a.client.start_daemon import serves, start
from v2a.errors import DAEMON, V2AError


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of a user who runs no daemon; one that a test starts is ended."""
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.setenv("V2A_STATE", str(tmp_path / "state"))
    yield tmp_path
    running = runtime_files.read_runtime()
    if running and serves(running):
        os.kill(running.pid, signal.SIGTERM)
        until = time.monotonic() + 30
        while runtime_files.read_runtime() == running and time.monotonic() < until:
            time.sleep(0.05)


def reason(*arguments: object, **named: object) -> str:
    """Why there is no client."""
    with pytest.raises(V2AError) as caught:
        connect(*arguments, **named)
    assert caught.value.entry.exit == DAEMON or caught.value.reason == "BAD_OPTION"
    return caught.value.reason


def test_nobody_is_there(nobody: Path) -> None:
    assert reason() == "DAEMON_NOT_RUNNING"
    assert reason(f"unix:{nobody}/sock", "ab") == "DAEMON_NOT_RUNNING"
    assert reason("127.0.0.1:1", "ab") == "DAEMON_NOT_RUNNING"
    assert reason("nonsense", "ab") == "BAD_OPTION"
    (nobody / "runtime").mkdir()
    left = {"address": f"unix:{nobody}/gone.sock", "token": "ab", "pid": 0, "version": "0.1.0"}
    (nobody / "runtime" / "daemon.json").write_text(json.dumps(left), "utf-8")
    assert reason() == "DAEMON_NOT_RUNNING"


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_wrong_token(daemon: RunningDaemon, nobody: Path, token: str) -> None:
    assert reason(daemon.address, token) == "BAD_TOKEN"


def test_another_version(
    daemon: RunningDaemon, nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v2a.client.channel.__version__", "99.0")
    assert reason(daemon.address, daemon.token) == "DAEMON_VERSION"
    with connect(daemon.address, daemon.token, any_version=True) as client:
        assert client.status().pid == daemon.pid


def test_the_environment_names_a_daemon(
    daemon: RunningDaemon, nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("V2A_DAEMON", daemon.address)
    assert reason(start=True) == "BAD_TOKEN"
    monkeypatch.setenv("V2A_TOKEN", daemon.token)
    with connect(start=True) as client:
        assert client.status().pid == daemon.pid and client.here


def test_started_on_demand_once_by_all_who_ask(nobody: Path) -> None:
    pids: list[int] = []

    def ask() -> None:
        with connect(start=True) as client:
            pids.append(client.status().pid)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(pids) == 3 and len(set(pids)) == 1
    assert (nobody / "state" / "log" / "start.log").stat().st_mode & 0o077 == 0


def test_a_start_that_fails_says_why(nobody: Path) -> None:
    with pytest.raises(V2AError) as caught:
        start(["--listen", "0.0.0.0:0"])
    assert caught.value.reason == "DAEMON_STATE" and "without TLS" in caught.value.message
    (nobody / "state").rename(nobody / "old")
    (nobody / "state").touch()
    with pytest.raises(V2AError) as caught:
        start()
    assert caught.value.reason == "DAEMON_STATE"


@pytest.mark.crash
@pytest.mark.slow
def test_a_watch_outlives_the_daemon(
    start_daemon: StartDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in mid-job and started again with another token: the watch goes on to the end."""
    first = start_daemon()
    for name in ("V2A_RUNTIME", "V2A_STATE"):
        monkeypatch.setenv(name, first.env[name])
    film = write_film(first.root / "film.mp4", Film(scenes=(10, 10), width=64, height=36))
    seen: list[Job] = []
    with connect() as client:
        clip = TimelineClip(film, known_cuts=(10,))
        name = client.create_job(JobSpec([clip], first.settings)).name

        def follow() -> None:
            seen.extend(client.watch(name))

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        while not any(job.state == "running" for job in seen):
            seen.append(client.job(name))
        first.kill()
        (first.state / "token").unlink()  # as one would, to be rid of those who know it
        second = start_daemon()
        assert second.token != first.token
        watcher.join(timeout=240)
        assert client.status().pid == second.pid  # the same client
    assert seen[-1].state == "succeeded" and seen[-1].name == name


def test_a_watch_gives_up(start_daemon: StartDaemon) -> None:
    gone = start_daemon()
    film = write_film(gone.root / "film.mp4", Film(scenes=(10,), width=64, height=36))
    with gone.client() as client:
        name = client.create_job(JobSpec([TimelineClip(film)], gone.settings)).name
        gone.kill()
        with pytest.raises(V2AError) as caught:
            list(client.watch(name, patience_s=1))
    assert caught.value.reason == "DAEMON_LOST" and name in caught.value.message
