"""Converts between an editor's float times and exact ones: rates, seconds, frames."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isfinite
from typing import TYPE_CHECKING

from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    import opentimelineio as otio

SLOWEST, FASTEST = 1, 1000
"""Least and most frames per second of a picture. Chosen: no film lies outside, while the rates of
sounds (8000 and more), which some editors write, do."""
NEAR = 0.005
"""Frames per second by which a written rate may differ from the exact one: editors write two
decimals, so 23.98 is 24000/1001 and the error at most half of 0.01."""


def exact_rate(rate: float) -> Fraction | None:
    """Exact frames per second for a float; None where it is 0, negative or not finite."""
    if not isfinite(rate) or rate <= 0:
        return None
    whole = ceil(rate)
    pulled_down = Fraction(whole * 1000, 1001)
    if rate != whole and whole <= FASTEST and abs(rate - float(pulled_down)) < NEAR:
        return pulled_down
    return Fraction(rate).limit_denominator(1001)


def picture_rate(rate: float) -> Fraction | None:
    """Exact frames per second for a float; None also outside `SLOWEST` to `FASTEST`."""
    found = exact_rate(rate)
    return found if found and SLOWEST <= found <= FASTEST else None


def seconds(time: otio.opentime.RationalTime) -> Fraction | None:
    """A time in exact seconds; None where its rate or value is no finite number."""
    rate = exact_rate(time.rate)
    if rate is None or not isfinite(time.value):
        return None
    return Fraction(time.value).limit_denominator(1_000_000) / rate


def rational(frame: int, rate: float) -> otio.opentime.RationalTime:
    """A frame as OTIO writes it; `rate` is the timeline's own float."""
    import opentimelineio as otio

    return otio.opentime.RationalTime(frame, rate)


def frames(start: int, end: int, rate: float) -> otio.opentime.TimeRange:
    """The range [start, end) of frames as OTIO writes it."""
    import opentimelineio as otio

    return otio.opentime.TimeRange(rational(start, rate), rational(end - start, rate))


def clock(time: Fraction, rate: Fraction) -> str:
    """A time (seconds) as hh:mm:ss:ff at `rate`, without dropped numbers; for a printed plan."""
    whole = round(rate)
    sign, count = ("-" if time < 0 else ""), abs(nearest_frame(time, rate))
    total, frame = divmod(count, whole)
    return f"{sign}{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}:{frame:02}"
