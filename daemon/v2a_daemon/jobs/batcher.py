"""Scenes of all jobs that are ready together go through the sound model together, fairly."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from v2a_daemon.children.worker_messages import SoundOrder

MOST_SECONDS = {"cpu": 30.0, "mps": 120.0, "cuda": 600.0}
"""Sound in one batch: enough to fill a device, little enough that a short job soon has its turn."""

OnDone = Callable[[Path, float], None]
"""Hears how far the sound for a file is, 0..1."""


_Key = tuple[Path, int | None]
"""The file that takes a sound, and the only job that it is for."""


class Caller(Protocol):
    """What the batcher needs of `workers.Workers`."""

    async def known(self, device: str) -> str:
        """What a device's name stands for."""
        ...

    async def call(
        self, device: str, verb: str, args: object, on_progress: Any = None, alone: bool = False
    ) -> Any:
        """Have a worker do something, with nothing else beside it if `alone`."""
        ...


@dataclass(eq=False)
class _Wish:
    """One sound that at least one job waits for."""

    key: _Key
    order: SoundOrder
    device: str
    """What the order's device stands for."""
    alone: bool
    """Never shared, nor in one batch, with other jobs."""
    done: asyncio.Future[None]
    owners: dict[int, OnDone] = field(default_factory=dict[int, OnDone])

    @property
    def seconds(self) -> float:
        return float(self.order.duration)

    @property
    def kind(self) -> tuple[object, ...]:
        """Orders of one kind can share a call."""
        order = self.order
        return order.pack, self.device, order.sampling

    def tell(self, fraction: float) -> None:
        for on_done in list(self.owners.values()):
            on_done(self.order.out, fraction)


class Batcher:
    """Collects wishes; one call a device at a time, made of what waits when the last has ended."""

    def __init__(self, workers: Caller) -> None:
        self.batches = self.sounds = 0
        """Calls made, and sounds in them."""
        self._workers = workers
        self._waiting: dict[_Key, _Wish] = {}
        self._served: defaultdict[int, float] = defaultdict(float)
        """Seconds of sound made for each job that has wishes."""
        self._loops: dict[str, asyncio.Task[None]] = {}

    async def make(
        self, job: int, orders: Sequence[SoundOrder], on_done: OnDone, alone: bool = False
    ) -> None:
        """Wait until every order's file is there; raises what the worker tells.

        A job whose wait is cancelled withdraws its wishes; a call that serves nobody any more is
        cancelled. Two jobs that want the same file share it, but for one that is to be `alone`:
        what it waits for is made for it, whoever else waits for the same.
        """
        names = {order.device for order in orders}
        devices = {name: await self._workers.known(name) for name in names}
        wishes = [self._wish(job, order, devices, on_done, alone) for order in orders]
        newcomer = min(self._served.values(), default=0.0)
        self._served.setdefault(job, newcomer)  # the past of others is no debt to it
        for device in set(devices.values()):
            self._wake(device)
        try:
            await asyncio.gather(*(asyncio.shield(wish.done) for wish in wishes))
        finally:
            self._withdraw(job, wishes)

    def _wish(
        self,
        job: int,
        order: SoundOrder,
        devices: Mapping[str, str],
        on_done: OnDone,
        alone: bool,
    ) -> _Wish:
        key = order.out, job if alone else None
        there = self._waiting.get(key)
        if there is None or there.done.done():
            device = devices[order.device]
            done = asyncio.get_running_loop().create_future()
            there = self._waiting[key] = _Wish(key, order, device, alone, done)
            done.add_done_callback(_seen)
        there.owners[job] = on_done
        return there

    def _withdraw(self, job: int, wishes: Sequence[_Wish]) -> None:
        for wish in wishes:
            wish.owners.pop(job, None)
            if not wish.owners:
                self._forget(wish)
        if not any(job in wish.owners for wish in self._waiting.values()):
            self._served.pop(job, None)

    def _forget(self, wish: _Wish) -> None:
        if self._waiting.get(wish.key) is wish:
            del self._waiting[wish.key]

    def _wake(self, device: str) -> None:
        loop = self._loops.get(device)
        if loop is None or loop.done():
            self._loops[device] = asyncio.create_task(self._work(device))

    async def _work(self, device: str) -> None:
        """Batches of one device until nothing waits."""
        while batch := self._pick(device):
            await self._run(device, batch)

    async def _run(self, device: str, batch: list[_Wish]) -> None:
        self.batches += 1
        self.sounds += len(batch)
        orders = [wish.order for wish in batch]
        call = asyncio.create_task(
            self._workers.call(
                device, "make", orders, lambda told: _tell(batch, told), alone=batch[0].alone
            )
        )
        watch = asyncio.create_task(_nobody_waits(batch))
        try:
            await asyncio.wait({call, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                call.cancel()
            with suppress(BaseException):
                await call
        finally:
            watch.cancel()
            call.cancel()
            self._end(batch, call)

    def _end(self, batch: list[_Wish], call: asyncio.Task[Any]) -> None:
        error = None if call.cancelled() or not call.done() else call.exception()
        for wish in batch:
            self._forget(wish)
            for job in wish.owners:
                self._served[job] += wish.seconds / len(wish.owners)
            if wish.done.done():
                continue
            if call.cancelled() or not call.done():
                wish.done.cancel()
            elif error is not None:
                wish.done.set_exception(error)
            else:
                wish.tell(1.0)
                wish.done.set_result(None)

    def _pick(self, device: str) -> list[_Wish]:
        """The next batch: the least served job's first wish, and what goes well with it."""
        wishes = [w for w in self._waiting.values() if w.owners and w.device == device]
        if not wishes:
            return []
        first = min(wishes, key=self._turn)
        others = [w for w in wishes if w is not first and w.kind == first.kind]
        if first.alone:
            others = [w for w in others if w.owners.keys() == first.owners.keys()]
        else:
            others = [w for w in others if not w.alone]
        # Equal lengths first: they share every step of the model.
        others.sort(
            key=lambda w: (w.order.latent_frames != first.order.latent_frames, self._turn(w))
        )
        batch, room = [first], MOST_SECONDS[device.partition(":")[0]] - first.seconds
        for wish in others:
            if wish.seconds <= room:
                batch.append(wish)
                room -= wish.seconds
        return batch

    def _turn(self, wish: _Wish) -> float:
        return min((self._served[job] for job in wish.owners), default=float("inf"))


def _tell(batch: Sequence[_Wish], told: dict[str, Any]) -> None:
    for wish in batch:
        wish.tell(float(told["fraction"]))


async def _nobody_waits(batch: Sequence[_Wish]) -> None:
    """Ends once no job wants any of the batch any more."""
    while any(wish.owners for wish in batch):
        await asyncio.sleep(0.1)


def _seen(future: asyncio.Future[None]) -> None:
    """Take note of an error that no job waits for any more, so that asyncio does not complain."""
    if not future.cancelled():
        future.exception()
