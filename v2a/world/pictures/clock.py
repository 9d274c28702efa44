"""Clocks: on the wall with a pendulum, on feet with an alarm, on the wrist."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, box, pick
from v2a.world.pictures.view import View

CASES: tuple[Colour, ...] = (
    (60, 38, 24),
    (30, 30, 32),
    (196, 160, 70),
    (206, 208, 212),
    (170, 40, 40),
)
STRAPS: tuple[Colour, ...] = ((70, 44, 28), (30, 30, 34), (150, 154, 160))
RED: Colour = (206, 30, 30)


def clock(v: View) -> None:
    """A clock face whose second hand jumps at every onset.

    A big one hangs with a pendulum, a middling one has feet, a small one a strap. Quick ones are
    stop watches: close marks, a small dial that spins, a crown.
    """
    rng = v.rng("clock")
    light = back.indoors(v, 0.3 if v.b > 0.5 else None)
    r, centre = 0.37 - 0.13 * v.b, (0.0, -0.06 if v.b < 0.4 else 0.06)
    case = shade(pick(rng, CASES), light)
    if v.b < 0.4:
        _pendulum(v, centre, r, case, light)
    elif v.b < 0.7:
        _feet(v, centre, r, case)
    else:
        v.poly(box(-0.13, -0.9, 0.13, 0.9), shade(pick(rng, STRAPS), light))
    dark = rng.uniform() < 0.15
    face = shade((36, 40, 48) if dark else (246, 242, 228), max(0.5, light))
    ink: Colour = (236, 236, 230) if dark else (24, 24, 28)
    v.glow(0.02, centre[1] + 0.03, 1.3 * r, 1.3 * r, (0, 0, 0), 0.6)
    if v.a > 0.5:
        v.limb([(0.0, centre[1] - 1.02 * r), (0.0, centre[1] - 1.17 * r)], 0.16 * r, case)
    for share, colour in ((1.0, case), (0.93, shade(case, 1.35)), (0.87, face)):
        v.disc(*centre, share * r, share * r, colour)
    _marks(v, centre, r, ink)
    _hands(v, centre, r, ink)


def _around(centre: Point, angle: float, reach: float) -> Point:
    """A point `reach` from the centre, clockwise from the top; one turn is 1."""
    turn = 6.2832 * angle
    return centre[0] + reach * math.sin(turn), centre[1] - reach * math.cos(turn)


def _marks(v: View, centre: Point, r: float, ink: Colour) -> None:
    """Twelve strokes on a slow clock; the quicker, the more strokes between them."""
    inner, width = 0.66 + 0.06 * v.a, (0.06 - 0.03 * v.a) * r
    for k in range(12):
        v.line([_around(centre, k / 12, inner * r), _around(centre, k / 12, 0.8 * r)], width, ink)
    if v.a > 0.35:
        for k in range(60):
            v.line(
                [_around(centre, k / 60, 0.76 * r), _around(centre, k / 60, 0.8 * r)], 0.006, ink
            )


def _hands(v: View, centre: Point, r: float, ink: Colour) -> None:
    rng = v.rng("hour")
    passed, since, _ = v.beat(1 - 0.65 * v.a)
    start, hour = int(rng.integers(60)), float(rng.uniform(0, 12))
    if v.a > 0.5:
        dial = (centre[0], centre[1] + 0.4 * r)
        v.ring(*dial, 0.22 * r, 0.22 * r, 0.02 * r, ink)
        v.line([dial, _around(dial, passed / 8, 0.19 * r)], 0.03 * r, RED)
    for angle, reach, width in ((hour / 12, 0.46, 0.075), (hour % 1, 0.68, 0.05)):
        ends = [_around(centre, angle, -0.1 * r), _around(centre, angle, reach * r)]
        v.line(ends, width * r, ink)
    overshoot = 0.25 * math.exp(-18 * since) * math.cos(60 * since) if passed else 0.0
    angle = (start + 2 * (passed + overshoot)) / 60
    v.line([_around(centre, angle, -0.2 * r), _around(centre, angle, 0.78 * r)], 0.028 * r, RED)
    v.disc(*centre, 0.06 * r, 0.06 * r, RED)


def _pendulum(v: View, centre: Point, r: float, case: Colour, light: float) -> None:
    """Long and slow or short and quick; at its ends on the onsets."""
    x, y = centre
    passed, since, until = v.beat(1 - 0.65 * v.a)
    swing = 0.22 * math.cos(math.pi * (passed + since / max(since + until, 1e-3)))
    v.poly(box(x - 0.8 * r, y, x + 0.8 * r, 0.9), shade(case, 0.75))
    v.poly(box(x - 0.62 * r, y, x + 0.62 * r, 0.9), shade(case, 0.35))
    end = (x + 0.55 * math.sin(swing), y + 0.48 - 0.08 * v.a)
    v.line([(x, y), end], 0.016, shade((206, 170, 80), light))
    v.disc(*end, 0.07, 0.07, shade((216, 176, 70), max(0.5, light)))
    v.glow(end[0] - 0.02, end[1] - 0.02, 0.05, 0.05, (255, 250, 220), 0.8)


def _feet(v: View, centre: Point, r: float, case: Colour) -> None:
    """An alarm clock's feet and bells."""
    x, y = centre
    for side in (-1, 1):
        v.line([(x, y), (x + side * 0.8 * r, y + 1.15 * r)], 0.05, shade(case, 0.8))
        cx, cy = x + side * 0.62 * r, y - 0.95 * r
        v.disc(cx, cy, 0.36 * r, 0.3 * r, case)
        v.disc(cx - 0.06 * r, cy - 0.08 * r, 0.2 * r, 0.12 * r, shade(case, 1.4))
    v.line([(x, y - r), (x, y - 1.3 * r)], 0.03, shade(case, 0.7))
    v.disc(x, y - 1.3 * r, 0.04, 0.04, shade(case, 0.9))
