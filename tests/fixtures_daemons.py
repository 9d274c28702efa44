"""Real daemons, `python -m v2a_daemon`, each with folders of its own; one serves most tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from v2a.client import Client, connect
from v2a.job_settings import Settings

LONGEST_START_S = 90.0
"""On a machine that does much else at once."""
LONGEST_END_S = 60.0
HERE = ("V2A_DAEMON", "V2A_TOKEN", "V2A_CA", "V2A_FAULT", "NOTIFY_SOCKET")
"""What the environment of the tests may hold and a daemon of theirs must not see."""


@dataclass
class RunningDaemon:
    """A daemon that serves, and all that is known of it."""

    process: subprocess.Popen[bytes]
    env: dict[str, str]
    """For commands that are to find it: `V2A_RUNTIME` and `V2A_STATE` among it."""
    state: Path
    runtime: Path
    root: Path
    """The folder that it reads media from and writes results to."""
    pack: Path
    """A tiny pack under the root; by path, because it is none of the user's."""
    address: str
    network: str
    """Where others find it; empty if it listens to none."""
    token: str
    took_s: float
    """From its start until it was seen to serve."""
    console: Path
    """What it prints: warnings and worse."""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What opens it."""
        return (("authorization", f"Bearer {self.token}"),)

    @property
    def settings(self) -> Settings:
        """The quickest sound there is."""
        return Settings(pack=str(self.pack), device="cpu", steps=1)

    def client(self) -> Client:
        """A new client; close it, or use `with`."""
        return connect(self.address, self.token)

    def channel(self) -> grpc.Channel:
        """A bare channel, for calls that no client of ours would make."""
        return grpc.insecure_channel(self.address, [("grpc.enable_http_proxy", 0)])

    def said(self, *levels: str) -> list[dict[str, Any]]:
        """The lines of its log; those of some levels, if any are given."""
        lines = log_lines(self.state)
        return [line for line in lines if not levels or line["level"] in levels]

    def kill(self) -> None:
        """As if the machine had gone out."""
        self.process.kill()
        self.process.wait()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Have it end tidily; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(LONGEST_END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def environment(state: Path, runtime: Path, **more: str) -> dict[str, str]:
    """Of a daemon and the commands that speak to it: nothing of the user's own is in it."""
    theirs = {name: value for name, value in os.environ.items() if name not in HERE}
    own = {"V2A_STATE": str(state), "V2A_RUNTIME": str(runtime), "OMP_NUM_THREADS": "1"}
    return theirs | own | {"XDG_CONFIG_HOME": str(state.parent / "config")} | more


def command(**options: object) -> list[str]:
    """The command that serves: `queue_limit=3` is `--queue-limit 3`, a tuple one of each."""
    words = [sys.executable, "-m", "v2a_daemon"]
    for name, given in options.items():
        for value in given if isinstance(given, tuple) else (given,):
            words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def run_daemon(
    folder: Path,
    pack: Path,
    env: dict[str, str] | None = None,
    prefix: Sequence[str] = (),
    **options: object,
) -> RunningDaemon:
    """A daemon in `folder` (again, if one was there before) that serves.

    `prefix` are words before its command that become it, as those of `ip netns exec`.
    """
    state, runtime = folder / "state", folder / "runtime"
    root = Path(str(options.pop("root", folder / "root"))).resolve()
    pack = shutil.copytree(pack, root / "packs" / "tiny", dirs_exist_ok=True)
    env = environment(state, runtime, **(env or {}))
    console = folder / "console.txt"
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with console.open("ab") as out:
        process = subprocess.Popen(
            [*prefix, *command(root=root, **options)],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        told = _told(process, runtime / "daemon.json")
    except BaseException as trouble:
        process.kill()
        process.wait()
        trouble.add_note(console.read_text("utf-8"))
        raise
    took = time.monotonic() - begun
    where = told["address"], told["network"], told["token"]
    return RunningDaemon(process, env, state, runtime, root, pack, *where, took, console)


def _told(process: subprocess.Popen[bytes], file: Path) -> dict[str, Any]:
    """What the daemon's own runtime file says, which it writes once it serves."""
    until = time.monotonic() + LONGEST_START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"ended with exit code {process.returncode}")
        try:
            told = json.loads(file.read_bytes())
            if told["pid"] == process.pid:
                return told
        except (OSError, ValueError, TypeError, KeyError):  # none yet, or what a test put there
            pass
        time.sleep(0.02)
    raise AssertionError(f"does not serve after {LONGEST_START_S:g} s")


def reason_of(error: Any) -> str:
    """The one reason that a daemon gave for refusing a bare call, told with what to do about it."""
    status = rpc_status.from_call(error)
    assert status is not None, (error.code(), error.details())
    (detail,) = status.details
    info = error_details_pb2.ErrorInfo()
    assert detail.Unpack(info) and info.domain == "v2a.local" and info.metadata["remedy"]
    return info.reason


def log_lines(state: Path) -> list[dict[str, Any]]:
    """The whole lines of a daemon's log: it may be writing one more just now."""
    text = (state / "log" / "daemon.jsonl").read_bytes()
    return [json.loads(line) for line in text.split(b"\n")[:-1]]


def all_below(folder: Path) -> list[Path]:
    """Files and folders in a folder, sorted; what goes away meanwhile is no error."""
    return sorted(
        Path(at, name) for at, folders, files in os.walk(folder) for name in folders + files
    )


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Look until it is so; fails after some seconds."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"is not so after {seconds:g} s"
        time.sleep(0.05)


StartDaemon = Callable[..., RunningDaemon]


@pytest.fixture
def start_daemon(tmp_path: Path, tiny_pack_folder: Path) -> Iterator[StartDaemon]:
    """Starts daemons: `folder` (this test's own), `env` and options as `queue_limit=3`.

    Those that still run at the end of the test are ended.
    """
    with ExitStack() as stack:

        def start(folder: Path | None = None, **options: Any) -> RunningDaemon:
            made = run_daemon(folder or tmp_path / "daemon", tiny_pack_folder, **options)
            stack.callback(made.end)
            return made

        yield start


@pytest.fixture(scope="session")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, tiny_pack_folder: Path
) -> Iterator[RunningDaemon]:
    """The daemon of most tests: leave it as you find it, running."""
    made = run_daemon(tmp_path_factory.mktemp("daemon"), tiny_pack_folder)
    yield made
    assert made.end() == 0 and made.said("ERROR") == []
