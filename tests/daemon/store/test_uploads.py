"""Uploads: what was announced arrives whole and is kept once, or nothing is left of it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.errors import V2AError
from v2a_daemon.store import uploads as uploads_module
from v2a_daemon.store.uploads import Uploads

LIMIT = 1 << 30


@dataclass
class Header:
    file_name: str
    size_bytes: int
    sha256: str


def header(data: bytes, name: str = "film.mp4") -> Header:
    return Header(name, len(data), hashlib.sha256(data).hexdigest())


async def stream(chunks: Sequence[bytes | Exception]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(0)
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk


def receive(uploads: Uploads, announced: Header, *chunks: bytes | Exception) -> tuple[str, int]:
    return asyncio.run(uploads.receive(announced, stream(chunks)))


def refused(uploads: Uploads, announced: Header, *chunks: bytes | Exception) -> str:
    with pytest.raises(V2AError) as error:
        receive(uploads, announced, *chunks)
    assert error.value.message
    return error.value.reason


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", LIMIT)


@settings(max_examples=30, deadline=None)
@given(chunks=st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=20))
def test_in_whatever_chunks_the_content_arrives_and_is_kept_once(chunks: list[bytes]) -> None:
    data = b"".join(chunks)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(uploads_module, "BLOCK", 64)
        uploads = Uploads(Path(folder), LIMIT)
        name, received = receive(uploads, header(data), *chunks)
        path = uploads.path(name)
        assert (path.name, path.read_bytes(), received) == ("film.mp4", data, len(data))
        assert receive(uploads, header(data, "other.mov")) == (name, 0)
        assert [p for p in Path(folder).rglob("*") if p.is_file()] == [path]


@pytest.mark.parametrize(
    ("chunks", "detail"),
    [
        ([b"fil"], "3 of 4 bytes"),
        ([], "0 of 4 bytes"),
        ([b"film", b"!"], "more than 4 bytes"),
        ([b"fill"], "another SHA-256"),
    ],
)
def test_what_is_not_as_announced_is_refused(
    chunks: list[bytes], detail: str, uploads: Uploads
) -> None:
    with pytest.raises(V2AError) as error:
        receive(uploads, header(b"film"), *chunks)
    assert error.value.reason == "UPLOAD_BROKEN" and detail in error.value.message
    assert list(uploads.folder.iterdir()) == []


def test_a_client_that_vanishes_leaves_nothing(uploads: Uploads) -> None:
    with pytest.raises(ConnectionError):
        receive(uploads, header(b"film"), b"fi", ConnectionError())

    async def cut_off() -> None:
        halfway = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"fi"
            halfway.set()
            await asyncio.sleep(600)

        task = asyncio.create_task(uploads.receive(header(b"film"), slow()))
        await asyncio.wait_for(halfway.wait(), 60)
        assert list(uploads.folder.glob("*/*.part"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cut_off())
    assert list(uploads.folder.iterdir()) == []


def test_no_more_is_ever_taken_than_was_announced(uploads: Uploads) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield bytes(1000)

    with pytest.raises(V2AError):
        asyncio.run(uploads.receive(header(bytes(5000)), endless()))
    assert taken == 6000


def test_headers_without_sense_are_refused(uploads: Uploads) -> None:
    good = header(b"film")
    for sha256 in ("", "../../etc", good.sha256.upper(), good.sha256[:-1], good.sha256 + "\n"):
        assert refused(uploads, Header("film.mp4", 4, sha256), b"film") == "BAD_OPTION"
    for size in (0, -1):
        assert refused(uploads, Header("film.mp4", size, good.sha256), b"film") == "BAD_OPTION"
    assert refused(uploads, Header("a.mp4", LIMIT + 1, good.sha256)) == "TOO_LARGE"
    assert list(uploads.folder.iterdir()) == []


def test_a_disk_without_room_is_told_before_a_byte_is_taken(tmp_path: Path) -> None:
    huge = Header("film.mp4", 1 << 60, "0" * 64)
    assert refused(Uploads(tmp_path, 1 << 62), huge, RuntimeError("asked for")) == "DISK_FULL"


@pytest.mark.parametrize(
    "name",
    ["../../evil.mp4", "/etc/passwd", "C:\\evil.mp4", "a/b\\c.mp4", "", ".", "..", "\0.mp4",
     ".mp4", "映画.mp4", "x" * 400 + ".mp4", "film.part", "CON", " "],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(name: str, uploads: Uploads) -> None:
    upload, _ = receive(uploads, header(b"film", name), b"film")
    path = uploads.path(upload)
    assert path.parent == uploads.folder / upload and path.is_file()
    assert len(path.name.encode()) < 250
    assert uploads.path(upload).suffix in ("", ".mp4", ".part_")


def test_two_who_bring_the_same_at_once_share_it(uploads: Uploads) -> None:
    async def both() -> list[tuple[str, int]]:
        return await asyncio.gather(
            *(
                uploads.receive(header(b"film", f"{k}.mp4"), stream([b"fi", b"lm"]))
                for k in range(3)
            )
        )

    assert len({upload for upload, _ in asyncio.run(both())}) == 1
    assert len([path for path in uploads.folder.rglob("*") if path.is_file()]) == 1


def test_only_ids_of_uploads_are_known(uploads: Uploads) -> None:
    for name in ("", "..", "0" * 64, "*" * 64, "0" * 63 + "/"):
        with pytest.raises(V2AError) as missing:
            uploads.path(name)
        assert missing.value.reason == "NO_SUCH_UPLOAD"


def test_the_longest_unused_make_room_and_used_ones_stay(uploads: Uploads) -> None:
    names = [receive(uploads, header(data), data)[0] for data in (b"1111", b"2222", b"3333")]
    for age, name in enumerate(names):
        os.utime(uploads.folder / name, (1000 + age, 1000 + age))
    before = uploads.path(names[0]).stat().st_mtime_ns
    assert uploads.path(names[0]).stat().st_mtime_ns == before
    assert uploads.trim(12) == []
    assert uploads.trim(8, used={names[1]}) == [names[2]]
    assert uploads.trim(0) == [names[1], names[0]]
    assert list(uploads.folder.iterdir()) == []


def test_a_crash_leaves_nothing_that_clean_does_not_remove(uploads: Uploads) -> None:
    kept = uploads.path(receive(uploads, header(b"film"), b"film")[0])
    for folder in (kept.parent, uploads.folder / ("0" * 64)):
        folder.mkdir(exist_ok=True)
        (folder / "film.mp4.1234.part").write_bytes(b"half")
    uploads.clean()
    assert [path for path in uploads.folder.rglob("*") if path.is_file()] == [kept]
    assert list(uploads.folder.iterdir()) == [kept.parent]
