"""The job table: idempotent requests, fair claims, ends that stay."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.stores import add_job, artifact, in_store, succeed
from v2a.api.job_types import ENDED
from v2a.errors import V2AError
from v2a_daemon.jobs.progress_hub import Live
from v2a_daemon.store import Row, Store

STATES = ["queued", "running", "succeeded", "failed", "cancelled"]


def test_a_request_made_twice_is_one_job(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        first = await add_job(store, request_id="a")
        assert await add_job(store, request_id="a") == first
        assert (await add_job(store)).id != (await add_job(store)).id
        with pytest.raises(V2AError) as refused:
            await add_job(store, request_id="a", body_hash="other")
        assert refused.value.reason == "REQUEST_ID_REUSED"

    in_store(tmp_path, work)


def test_a_request_that_was_kept_is_answered_even_when_the_queue_is_full(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        first = await add_job(store, request_id="a", queue_limit=1)
        with pytest.raises(V2AError) as refused:
            await add_job(store, request_id="b", queue_limit=1)
        assert refused.value.reason == "QUEUE_FULL" and "1 jobs wait" in refused.value.message
        assert await add_job(store, request_id="a", queue_limit=1) == first

    in_store(tmp_path, work)


def test_claims_go_by_priority_then_age(tmp_path: Path) -> None:
    async def work(store: Store) -> list[int]:
        for priority in (0, 9, 1, 0, 1):
            await add_job(store, priority=priority)
        claimed = [await store.claim() for _ in range(6)]
        return [row.id if row else 0 for row in claimed]

    assert in_store(tmp_path, work) == [3, 5, 2, 1, 4, 0]


def test_no_two_claims_made_at_once_get_one_job(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        for _ in range(20):
            await add_job(store)
        rows = await asyncio.gather(*(store.claim() for _ in range(30)))
        assert sorted(row.id for row in rows if row) == list(range(1, 21))

    in_store(tmp_path, work)


def test_a_claim_that_nobody_waits_for_any_more_goes_back(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        await add_job(store)
        for _ in range(20):
            claim = asyncio.create_task(store.claim())
            await asyncio.sleep(0)
            claim.cancel()
            await asyncio.gather(claim, return_exceptions=True)
            row = await store.get(1)
            assert row.state == "queued" and row.attempt == 0

    in_store(tmp_path, work)


def test_an_end_and_its_files_are_one(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        job = (await add_job(store)).id
        await store.claim()
        with pytest.raises(Exception, match="UNIQUE"):
            await succeed(store, job, artifact(job), artifact(job))
        assert (await store.get(job)).state == "running" and not await store.artifacts(job)
        assert await succeed(store, job, artifact(job), artifact(job, 2))
        assert await store.artifacts(job) == [artifact(job), artifact(job, 2)]
        assert await store.artifact(job, 2) == artifact(job, 2)
        with pytest.raises(V2AError) as missing:
            await store.artifact(job, 3)
        assert missing.value.reason == "NO_SUCH_ARTIFACT"

    in_store(tmp_path, work)


def test_what_is_told_of_an_end_is_told_again(tmp_path: Path) -> None:
    error = ("NOT_FOUND", "a.mp4 does not exist", "check the path")

    async def end(store: Store) -> None:
        await add_job(store, spec=b"\0\xff", title="Ein Film, 映画", parent=7, extra="[1]")
        await store.finish(1, "failed", error, b"\0", 2**50, '{"find": 1.5}')

    async def read(store: Store) -> Row:
        return await store.get(1)

    in_store(tmp_path, end)
    row = in_store(tmp_path, read)
    assert (row.spec, row.title, row.parent, row.extra) == (b"\0\xff", "Ein Film, 映画", 7, "[1]")
    assert (row.error, row.result, row.sequence) == (error, b"\0", 2**50)
    assert row.seconds == {"find": 1.5} and row.created and row.ended and not row.started


def test_after_a_crash_jobs_wait_again_until_the_third_time(tmp_path: Path) -> None:
    async def crash(store: Store) -> Row:
        (row,) = await store.recover() or [await add_job(store)]
        await store.claim()
        return row

    assert [in_store(tmp_path, crash).attempt for _ in range(3)] == [0, 1, 2]
    row = in_store(tmp_path, crash)
    assert row.state == "failed" and row.error and row.error[0] == "WORKER_CRASHED"


def test_a_job_being_cancelled_is_not_begun_again(tmp_path: Path) -> None:
    async def crash(store: Store) -> None:
        await add_job(store)
        await store.claim()
        asked = await store.request_cancel(1)
        assert (asked.state, asked.cancel_requested, asked.ended) == ("running", True, None)

    async def start(store: Store) -> list[Row]:
        return await store.recover()

    in_store(tmp_path, crash)
    assert [row.state for row in in_store(tmp_path, start)] == ["cancelled"]


def test_after_a_crash_sequences_go_on_above_what_watchers_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(store: Store) -> list[int]:
        await add_job(store)
        await add_job(store)
        await store.claim()
        lives = [Live((await store.get(job)).sequence) for job in (1, 2)]
        return [max(live.change() for _ in range(1000)) for live in lives]

    async def start(store: Store) -> list[int]:
        await store.recover()
        return [(await store.get(job)).sequence for job in (1, 2)]

    told = in_store(tmp_path, crash)
    monkeypatch.setattr("time.time_ns", lambda: 0)  # the clock is set back meanwhile
    assert all(now > then for now, then in zip(in_store(tmp_path, start), told, strict=True))


def test_a_page_has_the_newest_first(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        for _ in range(5):
            await add_job(store)
        await succeed(store, 4)
        assert [row.id for row in await store.page(2)] == [5, 4]
        assert [row.id for row in await store.page(2, before_id=4)] == [3, 2]
        assert [row.id for row in await store.page(9, states=["succeeded", "failed"])] == [4]

    in_store(tmp_path, work)


def test_only_the_oldest_ended_jobs_are_forgotten_and_no_name_comes_again(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        for job in range(1, 6):
            await add_job(store)
            await succeed(store, job, artifact(job))
        await add_job(store)
        assert await store.prune(2) == [1, 2, 3]
        assert await store.artifacts(3) == [] and await store.artifacts(4)
        await store.request_cancel(6)
        await store.delete(6)
        assert (await add_job(store)).id == 7
        with pytest.raises(V2AError) as waiting:
            await store.delete(7)
        assert waiting.value.reason == "JOB_NOT_ENDED"
        with pytest.raises(V2AError) as missing:
            await store.delete(1)
        assert missing.value.reason == "NO_SUCH_JOB"

    in_store(tmp_path, work)


def test_a_clock_set_back_changes_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**18, 0, -(10**15)))
    monkeypatch.setattr("time.time_ns", lambda: next(clock))

    async def work(store: Store) -> None:
        for _ in range(3):
            await add_job(store)
        first = await store.claim()
        assert first and first.id == 1
        again = await store.requeue(1)
        assert again.sequence > first.sequence > 0
        assert [row.id for row in await store.page(3)] == [3, 2, 1]
        await succeed(store, 1)
        await succeed(store, 2)
        assert await store.prune(1) == [1]

    in_store(tmp_path, work)


class Jobs(RuleBasedStateMachine):
    """Anything in any order, beside a table of what ought to be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.store = self.runner.run(Store.open(self.folder, ballast_bytes=4096))
        self.states: dict[int, str] = {}
        self.ended: dict[int, Row] = {}

    def teardown(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def _note(self, row: Row) -> None:
        self.states[row.id] = row.state

    @rule(priority=st.integers(0, 9))
    def add(self, priority: int) -> None:
        row = self.runner.run(add_job(self.store, priority=priority))
        assert row.id > max(self.states, default=0) and row.state == "queued"
        self._note(row)

    @rule()
    def claim(self) -> None:
        row = self.runner.run(self.store.claim())
        assert (row is None) == ("queued" not in self.states.values())
        if row is not None:
            assert self.states[row.id] == "queued"
            self._note(row)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), state=st.sampled_from(["succeeded", "failed", "cancelled"]))
    def finish(self, data: st.DataObject, state: Any) -> None:
        job = data.draw(st.sampled_from(sorted(self.states)))
        took = self.runner.run(self.store.finish(job, state, None, b"", 0, "{}"))
        assert took == (self.states[job] not in ENDED)
        self.states[job] = state if took else self.states[job]

    @precondition(lambda self: self.states)
    @rule(data=st.data(), give_back=st.booleans())
    def requeue(self, data: st.DataObject, give_back: bool) -> None:
        job = data.draw(st.sampled_from(sorted(self.states)))
        row = self.runner.run(self.store.requeue(job, give_back))
        if self.states[job] == "running":
            assert row.state == ("cancelled" if row.cancel_requested else "queued")
        else:
            assert row.state == self.states[job]
        self._note(row)

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(sorted(self.states)))
        row = self.runner.run(self.store.request_cancel(job))
        before = self.states[job]
        assert row.state == ("cancelled" if before == "queued" else before)
        self._note(row)

    @rule()
    def restart(self) -> None:
        self.runner.run(self.store.close())
        self.store = self.runner.run(Store.open(self.folder, ballast_bytes=4096))
        for row in self.runner.run(self.store.recover()):
            assert self.states[row.id] == "running" != row.state
            self._note(row)

    @invariant()
    def the_table_is_as_it_ought_to_be(self) -> None:
        rows = self.runner.run(self.store.page(10_000))
        assert {row.id: row.state for row in rows} == self.states
        counts = self.runner.run(self.store.counts())
        assert counts == {state: [*self.states.values()].count(state) for state in STATES}

    @invariant()
    def an_ended_job_never_changes(self) -> None:
        rows = {row.id: row for row in self.runner.run(self.store.page(10_000))}
        assert all(rows[job] == row for job, row in self.ended.items())
        self.ended = {job: row for job, row in rows.items() if row.state in ENDED}


TestAnythingInAnyOrder = Jobs.TestCase
TestAnythingInAnyOrder.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, database=None
)
