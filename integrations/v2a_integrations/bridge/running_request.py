"""One request at work: its events, how often it says them, and how it is ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from v2a.api.job_types import Job
from v2a.errors import V2AError

PAUSE_S = 0.2
"""Least seconds between two events on progress; chosen: five a second look continuous in a bar."""

Done = TypeVar("Done")
Say = Callable[[Mapping[str, Any]], None]


class RunningRequest:
    """A request at work."""

    def __init__(self, id: str, request: str | None, say: Say) -> None:
        self.id, self.request = id, request
        self.job: str | None = None
        """The job's name, "jobs/17", once it is acknowledged."""
        self.held = False
        """Whether its job is being acknowledged now: a cancel waits until that is known."""
        self.stop = threading.Event()
        """Set when threads that work for the request shall end."""
        self.cancelled = False
        self._say = say
        self._last = float("-inf")
        self._later: asyncio.TimerHandle | None = None
        self._newest: Mapping[str, Any] = {}

    def say(self, event: str, **facts: Any) -> None:
        """Say an event at once, in place of any progress that waits."""
        self.quiet()
        self._say({"id": self.id, "event": event, **facts})

    def error(self, error: V2AError) -> None:
        """Say that the request failed; its last event."""
        self.say("error", **error.as_dict())

    def waiting(self, error: V2AError) -> None:
        """Say that the daemon is away."""
        self.say("waiting", message=f"{error.message}: it is looked for and started again")

    def acknowledged(self, job: Job) -> None:
        """Say the name of the request's job."""
        self.job = job.name
        self.say("job", job=job.name)

    def progress(self, job: Job) -> None:
        """Say the progress of its job."""
        step = job.progress
        self.step(
            step.stage,
            step.fraction,
            whole=step.whole,
            clip=step.clip,
            scene=step.scene,
            of=step.scenes,
            eta_s=step.eta_s,
        )

    def step(self, stage: str, fraction: float, **more: Any) -> None:
        """Say the progress of a stage (0 to 1), at most once in `PAUSE_S`; the newest is said."""
        facts = {"whole": 0.0, "clip": 0, "scene": 0, "of": 0, "eta_s": None, **more}
        self._newest = {"id": self.id, "event": "progress", "stage": stage} | {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in {"fraction": fraction, **facts}.items()
        }
        loop = asyncio.get_running_loop()
        if self._later is None:
            wait = max(0.0, self._last + PAUSE_S - loop.time())
            self._later = loop.call_later(wait, self._tell)

    async def in_thread(self, work: Callable[[], Done]) -> Done:
        """Run `work`, which looks at `stop`, in a thread; a cancel waits until that has ended."""
        task = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self.stop.set()
            await asyncio.wait([task])
            raise

    def quiet(self) -> None:
        """Drop progress that waits to be said."""
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _tell(self) -> None:
        self._later = None
        self._last = asyncio.get_running_loop().time()
        self._say(self._newest)
