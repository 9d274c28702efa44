"""Files to and from a daemon, in chunks, checked against their SHA-256."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from v2a import disk
from v2a.api.job_types import Artifact, Upload
from v2a.client.channel import Channel
from v2a.errors import V2AError
from v2a.v1 import job_service_pb2 as pb

CHUNK = 256 << 10
"""Bytes of a message: the fastest size, and the most the contract allows."""

OnFraction = Callable[[float], None]


def sha256(path: Path) -> tuple[int, str]:
    """Size in bytes and lower-case hexadecimal SHA-256 of a file."""
    return path.stat().st_size, disk.sha256(path)


async def upload(link: Channel, path: Path, on_fraction: OnFraction) -> Upload:
    """Send a file to the daemon; NOT_FOUND, NO_PERMISSION, UPLOAD_BROKEN, TOO_LARGE, DISK_FULL.

    Content that is there already is known by its SHA-256 and not sent again.
    """
    try:
        size, digest = await asyncio.to_thread(sha256, path)
        header = pb.UploadHeader(file_name=_name(path), size_bytes=size, sha256=digest)
        with link.telling("an upload"):
            messages = _messages(path, header, on_fraction)
            answer = await link.jobs.UploadMedia(messages, metadata=link.metadata)
    except PermissionError as error:
        raise V2AError("NO_PERMISSION", path=path) from error
    except OSError as error:
        raise V2AError("NOT_FOUND", path=path) from error
    on_fraction(1.0)
    return Upload(answer.upload_id, _name(path))


async def _messages(
    path: Path, header: pb.UploadHeader, on_fraction: OnFraction
) -> AsyncIterator[pb.UploadMediaRequest]:
    yield pb.UploadMediaRequest(header=header)
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            yield pb.UploadMediaRequest(data=data)
            on_fraction(min(1.0, file.tell() / header.size_bytes))


def _name(path: Path) -> str:
    """The file's name as text, which is all that a message can hold."""
    return path.name.encode(errors="surrogateescape").decode(errors="replace")


async def download(link: Channel, artifact: Artifact, to: Path, on_fraction: OnFraction) -> None:
    """Fetch a job's file to a path, where it appears whole; goes on where a `.part` file ends.

    Raises DOWNLOAD_BROKEN if the content is not what the job recorded, OUTPUT_READ_ONLY, and
    DAEMON_LOST, after which calling again goes on.
    """
    part = to.with_name(f".{to.name}.part")
    try:
        if not (to.is_file() and await asyncio.to_thread(sha256, to) == _recorded(artifact)):
            await _fill(link, artifact, part, on_fraction)
            await asyncio.to_thread(disk.put_in_place, part, to)
    except OSError as error:
        raise V2AError("OUTPUT_READ_ONLY", path=to.parent) from error
    on_fraction(1.0)


async def _fill(link: Channel, artifact: Artifact, part: Path, on_fraction: OnFraction) -> None:
    """Append the rest to the unfinished file; one whose hash is wrong is removed."""
    begin = part.stat().st_size if part.exists() else 0
    if begin > artifact.size:
        part.unlink()
        begin = 0
    await _append(link, artifact, part, begin, on_fraction)
    if await asyncio.to_thread(sha256, part) == _recorded(artifact):
        return
    part.unlink()
    if not begin:
        raise V2AError("DOWNLOAD_BROKEN", name=artifact.name)
    await _fill(link, artifact, part, on_fraction)  # what lay there was of something else


async def _append(
    link: Channel, artifact: Artifact, part: Path, begin: int, on_fraction: OnFraction
) -> None:
    request = pb.DownloadArtifactRequest(name=artifact.name, offset_bytes=begin)
    with part.open("ab") as file, link.telling("a download"):
        async for answer in link.jobs.DownloadArtifact(request, metadata=link.metadata):
            file.write(answer.data)
            on_fraction(min(1.0, file.tell() / max(1, artifact.size)))


def _recorded(artifact: Artifact) -> tuple[int, str]:
    return artifact.size, artifact.sha256
