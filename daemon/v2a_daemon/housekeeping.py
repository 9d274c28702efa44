"""What is done every few seconds, work or no work: old things go, and health is what is true."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from v2a.api.job_types import JobState
from v2a.v1 import job_service_pb2 as pb
from v2a_daemon.children.worker_pool import Workers
from v2a_daemon.daemon_log import log
from v2a_daemon.daemon_settings import DaemonSettings
from v2a_daemon.jobs.job_queue import JobQueue
from v2a_daemon.jobs.progress_hub import WatchHub
from v2a_daemon.store import Store
from v2a_daemon.store.content_cache import ContentCache
from v2a_daemon.store.uploads import Uploads

ROUND_S = 5.0
UNFINISHED: list[JobState] = ["queued", "running"]


class Housekeeping:
    """Rounds of tidying until the daemon ends; `busy` says whether somebody needs it."""

    def __init__(
        self,
        settings: DaemonSettings,
        store: Store,
        cache: ContentCache,
        uploads: Uploads,
        workers: Workers,
        kept: Path,
        hub: WatchHub,
    ) -> None:
        self._settings, self._store, self._cache = settings, store, cache
        self._uploads, self._workers = uploads, workers
        self._kept, self._hub = kept, hub
        self._last_need = time.monotonic()
        self._trouble: str | None = None
        """What was wrong with the last round of tidying."""

    def needed(self) -> None:
        """Somebody needs the daemon now."""
        self._last_need = time.monotonic()

    def idle_left(self) -> float | None:
        """Seconds until the daemon ends by itself; None for never."""
        if self._settings.idle_exit is None:
            return None
        return max(0.0, self._last_need + self._settings.idle_exit - time.monotonic())

    async def rounds(
        self,
        schedule: JobQueue,
        busy: Callable[[], bool],
        set_health: Callable[[bool], Awaitable[None]],
    ) -> None:
        """Tidy until there has been nothing to do for as long as the settings say."""
        while self.idle_left() != 0.0:
            await asyncio.sleep(min(ROUND_S, self._settings.idle_exit or ROUND_S))
            if schedule.running or busy():
                self.needed()
            await set_health(await self._healthy())
            await self._round()
        log.info("ends: nothing to do")

    async def _round(self) -> None:
        """Tidy once; what goes wrong is told, once, and tried again: the jobs go on meanwhile."""
        try:
            await self._tidy()
        except Exception as error:
            told = repr(error)
            if told != self._trouble:
                log.warning("old things cannot be tidied away: %s", error, exc_info=error)
            self._trouble = told
        else:
            self._trouble = None

    async def _healthy(self) -> bool:
        """Whether the store answers; a worker that does not is replaced by its link."""
        try:
            await asyncio.wait_for(self._store.counts(), 10)
        except Exception as error:
            log.warning("the store does not answer: %s", error or type(error).__name__)
            return False
        return True

    async def _tidy(self) -> None:
        await self._workers.tidy()
        await asyncio.to_thread(self._cache.trim)
        for job in await self._store.prune(self._settings.keep_jobs):
            await asyncio.to_thread(shutil.rmtree, self._kept / str(job), ignore_errors=True)
            self._hub.forget(job)
        if await asyncio.to_thread(self._uploads.bytes) > self._settings.upload_room:
            used = await self._uploads_in_use()
            removed = await asyncio.to_thread(self._uploads.trim, self._settings.upload_room, used)
            log.info("%s uploads that no job needs were removed", len(removed))

    async def _uploads_in_use(self) -> set[str]:
        """Uploads of jobs that have not ended."""
        used: set[str] = set()
        for head in await self._store.page(100_000, None, UNFINISHED):
            row = await self._store.get(head.id)
            request = pb.CreateJobRequest.FromString(row.spec)
            used.update(clip.upload_id for clip in request.clips)
        return used
