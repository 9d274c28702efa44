"""The database file opened: looked through, set aside where damaged, brought to this schema."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from v2a.errors import V2AError
from v2a_daemon.store.schema import APPLICATION_ID, MIGRATIONS, is_whole, migrate

BUSY_S = 5.0
JOURNAL_BYTES = 4 << 20
"""What the write-ahead log is cut back to."""
IDS_SET_APART = 100_000
"""A fresh database begins at N times this after N damaged ones: no job's name comes again."""
_SIDES = ("", "-wal", "-shm", "-journal")
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def open_database(path: Path) -> tuple[sqlite3.Connection, list[str]]:
    """The open database, and what had to be mended. A damaged file is kept under another name.

    Raises DAEMON_STATE where another process holds it or a newer program wrote it.
    """
    notes: list[str] = []
    damage = _orphaned_log(path)
    connection = None if damage else _connect(path)
    if connection is not None:
        damage = _damage(connection, path)
    if damage:
        if connection is not None:
            connection.close()
        kept = _set_aside(path)
        notes.append(f"the job database was damaged ({damage}); kept as {kept}, a new one begun")
        connection = _connect(path)
    assert connection is not None
    try:
        migrate(connection)
        if damage:
            _set_ids_apart(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection, notes


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is not what SQLite wrote."""
    return (error.sqlite_errorcode & 0xFF) in _DAMAGE


def _connect(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        detail = f"cannot be opened ({error.strerror})"
        raise V2AError("DAEMON_STATE", path=path, detail=detail) from error
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.text_factory = _text
    return connection


def _damage(connection: sqlite3.Connection, path: Path) -> str | None:
    """What is wrong with the file, None where nothing is."""
    try:
        _configure(connection)
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return found if found != "ok" else _foreign(connection, path)
    except UnicodeDecodeError:
        return "its schema is no text"  # SQLite's message quotes it, and cannot be decoded
    except sqlite3.Error as error:
        if is_damage(error) or error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return str(error)
        connection.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            detail = "is held by another process"
            raise V2AError("DAEMON_STATE", path=path, detail=detail) from error
        raise


def _configure(connection: sqlite3.Connection) -> None:
    for pragma in (
        # Alone: the index of the log then lies in memory, not in a mapped file.
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        "synchronous = FULL",
        "mmap_size = 0",
        "foreign_keys = ON",
        f"journal_size_limit = {JOURNAL_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _foreign(connection: sqlite3.Connection, path: Path) -> str | None:
    """Why a sound database is not one of ours, or not all of one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not tables and not version:
        return None
    if application != APPLICATION_ID:
        return "it was not made by v2a"
    (recorded,) = connection.execute("SELECT max(version) FROM migration").fetchone()
    if recorded != version:
        return f"its header says version {version}, its log {recorded}"
    if version > len(MIGRATIONS):
        detail = f"is of version {version}, this program knows {len(MIGRATIONS)}"
        connection.close()
        raise V2AError("DAEMON_STATE", path=path, detail=detail)
    return None if is_whole(connection, version) else "tables or columns are missing"


def _orphaned_log(path: Path) -> str | None:
    """SQLite deletes the log beside an empty database: say so before it does."""
    wal = Path(f"{path}-wal")
    empty = not path.exists() or path.stat().st_size == 0
    return "it is empty, its log is not" if empty and wal.exists() and wal.stat().st_size else None


def _set_aside(path: Path) -> Path:
    number = _damaged_before(path) + 1
    kept = Path(f"{path}.damaged-{number}")
    for side in _SIDES:
        if os.path.lexists(f"{path}{side}"):
            os.replace(f"{path}{side}", f"{kept}{side}")
    return kept


def _damaged_before(path: Path) -> int:
    names = path.parent.glob(f"{path.name}.damaged-*")
    numbers = (name.name.rpartition("damaged-")[2].partition("-")[0] for name in names)
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _set_ids_apart(connection: sqlite3.Connection, path: Path) -> None:
    first = IDS_SET_APART * _damaged_before(path)
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('job', ?)", (first,))


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
