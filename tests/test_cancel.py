"""Ctrl-C and termination at every stage: one line, exit code 130, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from tests.films import Film, write_film
from v2a.cli.app import run
from v2a.cli.progress import reporting
from v2a.cli.signals import stoppable, was_stopped
from v2a.job_clock import WEIGHTS


@contextmanager
def signal_at(stage: str, number: int) -> Iterator[None]:
    """Sends this process a signal as soon as its standard error tells of a stage."""
    reading, writing = os.pipe()
    before = os.dup(2)
    os.dup2(writing, 2)
    os.close(writing)

    def watch() -> None:
        with open(reading, encoding="utf-8") as lines:
            waiting = True
            for line in lines:
                heard.append(line)
                if waiting and json.loads(line).get("stage") == stage:
                    waiting = False
                    os.kill(os.getpid(), number)

    heard: list[str] = []
    watcher = threading.Thread(target=watch)
    watcher.start()
    outer = signal.signal(number, lambda *_: None)  # a signal that comes too late ends no tests
    mine = signal.getsignal(number)
    try:
        yield
        assert signal.getsignal(number) is mine
    finally:
        sys.stderr.flush()
        signal.signal(number, outer)
        os.dup2(before, 2)
        os.close(before)
        watcher.join()
        assert json.loads(heard[-1])["error"]["reason"] == "CANCELLED", heard[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", WEIGHTS)
def test_at_every_stage(
    tiny_pack_folder: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    stage: str,
    number: signal.Signals,
) -> None:
    film = write_film(tmp_path / "film.mp4", Film(scenes=(60, 60)))
    command = ["generate", str(film), "--pack", str(tiny_pack_folder), "--device", "cpu"]
    with capfd.disabled(), signal_at(stage, number):
        code = run([*command, "--steps", "30", "--progress", "json"])
    assert code == 130
    assert os.listdir(tmp_path) == ["film.mp4"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_library_that_fails_of_the_interrupt(
    capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """numpy, interrupted in its import, cannot be imported again; torch has errors of its own."""
    with pytest.raises(typer.Exit) as ended, stoppable(), reporting("none"):
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt:
            raise ImportError("cannot load module more than once per process") from None
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "v2a: cancelled; nothing was written\n"
    assert not was_stopped(), "the next command begins afresh"


def until_it_answers(pid: int) -> None:
    """Waits for the process's own handler: before that, Python itself answers in its own words."""
    term = 1 << (signal.SIGTERM - 1)
    while True:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & term:
            return
        time.sleep(0.001)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc")
@pytest.mark.parametrize("delay", [0.0, 0.02, 0.1, 0.3, 0.6, 1.0, 1.5, 2.5, 4.0])
def test_while_it_starts(tiny_pack_folder: Path, tiny_film: Path, delay: float) -> None:
    """Loading libraries and models takes seconds; nobody waits for them after Ctrl-C."""
    command = [sys.executable, "-m", "v2a", "generate", str(tiny_film), "--steps", "1000"]
    command += ["--pack", str(tiny_pack_folder), "--device", "cpu", "--takes", "8"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    until_it_answers(child.pid)
    time.sleep(delay)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (130, "v2a: cancelled; nothing was written\n")
    assert os.listdir(tiny_film.parent) == [tiny_film.name]
