"""Whole frames of a timeline out of exact time."""

from __future__ import annotations

from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def nearest_frame(time: Fraction, rate: Fraction) -> int:
    """The frame boundary nearest to a time; halves round up."""
    return floor(time * rate + HALF)
