"""The store's writer killed at any instant, as a bench (`python -m tests.bench crashes`)."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from tests.crash.store_promises import Promises, bury, check, start_writer
from tests.stores import in_store

KILLS = 20
LONGEST_S = 0.12


def store_killed_at_any_instant(seed: int, folder: Path) -> str:
    """Twenty kills and more in one folder; how many there were, and how many jobs had ended."""
    chance, promises = random.Random(seed), Promises()
    folder.mkdir(parents=True, exist_ok=True)
    cycle = 0
    while cycle < KILLS or not (len(promises.ended) > KILLS and promises.cancelled):
        # Where little is done in that time, because the disk is slow, writers live longer.
        longest_s = LONGEST_S * (1 + cycle // KILLS)
        writer, told = start_writer(folder, cycle * 10_000)
        time.sleep(chance.uniform(0, longest_s))
        assert writer.pid and writer.exitcode is None, "the writer failed by itself"
        os.kill(writer.pid, signal.SIGKILL)
        bury(writer, told, promises)
        in_store(folder, lambda store: check(store, promises), ballast_bytes=4096)
        cycle += 1
    return f"{cycle} kills, {len(promises.ended)} jobs ended before them"
