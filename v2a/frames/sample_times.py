"""Which frames are sampled: those that are shown at the ticks of a slower clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeVar

Frame = TypeVar("Frame")


def sampled(
    frames: Iterator[tuple[int, Frame]],
    time_base: Fraction,
    rate: Fraction | None,
    end: Callable[[], Fraction],
) -> Iterator[tuple[int, Frame]]:
    """Number and frame of the first frame and of each shown at k/rate seconds; all if rate is None.

    `frames` are ticks of `time_base` seconds with frames, `end()` the seconds at which the last one
    ends, asked after it. How long a frame is shown is known once the next has come, so one frame is
    held back, never more.
    """
    if rate is None:
        yield from ((number, frame) for number, (_, frame) in enumerate(frames))
        return
    pace = time_base * rate
    up, down = pace.numerator, pace.denominator
    held: tuple[int, Frame] | None = None
    due = 0
    for number, (tick, frame) in enumerate(frames):
        if held is not None and due * down < tick * up:
            yield held
            due = -(-tick * up // down)
        held = number, frame
    if held is not None and due < end() * rate:
        yield held
