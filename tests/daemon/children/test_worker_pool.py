"""One worker a device, whoever asks at once, and whoever of them leaves again."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from v2a_daemon.children.child_link import ChildDied, ChildLink
from v2a_daemon.children.worker_pool import Workers

CHILD = """
import os, sys, time
from v2a_daemon.children.child_loop import ChildLoop

def device(name, turn):
    time.sleep(0.5)
    return "cpu"

def pid(args, turn):
    return os.getpid()

def wait(args, turn):
    while not turn.should_stop():
        time.sleep(0.01)

def die(args, turn):
    time.sleep(args)
    os._exit(1)

lanes = {"look": {"device": device, "pid": pid, "wait": wait}, "make": {"die": die}}
ChildLoop(lanes).serve()
"""


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Workers], Awaitable[None]]], None]:
    """Runs a story of workers whose child is the one above."""
    (tmp_path / "workers_child.py").write_text(CHILD)
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    async def told(story: Callable[[Workers], Awaitable[None]]) -> None:
        workers = Workers(lambda: ChildLink("workers_child", environment=environment), 60)
        try:
            await asyncio.wait_for(story(workers), 60)
        finally:
            await workers.unload(False)

    return lambda story: asyncio.run(told(story))


Play = Callable[[Callable[[Workers], Awaitable[None]]], None]


def test_all_who_ask_at_once_get_the_same_and_the_first_may_leave(play: Play) -> None:
    async def story(workers: Workers) -> None:
        first = asyncio.create_task(workers.call("auto", "pid", None))
        others = [asyncio.create_task(workers.call(name, "pid", None)) for name in ("auto", "auto")]
        await asyncio.sleep(0.1)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        pids = set(await asyncio.gather(*others)) | {await workers.call("cpu", "pid", None)}
        assert len(pids) == 1 and workers.restarts == 0
        assert await workers.known("auto") == "cpu" and len(workers.all()) == 1

    play(story)


def test_names_of_one_device_share_its_worker(play: Play) -> None:
    async def story(workers: Workers) -> None:
        pids = await asyncio.gather(*(workers.call(n, "pid", None) for n in ("auto", "cpu", "mps")))
        assert len(set(pids)) == 1 and len(workers.all()) == 1

    play(story)


def test_one_who_has_it_alone_dies_alone(play: Play) -> None:
    async def story(workers: Workers) -> None:
        innocent = asyncio.create_task(workers.call("cpu", "wait", None))
        while not any(worker.calls for worker in workers.all()):
            await asyncio.sleep(0.01)
        suspect = asyncio.create_task(workers.call("cpu", "die", 0.2, alone=True))
        later = asyncio.create_task(workers.call("cpu", "pid", None))
        await asyncio.sleep(0.5)
        assert not suspect.done() and not innocent.done()  # it waits for the room to itself
        innocent.cancel()
        with pytest.raises(ChildDied):
            await suspect
        assert await later and workers.restarts == 1

    play(story)


def test_an_idle_worker_that_died_is_forgotten(play: Play) -> None:
    async def story(workers: Workers) -> None:
        os.kill(await workers.call("cpu", "pid", None), 9)
        while workers.all()[0].link.alive:
            await asyncio.sleep(0.01)
        await workers.tidy()
        assert workers.all() == [] and workers.restarts == 1
        assert await workers.call("cpu", "pid", None)

    play(story)


def test_a_worker_ended_as_soon_as_it_was_there_is_started_again(play: Play) -> None:
    async def story(workers: Workers) -> None:
        call = asyncio.create_task(workers.call("cpu", "pid", None))
        while not workers.all():
            await asyncio.sleep(0)
        ended = asyncio.create_task(workers.unload())
        assert await call
        await ended
        assert workers.restarts == 0

    play(story)
