"""The one thread that owns the one connection: whole transactions, room when the disk is full."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from v2a.errors import V2AError, disk_full
from v2a_daemon.store.ballast import Ballast
from v2a_daemon.store.database import is_damage, open_database

FILE = "jobs.db"
_Result = TypeVar("_Result")
_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
}
"""A quota or a limit on file sizes shows as a failed write."""


class Writer:
    """A thread with a connection; work for it is a function of the connection."""

    def __init__(self, folder: Path, ballast: Ballast) -> None:
        self.path = folder / FILE
        self.notes: list[str] = []
        self._ballast = ballast
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._connection: sqlite3.Connection | None = None

    def open(self) -> Future[None]:
        """Open the database in the thread; a full disk gives the ballast's room away once."""
        return self._thread.submit(self._with_room, self._open)

    def submit(
        self, work: Callable[[sqlite3.Connection], _Result], spends_ballast: bool = True
    ) -> Future[_Result]:
        """Do `work` as one transaction: all of it is on the disk when the future is done, or none.

        On a full disk the ballast is given away and the work done again, unless it is work that
        should rather be refused. Raises DISK_FULL, DAEMON_STATE for a damaged file.
        """
        return self._thread.submit(self._with_room, lambda: self._transaction(work), spends_ballast)

    def close(self) -> Future[None]:
        """Close the connection after all that was submitted; the thread ends."""
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        return closed

    def _open(self) -> None:
        self._connection, notes = open_database(self.path)
        self.notes += notes

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _with_room(self, work: Callable[[], _Result], spends_ballast: bool = True) -> _Result:
        try:
            return work()
        except sqlite3.Error as error:
            if not (_is_full(error) and spends_ballast and self._ballast.drop()):
                self._tell(error)
                raise
        try:
            return work()
        except sqlite3.Error as error:
            self._tell(error)
            raise

    def _transaction(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        connection = self._connection
        assert connection is not None
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
            return result
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _tell(self, error: sqlite3.Error) -> None:
        """Raise what a user can do something about."""
        if _is_full(error):
            raise self.disk_full() from error
        if is_damage(error):
            detail = f"is damaged ({error}); it is set aside when the daemon starts again"
            raise V2AError("DAEMON_STATE", path=self.path, detail=detail) from error

    def disk_full(self) -> V2AError:
        """DISK_FULL for the disk of the database."""
        return disk_full(self.path, 2 * self._ballast.size, self._ballast.free())


def _is_full(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode in _FULL
