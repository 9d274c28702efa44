"""Exact time of frames from their timestamps, repaired where a file has them wrong."""

from __future__ import annotations

from array import array
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.types import FrameTimes

_WHOLE_RATES = (24, 25, 30, 48, 50, 60, 100, 120, 10, 12, 15)
"""Frames per second of film, television and cameras, likeliest first among equals."""
_NTSC_RATES = (24, 30, 48, 60, 120)
"""Rates that NTSC divides by 1.001."""
STANDARD_RATES = (
    *(Fraction(rate) for rate in _WHOLE_RATES),
    *(Fraction(rate * 1000, 1001) for rate in _NTSC_RATES),
)
"""Frames per second that a measured rate is taken to mean when it is near one of them."""
FALLBACK_RATE = Fraction(25)
"""Frames per second where neither header nor times give a rate. Chosen: television's in Europe."""
_FINE = 400
"""Ticks a frame from which rounding to ticks cannot hide the rate. Chosen: half a tick is then
about the 0.1 % between 24 and 23.976 fps."""
_JUMP = 1
"""Seconds backwards from which a clock was set anew (joined recordings) and goes on from there.
Chosen: reordered or late timestamps are off by a few frames."""


class FrameClock:
    """Collects a timestamp a frame, missing or wrong ones too, and makes strictly rising times."""

    def __init__(self, time_base: Fraction, rate: Fraction | None) -> None:
        self.time_base = time_base
        self.origin: int | None = None
        """The first frame's timestamp on the file's own clock, in ticks."""
        self.repaired = 0
        self.jumps = 0
        self._rate = rate or FALLBACK_RATE
        self._step = max(Fraction(1), 1 / (self._rate * time_base))
        self._ticks = array("q")
        self._good = bytearray()
        self._offset = 0
        self._latest = -1
        """The latest tick that was not repaired."""

    def __len__(self) -> int:
        return len(self._ticks)

    def add(self, pts: int | None) -> int:
        """Take the next frame's timestamp; returns its tick as far as known now (0: first)."""
        tick = self._own_tick(pts)
        self._good.append(tick is not None)
        if tick is None:
            self.repaired += 1
            tick = self._next_by_rate()
        else:
            self._latest = tick
        self._ticks.append(tick)
        return tick

    def finish(self, last_duration: int, interlaced: bool = False) -> FrameTimes:
        """The final times, N + 1 of them; `last_duration` in ticks, 0 where the file tells none."""
        if not any(self._good):
            return FrameTimes(np.arange(len(self) + 1, dtype=np.int64), 1 / self._rate)
        ticks = self._mended()
        nominal = max(1, round(self._step))
        # A field-coded picture carries the length of one field.
        use_nominal = last_duration <= 0 or (interlaced and last_duration < nominal)
        end = ticks[-1] + (nominal if use_nominal else last_duration)
        return FrameTimes(np.append(ticks, end), self.time_base)

    def _own_tick(self, pts: int | None) -> int | None:
        if pts is None:
            return None
        if self.origin is None:
            self.origin = pts - round(len(self) * self._step)
        tick = pts - self.origin + self._offset
        if tick > self._latest:
            return tick
        if (self._latest - tick) * self.time_base < _JUMP:
            return None
        self.jumps += 1
        moved = self._next_by_rate()
        self._offset += moved - tick
        return moved

    def _next_by_rate(self) -> int:
        return self._ticks[-1] + max(1, round(self._step)) if self._ticks else 0

    def _mended(self) -> NDArray[np.int64]:
        """Ticks with every bad run spread over the gap it stands in, or moved on by the rate."""
        ticks = np.array(self._ticks, dtype=np.int64)
        good = np.frombuffer(self._good, dtype=np.bool_)
        anchors = np.flatnonzero(good)
        if len(anchors) == len(ticks):
            return ticks
        shift = 0
        for before, after in zip(anchors, [*anchors[1:], len(ticks)], strict=True):
            base, bad = int(ticks[before]), int(after - before - 1)
            ticks[before] += shift
            if not bad:
                continue
            room = int(ticks[after]) - base if after < len(ticks) else 0
            space = Fraction(room, bad + 1)
            if space < max(1, self._step / 4):
                space = self._step
                shift += max(0, round(space * (bad + 1)) - room)
            spread = [round(space * k) for k in range(1, bad + 1)]
            ticks[before + 1 : after] = ticks[before] + np.array(spread, dtype=np.int64)
        return ticks


def nominal_rate(times: FrameTimes, header: tuple[Fraction | None, ...]) -> tuple[Fraction, bool]:
    """Frames per second and whether the rate varies; `header` is what the file claims, best first.

    A rate is constant when one rate explains every frame's time: a claimed one to within a tick,
    else the one of equal steps, else any to within a tick or a tenth of a frame.
    """
    claims = tuple(_snap(rate) for rate in header if rate and rate > 0)
    ticks = times.ticks[:-1].astype(np.float64)
    if len(ticks) < 2:
        return (claims or (FALLBACK_RATE,))[0], False
    steps, tick = np.diff(ticks), float(times.time_base)
    exact = 1 / (int(steps[0]) * times.time_base) if (steps == steps[0]).all() else None
    if exact and steps[0] == 1:  # the time base is the frame, its rounding explains anything
        return exact, False

    def drift(rate: Fraction) -> float:
        return float(np.abs(ticks * tick - np.arange(len(ticks)) / float(rate)).max())

    for rate in claims:
        if drift(rate) <= 1.001 * tick:
            return rate, False
    if exact and steps[0] >= _FINE:
        return _snap(exact), False
    mean = Fraction(len(ticks) - 1) / (int(times.ticks[-2]) * times.time_base)
    for rate in (*claims, *STANDARD_RATES, mean.limit_denominator(1001), mean):
        if drift(rate) <= max(1.001 * tick, 0.1 / float(rate)):
            return rate, False
    usual = (1 / (Fraction(float(np.median(steps))) * times.time_base)).limit_denominator(1001)
    nearest = _snap(usual, 0.02)
    return (nearest if nearest in STANDARD_RATES else (*claims, usual)[0]), True


def _snap(rate: Fraction, tolerance: float = 4e-4) -> Fraction:
    """The nearest standard rate, if it is near enough (23.976 and 24 are 1e-3 apart)."""
    nearest = min(STANDARD_RATES, key=lambda other: abs(other - rate))
    return nearest if abs(nearest - rate) <= tolerance * rate else rate
