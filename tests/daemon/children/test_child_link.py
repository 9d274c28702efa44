"""A link tells of everything that its child says, and of its end, whatever that is."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from v2a.errors import V2AError
from v2a_daemon.children.child_link import ChildDied, ChildLink
from v2a_daemon.injected_faults import EXIT

CHILD = """
import os, sys, time
from v2a.errors import V2AError
from v2a_daemon.children.child_loop import ChildLoop, DeviceLost
from v2a_daemon.injected_faults import strike
from v2a_daemon.children.worker_messages import WorkerVitals

def echo(args, turn):
    print("this goes to the log")
    return args

def count(args, turn):
    for k in range(args):
        turn.check()
        turn.tell((k + 1) / args, stage="counting")
        time.sleep(0.01)
    return os.getpid()

def deaf(args, turn):
    turn.tell(0.0)
    time.sleep(600)

def refuse(args, turn):
    raise V2AError("OUT_OF_MEMORY", device="cpu", required_bytes=7, free_bytes=3)

def odd(args, turn):
    raise ZeroDivisionError("by nothing")

def lost(args, turn):
    raise DeviceLost("CUDA error: an illegal address")

def faulty(args, turn):
    strike("faulty")
    return "well"

verbs = {f.__name__: f for f in (echo, count, refuse, odd, lost, faulty)}
vitals = lambda: WorkerVitals(123, 45, ("tiny",))
ChildLoop({"first": verbs, "second": {"deaf": deaf}}, vitals).serve()
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("child")
    (folder / "link_child.py").write_text(CHILD)
    return folder


@pytest.fixture
def link(module: Path) -> Callable[..., Any]:
    """Makes a started link to the child; it is closed at the end."""

    @asynccontextmanager
    async def make(**options: Any) -> AsyncIterator[ChildLink]:
        environment = {"PYTHONPATH": os.pathsep.join([str(module), *sys.path])}
        environment |= options.pop("environment", {})
        made = ChildLink("link_child", environment=environment, **options)
        await made.start()
        try:
            yield made
        finally:
            await made.close()

    return make


Link = Callable[..., Any]


def test_calls_are_answered_and_progress_is_told(link: Link) -> None:
    async def run() -> None:
        heard: list[dict[str, Any]] = []
        lines: list[str] = []
        async with link(on_line=lines.append, ping_s=0.05) as child:
            assert await child.call("echo", {"a": b"\0" * 3_000_000}) == {"a": b"\0" * 3_000_000}
            assert await child.call("count", 20, heard.append) == child.pid
            async with asyncio.timeout(60):
                while not child.vitals.rss:
                    await asyncio.sleep(0.05)
            assert child.vitals.rss == 123 and child.vitals.packs == ("tiny",)
        assert [told["fraction"] for told in heard] == sorted(told["fraction"] for told in heard)
        assert heard[-1] == {"fraction": 1.0, "stage": "counting"}
        assert lines == ["this goes to the log"] and not child.alive

    asyncio.run(run())


def test_errors_come_back_as_they_were(link: Link) -> None:
    async def run() -> None:
        async with link() as child:
            with pytest.raises(V2AError) as refused:
                await child.call("refuse", None)
            with pytest.raises(V2AError) as odd:
                await child.call("odd", None)
            assert child.alive
        assert refused.value.reason == "OUT_OF_MEMORY"
        assert refused.value.facts["required_bytes"] == "7"
        assert refused.value.message == V2AError("OUT_OF_MEMORY", device="cpu").message
        assert odd.value.reason == "INTERNAL" and "ZeroDivisionError" in odd.value.message

    asyncio.run(run())


def test_calls_of_one_lane_take_turns_and_lanes_do_not_wait(link: Link) -> None:
    async def run() -> None:
        async with link(cancel_s=0.5) as child:
            deaf = asyncio.create_task(child.call("deaf", None))
            await asyncio.gather(*(child.call("count", 3) for _ in range(5)))
            assert not deaf.done()
            deaf.cancel()
            with suppress(asyncio.CancelledError):
                await deaf

    asyncio.run(run())


def test_a_cancelled_call_ends_and_the_child_lives_on(link: Link) -> None:
    async def run() -> None:
        async with link() as child:
            pid = child.pid
            running = asyncio.create_task(child.call("count", 10_000))
            waiting = asyncio.create_task(child.call("count", 10_000))
            await asyncio.sleep(0.2)
            for task in (waiting, running):
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert await child.call("echo", 1) == 1 and child.pid == pid

    asyncio.run(run())


@pytest.mark.alone
def test_a_call_that_does_not_leave_costs_the_child_its_life(link: Link) -> None:
    async def run() -> None:
        async with link(cancel_s=0.3) as child:
            begun = asyncio.Event()
            task = asyncio.create_task(child.call("deaf", None, lambda _: begun.set()))
            await begun.wait()  # one that only waits for its turn is answered at once
            task.cancel()
            cancelled = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 60)
            assert not child.alive and time.monotonic() - cancelled < 5
            await child.start()
            assert await child.call("echo", "again") == "again"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("exit@faulty", f"exit status {EXIT}"),
        ("kill@faulty", "SIGKILL"),
        ("hang@faulty", "silent"),
        ("stall@faulty", "stood still"),
    ],
)
def test_every_death_is_told_to_every_call(link: Link, fault: str, says: str) -> None:
    async def run() -> None:
        environment = {"V2A_FAULT": fault}
        # A child that is only slow is taken neither for silent nor for one that stands still.
        hang_s = 8 if fault.startswith("hang") else 120
        stuck_s = 2 if fault.startswith("stall") else 120
        limits = {"hang_s": hang_s, "stuck_s": stuck_s, "ping_s": 0.5}
        async with link(environment=environment, **limits) as child:
            await child.call("echo", "it has started")
            calls = (child.call("deaf", None), child.call("faulty", None))
            deaths = await asyncio.gather(*calls, return_exceptions=True)
            for death in deaths:
                assert isinstance(death, ChildDied) and says in death.detail
            assert not child.alive
            with pytest.raises(ChildDied):
                await child.call("echo", 1)

    asyncio.run(run())


def test_a_lost_device_ends_the_process_and_says_why(link: Link) -> None:
    async def run() -> None:
        async with link() as child:
            with pytest.raises(ChildDied, match="device is lost.*illegal address"):
                await child.call("lost", None)

    asyncio.run(run())


def test_faults_are_counted_over_processes(link: Link, tmp_path: Path) -> None:
    async def run() -> None:
        environment = {"V2A_FAULT": "exit@faulty:2", "V2A_FAULT_MEMORY": str(tmp_path)}
        async with link(environment=environment) as child:
            for _ in range(2):
                await child.start()
                with pytest.raises(ChildDied):
                    await child.call("faulty", None)
            await child.start()
            assert await child.call("faulty", None) == "well"

    asyncio.run(run())


def test_starting_twice_at_once_starts_one(link: Link) -> None:
    async def run() -> None:
        async with link() as child:
            pid = child.pid
            await asyncio.gather(*(child.start() for _ in range(4)))
            assert child.pid == pid

    asyncio.run(run())


SERVER = """
import asyncio, sys
from v2a_daemon.children.child_link import ChildLink

async def main():
    link = ChildLink("link_child")
    await link.start()
    asyncio.create_task(link.call("deaf", None))
    print(link.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_no_child_outlives_the_server(module: Path) -> None:
    async def run() -> int:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(module), *sys.path])}
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE, env=environment
        )
        assert server.stdout
        pid = int(await server.stdout.readline())
        await asyncio.sleep(0.3)
        server.send_signal(signal.SIGKILL)
        await server.wait()
        return pid

    pid = asyncio.run(run())
    end = time.monotonic() + 10
    while time.monotonic() < end and psutil.pid_exists(pid):
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)
