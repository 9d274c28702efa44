"""Calculates a strip's speed: which frame of its contents each frame of the timeline shows.

Blender plays one file frame a timeline frame, whatever the rates, unless a strip is told otherwise:
by a speed of its own (before 3.6), by retiming keys (since), or by "adjust playback rate", which no
Blender tells scripts about; it shows in how long the contents are against how long they fill.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import compat, frame_rates


class Unknown(Exception):
    """A strip's speed cannot be calculated exactly; the message says why."""


@dataclass(frozen=True)
class PlayedStretch:
    """Frames [a, b) of the timeline, which show contents from `position` on."""

    a: int
    b: int
    position: Fraction
    """The frame of the contents that frame `a` shows; whole unless the speed is not."""
    speed: Fraction
    """Frames of contents per timeline frame; negative backwards, 0 holds one."""

    def cut(self, a: int, b: int) -> PlayedStretch | None:
        """The part of the stretch in [a, b); None where they do not meet."""
        a, b = max(a, self.a), min(b, self.b)
        if a >= b:
            return None
        return PlayedStretch(a, b, self.position + self.speed * (a - self.a), self.speed)


@dataclass(frozen=True)
class Play:
    """A strip's contents on the timeline, seen or not."""

    start: Fraction
    """Blender's frame on which the contents begin."""
    filled: int
    """Timeline frames that they fill; outside of these their first or last frame is held."""
    speed: Fraction
    """Frames of contents per timeline frame, above 0."""
    reversed: bool
    skipped: int
    """Frames of the file before its contents begin."""

    def stretches(self, a: int, b: int) -> Iterator[PlayedStretch]:
        """The stretches of [a, b) in order: the first frame held, the run, the last frame held."""
        first = math.ceil(self.start)
        ends = (a, min(max(first, a), b), min(max(first + self.filled, a), b), b)
        if ends[0] < ends[1]:
            yield PlayedStretch(ends[0], ends[1], self._at(first), Fraction(0))
        if ends[1] < ends[2]:
            # Where a speed rounds, the last frame may lie past the contents' end: it stays there.
            speed = -self.speed if self.reversed else self.speed
            yield PlayedStretch(ends[1], ends[2], self._at(ends[1]), speed)
        if ends[2] < ends[3]:
            yield PlayedStretch(ends[2], ends[3], self._at(first + self.filled - 1), Fraction(0))

    def _at(self, frame: int) -> Fraction:
        index = frame - self.start
        index = self.filled - 1 - index if self.reversed else index
        return min(max(index, Fraction(0)), Fraction(self.filled - 1)) * self.speed + self.skipped


def play(
    strip: Any,
    count: Callable[[], int | None],
    ratio: Fraction = Fraction(1),
    counted: bool = False,
) -> Play:
    """How a strip plays its contents; raises Unknown where that is no constant speed.

    `count` gives how many frames the media has (None where that cannot be told); unless `counted`
    says that they are known, it is asked only where the speed depends on it. `ratio` is the media's
    rate over the scene's.
    """
    if getattr(strip, "strobe", 1.0) > 1.0:
        raise Unknown("its strobe leaves frames out")
    skipped, cut_off = compat.trims(strip)
    keys = compat.retiming_frames(strip)
    told = compat.filled_length(strip)
    contents = compat.raw_length(strip)
    if contents is None and (keys or counted or ratio != 1):
        contents = count()
        if contents is None:
            raise Unknown("how many frames its file has cannot be told")
        contents -= skipped + cut_off
    contents = told if contents is None else contents
    if keys:
        speed = _retimed(keys, contents)
    else:
        speed = _constant(frame_rates.meant(compat.speed_factor(strip)), ratio, contents, told)
    return Play(
        start=Fraction(compat.content_start(strip)),
        filled=max(told, 1),
        speed=speed,
        reversed=bool(getattr(strip, "use_reverse_frames", False)),
        skipped=skipped,
    )


def _retimed(keys: list[float], contents: int) -> Fraction:
    """The speed between the two keys (frames) of a strip that is retimed as a whole."""
    if len(keys) != 2 or keys[1] <= keys[0]:
        raise Unknown("its speed changes within it")
    return Fraction(contents - compat.LAST_KEY_ON_LAST_FRAME) / Fraction(keys[1] - keys[0])


def _constant(own: Fraction, ratio: Fraction, contents: int, filled: int) -> Fraction:
    """The strip's own speed, times the rates' ratio where its length shows that it is adjusted."""
    if filled <= 1:
        return Fraction(1)  # one frame, held: what a meta that a script made comes to
    for speed in (own, own * ratio):
        if speed > 0 and abs(Fraction(contents) / speed - filled) <= 1:
            return speed
    raise Unknown("its length fits no constant speed")
