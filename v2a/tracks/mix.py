"""The film's whole sound, put together from its stems as it is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from v2a.tracks.joins import Join, JoinPart
from v2a.tracks.limiter import REACH, limit
from v2a.tracks.scene_stem import BLOCK, Stem

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Mix:
    """Mono sound of `length` samples; reading a part computes that part, so memory stays small."""

    length: int
    rate: int
    """Samples per second."""
    stems: tuple[Stem, ...]
    """The take in use of every scene, in order."""
    parts: tuple[JoinPart, ...]
    """The part of each stem that is played; only neighbours overlap."""
    ceiling: float | None
    """Linear true peak held where two stems add up."""

    def __len__(self) -> int:
        return self.length

    def __array__(self, dtype: object = None, copy: object = None) -> NDArray[np.float32]:
        return self.read(0, self.length)

    def read(self, begin: int, end: int) -> NDArray[np.float32]:
        """(end - begin,) float32, samples [begin, end) of the film; full scale is 1."""
        if self.ceiling is None or not self._adds_up(begin - REACH, end + REACH):
            return self._sum(begin, end)
        return limit(self._sum(begin - REACH, end + REACH), self.ceiling)[REACH:-REACH]

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The whole mix in blocks of up to `BLOCK` samples."""
        for begin in range(0, self.length, BLOCK):
            yield self.read(begin, min(begin + BLOCK, self.length))

    def _touching(self, begin: int, end: int) -> Iterator[int]:
        k = max(bisect_right(self.parts, begin, key=lambda part: part.end), 0)
        while k < len(self.parts) and self.parts[k].start < end:
            yield k
            k += 1

    def _adds_up(self, begin: int, end: int) -> bool:
        touched = list(self._touching(begin, end))
        return any(self.parts[k].start < self.parts[k - 1].end for k in touched if k)

    def _sum(self, begin: int, end: int) -> NDArray[np.float32]:
        total = np.zeros(end - begin, np.float32)
        for k in self._touching(begin, end):
            part, stem = self.parts[k], self.stems[k]
            first, last = max(begin, part.start), min(end, part.end)
            sound = stem.read(first - stem.first, last - stem.first, faded=False)
            total[first - begin : last - begin] += sound * part.gains(first, last)
        return total


@dataclass(frozen=True)
class Tracks:
    """A film's sound as stems and as their mix; nothing is computed before it is read."""

    mix: Mix
    stems: tuple[Stem, ...]
    """Every take of every scene, ordered by scene, then take."""
    joins: tuple[Join, ...]
    """One between each two scenes."""
    rate: int
    """Samples per second of mix and stems."""
    source_rate: int
    """Samples per second of the sound model."""
