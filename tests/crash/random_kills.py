"""Any process of a daemon killed at any instant: what was promised holds, all goes on.

As a bench (`python -m tests.bench crashes`); one kill at every stage is in `test_kills.py`.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from tests.crash.witness import Witness, another, ended, pids, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, run_daemon
from v2a.api.job_types import Job

LONGEST_S = {"server": 3.0, "worker": 3.0, "media": 0.4, "tracks": 0.4}
"""From when the victim was first seen at work."""


class Daemons:
    """One folder's daemon, started again whenever it is gone."""

    def __init__(self, folder: Path, pack: Path) -> None:
        self._folder, self._pack = folder, pack
        self.running = self._start()
        self.witness = Witness(self.running.state, self.running.root)
        self.jobs: list[Job] = []

    def _start(self) -> RunningDaemon:
        return run_daemon(self._folder, self._pack, keep_alive=-1)

    def create(self, film: Path, cycle: int) -> None:
        """Two jobs of a film of their own, so that all stages have something to do."""
        with self.running.client() as client:
            for k in range(2):
                new = another(film, f"film-{cycle}-{k}")
                self.jobs.append(self.witness.create(client, spec(new, self.running.settings, 12)))

    def kill(self, victim: str, wait_s: float) -> bool:
        """Kill a process of a kind once there is one, a while later; whether it was there."""
        end = time.monotonic() + 60
        while not (found := self.find(victim)) and time.monotonic() < end:
            time.sleep(0.02)
            if all(self.job(job).done for job in self.jobs[-2:]):
                return False
        time.sleep(wait_s)
        for pid in found[:1]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
        if victim == "server":
            self.running.kill()
            self.witness.check()
            self.running = self._start()
        return bool(found)

    def find(self, victim: str) -> list[int]:
        return [self.running.pid] if victim == "server" else pids(self.running, victim)

    def job(self, job: Job) -> Job:
        with self.running.client() as client:
            return client.job(job.name)

    def settle(self, most: int) -> None:
        """Wait until at most so many jobs have not ended."""
        with self.running.client() as client:
            going = [job for job in self.jobs if not client.job(job.name).done]
            for job in going[: max(0, len(going) - most)]:
                ended(client, job)


def killed_at_any_instant(victim: str, most: int, folder: Path, pack: Path) -> str:
    """Kill a kind of process so often that nothing else can be promised; what became of the jobs.

    Raises AssertionError where a promise is broken.
    """
    chance = random.Random(victim)
    daemons = Daemons(folder, pack)
    try:
        film = write_film(daemons.running.root / "film.mp4", Film(scenes=(12, 13)))
        kills, cycle = 0, 0
        while kills < most:
            daemons.create(film, cycle)
            kills += daemons.kill(victim, chance.uniform(0, LONGEST_S[victim]))
            # A film whose decoder was killed twice is taken for one that kills it.
            daemons.settle(most=0 if victim == "media" else 2)
            cycle += 1
        daemons.settle(most=0)
        states = daemons.witness.check(daemons.running)
        ends = check_ends(daemons)
        assert len(states) == 2 * cycle
    finally:
        daemons.running.end()
    daemons.witness.check()
    return f"{kills} kills in {cycle} cycles: {ends}"


def check_ends(daemons: Daemons) -> dict[str, int]:
    """Killed as often as may be, a job has failed of that; else it has succeeded. How many."""
    counts = Counter[str]()
    for job in map(daemons.job, daemons.jobs):
        if job.state == "failed":
            assert job.error and job.error.reason == "WORKER_CRASHED" and job.attempt == 3
        else:
            assert job.state == "succeeded"
        counts[f"{job.state} at attempt {job.attempt}"] += 1
    return dict(counts)
