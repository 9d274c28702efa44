"""The store as the server sees it: every method is one transaction in the writer's thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from v2a.api.job_types import JobState
from v2a.errors import V2AError
from v2a_daemon.store import digest_table, job_table, watched_table
from v2a_daemon.store.ballast import Ballast
from v2a_daemon.store.digest_table import DigestStamp
from v2a_daemon.store.job_rows import ArtifactRow, Row, Told
from v2a_daemon.store.watched_table import WatchedRow
from v2a_daemon.store.writer import Writer

BALLAST_BYTES = 4 << 20
MAX_ATTEMPTS = 3
_Result = TypeVar("_Result")


class Store:
    """Jobs and what is remembered beside them. What a method returned is on the disk."""

    def __init__(self, writer: Writer, ballast: Ballast) -> None:
        self._writer, self._ballast = writer, ballast
        self._hashing: dict[DigestStamp, asyncio.Task[str]] = {}

    @classmethod
    async def open(cls, folder: Path, ballast_bytes: int = BALLAST_BYTES) -> Store:
        """Open or begin the store of a folder; `notes` says what had to be mended.

        Raises DAEMON_STATE (held by another process, or written by a newer program), DISK_FULL.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ballast = Ballast(folder / "ballast", ballast_bytes)
        writer = Writer(folder, ballast)
        try:
            await asyncio.wrap_future(writer.open())
        except BaseException:
            writer.close()
            raise
        await asyncio.to_thread(ballast.restore)
        return cls(writer, ballast)

    @property
    def notes(self) -> list[str]:
        """What had to be mended, for the log."""
        return self._writer.notes

    async def close(self) -> None:
        """Finish what was asked for, then close the file."""
        await asyncio.wrap_future(self._writer.close())

    # -- jobs ---------------------------------------------------------------------------------

    async def add(
        self,
        spec: bytes,
        body_hash: str,
        request_id: str,
        title: str,
        priority: int,
        parent: int | None,
        extra: str,
        queue_limit: int,
    ) -> Row:
        """Keep a new job; the same request twice is one job, an empty `request_id` is no request's.

        Raises REQUEST_ID_REUSED, QUEUE_FULL, DISK_FULL (also while the disk has no room for the
        ballast: what was begun must be able to end).
        """
        room = await asyncio.to_thread(self._ballast.restore)

        def work(connection: sqlite3.Connection) -> Row:
            first = job_table.by_request(connection, request_id, body_hash) if request_id else None
            if first is None and not room:
                raise self._writer.disk_full()
            return first or job_table.add(
                connection, spec, body_hash, request_id, title, priority, parent, extra, queue_limit
            )

        return await self._do(work, spends_ballast=False)

    async def asked(self, request_id: str, body_hash: str) -> Row | None:
        """The job that a request made before, None where there is none; REQUEST_ID_REUSED."""
        if not request_id:
            return None
        return await self._do(
            lambda connection: job_table.by_request(connection, request_id, body_hash)
        )

    async def claim(self) -> Row | None:
        """Begin the next job: 1 to 9, then 0, the oldest first; None where none waits."""
        claimed = self._writer.submit(job_table.claim)
        try:
            return await asyncio.wrap_future(claimed)
        except asyncio.CancelledError:
            # Nobody holds what was claimed meanwhile: it goes back.
            if not claimed.cancelled():
                self._writer.submit(lambda connection: _give_back(connection, claimed))
            raise

    async def get(self, job: int) -> Row:
        """One job; NO_SUCH_JOB."""
        return await self._do(lambda connection: job_table.get(connection, job))

    async def page(
        self, limit: int, before_id: int | None = None, states: Collection[JobState] = ()
    ) -> list[Row]:
        """Jobs below an id in some states (none: any), newest first, with empty spec and result."""
        return await self._do(
            lambda connection: job_table.page(connection, limit, before_id, states)
        )

    async def counts(self) -> dict[JobState, int]:
        """Jobs of every state."""
        return await self._do(job_table.counts)

    async def finish(
        self,
        job: int,
        state: JobState,
        error: Told | None,
        result: bytes,
        sequence: int,
        seconds_json: str,
        artifacts: Sequence[ArtifactRow] = (),
    ) -> bool:
        """End a waiting or running job together with its files; False where it had ended before."""
        return await self._do(
            lambda connection: job_table.finish(
                connection, job, state, error, result, sequence, seconds_json, artifacts
            )
        )

    async def requeue(self, job: int, give_back: bool = False) -> Row:
        """Let a running job wait again (cancelled, where that was asked for); NO_SUCH_JOB.

        `give_back`: the attempt does not count, as when the daemon ends in good order.
        """
        return await self._do(lambda connection: job_table.requeue(connection, job, give_back))

    async def recover(self, max_attempts: int = MAX_ATTEMPTS) -> list[Row]:
        """At start: what was running waits again, or failed with WORKER_CRASHED; those jobs."""
        return await self._do(lambda connection: job_table.recover(connection, max_attempts))

    async def request_cancel(self, job: int) -> Row:
        """Cancel a waiting job, flag a running one, leave an ended one; NO_SUCH_JOB."""
        return await self._do(lambda connection: job_table.request_cancel(connection, job))

    async def delete(self, job: int) -> Row:
        """Forget an ended job; JOB_NOT_ENDED, NO_SUCH_JOB."""
        return await self._do(lambda connection: job_table.delete(connection, job))

    async def prune(self, keep: int) -> list[int]:
        """Forget the oldest ended jobs beyond `keep`, and the oldest memories; the jobs' ids."""

        def work(connection: sqlite3.Connection) -> list[int]:
            digest_table.forget_oldest(connection)
            return job_table.prune(connection, keep)

        return await self._do(work)

    async def artifacts(self, job: int) -> list[ArtifactRow]:
        """Files of a job, by number."""
        return await self._do(lambda connection: job_table.artifacts(connection, job))

    async def artifact(self, job: int, number: int) -> ArtifactRow:
        """One file of a job; NO_SUCH_ARTIFACT."""
        return await self._do(lambda connection: job_table.artifact(connection, job, number))

    # -- watch folders ------------------------------------------------------------------------

    async def watched(self, folder: str, key: str) -> WatchedRow | None:
        """One entry of the ledger of watch folders; None where its key is not known."""
        return await self._do(lambda connection: watched_table.get(connection, folder, key))

    async def watched_page(self, folder: str, limit: int, after: str) -> list[WatchedRow]:
        """A folder's entries whose key comes after one, in the order of their keys."""
        return await self._do(
            lambda connection: watched_table.page(connection, folder, limit, after)
        )

    async def put_watched(self, row: WatchedRow) -> None:
        """Write an entry in place of the one with its folder and key."""
        await self._do(lambda connection: watched_table.put(connection, row))

    async def forget_watched(self, folder: str, key: str) -> None:
        """Delete an entry, if there is one."""
        await self._do(lambda connection: watched_table.forget(connection, folder, key))

    # -- what is remembered -------------------------------------------------------------------

    async def file_digest(self, path: Path) -> str:
        """SHA-256 of a file, read once for each of its states; NOT_FOUND, NO_PERMISSION."""
        stamp = await asyncio.to_thread(DigestStamp.of, path)
        if known := await self._do(lambda connection: digest_table.known_digest(connection, stamp)):
            return known
        task = self._hashing.get(stamp)
        if task is None:
            task = self._hashing[stamp] = asyncio.create_task(self._hash(path, stamp))
            task.add_done_callback(lambda _: self._hashing.pop(stamp, None))
        return await asyncio.shield(task)

    async def remember_output(self, key: str, folder: Path, files_json: str) -> None:
        """Keep what was written for a content key; forgotten where the disk is full."""
        await self._remember(
            lambda connection: digest_table.remember_output(
                connection, key, str(folder), files_json
            )
        )

    async def output(self, key: str) -> str | None:
        """The `files_json` of what was written for a content key."""
        return await self._do(lambda connection: digest_table.output(connection, key))

    async def _hash(self, path: Path, stamp: DigestStamp) -> str:
        sha256 = await asyncio.to_thread(digest_table.read_sha256, path)
        if await asyncio.to_thread(DigestStamp.of, path) == stamp:
            await self._remember(
                lambda connection: digest_table.remember_digest(connection, stamp, sha256)
            )
        return sha256

    async def _remember(self, work: Callable[[sqlite3.Connection], None]) -> None:
        try:
            await self._do(work, spends_ballast=False)
        except V2AError as error:
            if error.reason != "DISK_FULL":
                raise

    async def _do(
        self, work: Callable[[sqlite3.Connection], _Result], spends_ballast: bool = True
    ) -> _Result:
        return await asyncio.wrap_future(self._writer.submit(work, spends_ballast))


def _give_back(connection: sqlite3.Connection, claimed: Future[Row | None]) -> None:
    row = claimed.result()
    if row is not None:
        job_table.requeue(connection, row.id, give_back=True)
