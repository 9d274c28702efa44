"""Times a job's stages and says how much of the whole is done and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction

from v2a.errors import V2AError
from v2a.types import Progress, Report, ShouldStop

WEIGHTS: Mapping[str, float] = {
    "frames": 20,
    "scenes": 2,
    "sounds": 3,
    "generate": 65,
    "tracks": 10,
}
"""A job's stages in order, with their usual shares of its time on two CPU cores."""


class JobClock:
    """One job's progress; every report asks whether to stop."""

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: ShouldStop | None = None,
        stages: Mapping[str, float] = WEIGHTS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds: dict[str, float] = {}
        """Seconds spent, per finished stage."""
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._stages = stages
        self._now = now

    def should_stop(self) -> bool:
        """Whether the job's owner wants it to end."""
        return self._should_stop is not None and self._should_stop()

    def check(self) -> None:
        """Raise CANCELLED if the job is to end."""
        if self.should_stop():
            raise V2AError("CANCELLED")

    @contextmanager
    def timed(self, name: str) -> Generator[None]:
        """Add the body's seconds to `seconds[name]`."""
        self.check()
        begun = self._now()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self._now() - begun

    @contextmanager
    def stage(self, name: str, scenes: int | None = None) -> Generator[Report]:
        """Time a stage; yields the `Report` its work is told by (of so many scenes, in order)."""
        begun = self._now()

        def report(fraction: float) -> None:
            self.check()
            if self._on_progress:
                self._on_progress(self._step(name, min(max(fraction, 0.0), 1.0), begun, scenes))

        report(0.0)
        with self.timed(name):
            yield report
        report(1.0)

    def _step(self, name: str, fraction: float, begun: float, scenes: int | None) -> Progress:
        names = list(self._stages)
        before = sum(self._stages[stage] for stage in names[: names.index(name)])
        total = sum(self._stages.values())
        share = self._stages[name]
        scene = None if scenes is None else scene_at(fraction, scenes)
        eta = self._left(name, fraction, self._now() - begun, total - before - share)
        whole = (before + share * fraction) / total
        return Progress(name, fraction, scene, scenes, eta, whole)

    def _left(self, name: str, fraction: float, spent: float, later: float) -> float | None:
        """Seconds left: this stage at its own pace, later ones at the pace of all so far."""
        share = self._stages[name]
        past = [stage for stage in self.seconds if stage in self._stages and stage != name]
        done = sum(self._stages[stage] for stage in past) + share * fraction
        pace = (sum(self.seconds[stage] for stage in past) + spent) / done if done else 0.0
        if fraction >= 1:
            return later * pace
        if fraction < 0.02 or spent < 0.5:
            return (share * (1 - fraction) + later) * pace if past else None
        return spent * (1 - fraction) / fraction + later * pace


def scene_at(fraction: float, scenes: int) -> int:
    """Scene that is made when a fraction of so many is done, 1-based; the last at the end.

    Scenes of one batch are made at the same time, so that the number is of those done and one.
    """
    return min(scenes, int(fraction * scenes) + 1)


def parts(report: Report, sizes: Sequence[float | Fraction]) -> Iterator[Report]:
    """One report for each part of a stage's work, given how large the parts are."""
    total, done = float(sum(sizes)), 0.0
    for size in map(float, sizes):
        begin, done = done, done + size
        ends = begin / total, done / total
        yield lambda fraction, ends=ends: report(ends[0] * (1 - fraction) + ends[1] * fraction)
