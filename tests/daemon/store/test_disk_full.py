"""A full disk: new jobs are refused politely, begun ones can end, and with room all goes on."""

from __future__ import annotations

import random
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores import add_job, artifact, in_store, succeed
from v2a.errors import V2AError
from v2a_daemon.store import Store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
BALLAST = 1 << 20


@pytest.fixture
def disk(small_disk: Callable[[str, int], Path]) -> Path:
    """Eight MiB that can be filled."""
    return small_disk("disk", 8 << 20)


def fill_up(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


async def add_until_refused(store: Store) -> list[int]:
    jobs, chance = list[int](), random.Random(1)
    while len(jobs) < 10_000:
        try:
            spec = chance.randbytes(20_000)
            jobs.append((await add_job(store, spec=spec, queue_limit=99_999)).id)
        except V2AError as error:
            assert error.reason == "DISK_FULL" and "MB are free" in error.message
            return jobs
    raise AssertionError("an 8 MiB disk took 200 MB")


def test_on_a_full_disk_begun_jobs_end_and_with_room_new_ones_come(disk: Path) -> None:
    async def work(store: Store) -> list[int]:
        jobs = await add_until_refused(store)
        assert len(jobs) > 20 and (disk / "ballast").exists()
        filler = fill_up(disk)
        claimed = await store.claim()
        assert claimed and await succeed(store, claimed.id, artifact(claimed.id))
        assert (await store.request_cancel(jobs[1])).state == "cancelled"
        assert await store.file_digest(filler)
        await store.remember_output("key", disk, "[]" * 10_000)
        assert await add_until_refused(store) == []
        filler.unlink()
        for job in jobs[2:]:
            await store.request_cancel(job)
        return jobs[:2]

    async def after(store: Store) -> None:
        assert store.notes == []
        assert [(await store.get(job)).state for job in jobs] == ["succeeded", "cancelled"]
        await add_job(store)
        assert (disk / "ballast").stat().st_size == BALLAST

    jobs = in_store(disk, work, ballast_bytes=BALLAST)
    in_store(disk, after, ballast_bytes=BALLAST)


def test_a_daemon_starts_on_a_full_disk_and_keeps_its_jobs(disk: Path) -> None:
    jobs = in_store(disk, add_until_refused, ballast_bytes=BALLAST)
    filler = fill_up(disk)

    async def work(store: Store) -> None:
        assert store.notes == [] and (await store.counts())["queued"] == len(jobs)
        claimed = await store.claim()
        assert claimed and await succeed(store, claimed.id)
        assert await add_until_refused(store) == []
        filler.unlink()

    in_store(disk, work, ballast_bytes=BALLAST)


def test_no_room_even_for_the_ballast_means_no_new_jobs(disk: Path) -> None:
    async def work(store: Store) -> None:
        assert await add_until_refused(store) == []
        assert await store.claim() is None and await store.page(1) == []

    in_store(disk, work, ballast_bytes=16 << 20)


def test_a_limit_on_file_sizes_is_a_full_disk(tmp_path: Path) -> None:
    """As a quota would: the write fails, the disk has room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    async def work(store: Store) -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * BALLAST, before[1]))
        try:
            jobs = await add_until_refused(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert (await add_job(store)).id > max(jobs)
        return len(jobs)

    async def count(store: Store) -> int:
        assert store.notes == []
        return (await store.counts())["queued"]

    try:
        jobs = in_store(tmp_path, work, ballast_bytes=BALLAST)
    finally:
        signal.signal(signal.SIGXFSZ, handler)
    assert in_store(tmp_path, count, ballast_bytes=BALLAST) == jobs + 1
