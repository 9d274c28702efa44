"""One worker a device: started when first needed, replaced when it dies, ended when nobody asks."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from v2a.errors import V2AError
from v2a_daemon.children.child_link import ChildLink
from v2a_daemon.daemon_log import log
from v2a_daemon.jobs.rw_lock import RwLock

OnProgress = Callable[[dict[str, Any]], None]
MakeLink = Callable[[], ChildLink]
DEVICE = re.compile(r"auto|cpu|mps|cuda(:[0-9]{1,3})?")
"""What may name a device; a worker is started to see whether it is there."""


@dataclass
class Worker:
    """One child that runs models on one device."""

    device: str
    link: ChildLink
    keep_alive: float
    """Seconds it stays without work; below 0 for ever."""
    calls: int = 0
    idle_since: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float | None:
        """Seconds until it ends if nothing comes; None for never, or while it works."""
        if self.calls or self.keep_alive < 0:
            return None
        return max(0.0, self.idle_since + self.keep_alive - time.monotonic())


class Workers:
    """All workers; `make_link` makes an unstarted link to a new one."""

    def __init__(self, make_link: MakeLink, keep_alive: float) -> None:
        self.restarts = 0
        """Workers that died since the start."""
        self._make_link = make_link
        self._keep_alive = keep_alive
        self._alive: dict[str, Worker] = {}
        self._starts: dict[str, asyncio.Task[Worker]] = {}
        self._rooms: defaultdict[str, RwLock] = defaultdict(RwLock)
        self._names: dict[str, str] = {}

    def all(self) -> list[Worker]:
        """Those alive."""
        return list(self._alive.values())

    def device_bytes(self) -> int:
        """Bytes of device memory that all of them use."""
        return sum(worker.link.vitals.device_bytes for worker in self.all())

    async def known(self, device: str) -> str:
        """What a device's name stands for here, which only a worker can say: torch knows."""
        if device not in self._names:
            await self._of(device)
        return self._names[device]

    async def call(
        self,
        device: str,
        verb: str,
        args: object,
        on_progress: OnProgress | None = None,
        alone: bool = False,
    ) -> Any:
        """Have the device's worker do something; raises what it tells, or ChildDied.

        `alone`: with nothing else at work there, which dies too if this kills the worker.
        """
        async with self._rooms[await self.known(device)].entered(alone):
            worker = await self._of(device)
            worker.calls += 1
            try:
                return await worker.link.call(verb, args, on_progress)
            finally:
                worker.calls -= 1
                worker.idle_since = time.monotonic()
                if not worker.link.alive:
                    self._bury(worker)

    async def keep(self, device: str, seconds: float | None) -> None:
        """Let a device's worker stay for so long without work; None is the daemon's setting."""
        worker = await self._of(device)
        worker.keep_alive = self._keep_alive if seconds is None else seconds

    async def unload(self, idle_only: bool = True) -> int:
        """End the workers, those at work too unless `idle_only`; returns how many."""
        going = [worker for worker in self.all() if not (idle_only and worker.calls)]
        for worker in going:
            del self._alive[worker.device]
        await asyncio.gather(*(worker.link.close() for worker in going))
        return len(going)

    async def tidy(self) -> None:
        """End the workers whose time without work is over; forget those that died at rest."""
        for worker in self.all():
            if not worker.link.alive:
                self._bury(worker)
            elif worker.left_s == 0.0 and self._alive.get(worker.device) is worker:
                del self._alive[worker.device]
                log.info("worker of %s ends: nothing to do", worker.device)
                await worker.link.close()

    async def _of(self, device: str) -> Worker:
        if not DEVICE.fullmatch(device):
            raise V2AError("NO_DEVICE", device=device)
        worker = self._alive.get(self._names.get(device, device))
        if worker and worker.link.alive:
            return worker
        if worker:
            self._bury(worker)
        start = self._starts.get(device)
        if start is None:  # nobody's own: who asked first may be cancelled, the others wait on
            start = asyncio.create_task(self._start(device), context=Context())
            self._starts[device] = start
            start.add_done_callback(lambda _: self._starts.pop(device))
        worker = await asyncio.shield(start)
        # It may have been ended again before this task had its turn.
        return worker if self._alive.get(worker.device) is worker else await self._of(device)

    async def _start(self, device: str) -> Worker:
        link = self._make_link()
        await link.start()
        try:
            self._names[device] = device = await link.call("device", device)
            self._names[device] = device  # it answers to its own name as well
        except BaseException:
            await link.close()
            raise
        if there := self._alive.get(device):
            await link.close()
            return there
        log.info("worker of %s started, process %s", device, link.pid)
        self._alive[device] = Worker(device, link, self._keep_alive)
        return self._alive[device]

    def _bury(self, worker: Worker) -> None:
        if self._alive.get(worker.device) is worker:
            del self._alive[worker.device]
            self.restarts += 1
            log.warning("worker of %s is gone", worker.device)
