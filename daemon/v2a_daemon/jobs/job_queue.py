"""Jobs in their turn: claimed, run, and ended in exactly one way, whatever dies on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass

from v2a.api.job_types import ENDED, JobState
from v2a.api.json_text import to_json
from v2a.errors import V2AError
from v2a.v1 import job_pb2 as pb
from v2a_daemon.children.child_link import ChildDied
from v2a_daemon.daemon_log import job_id, log
from v2a_daemon.jobs.clip_progress import Tell
from v2a_daemon.jobs.progress_hub import WatchHub
from v2a_daemon.metrics import Metrics
from v2a_daemon.store import ArtifactRow, Row, Store

MOST_ATTEMPTS = 3
"""Twice requeued after a child's death, then it has failed."""
PAUSE_S = 5.0
"""Until what the disk had no room for is tried again."""


@dataclass(frozen=True)
class Outcome:
    """What a job that succeeded leaves."""

    tracks: Sequence[pb.Track]
    artifacts: Sequence[ArtifactRow]
    seconds: dict[str, float]


NOTHING = Outcome([], [], {})
Run = Callable[[Row, Tell], Awaitable[Outcome]]


@dataclass(eq=False, frozen=True)
class _Turn:
    """A job in progress: its work, which may be cancelled, and what records how that ended."""

    work: asyncio.Task[Outcome]
    task: asyncio.Task[None]

    def stop(self) -> None:
        """Once only: cancelled again, the work would be torn out of its tidying up."""
        if not self.work.cancelling():
            self.work.cancel()


class JobQueue:
    """At most `at_once` jobs in progress; the store says which is next."""

    def __init__(
        self,
        store: Store,
        hub: WatchHub,
        run: Run,
        at_once: int,
        metrics: Metrics,
        check_room: Callable[[], object],
    ) -> None:
        """`check_room` raises DISK_FULL where no job should be begun."""
        self._store, self._hub, self._run = store, hub, run
        self._metrics, self._check_room = metrics, check_room
        self._at_once = at_once
        self._turns: dict[int, _Turn] = {}
        self._wake = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._draining = asyncio.Event()
        self._trouble = ""

    @property
    def running(self) -> int:
        """Jobs in progress."""
        return len(self._turns)

    def wake(self) -> None:
        """Look for a job to claim."""
        self._wake.set()

    async def loop(self) -> None:
        """Claim jobs as there is room for them, until the drain."""
        while not self._draining.is_set():
            self._wake.clear()
            try:
                await self._claim()
            except V2AError as trouble:
                await self._pause(trouble)
            else:
                self._trouble = ""
                await self._wake.wait()

    async def cancel(self, job: int) -> Row:
        """Ask a job to end; a waiting one has ended when this returns."""
        row = await self._store.request_cancel(job)
        live = self._hub.of(job, row.sequence)
        if row.state in ENDED:
            live.wake()
            return row
        live.cancel_requested = True
        live.change()
        if turn := self._turns.get(job):
            turn.stop()
        return row

    async def drain(self) -> int:
        """Take no new jobs; those in progress go back to the queue. Returns how many there were."""
        self._draining.set()
        self._wake.set()
        async with self._claiming:  # what is being claimed goes back as well
            turns = list(self._turns.values())
        for turn in turns:
            turn.stop()
        await asyncio.gather(*(turn.task for turn in turns), return_exceptions=True)
        return len(turns)

    async def _claim(self) -> None:
        """Begin what waits, as much as may be in progress."""
        while len(self._turns) < self._at_once:
            await asyncio.to_thread(self._check_room)
            async with self._claiming:
                row = None if self._draining.is_set() else await self._store.claim()
                if row is None:
                    return
                self._begin(row)

    async def _pause(self, trouble: V2AError) -> None:
        """Say what is the matter, once, and let some time pass."""
        if self._trouble != trouble.reason:
            log.warning("%s; %s", trouble.message, trouble.remedy)
        self._trouble = trouble.reason
        with suppress(TimeoutError):
            await asyncio.wait_for(self._draining.wait(), PAUSE_S)

    def _begin(self, row: Row) -> None:
        live = self._hub.of(row.id, row.sequence)
        live.cancel_requested = row.cancel_requested
        live.change()
        context = copy_context()
        context.run(job_id.set, row.id)
        work = asyncio.create_task(self._work(row), context=context)
        turn = _Turn(work, asyncio.create_task(self._await_end(row, work), context=context))
        self._turns[row.id] = turn

        def ended(_: asyncio.Task[None]) -> None:
            if self._turns.get(row.id) is turn:  # it may have been claimed again meanwhile
                del self._turns[row.id]
            self._wake.set()

        turn.task.add_done_callback(ended)

    async def _work(self, row: Row) -> Outcome:
        log.info("begun, attempt %s", row.attempt)
        if row.created and row.started and row.attempt == 1:
            self._metrics.queued.observe(max(0.0, (row.started - row.created).total_seconds()))
        return await self._run(row, self._hub.of(row.id).change)

    async def _await_end(self, row: Row, work: asyncio.Task[Outcome]) -> None:
        """Wait for a job's work and record what became of it."""
        try:
            await self._end(row, "succeeded", outcome=await work)
        except asyncio.CancelledError:
            await self._stopped(row)
        except ChildDied as death:
            await self._died(row, str(death), death.blameless)
        except V2AError as error:
            await self._failed(row, error)
        except Exception as error:
            log.exception("failed in a way nobody thought of")
            detail = f"{type(error).__name__}: {error}"
            await self._end(row, "failed", V2AError("INTERNAL", detail=detail))

    async def _stopped(self, row: Row) -> None:
        """The work was cancelled: by the user, or by the drain."""
        if self._hub.of(row.id).cancel_requested:
            await self._end(row, "cancelled")
        elif self._draining.is_set():
            await self._requeue(row, give_back=True)
        else:
            await self._died(row, "it was cut off")

    async def _failed(self, row: Row, error: V2AError) -> None:
        """The work raised an error; on its way out of a cancelled job it is no news."""
        if self._hub.of(row.id).cancel_requested:
            await self._end(row, "cancelled")
        else:
            await self._end(row, "failed", error)

    async def _died(self, row: Row, how: str, blameless: bool = False) -> None:
        """`blameless`: the child was ended because of another job, which costs no attempt."""
        log.warning("a child died over it: %s", how)
        if self._hub.of(row.id).cancel_requested:
            await self._end(row, "cancelled")
        elif blameless:
            await self._requeue(row, give_back=True)
        elif row.attempt < MOST_ATTEMPTS:
            await self._requeue(row)
        else:
            await self._end(
                row, "failed", V2AError("WORKER_CRASHED", times=row.attempt, detail=how)
            )

    async def _requeue(self, row: Row, give_back: bool = False) -> None:
        if await self._recorded(lambda: self._store.requeue(row.id, give_back)):
            log.info("goes back to the queue")
        self._hub.of(row.id).change()

    async def _end(
        self,
        row: Row,
        state: JobState,
        error: V2AError | None = None,
        outcome: Outcome = NOTHING,
    ) -> None:
        live = self._hub.of(row.id)
        told = (error.reason, error.message, error.remedy) if error else None
        result = pb.Job(tracks=outcome.tracks).SerializeToString()
        seconds = to_json(outcome.seconds)
        ended = await self._recorded(
            lambda: self._store.finish(
                row.id, state, told, result, live.change(), seconds, outcome.artifacts
            )
        )
        live.wake()
        if not ended:
            return
        self._metrics.jobs.labels(state).inc()
        for stage, spent in outcome.seconds.items():
            self._metrics.stages.labels(stage).observe(spent)
        log.info("ended: %s%s", state, f", {error.reason}" if error else "")

    async def _recorded(self, record: Callable[[], Awaitable[object]]) -> object:
        """What the store says, once the disk has room; None where the drain cannot wait for that.

        A job whose end was not recorded begins again with the daemon.
        """
        while True:
            try:
                return await record()
            except V2AError as trouble:
                if self._draining.is_set():
                    log.warning("%s; its state is not recorded", trouble.message)
                    return None
                await self._pause(trouble)
