"""A time axis: where its ticks are and how times are written."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

STEPS = [
    *(Fraction(1, n) for n in (100, 50, 20, 10, 5, 2)),
    *(Fraction(n) for n in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)),
]
"""Seconds between ticks, the shortest that leaves room is taken; steps that people count in."""


def ticks(duration: Fraction, most: int = 12) -> list[tuple[str, str]]:
    """Places in percent and labels of up to `most` ticks over a film of that many seconds."""
    step = next(
        (step for step in STEPS if duration / step <= most), Fraction(ceil(duration / most))
    )
    digits = 0 if step >= 1 else 1 if step >= Fraction(1, 10) else 2
    count = ceil(duration / step)
    return [
        (f"{float(100 * k * step / duration):.4f}", clock(k * step, digits)) for k in range(count)
    ]


def clock(time: Fraction, digits: int = 2) -> str:
    """A time as 1:02:03.45, hours only where there are any."""
    units = round(time * 10**digits)
    whole, rest = divmod(units, 10**digits)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{text}.{rest:0{digits}}" if digits else text
