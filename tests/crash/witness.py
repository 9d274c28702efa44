"""What a daemon promised over all its lives in one folder, and whether that holds: the contract.

I1 an acknowledged job is never lost. I2 a job that succeeded has every file, whole. I3 no two hold
one job. I4 a job that ended never changes. And: the database is sound, nothing half-written is
left, no process outlives its daemon.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.fixtures_daemons import RunningDaemon, all_below, log_lines, wait_until
from v2a.api.job_types import ENDED, Job, JobSpec, Output, TimelineClip
from v2a.client import Client
from v2a.job_settings import Settings

PATIENCE_S = 240.0
"""For one job, on a machine that does much else at once."""
LEAVING_S = 20.0
"""That children have to end in once their server is gone, and half a file once nobody wants it."""
OPEN, SHUT = "begun, attempt", ("ended: ", "goes back", "serves on ")
"""How lines of the log begin that say that a job is held, and that it is not any more."""


@dataclass
class Witness:
    """Remembers what it saw of the jobs of one daemon's folder."""

    state: Path
    root: Path
    acknowledged: set[int] = field(default_factory=set[int])
    final: dict[int, tuple[Any, ...]] = field(default_factory=dict[int, tuple[Any, ...]])

    def create(self, client: Client, spec: JobSpec) -> Job:
        """A job that was acknowledged."""
        job = client.create_job(spec)
        self.acknowledged.add(number(job))
        return job

    def check(self, daemon: RunningDaemon | None = None) -> dict[int, str]:
        """The invariants; jobs and their states. With a daemon, all its jobs have to have ended."""
        rows, files = self._read()
        assert self.acknowledged <= rows.keys(), "an acknowledged job is lost"
        for job, row in rows.items():
            assert self.final.get(job, row) == row, f"job {job} changed after its end"
        states = {job: str(row[0]) for job, row in rows.items()}
        self.final = {job: row for job, row in rows.items() if states[job] in ENDED}
        for job, path, size, sha256 in files:
            assert states[job] == "succeeded"
            data = Path(path).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (size, sha256), path
        self._check_holders()
        self._check_processes(daemon)
        if daemon is not None:
            assert set(states.values()) <= ENDED
            # A sound that nobody waits for any more may be half-written when its job has ended.
            wait_until(lambda: not list(self.leftovers()), LEAVING_S)
        return states

    def leftovers(self) -> Iterator[Path]:
        """What is half-written or half-replaced."""
        for folder in (self.state, self.root):
            for path in all_below(folder):
                name = path.name
                if name.endswith(".part") or ".foley.part-" in name or ".foley.old-" in name:
                    yield path

    def _read(self) -> tuple[dict[int, tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows of jobs and of the files of those that succeeded, from a copy of the database."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("jobs.db", "jobs.db-wal"):
                if (self.state / name).exists():
                    shutil.copy(self.state / name, folder)
            with closing(sqlite3.connect(f"{folder}/jobs.db")) as copy:
                assert copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]
                rows = copy.execute("SELECT id, state, job.* FROM job").fetchall()
                files = copy.execute("SELECT job, path, size, sha256 FROM artifact").fetchall()
        return {row[0]: row[1:] for row in rows}, files

    def _check_holders(self) -> None:
        held: set[int] = set()
        for said in log_lines(self.state):
            message, job = said["message"], said.get("job", 0)
            if message.startswith(OPEN):
                assert job not in held, f"two hold job {job}"
                held.add(job)
            elif message.startswith(SHUT):
                held = held - {job} if job else set()

    def _check_processes(self, daemon: RunningDaemon | None) -> None:
        """Nobody is there but the daemon and its workers."""
        end = time.monotonic() + LEAVING_S
        while left := set(self.processes()) - self._expected(daemon):
            assert time.monotonic() < end, f"processes that nobody needs: {left}"
            time.sleep(0.1)

    def _expected(self, daemon: RunningDaemon | None) -> set[int]:
        return {daemon.pid, *pids(daemon, "worker")} if daemon else set[int]()

    def processes(self) -> Iterator[int]:
        """All that this folder's daemons started."""
        for process in psutil.process_iter():
            try:
                if process.environ().get("V2A_STATE") == str(self.state):
                    yield process.pid
            except psutil.Error:
                continue


def number(job: Job) -> int:
    """17 of "jobs/17"."""
    return int(job.name.rpartition("/")[2])


def pids(daemon: RunningDaemon, child: str) -> list[int]:
    """Processes of a kind of child (worker, media, tracks) of a daemon."""
    found: list[int] = []
    try:
        processes = psutil.Process(daemon.pid).children(recursive=True)
    except psutil.Error:
        return found
    for process in processes:
        with suppress(psutil.Error):  # that one has just ended
            if process.cmdline()[-1:] == [f"v2a_daemon.children.{child}_child"]:
                found.append(process.pid)
    return found


def another(film: Path, name: str) -> Path:
    """A film that looks like `film` and is another: its bytes are its name's, in every run."""
    path = film.with_name(f"{name}.mp4")
    shutil.copy(film, path)
    with path.open("ab") as file:
        unlike = hashlib.sha256(name.encode()).digest()[:16]
        file.write(struct.pack(">I4s", 24, b"free") + unlike)
    return path


def spec(film: Path, settings: Settings, *cuts: int) -> JobSpec:
    """The job of one film, its results in a folder beside it that only it writes to."""
    clip = TimelineClip(film, known_cuts=cuts)
    return JobSpec([clip], settings, Output(film.parent / "results"))


def ended(client: Client, job: Job) -> Job:
    """A job once it has ended, in whatever way."""
    end = time.monotonic() + PATIENCE_S
    while not (seen := client.job(job.name)).done:
        assert time.monotonic() < end, f"{job.name} does not end: {seen}"
        time.sleep(0.05)
    return seen
