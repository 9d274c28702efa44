"""Media that clients bring: received whole, checked, kept once under its SHA-256."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from v2a.disk import PART, check_free, sweep, whole_file
from v2a.errors import V2AError
from v2a.output.foley_names import safe_name

_ID = re.compile(r"[0-9a-f]{64}")
BLOCK = 4 << 20
"""Bytes gathered before they are hashed and written in a thread."""
MARGIN = 64 << 20
"""Bytes that an upload leaves free."""


class Header(Protocol):
    """What is announced: v2a.v1.UploadHeader."""

    file_name: str
    size_bytes: int
    sha256: str


class Uploads:
    """`SHA256/FILE_NAME` in a folder; its own file name, because the stem names the results."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """`limit_bytes` of one upload."""
        self.folder, self.limit_bytes = folder, limit_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def receive(self, header: Header, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Take in what was announced; its id, and bytes received (0: the content was there).

        However it ends early, nothing is left of it. Raises BAD_OPTION (a header that makes no
        sense), TOO_LARGE, DISK_FULL, UPLOAD_BROKEN.
        """
        name = self._checked(header)
        if self._file(header.sha256) is not None:
            self._touch(header.sha256)
            return header.sha256, 0
        self._check_room(header)
        path = self.folder / header.sha256 / name
        try:
            with whole_file(path) as part:
                await _take(header, chunks, part)
        except BaseException:
            _remove_if_empty(path.parent)
            raise
        if self._file(header.sha256, but=path) is not None:  # brought by two at once
            path.unlink()
        return header.sha256, header.size_bytes

    def path(self, upload: str) -> Path:
        """The file of an upload; asking counts as use. NO_SUCH_UPLOAD."""
        found = self._file(upload) if _ID.fullmatch(upload) else None
        if found is None:
            raise V2AError("NO_SUCH_UPLOAD", name=upload)
        self._touch(upload)
        return found

    def bytes(self) -> int:
        """Bytes of all uploads."""
        files = (file for folder in self._folders() if (file := self._file(folder.name)))
        return sum(file.stat().st_size for file in files)

    def trim(self, keep: int, used: Collection[str] = ()) -> list[str]:
        """Remove the longest unused uploads until `keep` bytes are left; the ids removed.

        Those that a job still needs are `used`.
        """
        files = [file for folder in self._folders() if (file := self._file(folder.name))]
        excess = sum(file.stat().st_size for file in files) - keep
        removed: list[str] = []
        for file in sorted(files, key=lambda file: file.parent.stat().st_mtime_ns):
            if excess > 0 and file.parent.name not in used:
                excess -= file.stat().st_size
                file.unlink()
                _remove_if_empty(file.parent)
                removed.append(file.parent.name)
        return removed

    def clean(self) -> None:
        """Remove what a crash left half-received; only while nobody uploads."""
        sweep(self.folder)
        for folder in self._folders():
            _remove_if_empty(folder)

    def _checked(self, header: Header) -> str:
        """The name to keep it under."""
        if not _ID.fullmatch(header.sha256):
            hint = "give 64 lower-case hexadecimal digits"
            raise V2AError("BAD_OPTION", detail="sha256 is no SHA-256", hint=hint)
        if header.size_bytes <= 0:
            detail = f"size_bytes {header.size_bytes} is not above 0"
            raise V2AError("BAD_OPTION", detail=detail, hint="give the file's size")
        if header.size_bytes > self.limit_bytes:
            detail = f"has {header.size_bytes} bytes, and at most {self.limit_bytes} are taken"
            raise V2AError("TOO_LARGE", path=header.file_name, detail=detail)
        return _kept_name(header.file_name)

    def _check_room(self, header: Header) -> None:
        check_free(self.folder, header.size_bytes + MARGIN)

    def _file(self, upload: str, but: Path | None = None) -> Path | None:
        files = (self.folder / upload).glob("*")
        return next((p for p in files if p != but and not p.name.endswith(PART)), None)

    def _folders(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if _ID.fullmatch(path.name)]

    def _touch(self, upload: str) -> None:
        # The folder, not the file: a file's own time says whether its digest still holds.
        os.utime(self.folder / upload)


async def _take(header: Header, chunks: AsyncIterator[bytes], part: Path) -> None:
    """Write what comes into `part`: no byte more than announced, and only what was announced."""
    received, block = 0, bytearray()
    with part.open("xb") as file:
        async with _Blocks(file) as blocks:
            async for chunk in chunks:
                received += len(chunk)
                if received > header.size_bytes:
                    raise _broken(header, f"more than {header.size_bytes} bytes")
                block += chunk
                if len(block) >= BLOCK:
                    await blocks.write(block)
                    block = bytearray()
            await blocks.write(block)
            sha256 = await blocks.end()
    if received < header.size_bytes:
        raise _broken(header, f"{received} of {header.size_bytes} bytes")
    if sha256 != header.sha256:
        raise _broken(header, "another SHA-256")


class _Blocks:
    """A file hashed and written in a thread, one block while the next one arrives."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hasher = file, hashlib.sha256()
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writing is not None:  # the file is not closed under the thread
            await asyncio.gather(self._writing, return_exceptions=True)

    async def write(self, block: bytearray) -> None:
        """Begin to write a block when the one before is written."""
        if self._writing is not None:
            await asyncio.shield(self._writing)
        self._writing = asyncio.create_task(asyncio.to_thread(self._write, block))

    async def end(self) -> str:
        """The SHA-256 of all blocks, when all are on the disk."""
        if self._writing is not None:
            await asyncio.shield(self._writing)
        self._file.flush()
        # In a thread here, so that `whole_file` has nothing left to wait for in the event loop.
        await asyncio.to_thread(os.fsync, self._file.fileno())
        return self._hasher.hexdigest()

    def _write(self, block: bytearray) -> None:
        self._hasher.update(block)
        self._file.write(block)


def _broken(header: Header, detail: str) -> V2AError:
    return V2AError("UPLOAD_BROKEN", name=header.file_name, detail=detail)


def _kept_name(file_name: str) -> str:
    """A client's file name without folders and without what file systems do not take."""
    name = safe_name(re.split(r"[/\\]", file_name)[-1])
    if name.lower().endswith(PART):  # what ends so is taken for half a file
        name += "_"
    return f"media{Path(name).suffix}" if set(Path(name).stem) <= {".", "_"} else name


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # another upload of the same content is under way, or done
        return
