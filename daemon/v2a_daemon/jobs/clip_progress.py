"""How far a whole job is, from what is heard of its clips' stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from v2a.api.job_types import JobProgress
from v2a.api.progress_clock import WEIGHTS, scene_at

Tell = Callable[[JobProgress], object]


class ClipClocks:
    """Progress of a job's clips, told as one: the job is where its slowest unfinished clip is."""

    def __init__(
        self,
        lengths: Sequence[float],
        tell: Tell,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`lengths`: how much of the job each clip is, in any unit."""
        total = sum(lengths) or 1.0
        self._shares = [length / total if sum(lengths) else 1 / len(lengths) for length in lengths]
        self._done = [dict.fromkeys(WEIGHTS, 0.0) for _ in lengths]
        self._tell = tell
        self._now = now
        self._begun = now()
        self._whole = 0.0
        self.seconds: dict[str, float] = {}
        """Seconds spent, by stage, over all clips."""

    def told(self, clip: int, stage: str, fraction: float, scenes: int = 0) -> None:
        """A clip (1-based) has done a fraction of one of its stages; the stages before are over.

        `scenes`: of how many scenes, in a stage that makes one after the other.
        """
        done = self._done[clip - 1]
        names = list(WEIGHTS)
        for earlier in names[: names.index(stage)]:
            done[earlier] = 1.0
        done[stage] = max(done[stage], min(fraction, 1.0))
        self._whole = max(self._whole, self._sum())
        fraction = done[stage]
        scene = scene_at(fraction, scenes) if scenes else 0
        progress = JobProgress(stage, fraction, self._whole, clip, scene, scenes, self._left())
        self._tell(progress)

    def spent(self, seconds: Mapping[str, float]) -> None:
        """Add seconds spent, by stage."""
        for stage, value in seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + value

    def _sum(self) -> float:
        weights = sum(WEIGHTS.values())
        return sum(
            share * sum(WEIGHTS[stage] * part for stage, part in done.items()) / weights
            for share, done in zip(self._shares, self._done, strict=True)
        )

    def _left(self) -> float | None:
        spent = self._now() - self._begun
        if self._whole < 0.02 or spent < 0.5:
            return None
        return spent * (1 - self._whole) / self._whole
