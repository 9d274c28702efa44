"""A process that works on a store and says what it was promised, until it is killed."""

from __future__ import annotations

import asyncio
import hashlib
import os
from multiprocessing.connection import Connection
from pathlib import Path

from v2a_daemon.store import ArtifactRow, Store
from v2a_daemon.whole_file import whole_file

WORKERS = 2


def write(folder: Path, told: Connection, first: int) -> None:
    """Open, recover, then add and do jobs; `told` gets ("added" | "claimed" | "ended", …)."""
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
