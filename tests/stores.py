"""Work on a store in one line: a test is plain, the store is async."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from v2a_daemon.store import ArtifactRow, Row, Store

_Result = TypeVar("_Result")


def in_store(folder: Path, work: Callable[[Store], Awaitable[_Result]], **options: Any) -> _Result:
    """What `work` gives with the folder's store, opened before and closed after."""

    async def run() -> _Result:
        store = await Store.open(folder, **options)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def add_job(store: Store, spec: bytes = b"spec", **changes: Any) -> Row:
    """A new job; `changes` are arguments of `Store.add`."""
    plain: dict[str, Any] = {
        "body_hash": "hash",
        "request_id": "",
        "title": "",
        "priority": 0,
        "parent": None,
        "extra": "",
        "queue_limit": 512,
    }
    return await store.add(spec, **{**plain, **changes})


async def succeed(store: Store, job: int, *files: ArtifactRow) -> bool:
    """End a job well."""
    return await store.finish(job, "succeeded", None, b"result", 1, "{}", files)


def artifact(job: int, number: int = 1, path: Path = Path("/x/mix.wav")) -> ArtifactRow:
    """A file of a job."""
    return ArtifactRow(job, number, "mix", path.name, path, 3, "ab", 1)
