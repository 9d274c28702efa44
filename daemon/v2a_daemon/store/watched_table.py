"""Table `watched`: what watch folders remember, by folder and by content and settings."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from v2a_daemon.store.job_rows import now_ms

WatchState = Literal["working", "done", "failed", "again"]


@dataclass(frozen=True)
class WatchedRow:
    """One content of a watched folder, with the settings it is scored with."""

    folder: str
    key: str
    file: str
    """Relative to the folder, where it was seen last."""
    sha256: str
    size: int
    """Bytes."""
    mtime_ns: int
    inode: str
    state: WatchState
    request_id: str
    job: str
    result: str
    failures: int
    reason: str
    message: str
    remedy: str
    written: int = 0
    """Milliseconds since 1970, for people to read."""

    @property
    def when(self) -> datetime:
        """When it was written last."""
        return datetime.fromtimestamp(self.written / 1000, UTC)


def put(connection: sqlite3.Connection, row: WatchedRow) -> None:
    """Write an entry in place of the one with its folder and key."""
    values = astuple(replace(row, written=now_ms()))
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT OR REPLACE INTO watched VALUES ({marks})", values)


def get(connection: sqlite3.Connection, folder: str, key: str) -> WatchedRow | None:
    """One entry; None where the key is not known."""
    found = connection.execute("SELECT * FROM watched WHERE folder = ? AND key = ?", (folder, key))
    row = found.fetchone()
    return WatchedRow(*row) if row else None


def page(connection: sqlite3.Connection, folder: str, limit: int, after: str) -> list[WatchedRow]:
    """Entries of a folder whose key comes after one, in the order of their keys."""
    found = connection.execute(
        "SELECT * FROM watched WHERE folder = ? AND key > ? ORDER BY key LIMIT ?",
        (folder, after, limit),
    )
    return [WatchedRow(*row) for row in found]


def forget(connection: sqlite3.Connection, folder: str, key: str) -> None:
    """Delete an entry, if there is one."""
    connection.execute("DELETE FROM watched WHERE folder = ? AND key = ?", (folder, key))
