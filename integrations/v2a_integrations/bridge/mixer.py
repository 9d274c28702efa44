"""Calculates how late Blender's mixer plays a strip, to the sample, so that its file can be early.

Blender starts a strip where one of its blocks of sound begins: every 1024 samples, and at every
frame as single precision tells it, rounded up. Where in the file that is, it rounds down, twice.
So a strip is heard up to two samples away from where its frame begins, always the same in the same
place. Measured on mixdowns of 3.4, 4.5 and 5.0 (756 places, tests/bench/RESULTS.md), which agree.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from v2a_integrations.stems.whole_frames import nearest_frame

RATE = 48_000
"""Samples a second of the stems, which the model holds for: mixdowns were measured at this."""
BLOCK = 1024
"""Samples that a mixdown asks for at a time; measured, the same in 3.4, 4.5 and 5.0."""


@dataclass(frozen=True)
class Mixer:
    """How a scene of Blender's counts time when it mixes its strips."""

    first: int
    """Blender's frame at which a mixdown begins, the timeline's frame 0."""
    fps: int
    base: float
    """The scene's frame rate is `fps` over this."""
    rate: Fraction
    """The exact frames per second that `fps` over `base` stands for."""

    @property
    def speed(self) -> float:
        """Frames a second as Blender calculates, with `base` in single precision."""
        return self.fps / _single(self.base)

    def late(self, content: int, heard: int) -> int:
        """Samples by which a strip is heard late (negative: early).

        Its file begins at `content` and it is heard from `heard` on, frames of the timeline.
        """
        begins = (heard + self.first) / self.speed
        start = int(self.first * RATE / self.speed)
        skipped = (heard - content) / self.speed
        at, time = next(b for b in self._blocks(start, begins) if b[1] + 1 / RATE >= begins)
        played = int((max(0.0, time - begins) + skipped) * RATE)
        # The reader looks up where it is once more, and reads on from one sample later.
        played += played - int(played * (1 / RATE) * RATE)
        return at - start - nearest_frame(content / self.rate, Fraction(RATE)) - played

    def _blocks(self, start: int, begins: float) -> Iterator[tuple[int, float]]:
        """(sample, seconds) at which blocks begin, from shortly before `begins` seconds on."""
        position = start + max(0, int(begins * RATE) - start - BLOCK) // BLOCK * BLOCK
        speed = _single(self.speed)
        while True:
            done, time = 0, position / RATE
            while done < BLOCK:
                yield position + done, time
                frame = math.floor(_single(time * speed)) + 1
                length = math.ceil(_single(frame / speed) * RATE) - position - done
                length = max(min(BLOCK - done, length), 1)
                done += length
                time += length / RATE
            position += BLOCK


def _single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]
