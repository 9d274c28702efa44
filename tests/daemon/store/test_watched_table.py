"""The ledger of watch folders: written whole, listed in order, kept through restarts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.stores import add_job, in_store, succeed
from v2a_daemon.store import Store
from v2a_daemon.store.watched_table import WatchedRow

ENTRY = WatchedRow(
    "/films", "key", "a.mp4", "cd", 1, -2, str(2**100), "working", "", "", "/r", 0, "", "", ""
)


def test_an_entry_is_replaced_as_a_whole_and_outlives_the_store(tmp_path: Path) -> None:
    async def write(store: Store) -> None:
        await store.put_watched(ENTRY)
        await store.put_watched(replace(ENTRY, state="failed", failures=2, reason="NO_FRAMES"))
        await store.put_watched(replace(ENTRY, folder="/other"))

    async def read(store: Store) -> WatchedRow | None:
        return await store.watched("/films", "key")

    in_store(tmp_path, write)
    kept = in_store(tmp_path, read)
    assert kept is not None and kept.written > 0
    assert replace(kept, written=0) == replace(
        ENTRY, state="failed", failures=2, reason="NO_FRAMES"
    )


def test_pages_go_through_a_folder_once(tmp_path: Path) -> None:
    async def work(store: Store) -> list[str]:
        for number in range(7):
            await store.put_watched(replace(ENTRY, key=f"{number}"))
        await store.put_watched(replace(ENTRY, folder="/other"))
        keys: list[str] = []
        while page := await store.watched_page("/films", 3, keys[-1] if keys else ""):
            keys += [row.key for row in page]
        return keys

    assert in_store(tmp_path, work) == list("0123456")


def test_pruned_jobs_take_no_entry_with_them(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        job = await add_job(store)
        await store.put_watched(replace(ENTRY, state="done", job=f"jobs/{job.id}"))
        await succeed(store, job.id)
        assert await store.prune(0) == [job.id]
        assert await store.watched("/films", "key") is not None
        await store.forget_watched("/films", "key")
        await store.forget_watched("/films", "key")
        assert await store.watched("/films", "key") is None

    in_store(tmp_path, work)
