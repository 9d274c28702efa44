"""DaemonService: what the daemon is doing, and its end."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc.aio
from google.protobuf.timestamp_pb2 import Timestamp

import v2a
from v2a.disk import free_bytes
from v2a.v1 import daemon_service_pb2 as pb
from v2a.v1.daemon_service_pb2_grpc import DaemonServiceServicer
from v2a_daemon.children.worker_pool import Worker, Workers
from v2a_daemon.jobs.job_queue import JobQueue
from v2a_daemon.store import Store
from v2a_daemon.store.content_cache import ContentCache

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass
class DaemonFacts:
    """What does not change while the daemon runs."""

    address: str
    network: str
    roots: list[Path]
    log_file: Path
    started: float
    """Seconds since the epoch."""


class DaemonService(DaemonServiceServicer):
    """The daemon over gRPC; `end(now)` begins its end and says how many jobs go back."""

    def __init__(
        self,
        facts: DaemonFacts,
        store: Store,
        schedule: JobQueue,
        workers: Workers,
        cache: ContentCache,
        idle_left: Callable[[], float | None],
        end: Callable[[bool], int],
    ) -> None:
        self._facts, self._store, self._schedule = facts, store, schedule
        self._workers, self._cache = workers, cache
        self._idle_left, self._end = idle_left, end
        self.draining = False

    async def GetStatus(
        self, request: pb.GetStatusRequest, context: Context
    ) -> pb.GetStatusResponse:
        """Everything `v2a ps` shows."""
        counts = await self._store.counts()
        return pb.GetStatusResponse(
            version=v2a.__version__,
            pid=os.getpid(),
            start_time=_stamp(self._facts.started),
            address=self._facts.address,
            network_address=self._facts.network,
            queued=counts.get("queued", 0),
            running=counts.get("running", 0),
            workers=[_worker(worker) for worker in self._workers.all()],
            cache_bytes=self._cache.size,
            cache_limit_bytes=self._cache.limit_bytes,
            free_bytes=free_bytes(self._cache.folder),
            roots=[str(root) for root in self._facts.roots],
            sqlite_version=sqlite3.sqlite_version,
            draining=self.draining,
            worker_restarts=self._workers.restarts,
            log_file=str(self._facts.log_file),
            idle_exit_time=_in(self._idle_left()),
        )

    async def Shutdown(self, request: pb.ShutdownRequest, context: Context) -> pb.ShutdownResponse:
        """Begin the end; this answer still goes out."""
        return pb.ShutdownResponse(requeued=self._end(request.now))


def _worker(worker: Worker) -> pb.Worker:
    vitals = worker.link.vitals
    return pb.Worker(
        device=worker.device,
        pid=worker.link.pid or 0,
        state="busy" if worker.calls else "idle",
        packs=vitals.packs,
        memory_bytes=vitals.rss,
        device_memory_bytes=vitals.device_bytes,
        until=_in(worker.left_s),
    )


def _in(seconds: float | None) -> Timestamp | None:
    return None if seconds is None else _stamp(time.time() + seconds)


def _stamp(when: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromNanoseconds(int(when * 1e9))
    return stamp
