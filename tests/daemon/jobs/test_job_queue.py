"""A job ends in exactly one way and is never left between two, whatever meets on its way there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stores import add_job
from v2a.api.job_types import ENDED
from v2a.errors import V2AError, disk_full
from v2a_daemon.children.child_link import ChildDied
from v2a_daemon.jobs import job_queue as module
from v2a_daemon.jobs.clip_progress import Tell
from v2a_daemon.jobs.job_queue import JobQueue, Outcome
from v2a_daemon.jobs.progress_hub import WatchHub
from v2a_daemon.metrics import Metrics
from v2a_daemon.store import Row, Store

FULL = disk_full(Path("jobs.db"), 8_000_000, 0)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.05)


class Work:
    """Jobs that wait for the test; what became of each is on record."""

    def __init__(self) -> None:
        self.gate, self.leave = asyncio.Event(), asyncio.Event()
        self.leave.set()
        self.begun: list[int] = []
        self.ends: Iterator[BaseException | None] = iter(())
        self.last_word: BaseException | None = None
        """Said when it is cancelled, in place of nothing."""

    async def __call__(self, row: Row, tell: Tell) -> Outcome:
        self.begun.append(row.id)
        try:
            await self.gate.wait()
            if error := next(self.ends, None):
                raise error
        except asyncio.CancelledError:
            raise self.last_word or asyncio.CancelledError from None
        finally:
            await self.leave.wait()  # what a job tidies up takes its time
        return Outcome([], [], {"find": 1.0})


class Stage:
    """A schedule with all it needs, around a real store."""

    def __init__(self, store: Store, at_once: int, room: Callable[[], object]) -> None:
        self.store, self.hub, self.work = store, WatchHub(), Work()
        self.metrics = Metrics()
        self.schedule = JobQueue(store, self.hub, self.work, at_once, self.metrics, room)

    async def state(self, job: int) -> str:
        return (await self.store.get(job)).state

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(60):
            while not await holds():
                await asyncio.sleep(0.01)

    async def ended(self, job: int) -> Row:
        async def over() -> bool:
            return (await self.store.get(job)).state in ENDED

        await self.until(over)
        return await self.store.get(job)

    async def at_rest(self) -> None:
        """No job is in progress, so every end has been counted."""

        async def over() -> bool:
            return self.schedule.running == 0

        await self.until(over)

    def counts(self) -> dict[str, int]:
        """Jobs that ended, by state, as the metrics tell."""
        samples = (sample for metric in self.metrics.jobs.collect() for sample in metric.samples)
        return {
            sample.labels["state"]: int(sample.value)
            for sample in samples
            if sample.name.endswith("_total")
        }

    async def at_work(self, times: int = 1) -> None:
        async def begun() -> bool:
            return len(self.work.begun) >= times

        await self.until(begun)


def play(
    folder: Path,
    story: Callable[[Stage], Awaitable[None]],
    at_once: int = 8,
    room: Callable[[], object] = lambda: None,
) -> None:
    async def told() -> None:
        store = await Store.open(folder, ballast_bytes=4096)
        stage = Stage(store, at_once, room)
        loop = asyncio.create_task(stage.schedule.loop())
        try:
            await story(stage)
        finally:
            stage.work.leave.set()
            await stage.schedule.drain()
            await asyncio.wait_for(loop, 60)
            await store.close()

    asyncio.run(told())


def test_asked_twice_while_it_leaves_a_job_is_cancelled_once(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.work.leave.clear()
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        await stage.at_work()
        await stage.schedule.cancel(job)
        for _ in range(50):  # at every point of its leaving
            await stage.schedule.cancel(job)
            stage.work.leave.set()
            await asyncio.sleep(0)
        assert (await stage.ended(job)).state == "cancelled"
        assert stage.schedule.running == 0

    play(tmp_path, story)


class Held:
    """A method of the store that stands still before or after its work until the test lets go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: str, end: str) -> None:
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        real = getattr(Store, method)

        async def held(store: Store, *args: Any, **more: Any) -> Any:
            if end == "before":
                await self.stand_still()
            result = await real(store, *args, **more)
            if end == "after":
                await self.stand_still()
            return result

        monkeypatch.setattr(Store, method, held)

    async def stand_still(self) -> None:
        self.reached.set()
        await self.go.wait()


NO_FRAMES = V2AError("NO_FRAMES", path="film.mp4")
ENDS: dict[str, tuple[BaseException | None, str]] = {
    "success": (None, "finish"),
    "error": (NO_FRAMES, "finish"),
    "death": (ChildDied("SIGKILL"), "requeue"),
}
"""How a job's work ends, and the method of the store that records it."""
OUTCOMES = [
    ("success", "before", "succeeded", {"succeeded": 1}),
    ("success", "after", "succeeded", {"succeeded": 1}),
    ("error", "before", "failed", {"failed": 1}),
    ("error", "after", "failed", {"failed": 1}),
    # What is cancelled while it waits, or on its way back there, is the queue's own: not counted.
    ("death", "before", "cancelled", {}),
    ("death", "after", "cancelled", {}),
]


@pytest.mark.parametrize(("end", "when", "state", "counts"), OUTCOMES)
def test_a_cancel_around_the_record_of_an_end_changes_no_end(
    end: str,
    when: str,
    state: str,
    counts: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error, method = ENDS[end]
    held = Held(monkeypatch, method, when)

    async def story(stage: Stage) -> None:
        stage.work.gate.set()
        stage.work.ends = iter([error])
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        await held.reached.wait()
        await stage.schedule.cancel(job)
        held.go.set()
        assert (await stage.ended(job)).state == state
        await stage.at_rest()
        assert (stage.counts(), stage.work.begun) == (counts, [job])

    play(tmp_path, story, at_once=1)  # nothing is claimed until its turn is over


@pytest.mark.parametrize("end", [*ENDS])
def test_a_cancel_after_the_end_changes_nothing(end: str, tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.work.gate.set()
        stage.work.ends = iter([ENDS[end][0]])
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        before = await stage.ended(job)
        await stage.at_rest()
        assert await stage.schedule.cancel(job) == before == await stage.store.get(job)
        assert stage.counts() == {"failed" if end == "error" else "succeeded": 1}
        assert before.attempt == (2 if end == "death" else 1)

    play(tmp_path, story)


@pytest.mark.parametrize("word", [None, V2AError("CANCELLED"), NO_FRAMES, ChildDied("SIGKILL")])
def test_whatever_a_cancelled_job_says_on_its_way_out_it_is_cancelled(
    word: Exception | None, tmp_path: Path
) -> None:
    async def story(stage: Stage) -> None:
        stage.work.last_word = word
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        await stage.at_work()
        await stage.schedule.cancel(job)
        row = await stage.ended(job)
        await stage.at_rest()
        assert (row.state, row.error, stage.counts()) == ("cancelled", None, {"cancelled": 1})

    play(tmp_path, story)


@pytest.mark.parametrize("end", [*ENDS])
def test_a_cancel_any_number_of_turns_of_the_loop_later_ends_a_job_once(
    end: str, tmp_path: Path
) -> None:
    """Every end is counted, but those of jobs that the queue cancels by itself."""

    async def story(stage: Stage) -> None:
        for steps in range(12):
            stage.work.gate.clear()
            stage.work.ends = iter([ENDS[end][0]] * 3)
            job, times = (await add_job(stage.store)).id, len(stage.work.begun)
            stage.schedule.wake()
            await stage.at_work(times + 1)
            stage.work.gate.set()
            for _ in range(steps):
                await asyncio.sleep(0)
            await stage.schedule.cancel(job)
            await stage.ended(job)
        await stage.at_rest()
        states = [row.state for row in await stage.store.page(100)]
        assert len(states) == 12 and set(states) <= ENDED
        if end != "death":
            assert stage.counts() == {state: states.count(state) for state in set(states)}
        assert sum(stage.counts().values()) <= 12

    play(tmp_path, story)


def test_a_child_that_was_ended_because_of_another_job_costs_no_attempt(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.work.gate.set()
        stage.work.ends = iter([ChildDied("did not leave a cancelled call", blameless=True)] * 5)
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        row = await stage.ended(job)
        assert (row.state, row.attempt, len(stage.work.begun)) == ("succeeded", 1, 6)

    play(tmp_path, story)


def test_a_job_that_comes_again_at_once_can_still_be_cancelled(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.work.ends = iter([ChildDied("SIGKILL")] * 2)
        stage.work.gate.set()
        for _ in range(2):  # keeps the schedule claiming while the first one goes back
            await add_job(stage.store)
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        await stage.at_work(5)
        assert (await stage.ended(job)).state == "succeeded"
        stage.work.gate.clear()
        last = (await add_job(stage.store)).id
        stage.schedule.wake()
        await stage.at_work(6)
        assert stage.schedule.running == 1
        await stage.schedule.cancel(last)
        assert (await stage.ended(last)).state == "cancelled"

    play(tmp_path, story, at_once=2)


@pytest.mark.parametrize("steps", range(12))
def test_the_drain_gives_back_what_is_being_claimed(steps: int, tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        jobs = [(await add_job(stage.store)).id for _ in range(3)]
        stage.schedule.wake()
        for _ in range(steps):
            await asyncio.sleep(0.001 if steps > 6 else 0)
        await stage.schedule.drain()
        await asyncio.sleep(0.05)
        for job in jobs:
            row = await stage.store.get(job)
            assert (row.state, row.attempt) == ("queued", 0)
        assert stage.schedule.running == 0

    play(tmp_path, story)


def test_three_deaths_fail_a_job(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.work.gate.set()
        stage.work.ends = iter([ChildDied("SIGKILL")] * 3)
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        row = await stage.ended(job)
        assert row.state == "failed" and row.attempt == 3
        assert row.error and row.error[0] == "WORKER_CRASHED" and "SIGKILL" in row.error[1]

    play(tmp_path, story)


@pytest.mark.parametrize("method", ["claim", "finish", "requeue"])
def test_a_full_disk_holds_up_what_it_cannot_record_and_no_more(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, full = getattr(Store, method), iter([True] * 3)

    async def refused(store: Store, *args: Any, **more: Any) -> Any:
        if next(full, False):
            raise FULL
        return await real(store, *args, **more)

    monkeypatch.setattr(Store, method, refused)

    async def story(stage: Stage) -> None:
        stage.work.gate.set()
        stage.work.ends = iter([ChildDied("SIGKILL")] if method == "requeue" else [])
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        assert (await stage.ended(job)).state == "succeeded"
        again = (await add_job(stage.store)).id
        stage.schedule.wake()
        assert (await stage.ended(again)).state == "succeeded"

    play(tmp_path, story)


def test_without_room_jobs_wait_and_with_room_they_run(tmp_path: Path) -> None:
    full = True

    def room() -> None:
        if full:
            raise FULL

    async def story(stage: Stage) -> None:
        nonlocal full
        stage.work.gate.set()
        job = (await add_job(stage.store)).id
        stage.schedule.wake()
        await asyncio.sleep(0.2)
        assert await stage.state(job) == "queued"
        full = False
        assert (await stage.ended(job)).state == "succeeded"

    play(tmp_path, story, room=room)
