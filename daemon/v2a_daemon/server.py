"""The daemon put together: from the lock to the last answer, in the order it happens."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

import v2a
from v2a.disk import check_free
from v2a.v1 import (
    daemon_service_pb2,
    daemon_service_pb2_grpc,
    job_service_pb2,
    job_service_pb2_grpc,
    pack_service_pb2,
    pack_service_pb2_grpc,
    stage_service_pb2,
    stage_service_pb2_grpc,
    watch_service_pb2,
    watch_service_pb2_grpc,
)
from v2a_daemon.api.allowed_folders import Roots, default_roots
from v2a_daemon.api.auth import Auth
from v2a_daemon.api.daemon_service import DaemonFacts, DaemonService
from v2a_daemon.api.job_service import JobService
from v2a_daemon.api.listen import OPTIONS, listen
from v2a_daemon.api.pack_service import PackService
from v2a_daemon.api.stage_service import StageService
from v2a_daemon.api.track_view import artifact_rows, track_views
from v2a_daemon.api.watch_service import WatchService
from v2a_daemon.children.child_link import ChildLink
from v2a_daemon.children.worker_pool import Workers
from v2a_daemon.daemon_log import log, open_log
from v2a_daemon.daemon_settings import DaemonSettings
from v2a_daemon.housekeeping import Housekeeping
from v2a_daemon.instance import LEAST_FREE, Instance
from v2a_daemon.jobs.batcher import Batcher
from v2a_daemon.jobs.clip_progress import Tell
from v2a_daemon.jobs.job_queue import JobQueue, Outcome
from v2a_daemon.jobs.job_run import Engine, JobRun
from v2a_daemon.jobs.job_spec import read_spec
from v2a_daemon.jobs.progress_hub import WatchHub
from v2a_daemon.metrics import Metrics, serve_metrics
from v2a_daemon.store import Row, Store
from v2a_daemon.store.content_cache import ContentCache
from v2a_daemon.store.uploads import Uploads
from v2a_daemon.systemd_notify import notify

KINDS = ("frames", "found", "takes")
"""What the cache holds, a folder each."""
GRACE_S = 5.0
"""That calls have to end, once the daemon ends."""
NAMES = (
    daemon_service_pb2.DESCRIPTOR.services_by_name["DaemonService"].full_name,
    job_service_pb2.DESCRIPTOR.services_by_name["JobService"].full_name,
    pack_service_pb2.DESCRIPTOR.services_by_name["PackService"].full_name,
    stage_service_pb2.DESCRIPTOR.services_by_name["StageService"].full_name,
    watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"].full_name,
)


async def serve(settings: DaemonSettings) -> None:
    """Run the daemon until it is told to end; raises what keeps it from starting."""
    place = Instance()
    place.take()
    try:
        await Server(settings, place).run()
    finally:
        place.leave()


class Server:
    """One daemon's parts and their life."""

    def __init__(self, settings: DaemonSettings, place: Instance) -> None:
        self._settings, self._place = settings, place
        self._started = time.time()
        self._ending = asyncio.Event()
        self._grace = GRACE_S
        self._roots = Roots(settings.root or default_roots())
        self._hub = WatchHub()
        self._workers = Workers(self._link("v2a_daemon.children.worker_child"), settings.keep_alive)
        self._batcher = Batcher(self._workers)
        state = place.state
        self._cache = ContentCache(state / "cache", settings.cache_limit)
        self._uploads = Uploads(state / "uploads", settings.upload_limit)
        self._kept = state / "jobs"
        self._scratch = state / "scratch"
        self._metrics = Metrics()
        self._measure()

    async def run(self) -> None:
        """From the log to the last answer."""
        log_file = open_log(self._place.state / "log", self._settings.log_level)
        async with AsyncExitStack() as stack:
            store = self._store = await Store.open(self._place.state)
            stack.push_async_callback(store.close)
            await self._mend(store)
            self._engine = self._make_engine(store)
            self._housekeeping = Housekeeping(
                self._settings, store, self._cache, self._uploads, self._workers, self._kept,
                self._hub,
            )  # fmt: skip
            schedule = self._schedule = JobQueue(
                store, self._hub, self._run_job, self._settings.jobs_at_once, self._metrics,
                partial(check_free, self._place.state, LEAST_FREE),
            )  # fmt: skip
            server = self._server()
            address, network = listen(server, self._settings)
            self._add_services(server, store, schedule, DaemonFacts(
                address, network, list(self._roots.folders), log_file, self._started
            ))  # fmt: skip
            await server.start()
            await self._set_health(True)
            stack.push_async_callback(self._workers.unload, False)
            self._listen_to_signals()
            if self._settings.metrics_port:
                stack.callback(serve_metrics(self._settings.metrics_port, self._metrics))
            self._place.announce(address, network)
            notify("READY=1")
            log.info("serves on %s, v2a %s, SQLite %s", network or address, v2a.__version__,
                     sqlite3.sqlite_version)  # fmt: skip
            turns = asyncio.create_task(schedule.loop())
            turns.add_done_callback(self._ended)
            tidying = asyncio.create_task(
                self._housekeeping.rounds(
                    schedule, lambda: bool(self._jobs.watchers), self._set_health
                )
            )
            tidying.add_done_callback(self._ended)
            await self._ending.wait()
            tidying.cancel()
            await self._drain(server, schedule)
            await turns

    def _server(self) -> grpc.aio.Server:
        guard = Auth(self._place.token, self._housekeeping.needed)
        return grpc.aio.server(interceptors=[guard], options=OPTIONS)

    def _add_services(
        self, server: grpc.aio.Server, store: Store, schedule: JobQueue, facts: DaemonFacts
    ) -> None:
        self._jobs = JobService(
            store, schedule, self._hub, self._roots, self._uploads, self._kept,
            self._settings.queue_limit,
        )  # fmt: skip
        self._daemon = DaemonService(
            facts,
            store,
            schedule,
            self._workers,
            self._cache,
            self._housekeeping.idle_left,
            self._end,
        )
        packs = PackService(self._workers, self._roots)
        stages = StageService(self._engine, self._roots, self._uploads)
        job_service_pb2_grpc.add_JobServiceServicer_to_server(self._jobs, server)
        daemon_service_pb2_grpc.add_DaemonServiceServicer_to_server(self._daemon, server)
        pack_service_pb2_grpc.add_PackServiceServicer_to_server(packs, server)
        stage_service_pb2_grpc.add_StageServiceServicer_to_server(stages, server)
        watch_service_pb2_grpc.add_WatchServiceServicer_to_server(WatchService(store), server)
        self._health = HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        reflection.enable_server_reflection((*NAMES, reflection.SERVICE_NAME), server)

    async def _set_health(self, serving: bool) -> None:
        states = health_pb2.HealthCheckResponse
        state = states.SERVING if serving else states.NOT_SERVING
        for name in ("", *NAMES):
            await self._health.set(name, state)

    # -- jobs -----------------------------------------------------------------------------------

    def _make_engine(self, store: Store) -> Engine:
        return Engine(
            store=store,
            cache=self._cache,
            workers=self._workers,
            batcher=self._batcher,
            make_tracks_link=self._link("v2a_daemon.children.tracks_child"),
            kept=self._kept,
            scratch=self._scratch,
            writing=asyncio.Semaphore(max(1, (os.cpu_count() or 2) // 2)),
            hours=self._settings.media_hours,
        )

    async def _run_job(self, row: Row, tell: Tell) -> Outcome:
        request = job_service_pb2.CreateJobRequest.FromString(row.spec)
        spec = await asyncio.to_thread(read_spec, request, row.extra, self._roots, self._uploads)
        run = JobRun(self._engine, row.id, spec, row.attempt > 1, tell)
        clips = await run.run()
        artifacts = artifact_rows(row.id, clips)
        return Outcome(track_views(clips, artifacts), artifacts, run.clocks.seconds)

    def _link(self, module: str) -> Callable[[], ChildLink]:
        settings = self._settings
        return lambda: ChildLink(
            module, log.info, hang_s=settings.hang_s, cancel_s=settings.cancel_s
        )

    # -- life -----------------------------------------------------------------------------------

    async def _mend(self, store: Store) -> None:
        """Put right what a crash left."""
        for note in store.notes:
            log.warning("%s", note)
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)
        folders = (self._kept, self._scratch, *(self._cache.folder / kind for kind in KINDS))
        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)
        await asyncio.to_thread(self._cache.clean)
        await asyncio.to_thread(self._uploads.clean)
        for row in await store.recover():
            log.warning("job %s was cut off, now %s", row.id, row.state)

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self._ending.set)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """End the daemon with a part that it cannot be without, and say why where it broke."""
        if not task.cancelled() and (error := task.exception()):
            log.error("ends, as a part of it broke: %s", error, exc_info=error)
        self._ending.set()

    def _end(self, now: bool) -> int:
        self._grace = 0.5 if now else GRACE_S
        self._ending.set()
        return self._schedule.running

    async def _drain(self, server: grpc.aio.Server, schedule: JobQueue) -> None:
        """Refuse new work, give running jobs back, end the watches, then the server."""
        log.info("ends")
        notify("STOPPING=1")
        await self._set_health(False)
        self._jobs.draining = self._daemon.draining = True
        back = await schedule.drain()
        self._jobs.drained = True
        self._hub.wake()
        await server.stop(self._grace)
        log.info("ended; %s jobs went back to the queue", back)

    def _measure(self) -> None:
        """The numbers that other parts keep, read at every scrape."""
        read = self._metrics.read
        read("v2a_batches", "Calls of the sound model", lambda: self._batcher.batches)
        read("v2a_items", "Sounds in them", lambda: self._batcher.sounds)
        read("v2a_worker_restarts", "Workers that died", lambda: self._workers.restarts)
        read("v2a_cache_bytes", "Bytes in the cache", lambda: self._cache.size)
        read("v2a_cache_hits", "Products that were there", lambda: self._cache.hits)
        read("v2a_cache_misses", "Products that were not", lambda: self._cache.misses)
        read("v2a_gpu_memory_bytes", "Device memory in use", self._workers.device_bytes)
