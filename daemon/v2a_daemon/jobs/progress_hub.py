"""How far every unfinished job is, and those who watch: a stream's death never touches the job."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from v2a.api.job_types import JobProgress

HEARTBEAT_S = 10.0
LEAST_S = 0.1
"""Between two snapshots of one watcher."""


@dataclass(eq=False)
class Live:
    """What is known of a job beyond its row."""

    sequence: int
    progress: JobProgress = JobProgress()
    cancel_requested: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the next change, which puts a new one here."""

    def change(self, progress: JobProgress | None = None) -> int:
        """Count one change, of the progress where one is given; returns the new sequence."""
        if progress is not None:
            self.progress = progress
        self.sequence += 1
        self.wake()
        return self.sequence

    def wake(self) -> None:
        """Have those who wait look again."""
        self.changed.set()
        self.changed = asyncio.Event()


class WatchHub:
    """The live side of every job that is looked at or worked on."""

    def __init__(self) -> None:
        self._live: dict[int, Live] = {}

    def of(self, job: int, sequence: int = 0) -> Live:
        """A job's live side, made from its stored sequence where there is none yet."""
        return self._live.setdefault(job, Live(sequence))

    def wake(self) -> None:
        """Have every watcher look again."""
        for live in self._live.values():
            live.wake()

    def forget(self, job: int) -> None:
        """Let go of an ended job; its watchers look once more."""
        if live := self._live.pop(job, None):
            live.wake()

    async def ticks(self, job: int, sequence: int = 0) -> AsyncIterator[Live]:
        """A job's live side now, after every change (10 a second at most) and every 10 s."""
        live = self.of(job, sequence)
        while True:
            changed = live.changed
            yield live
            await asyncio.sleep(LEAST_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), HEARTBEAT_S)
