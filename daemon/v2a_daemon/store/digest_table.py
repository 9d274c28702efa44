"""Tables `digest` and `output`: what is remembered to save work, and may be forgotten any time."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass
from pathlib import Path

from v2a.disk import sha256
from v2a.errors import V2AError

MOST = 20_000
"""Rows kept of each table."""


@dataclass(frozen=True)
class DigestStamp:
    """What tells one state of a file from another without reading it."""

    path: str
    size: int
    mtime_ns: int
    inode: str
    """As text: Windows has inodes beyond SQLite's integers."""

    @classmethod
    def of(cls, path: Path) -> DigestStamp:
        """Of a file as it is now; NOT_FOUND, NO_PERMISSION."""
        try:
            stat = path.stat()
        except PermissionError as error:
            raise V2AError("NO_PERMISSION", path=path) from error
        except OSError as error:
            raise V2AError("NOT_FOUND", path=path) from error
        return cls(str(path), stat.st_size, stat.st_mtime_ns, str(stat.st_ino))


def read_sha256(path: Path) -> str:
    """SHA-256 of a file, lower-case hexadecimal; NOT_FOUND, NO_PERMISSION."""
    try:
        return sha256(path)
    except PermissionError as error:
        raise V2AError("NO_PERMISSION", path=path) from error
    except FileNotFoundError as error:
        raise V2AError("NOT_FOUND", path=path) from error


def known_digest(connection: sqlite3.Connection, stamp: DigestStamp) -> str | None:
    """The SHA-256 of a file that was read in this very state."""
    found = connection.execute(
        "SELECT sha256 FROM digest WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?",
        astuple(stamp),
    ).fetchone()
    return found[0] if found else None


def remember_digest(connection: sqlite3.Connection, stamp: DigestStamp, digest: str) -> None:
    """Keep what reading a file gave."""
    row = (*astuple(stamp), digest)
    connection.execute("INSERT OR REPLACE INTO digest VALUES (?, ?, ?, ?, ?)", row)


def output(connection: sqlite3.Connection, key: str) -> str | None:
    """What was written for a content key."""
    found = connection.execute("SELECT files FROM output WHERE content_key = ?", (key,)).fetchone()
    return found[0] if found else None


def remember_output(connection: sqlite3.Connection, key: str, folder: str, files: str) -> None:
    """Keep what was written for a content key."""
    connection.execute("INSERT OR REPLACE INTO output VALUES (?, ?, ?)", (key, folder, files))


def forget_oldest(connection: sqlite3.Connection) -> None:
    """Keep the newest rows of both tables."""
    for table in ("digest", "output"):
        connection.execute(
            f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - ?", (MOST,)
        )
