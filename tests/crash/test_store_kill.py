"""The writer killed at any instant: what it had promised holds when the store opens again."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.crash.store_writer import write
from tests.stores import in_store
from v2a.api.job_types import ENDED
from v2a_daemon.store import ArtifactRow, Row, Store

FOLDERS, KILLS = 10, 20
LONGEST_S = 0.12


@dataclass
class Promises:
    """What writers were told was on the disk, and what was seen there after each kill."""

    added: dict[int, str] = field(default_factory=dict[int, str])
    claims: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    ended: dict[int, str] = field(default_factory=dict[int, str])
    cancelled: set[int] = field(default_factory=set[int])
    final: dict[int, Row] = field(default_factory=dict[int, Row])

    def listen(self, told: Connection) -> None:
        """Take in all that a killed writer said."""
        try:
            while True:
                match told.recv():
                    case ("added", job, request):
                        self.added[job] = request
                    case ("claimed", job, attempt):
                        assert (job, attempt) not in self.claims, "two workers hold one job"
                        self.claims.add((job, attempt))
                    case ("ended", job, sha256):
                        self.ended[job] = sha256
                    case ("cancelled", job):
                        self.cancelled.add(job)
        except (EOFError, OSError):
            return


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("seed", range(FOLDERS))
def test_killed_at_any_instant_nothing_promised_is_lost(seed: int, tmp_path: Path) -> None:
    chance, promises = random.Random(seed), Promises()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.store_writer"])
    cycle = 0
    while cycle < KILLS or not (len(promises.ended) > KILLS and promises.cancelled):
        # Where little is done in that time, because the disk is slow, writers live longer.
        longest_s = LONGEST_S * (1 + cycle // KILLS)
        kill_one(context, tmp_path, promises, cycle * 10_000, chance.uniform(0, longest_s))
        in_store(tmp_path, lambda store: check(store, promises), ballast_bytes=4096)
        cycle += 1
    print(f"{cycle} kills, {len(promises.ended)} jobs ended before them")


def kill_one(
    context: multiprocessing.context.ForkServerContext,
    folder: Path,
    promises: Promises,
    first: int,
    seconds: float,
) -> None:
    ours, theirs = context.Pipe(duplex=False)
    writer = context.Process(target=write, args=(folder, theirs, first))
    writer.start()
    theirs.close()
    assert ours.recv() == ("begun",)
    time.sleep(seconds)
    assert writer.pid and writer.exitcode is None, "the writer failed by itself"
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    promises.listen(ours)
    ours.close()


async def check(store: Store, promises: Promises) -> None:
    """The invariants; opening has run SQLite's own check, and would have noted damage."""
    assert store.notes == []
    rows = {row.id: row for row in await store.page(100_000)}
    for job, request in promises.added.items():
        assert job in rows, f"job {job} was acknowledged and is lost"
        assert (await store.get(job)).spec == request.encode() * 50
    assert all(rows[job].state == "succeeded" for job in promises.ended)
    for job, row in rows.items():
        assert promises.final.get(job, row) == row, "an ended job changed"
        if row.state == "succeeded":
            (file,) = await store.artifacts(job)
            assert is_whole(file) and promises.ended.get(job, file.sha256) == file.sha256
    assert all(rows[job].cancel_requested for job in promises.cancelled)
    promises.final = {job: row for job, row in rows.items() if row.state in ENDED}


def is_whole(file: ArtifactRow) -> bool:
    data = file.path.read_bytes()
    return len(data) == file.size and hashlib.sha256(data).hexdigest() == file.sha256
