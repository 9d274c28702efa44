"""Rounds exact time to whole frames of a timeline."""

from __future__ import annotations

from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def nearest_frame(time: Fraction, rate: Fraction) -> int:
    """The frame boundary nearest to a time (seconds) at `rate` frames a second; halves round up."""
    return floor(time * rate + HALF)
