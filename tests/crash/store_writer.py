"""A process that works on a store and says what it was promised, until it is killed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from v2a.disk import whole_file
from v2a_daemon.store import ArtifactRow, Store, job_table

WORKERS = 2


OPERATIONS = ("add", "claim", "request_cancel", "finish")
"""What a store does for a job, by the name of the function and of the method."""


@dataclass(frozen=True)
class Strike:
    """Where a writer kills itself."""

    operation: str
    when: Literal["inside", "after"]
    """Inside the transaction, all of it done; or once it is on the disk, before that is told."""
    number: int
    """Of the operation among those of its kind, from 1."""

    def arm(self) -> None:
        """Have this process die there."""
        owner = job_table if self.when == "inside" else Store
        real, left = getattr(owner, self.operation), [self.number]

        def count() -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        def inside(*args: Any, **more: Any) -> Any:
            result = real(*args, **more)
            count()
            return result

        async def after(*args: Any, **more: Any) -> Any:
            result = await real(*args, **more)
            count()
            return result

        setattr(owner, self.operation, inside if self.when == "inside" else after)


def write(folder: Path, told: Connection, first: int, strike: Strike | None = None) -> None:
    """Open, recover, then add and do jobs; `told` gets ("added" | "claimed" | "ended", …)."""
    if strike:
        strike.arm()
    told.send(("begun",))
    asyncio.run(_write(folder, told, first))


async def _write(folder: Path, told: Connection, first: int) -> None:
    store = await Store.open(folder, ballast_bytes=4096)
    assert store.notes == [], store.notes
    await store.recover()
    workers = [_work(store, folder, told) for _ in range(WORKERS)]
    await asyncio.gather(_add(store, told, first), *workers)


async def _add(store: Store, told: Connection, number: int) -> None:
    while True:
        request, priority = f"request {number}", number % 3
        row = await store.add(
            request.encode() * 50, request, request, "", priority, None, "", 10_000
        )
        told.send(("added", row.id, request))
        if number % 5 == 0:
            await store.request_cancel(row.id)
            told.send(("cancelled", row.id))
        number += 1


async def _work(store: Store, folder: Path, told: Connection) -> None:
    while True:
        row = await store.claim()
        if row is None:
            await asyncio.sleep(0)
            continue
        told.send(("claimed", row.id, row.attempt))
        data = os.urandom(10_000)
        path = folder / "jobs" / str(row.id) / "mix.wav"
        with whole_file(path) as part:
            part.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        file = ArtifactRow(row.id, 1, "mix", "mix.wav", path, len(data), sha256, 1)
        assert await store.finish(row.id, "succeeded", None, b"done", 1, "{}", [file])
        told.send(("ended", row.id, sha256))
