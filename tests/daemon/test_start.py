"""A daemon's start: one a user, whatever an earlier one or somebody else left where it lives."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures_daemons import RunningDaemon, StartDaemon, command, environment
from v2a.errors import DAEMON

RACES, RACERS = 50, 2
posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets and modes of POSIX")


def test_serves_soon(start_daemon: StartDaemon) -> None:
    """Printed only: 1.5 s is to be reached on a machine that does nothing else."""
    daemon = start_daemon()
    print(f"\nserves {daemon.took_s:.2f} s after its start")
    with daemon.client() as client:
        status = client.status()
    assert (status.pid, status.roots, status.restarts) == (daemon.pid, (daemon.root,), 0)
    assert daemon.end() == 0
    assert not (daemon.runtime / "daemon.json").exists()
    assert daemon.said("WARNING", "ERROR") == [] and daemon.console.read_text() == ""


def test_torch_is_not_loaded(daemon: RunningDaemon) -> None:
    maps = Path(f"/proc/{daemon.pid}/maps")
    if not maps.exists():
        pytest.skip("no /proc here")
    assert "libtorch" not in maps.read_text()


# -- one a user -----------------------------------------------------------------------------------


def second(daemon: RunningDaemon) -> tuple[int, str]:
    """What another start in the same place comes to."""
    done = subprocess.run(
        command(root=daemon.root), env=daemon.env, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_a_second_one_says_who_is_there(daemon: RunningDaemon) -> None:
    before = (daemon.runtime / "daemon.json").read_bytes()
    code, said = second(daemon)
    assert code == DAEMON
    assert said.count("\n") == 1 and str(daemon.pid) in said and daemon.address in said
    assert (daemon.runtime / "daemon.json").read_bytes() == before
    with daemon.client() as client:
        assert client.status().pid == daemon.pid


RACER = """
import asyncio, os, sys, time
from pathlib import Path
import v2a_daemon.server  # what takes long is done before the race
from v2a_daemon.__main__ import main

folder, races = Path(sys.argv[1]), int(sys.argv[2])
for race in range(races):
    while not (folder / f"go{race}").exists():
        time.sleep(0.001)
    if os.fork() == 0:
        os.environ["V2A_STATE"] = str(folder / f"state{race}")
        os.environ["V2A_RUNTIME"] = str(folder / f"runtime{race}")
        code = main(["--root", str(folder)])
        (folder / f"part{race}-{os.getpid()}").write_text(str(code))
        (folder / f"part{race}-{os.getpid()}").rename(folder / f"ended{race}-{os.getpid()}")
        os._exit(code)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
"""


@posix
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_two_that_start_at_once_one_serves(tmp_path: Path) -> None:
    """Each race has two processes, forked from two that have all modules loaded."""
    env = environment(tmp_path / "state", tmp_path / "runtime")
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, tmp_path, str(RACES)], env=env, stderr=subprocess.DEVNULL
        )
        for _ in range(RACERS)
    ]
    try:
        for race in range(RACES):
            (tmp_path / f"go{race}").touch()
            one_race(tmp_path, race)
        assert [racer.wait(60) for racer in racers] == [0] * RACERS
    finally:
        for racer in racers:
            racer.kill()
            racer.wait()


def one_race(folder: Path, race: int) -> None:
    """One serves, the other leaves with exit code 3; then the winner is asked to end."""
    file = folder / f"runtime{race}" / "daemon.json"
    ended = lambda: sorted(folder.glob(f"ended{race}-*"))  # noqa: E731
    until = time.monotonic() + 60
    while not (file.exists() and len(ended()) == RACERS - 1):
        assert time.monotonic() < until and len(ended()) < RACERS
        time.sleep(0.005)
    (loser,) = ended()
    told = json.loads(file.read_text())
    assert loser.read_text() == str(DAEMON) and loser.name != f"ended{race}-{told['pid']}"
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(told["address"].removeprefix("unix:"))
    os.kill(told["pid"], 15)
    while len(ended()) < RACERS:
        assert time.monotonic() < until
        time.sleep(0.005)
    assert (folder / f"ended{race}-{told['pid']}").read_text() == "0" and not file.exists()


# -- what was left there --------------------------------------------------------------------------


def stale_socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "runtime" / "daemon.sock"))


def stale_runtime_file(folder: Path) -> None:
    """Of a daemon that was killed: its process number is somebody else's now."""
    told = {"address": f"unix:{folder}/runtime/daemon.sock", "token": "0" * 64}
    told |= {"pid": os.getpid(), "version": "0.0.1", "network": ""}
    (folder / "runtime" / "daemon.json").write_text(json.dumps(told))


def open_to_all(folder: Path) -> None:
    for part in ("state", "runtime"):
        (folder / part).chmod(0o777)
    for name in ("state/token", "state/daemon.lock", "runtime/daemon.json"):
        (folder / name).touch()
        (folder / name).chmod(0o666)


def garbage(*names: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for name in names:
            (folder / name).write_bytes(b"\xff\x00{]" * 999)

    return write


LEFT: dict[str, Callable[[Path], None]] = {
    "socket": stale_socket,
    "runtime file": stale_runtime_file,
    "a file as socket": garbage("runtime/daemon.sock"),
    "garbage as lock": garbage("state/daemon.lock"),
    "garbage as token": garbage("state/token"),
    "garbage as runtime file": garbage("runtime/daemon.json"),
    "garbage as database": garbage("state/jobs.db", "state/jobs.db-wal"),
    "garbage as ballast": garbage("state/ballast"),
    "modes": open_to_all,
}


@posix
@pytest.mark.slow
def test_what_a_crash_leaves_is_mended(start_daemon: StartDaemon, tmp_path: Path) -> None:
    """All of it after one another: each start finds one more thing in its way."""
    for number, (name, leave) in enumerate(LEFT.items()):
        folder = tmp_path / str(number)
        for part in ("state", "runtime"):
            (folder / part).mkdir(parents=True)
        leave(folder)
        daemon = start_daemon(folder)
        with daemon.client() as client:
            assert client.status().pid == daemon.pid, name
        assert daemon.said("ERROR") == [], name
        assert daemon.token not in ("", "0" * 64), name
        for path, mode in ((daemon.runtime, 0o700), (daemon.state, 0o700)):
            assert path.stat().st_mode & 0o777 == mode, name
        for path in (daemon.runtime / "daemon.json", daemon.state / "token"):
            assert path.stat().st_mode & 0o777 == 0o600, name
        assert daemon.end() == 0, name


@posix
@pytest.mark.slow
def test_a_killed_one_is_followed_with_the_same_token(start_daemon: StartDaemon) -> None:
    first = start_daemon()
    first.kill()
    assert (first.runtime / "daemon.json").exists()
    after = start_daemon(first.state.parent)
    with after.client() as client:
        assert client.status().pid == after.pid
    assert after.token == first.token
