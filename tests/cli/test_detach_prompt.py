"""Ctrl-C on a command whose job the daemon does: the job goes on, or ends if that was asked."""

from __future__ import annotations

import itertools
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.api.job_types import Job, JobSpec
from v2a.cli.batch import plan
from v2a.cli.daemon_batch import DaemonBatch
from v2a.cli.reporters import reporting
from v2a.errors import V2AError


def begin(daemon: RunningDaemon, film: Path, *more: str, terminal: int | None = None):  # noqa: ANN201
    """A command that waits for a job which takes a while."""
    command = [sys.executable, "-m", "v2a", "generate", str(film), "--pack", str(daemon.pack)]
    env = {name: value for name, value in daemon.env.items() if name != "V2A_NO_DAEMON"}
    return subprocess.Popen(
        [*command, "--device", "cpu", "--steps", "1000", *more],
        env=env,
        text=True,
        stdin=terminal if terminal is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal if terminal is not None else subprocess.PIPE,
    )


def wait_for_job(daemon: RunningDaemon, title: str, *, states: Sequence[str] = ("running",)) -> Job:
    """The job of a film, once it is in one of these states."""
    until = time.monotonic() + 60
    with daemon.client() as client:
        while time.monotonic() < until:
            for job in client.jobs(limit=20):
                if job.title == title and job.state in states:
                    time.sleep(1)  # by now the command knows of it as well
                    return job
            time.sleep(0.05)
    raise AssertionError(f"no job of {title} is {states}")


@pytest.fixture
def film(daemon: RunningDaemon, tmp_path: Path) -> Path:
    """A film of this test alone, that the daemon sees."""
    name = f"{tmp_path.name}.mp4"
    return write_film(daemon.root / name, Film(scenes=(200,), width=64, height=36))


def cancelled(daemon: RunningDaemon, job: Job) -> bool:
    """Ends a job, if nobody has; whether somebody had."""
    with daemon.client() as client:
        before = client.job(job.name)
        client.cancel(job.name)
        for _ in client.watch(job.name):
            pass
        return before.state == "cancelled" or before.cancel_requested


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_job_goes_on(daemon: RunningDaemon, film: Path, number: signal.Signals) -> None:
    command = begin(daemon, film)
    job = wait_for_job(daemon, film.name)
    command.send_signal(number)
    out, err = command.communicate(timeout=60)
    assert (command.returncode, out) == (130, "")
    short = job.name.removeprefix("jobs/")
    assert err == (
        f"v2a: the daemon goes on with {job.name}; 'v2a jobs watch {short}' shows it, "
        f"'v2a jobs cancel {short}' ends it\n"
    )
    assert not cancelled(daemon, job)


@pytest.mark.slow
def test_cancelled_on_exit(daemon: RunningDaemon, film: Path) -> None:
    command = begin(daemon, film, "--cancel-on-exit")
    job = wait_for_job(daemon, film.name)
    command.send_signal(signal.SIGINT)
    _, err = command.communicate(timeout=60)
    assert (command.returncode, err) == (130, "v2a: the work was cancelled; nothing was written\n")
    assert cancelled(daemon, job) and not film.with_suffix(".foley").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "ends"), [("y\n", True), ("\n", False), ("\x03", False)])
def test_a_terminal_is_asked(daemon: RunningDaemon, film: Path, answer: str, ends: bool) -> None:
    ours, theirs = pty.openpty()
    command = begin(daemon, film, terminal=theirs)
    os.close(theirs)
    job = wait_for_job(daemon, film.name)
    command.send_signal(signal.SIGINT)
    said = read_until(ours, "[y/N]")
    if answer == "\x03":
        command.send_signal(signal.SIGINT)  # the terminal is not the command's own
    else:
        os.write(ours, answer.encode())
    said += read_until(ours, "ends it" if not ends else "nothing was written")
    assert command.wait(timeout=60) == 130, said
    os.close(ours)
    assert cancelled(daemon, job) is ends


@pytest.mark.parametrize("arrived", [True, False])
def test_in_the_moment_of_its_creation_no_job_is_lost(
    daemon: RunningDaemon, film: Path, tmp_path: Path, arrived: bool
) -> None:
    with daemon.client() as client:
        create, asked = client.create_job, itertools.count()

        def interrupted(spec: JobSpec, request_id: str | None = None) -> Job:
            first = next(asked) == 0
            if first and not arrived:
                raise KeyboardInterrupt
            job = create(spec, request_id)
            if first:
                raise KeyboardInterrupt
            return job

        client.create_job = interrupted
        planned = plan([str(film)], tmp_path)
        with reporting("none") as reporter:
            way = DaemonBatch(client, planned, daemon.settings, False, True, reporter)
            with pytest.raises(V2AError) as told:
                way(planned[0])
        assert told.value.reason == "CANCELLED", told.value.message
        made = [job for job in client.jobs(limit=20) if job.title == film.name]
        assert [job.state in ("cancelled", "succeeded") for job in made] == [True]


def read_until(terminal: int, words: str) -> str:
    """What a terminal shows, up to these words."""
    shown = ""
    while words not in shown:
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown
