"""What a store's writers were promised before they were killed, and whether it holds."""

from __future__ import annotations

import hashlib
import multiprocessing
import signal
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tests.crash.store_writer import Strike, write
from v2a.api.job_types import ENDED
from v2a_daemon.store import ArtifactRow, Row, Store


def forkserver() -> multiprocessing.context.ForkServerContext:
    """Where writers come from, with all modules loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.store_writer"])
    return context


def start_writer(
    folder: Path, first: int, strike: Strike | None = None
) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    """A writer that has begun, and what it tells; its requests are numbered from `first`."""
    context = forkserver()
    ours, theirs = context.Pipe(duplex=False)
    writer = context.Process(target=write, args=(folder, theirs, first, strike))
    writer.start()
    theirs.close()
    assert ours.recv() == ("begun",)
    return writer, ours


def bury(writer: multiprocessing.process.BaseProcess, told: Connection, promises: Promises) -> None:
    """Wait for a writer that was killed, and take in all that it said."""
    promises.listen(told)
    told.close()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL, "the writer ended by itself"


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
