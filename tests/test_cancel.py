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
from typing import Any, TextIO

import pytest
import typer

from tests.films import Film, write_film
from v2a.api.progress_clock import WEIGHTS
from v2a.cli.app import run
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable, was_stopped
from v2a.errors import V2AError


class Patient:
    """A text file that says no more after it told of a stage until somebody has acted on it.

    A stage may be over before a busy machine lets the thread run that is to stop it.
    """

    def __init__(self, file: TextIO, stage: str) -> None:
        self.acted = threading.Event()
        self._file, self._stage, self._told = file, f'"stage": "{stage}"', False

    def write(self, text: str) -> int:
        """Write, sooner or later; the end of the line goes with the line."""
        if self._told and text != "\n":
            assert self.acted.wait(60)
        self._told = self._told or self._stage in text
        return self._file.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def signal_at(stage: str, number: int) -> Iterator[None]:
    """Sends this process a signal as soon as its standard error tells of a stage."""
    patient, own = Patient(sys.stderr, stage), sys.stderr
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
                    patient.acted.set()

    heard: list[str] = []
    watcher = threading.Thread(target=watch)
    watcher.start()
    outer = signal.signal(number, lambda *_: None)  # a signal that comes too late ends no tests
    mine = signal.getsignal(number)
    sys.stderr = patient
    try:
        yield
        assert signal.getsignal(number) is mine
    finally:
        sys.stderr = own
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
    assert capsys.readouterr().err == "v2a: the work was cancelled; nothing was written\n"
    assert not was_stopped(), "the next command begins afresh"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_library_s_import_is_not_torn_apart(tmp_path: Path, number: signal.Signals) -> None:
    """torch calls Python from native code while it is imported, and aborts for an exception there.

    The interrupt comes as soon as it is imported, before anything is done with it.
    """
    (tmp_path / "lib.py").write_text(
        f"import os\nos.kill(os.getpid(), {number:d})\n"
        "for part in range(1000):\n    whole = part == 999\n"
    )
    ours = "sys.path.insert(0, folder)\nimport lib\nheard.append('went on')\n"
    heard: list[str] = []
    given = {"__name__": "v2a.ours", "sys": sys, "folder": str(tmp_path), "heard": heard}
    tracer = sys.gettrace()
    try:
        with pytest.raises(V2AError, match="cancelled"), stoppable():
            exec(compile(ours, "ours", "exec"), given)
        assert sys.modules["lib"].whole and heard == []
        assert sys.gettrace() is tracer
    finally:
        sys.modules.pop("lib", None)
        sys.path.remove(str(tmp_path))


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
    """Loading models takes seconds; nobody waits for it after Ctrl-C."""
    command = [sys.executable, "-m", "v2a", "generate", str(tiny_film), "--steps", "1000"]
    command += ["--pack", str(tiny_pack_folder), "--device", "cpu", "--takes", "8"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    until_it_answers(child.pid)
    time.sleep(delay)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=200)
    assert (child.returncode, err) == (130, "v2a: the work was cancelled; nothing was written\n")
    assert os.listdir(tiny_film.parent) == [tiny_film.name]
