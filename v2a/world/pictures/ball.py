"""A bouncing ball."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.shapes import Point, oval, pick
from v2a.world.pictures.view import View

RUBBER: tuple[Colour, ...] = (
    (206, 40, 36),
    (226, 106, 30),
    (40, 90, 190),
    (50, 150, 70),
    (236, 196, 40),
    (200, 60, 140),
)
STEEL: Colour = (150, 156, 164)
WHITE: Colour = (255, 255, 255)


def ball(v: View) -> None:
    """A ball that touches the floor at every onset and flies as long as until the next.

    One thrown high is seen from further away.
    """
    rng = v.rng("ball")
    floor = float(rng.uniform(0.3, 0.38))
    light = max(0.5, back.somewhere(v, 0.12))
    first = 0.45 + 0.45 * v.b
    _, since, until = v.beat(first)
    share = since / max(since + until, 1e-3)
    top = min(0.66, (0.34 + 0.3 * v.b) * ((since + until) / first) ** 2)
    high = 4 * share * (1 - share) * top
    r = float(rng.uniform(0.1, 0.13)) * (1.2 - 0.5 * v.b)
    x = 0.12 * v.drift("roll", 0.25)
    flat = max(0.0, 1 - min(since, until) / 0.06) * 0.22 * (1 - v.a)
    dark = 0.95 - 0.7 * high
    v.glow(x + 0.01, floor + 0.005, r * (1.3 + high), 0.035 + 0.03 * high, (0, 0, 0), dark)
    rx, ry = r * (1 + 0.6 * flat), r * (1 - flat)
    _sphere(v, (x, floor - high - ry), rx, ry, light)


def _sphere(v: View, centre: Point, rx: float, ry: float, light: float) -> None:
    x, y = centre
    metal, rng = v.a, v.rng("skin")
    colour = mix(pick(rng, RUBBER), STEEL, min(1.0, metal * 1.5))
    v.disc(x, y, rx, ry, shade(colour, 0.5 * light))
    for k in range(1, 6):
        grow, tone = 1 - 0.14 * k, (0.5 + 0.11 * k) * light
        v.disc(x - 0.042 * k * rx, y - 0.049 * k * ry, rx * grow, ry * grow, shade(colour, tone))
    if metal >= 0.5:
        v.poly(oval(x, y + 0.42 * ry, 0.8 * rx, 0.3 * ry), (30, 34, 40), 0.8 * metal)
        v.poly(oval(x, y + 0.1 * ry, 0.93 * rx, 0.16 * ry), (236, 240, 246), 0.7 * metal)
    elif rng.uniform() < 0.6:
        _seams(v, centre, rx, ry, shade(colour, 0.3))
    else:
        px, py = x + 0.3 * rx * math.cos(3 * v.t), y + 0.3 * ry * math.sin(3 * v.t)
        v.poly(oval(px, py, 0.42 * rx, 0.42 * ry), (240, 240, 236), 0.9)
    shine = 0.35 + 0.65 * metal
    v.glow(x - 0.35 * rx, y - 0.4 * ry, 0.5 * rx, 0.45 * ry, WHITE, shine)
    v.disc(x - 0.36 * rx, y - 0.42 * ry, 0.1 * rx, 0.1 * ry, WHITE, shine)


def _seams(v: View, centre: Point, rx: float, ry: float, dark: Colour) -> None:
    """A basketball's, turning as it flies."""
    c, s = math.cos(3 * v.t), math.sin(3 * v.t)

    def put(points: list[Point]) -> list[Point]:
        return [
            (centre[0] + rx * (p * c - q * s), centre[1] + ry * (p * s + q * c)) for p, q in points
        ]

    v.line(put([(-1.0, 0.0), (1.0, 0.0)]), 0.012, dark)
    for side in (-1, 1):
        bows = (-1.1, -0.6, 0.0, 0.6, 1.1)
        arc = [(side * (0.95 - 0.5 * math.cos(p)), 0.85 * math.sin(p)) for p in bows]
        v.line(put(arc), 0.012, dark)
