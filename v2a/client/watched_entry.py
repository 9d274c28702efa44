"""An entry of the ledger of watch folders, as a type and as the contract's message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from v2a.errors import V2AError
from v2a.v1 import watch_service_pb2 as pb

WatchState = Literal["working", "done", "failed", "again"]
"""`working`: begun. `done`: results written. `failed`: with `error`. `again`: to be repeated."""
NUMBERS = {
    "working": pb.WATCH_STATE_WORKING,
    "done": pb.WATCH_STATE_DONE,
    "failed": pb.WATCH_STATE_FAILED,
    "again": pb.WATCH_STATE_AGAIN,
}
NAMES: dict[int, WatchState] = {number: name for name, number in NUMBERS.items()}  # type: ignore[misc]


@dataclass(frozen=True)
class Watched:
    """One content of a watched folder, with the settings it is scored with."""

    folder: str
    """The watched folder, absolute."""
    key: str
    """Digest of content and settings."""
    file: str
    """Latest path of the content, relative to the folder."""
    sha256: str
    size: int
    """Bytes."""
    mtime_ns: int
    inode: str
    state: WatchState = "working"
    request_id: str = ""
    """UUID of the job's request: sent again, it gives the same job."""
    job: str = ""
    """"jobs/17"; empty before the job is made."""
    result: str = ""
    """Absolute path of the result, NAME.foley or a timeline, written or to be."""
    failures: int = 0
    error: V2AError | None = None
    """The last failure; None without one."""
    updated: datetime | None = None


def watched_to_wire(entry: Watched) -> pb.Watched:
    """An entry as a message."""
    message = pb.Watched(
        folder=entry.folder,
        key=entry.key,
        file=entry.file,
        sha256=entry.sha256,
        size_bytes=entry.size,
        mtime_ns=entry.mtime_ns,
        inode=entry.inode,
        state=NUMBERS[entry.state],
        request_id=entry.request_id,
        job=entry.job,
        result=entry.result,
        failures=entry.failures,
    )
    if error := entry.error:
        message.reason, message.message, message.remedy = (
            error.reason, error.message, error.remedy,
        )  # fmt: skip
    return message


def watched_from_wire(message: pb.Watched) -> Watched:
    """An entry from a message."""
    error = None
    if message.reason:
        error = V2AError.told(message.reason, message.message, message.remedy)
    return Watched(
        folder=message.folder,
        key=message.key,
        file=message.file,
        sha256=message.sha256,
        size=message.size_bytes,
        mtime_ns=message.mtime_ns,
        inode=message.inode,
        state=NAMES[message.state],
        request_id=message.request_id,
        job=message.job,
        result=message.result,
        failures=message.failures,
        error=error,
        updated=message.update_time.ToDatetime(UTC),
    )
