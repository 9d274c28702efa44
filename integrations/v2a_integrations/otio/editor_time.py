"""Exact time between an editor's floats and ours: rates, seconds, frames of a timeline."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isfinite
from typing import TYPE_CHECKING

from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    import opentimelineio as otio

SLOWEST, FASTEST = 1, 1000
"""Frames per second that a picture may have; an audio rate is none."""
NEAR = 0.005
"""How far an editor's spelling may be from an exact rate: 23.98 is 24000/1001."""


def exact_rate(rate: float) -> Fraction | None:
    """The rate an editor means by a float, None where it means none (0, negative, not finite)."""
    if not isfinite(rate) or rate <= 0:
        return None
    whole = ceil(rate)
    pulled_down = Fraction(whole * 1000, 1001)
    if rate != whole and whole <= FASTEST and abs(rate - float(pulled_down)) < NEAR:
        return pulled_down
    return Fraction(rate).limit_denominator(1001)


def picture_rate(rate: float) -> Fraction | None:
    """The same, None also for a rate that no picture has."""
    found = exact_rate(rate)
    return found if found and SLOWEST <= found <= FASTEST else None


def seconds(time: otio.opentime.RationalTime) -> Fraction | None:
    """A time in exact seconds; None where its rate or value is none."""
    rate = exact_rate(time.rate)
    if rate is None or not isfinite(time.value):
        return None
    return Fraction(time.value).limit_denominator(1_000_000) / rate


def rational(frame: int, rate: float) -> otio.opentime.RationalTime:
    """A frame as OTIO writes it; `rate` as the timeline spells it."""
    import opentimelineio as otio

    return otio.opentime.RationalTime(frame, rate)


def frames(start: int, end: int, rate: float) -> otio.opentime.TimeRange:
    """Frames [start, end) as OTIO writes them."""
    import opentimelineio as otio

    return otio.opentime.TimeRange(rational(start, rate), rational(end - start, rate))


def clock(time: Fraction, rate: Fraction) -> str:
    """A time as hh:mm:ss:ff, frames counted without drops; what a plan prints."""
    whole = round(rate)
    sign, count = ("-" if time < 0 else ""), abs(nearest_frame(time, rate))
    total, frame = divmod(count, whole)
    return f"{sign}{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}:{frame:02}"
