"""A scene's sound on the film's sample grid: resampled, levelled, held under the ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from v2a.tracks.limiter import REACH, limit
from v2a.tracks.loudness import Loudness

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 1 << 20
"""Samples handled at a time, 22 s at 48 kHz. Chosen: 4 MB as float32, whatever the film's length,
and long beside what blocks overlap by."""
EDGE = 0.008
"""Seconds a stem's file takes to fade in and out. Chosen: its edges cannot click, and a handle's
8 ms are missed nowhere."""
PAD = 512
"""Input samples around a block. Chosen: further than the filter of soxr's HQ reaches, so that
blocks join to within rounding."""


@dataclass(frozen=True)
class Stem:
    """One rendering of one scene; nothing is computed before it is read."""

    scene: int
    """1-based."""
    take: int
    """1-based."""
    start: int
    """Sample of the film at which the scene itself starts."""
    length: int
    """Samples of the scene itself."""
    lead: int
    """Samples of handle before the scene."""
    tail: int
    """Samples of handle after it."""
    source: NDArray[np.float32] = field(repr=False)
    """(n,) as generated, from the start of the lead."""
    source_rate: int
    """Samples per second of `source`."""
    rate: int
    """Samples per second of the stem."""
    gain: float = 1.0
    """Linear, of level matching."""
    ceiling: float | None = None
    """Linear true peak to hold; None where the sound stays below it by itself."""
    edge: int = 0
    """Samples of fade at the edges of the stem's file."""
    measured: Loudness | None = None
    """Of the scene without its handles, as read."""

    def __len__(self) -> int:
        return self.lead + self.length + self.tail

    def __array__(self, dtype: object = None, copy: object = None) -> NDArray[np.float32]:
        return self.read(0, len(self))

    @property
    def first(self) -> int:
        """Sample of the film at which the stem's file starts."""
        return self.start - self.lead

    @property
    def loudness(self) -> float:
        """LUFS, integrated; -inf for silence."""
        return self.measured.integrated if self.measured else float("nan")

    def read(self, begin: int, end: int, faded: bool = True) -> NDArray[np.float32]:
        """(end - begin,) float32, samples [begin, end) of the stem's file, zeros outside of it.

        `faded` applies the fades at the file's edges; the mix reads without them.
        """
        if self.ceiling is None:
            sound = self._levelled(begin, end)
        else:
            sound = limit(self._levelled(begin - REACH, end + REACH), self.ceiling)[REACH:-REACH]
        if faded and self.edge:
            place = np.arange(begin, end)
            near = np.minimum(place, len(self) - 1 - place)
            sound = sound * np.sin(np.clip((near + 0.5) / self.edge, 0, 1) * (np.pi / 2))
        return sound.astype(np.float32, copy=False)

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The stem's file in blocks of up to `BLOCK` samples."""
        for begin in range(0, len(self), BLOCK):
            yield self.read(begin, min(begin + BLOCK, len(self)))

    def scene_blocks(self) -> Iterator[NDArray[np.float32]]:
        """The scene without its handles, in blocks, unfaded."""
        for begin in range(self.lead, self.lead + self.length, BLOCK):
            yield self.read(begin, min(begin + BLOCK, self.lead + self.length), faded=False)

    def handle_blocks(self) -> Iterator[NDArray[np.float32]]:
        """The handle before the scene, then the one after it, unfaded."""
        yield self.read(0, self.lead, faded=False)
        yield self.read(self.lead + self.length, len(self), faded=False)

    def _levelled(self, begin: int, end: int) -> NDArray[np.float32]:
        last = min(end, len(self))
        sound = resample(self.source, self.source_rate, self.rate, begin, last)
        return np.pad(sound, (0, end - begin - len(sound))) * np.float32(self.gain)


def resample(
    source: NDArray[np.float32], source_rate: int, rate: int, begin: int, end: int
) -> NDArray[np.float32]:
    """Samples [begin, end) of `source`, (n,), resampled to `rate`: (end - begin,) float32.

    Every part is resampled with enough around it for the filter (soxr, HQ), from a sample that
    both grids share, so that parts joined equal the whole to within rounding. Outside the
    source there is silence; a value that is not a number counts as silence too.
    """
    import soxr

    if end <= begin:
        return np.zeros(0, np.float32)
    down, up = source_rate // gcd(source_rate, rate), rate // gcd(source_rate, rate)
    first = (begin // up - -(-PAD // down)) * down
    last = -(-end // up) * down + PAD
    inside = np.asarray(source[max(first, 0) : max(last, 0)], np.float32)
    around = (max(-first, 0), last - max(first, 0) - len(inside))
    part = np.nan_to_num(np.pad(inside, around), posinf=0.0, neginf=0.0)
    if up != down:
        part = soxr.resample(part, source_rate, rate, quality="HQ")
    offset = begin - first // down * up
    return part[offset : offset + end - begin]
