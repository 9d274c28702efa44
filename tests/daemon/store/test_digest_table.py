"""What is remembered to save work: a file's digest holds while the file is as it was."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from tests.stores import in_store
from v2a.errors import V2AError
from v2a_daemon.store import Store, digest_table


def test_a_file_is_read_once_for_each_of_its_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, reads = tmp_path / "film.mp4", []
    real = digest_table.read_sha256
    monkeypatch.setattr(digest_table, "read_sha256", lambda path: reads.append(path) or real(path))

    async def work(store: Store) -> None:
        for content, expected_reads in ((b"one", 1), (b"two!", 2)):
            film.write_bytes(content)
            found = await asyncio.gather(*(store.file_digest(film) for _ in range(4)))
            assert {*found} == {hashlib.sha256(content).hexdigest()}
            assert await store.file_digest(film) == found[0]
            assert len(reads) == expected_reads
        os.utime(film, ns=(1, 1))
        await store.file_digest(film)
        assert len(reads) == 3

    in_store(tmp_path / "state", work)


def test_a_file_changed_while_it_is_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"one")
    real = digest_table.read_sha256

    def slow(path: Path) -> str:
        found = real(path)
        path.write_bytes(b"longer")
        return found

    async def work(store: Store) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(digest_table, "read_sha256", slow)
            await store.file_digest(film)
        assert await store.file_digest(film) == hashlib.sha256(b"longer").hexdigest()

    in_store(tmp_path / "state", work)


def test_one_who_stops_waiting_for_a_digest_spoils_it_for_nobody(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(1 << 20))

    async def work(store: Store) -> None:
        gone, stays = (asyncio.create_task(store.file_digest(film)) for _ in range(2))
        await asyncio.sleep(0.001)
        gone.cancel()
        assert await stays == hashlib.sha256(bytes(1 << 20)).hexdigest()

    in_store(tmp_path / "state", work)


def test_a_missing_file_has_no_digest(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        await store.file_digest(tmp_path / "none.mp4")

    with pytest.raises(V2AError) as missing:
        in_store(tmp_path / "state", work)
    assert missing.value.reason == "NOT_FOUND"


def test_outputs_are_remembered_and_the_oldest_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_table, "MOST", 3)

    async def write(store: Store) -> None:
        assert await store.output("0") is None
        for key in "0123401":
            await store.remember_output(key, tmp_path, f"[{key}]")
        await store.prune(0)

    async def read(store: Store) -> list[str | None]:
        return [await store.output(key) for key in "01234"]

    in_store(tmp_path, write)
    assert in_store(tmp_path, read) == ["[0]", "[1]", None, None, "[4]"]
