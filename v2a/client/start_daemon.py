"""Starting a daemon on demand: detached from its caller, who waits until it serves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from v2a.client.runtime_files import Running, log_folder, read_runtime, runtime_file
from v2a.errors import TABLE, V2AError

IDLE_EXIT = ("--idle-exit", "900")
"""A daemon that a command started ends after so many seconds without work. Chosen: a quarter of an
hour keeps models warm between the commands of one sitting."""
LONGEST_START = 90.0
"""Seconds to wait for a daemon. Chosen for slow disks; 0.26 s is usual (`tests/bench/RESULTS.md`),
and a daemon that ends before it serves is noticed at once."""
PLACE_TAKEN = TABLE["DAEMON_RUNNING"].message.partition("{")[0]
"""The beginning of a daemon's message that another one runs."""


def start(options: Sequence[str] = IDLE_EXIT, wait_s: float = LONGEST_START) -> Running:
    """Start this user's daemon in the background and wait until it serves.

    Where another was quicker, that one is it. Raises DAEMON_STATE with the last line that the
    daemon printed if it ends before it serves, DAEMON_NOT_RUNNING if it takes too long.
    """
    log = _log_file()
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        before = log.stat().st_size
        child = _spawn(options, log)
        if running := _served(child, until):
            # On Windows a daemon is not the process that was started but a child of it.
            if sys.platform != "win32" and running.pid != child.pid:
                child.terminate()  # still on its way, it would serve once that one has ended
                child.wait()
            return running
        if child.poll() is not None:
            said = _last_line(log, before)
            if not said.startswith(PLACE_TAKEN):
                detail = f"says why the daemon ended with exit code {child.returncode}: {said}"
                raise V2AError("DAEMON_STATE", path=log, detail=detail)
        # One that is just ending, or just starting, has the place: try again.
    raise V2AError("DAEMON_NOT_RUNNING", address=runtime_file())


def _served(child: subprocess.Popen[bytes], until: float) -> Running | None:
    """The daemon that serves; None where the child ends, or the time does, before any does."""
    while time.monotonic() < until:
        ended = child.poll() is not None
        running = read_runtime()
        if running is not None and serves(running):
            return running
        if ended:
            return None
        time.sleep(0.05)
    return None


def serves(running: Running, timeout_s: float = 1.0) -> bool:
    """Whether a daemon answers that it is SERVING."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with grpc.insecure_channel(running.address, [("grpc.enable_http_proxy", 0)]) as channel:
        try:
            health: Any = health_pb2_grpc.HealthStub(channel)
            answer = health.Check(health_pb2.HealthCheckRequest(), timeout=timeout_s)
        except grpc.RpcError:
            return False
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def _log_file() -> Path:
    """The file for a daemon's output before its own log is open, and of a crash; DAEMON_STATE."""
    folder = log_folder()
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "start.log"
        path.touch(mode=0o600)
    except OSError as error:
        detail = f"cannot be written to ({error.strerror})"
        raise V2AError("DAEMON_STATE", path=folder, detail=detail) from error
    return path


def _spawn(options: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "v2a_daemon", *options]
    env = os.environ | {name: str(Path(os.environ[name]).absolute()) for name in _named_folders()}
    with log.open("ab") as output:
        if sys.platform == "win32":
            apart = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                creationflags=apart,
                env=env,
            )
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=env,
            cwd=log.parent,  # it holds no folder that somebody wants to unmount
        )


def _named_folders() -> list[str]:
    """Variables of the environment that name a folder, perhaps relative to the current one."""
    return [name for name in ("V2A_RUNTIME", "V2A_STATE", "V2A_PACKS") if os.environ.get(name)]


def _last_line(log: Path, begin: int) -> str:
    """The last line of the log after byte `begin` that is not blank."""
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode("utf-8", "replace").splitlines()
    said = next((line for line in reversed(lines) if line.strip()), "it said nothing")
    return said.removeprefix("v2a: ")
