"""Jobs cancelled at any instant, as a bench (`python -m tests.bench crashes`)."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.crash.witness import Witness, another, ended, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import run_daemon
from v2a.api.job_types import Job

STEPS = 150
"""Of the sound model: a second or so on a quiet core."""
MOST_PAUSE_S = 0.5
"""Between two jobs."""


def cancelled_at_any_instant(jobs: int, folder: Path, pack: Path) -> dict[str, int]:
    """So many jobs, most of them cancelled some time; how many ended how.

    Raises AssertionError where one ended in another way, or something is left of it.
    """
    chance, begun = random.Random(3), list[Job]()
    daemon = run_daemon(folder, pack, keep_alive=-1)
    witness = Witness(daemon.state, daemon.root)
    try:
        film = write_film(daemon.root / "film.mp4", Film(scenes=(200, 200)))
        with daemon.client() as client:
            for k in range(jobs):
                settings = replace(daemon.settings, steps=chance.choice((1, STEPS)))
                begun.append(witness.create(client, spec(another(film, f"any{k}"), settings, 200)))
                time.sleep(chance.uniform(0, MOST_PAUSE_S))
                client.cancel(chance.choice(begun).name)
            for job in begun[::2]:
                client.cancel(job.name)
                client.cancel(job.name)
            ends = [ended(client, job) for job in begun]
            troubles = [(job.name, job.error) for job in ends if job.error]
            assert not troubles, troubles
            assert client.status().restarts == 0
        witness.check(daemon)
    finally:
        daemon.end()
    return dict(Counter(job.state for job in ends))
