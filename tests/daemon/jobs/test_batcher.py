"""Batches are full, fair, shared and forgotten as soon as nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from v2a.errors import V2AError
from v2a.types import SamplingOptions
from v2a_daemon.children.child_link import ChildDied
from v2a_daemon.children.worker_messages import SoundOrder
from v2a_daemon.jobs.batcher import MOST_SECONDS, Batcher


class Device:
    """Takes calls and ends them when the test lets it; what it was asked is on record."""

    def __init__(self) -> None:
        self.calls: list[list[SoundOrder]] = []
        self.alone: list[bool] = []
        self.cancelled = 0
        self.gate = asyncio.Event()
        self.error: BaseException | None = None

    async def known(self, device: str) -> str:
        return "cpu" if device == "auto" else device

    async def call(
        self, device: str, verb: str, args: Any, on_progress: Any = None, alone: bool = False
    ) -> None:
        self.calls.append(args)
        self.alone.append(alone)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        on_progress({"fraction": 0.5})
        if self.error:
            raise self.error

    def made(self) -> list[set[str]]:
        """Names of what each call was asked for."""
        return [{order.out.stem for order in call} for call in self.calls]


def order(name: str, seconds: float = 5, **changes: Any) -> SoundOrder:
    given: dict[str, Any] = {
        "found": Path("found.npz"), "scene": 1, "seed": 1, "take": 1,
        "duration": Fraction(seconds), "latent_frames": int(seconds * 25), "quiet": False,
        "pack": Path("pack"), "device": "cpu", "sampling": SamplingOptions(),
        "out": Path(f"{name}.npy"),
    }  # fmt: skip
    return SoundOrder(**given | changes)


def ignore(_: Path, __: float) -> None:
    """Nobody listens."""


def play(story: Callable[[Device, Batcher], Awaitable[None]]) -> Device:
    async def told() -> Device:
        device = Device()
        await asyncio.wait_for(story(device, Batcher(device)), 20)
        return device

    return asyncio.run(told())


def begin(
    batcher: Batcher, job: int, *orders: SoundOrder, alone: bool = False
) -> asyncio.Task[None]:
    return asyncio.create_task(batcher.make(job, orders, ignore, alone))


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_jobs_that_wait_share_a_call() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        first = begin(batcher, 1, order("a"))
        await settled()  # goes at once: nobody waits for company
        second, third = begin(batcher, 2, order("b")), begin(batcher, 3, order("c"))
        await settled()
        device.gate.set()
        await asyncio.gather(first, second, third)

    device = play(story)
    assert device.made() == [{"a"}, {"b", "c"}]


def test_one_job_alone_fills_calls_up_to_the_limit_and_never_past_it() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        await begin(batcher, 1, *(order(str(k)) for k in range(20)))

    calls = play(story).calls
    assert sum(len(call) for call in calls) == 20
    seconds = [sum(float(order.duration) for order in call) for call in calls]
    assert max(seconds) <= MOST_SECONDS["cpu"] and seconds[0] == MOST_SECONDS["cpu"]


def test_a_sound_past_the_limit_goes_by_itself() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        await begin(batcher, 1, order("long", 900), order("short"))

    assert play(story).made() == [{"long"}, {"short"}]


def test_a_short_job_does_not_wait_for_a_long_one() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        long = begin(batcher, 1, *(order(f"long{k}", 15) for k in range(20)))
        await settled()
        short = begin(batcher, 2, order("short"))
        await settled()
        device.gate.set()
        await short
        assert not long.done() and len(device.calls) <= 3
        await long

    assert {"short"} <= play(story).made()[1]


def test_equal_lengths_come_first() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        await begin(batcher, 1, order("a", 10), order("b", 9), order("c", 10), order("d", 10))

    assert play(story).made()[0] == {"a", "c", "d"}


@pytest.mark.parametrize(
    "change",
    [{"pack": Path("other")}, {"sampling": SamplingOptions(steps=3)}, {"device": "cuda"}],
    ids=["pack", "sampling", "device"],
)
def test_what_cannot_share_a_call_does_not(change: dict[str, Any]) -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        await asyncio.gather(begin(batcher, 1, order("a")), begin(batcher, 2, order("b", **change)))

    assert {"a", "b"} not in play(story).made()


def test_a_job_that_is_to_be_alone_shares_with_nobody_but_itself() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        tasks = [begin(batcher, 1, order("a")), begin(batcher, 3, order("d"))]
        tasks.append(begin(batcher, 2, order("b"), order("c"), alone=True))
        await asyncio.gather(*tasks)

    device = play(story)
    at = device.made().index({"b", "c"})
    assert [number for number, alone in enumerate(device.alone) if alone] == [at]


def test_two_jobs_that_want_the_same_sound_have_it_made_once() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        tasks = [begin(batcher, job, order("same")) for job in (1, 2)]
        await settled()
        tasks[0].cancel()
        await settled()
        device.gate.set()
        await tasks[1]

    device = play(story)
    assert device.made() == [{"same"}] and not device.cancelled


def test_a_job_that_is_to_be_alone_shares_no_file_that_others_wait_for() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        busy = begin(batcher, 9, order("busy"))
        await settled()
        before = begin(batcher, 1, order("same"), order("other"))
        await settled()
        careful = begin(batcher, 2, order("same"), alone=True)
        await settled()
        after = begin(batcher, 3, order("same"))
        await settled()
        device.gate.set()
        await asyncio.gather(busy, before, careful, after)

    device = play(story)
    calls = list(zip(device.made(), device.alone, strict=True))
    assert len(calls) == 3 and calls[0] == ({"busy"}, False)
    assert ({"same"}, True) in calls and ({"same", "other"}, False) in calls


def test_two_that_are_to_be_alone_do_not_die_of_each_other() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        jobs = [begin(batcher, job, order("same"), alone=True) for job in (1, 2)]
        await asyncio.gather(*jobs)

    device = play(story)
    assert device.made() == [{"same"}, {"same"}] and device.alone == [True, True]


def test_a_call_that_serves_nobody_any_more_is_cancelled_and_others_go_on() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        gone = begin(batcher, 1, order("gone"))
        await settled()
        gone.cancel()
        stays = begin(batcher, 2, order("stays"))
        while device.cancelled == 0:
            await asyncio.sleep(0.01)
        device.gate.set()
        await stays

    assert play(story).made() == [{"gone"}, {"stays"}]


@pytest.mark.parametrize("error", [ChildDied("signal 9"), V2AError("OUT_OF_MEMORY", device="cpu")])
def test_everybody_in_a_call_hears_of_its_error_and_can_ask_again(error: Exception) -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.error = error
        device.gate.set()
        jobs = [begin(batcher, job, order(str(job))) for job in (1, 2)]
        heard = await asyncio.gather(*jobs, return_exceptions=True)
        assert heard == [error, error]
        device.error = None
        await begin(batcher, 1, order("1"))

    play(story)


def test_progress_is_told_for_every_file() -> None:
    told: list[tuple[str, float]] = []

    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        orders = [order("a"), order("b")]
        await batcher.make(1, orders, lambda file, fraction: told.append((file.stem, fraction)))

    play(story)
    assert told == [("a", 0.5), ("b", 0.5), ("a", 1.0), ("b", 1.0)]


def test_what_waits_for_any_device_is_made_with_the_rest_of_that_device() -> None:
    async def story(device: Device, batcher: Batcher) -> None:
        device.gate.set()
        orders = [order(str(k), 20, device=("auto", "cpu")[k % 2]) for k in range(6)]
        await begin(batcher, 1, *orders)

    assert sorted(play(story).made()) == [{str(k)} for k in range(6)]
