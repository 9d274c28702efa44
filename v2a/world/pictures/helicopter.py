"""A helicopter in the sky."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.car import PAINTS
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.shapes import Point, Put, oval, path, turned
from v2a.world.pictures.view import View


def helicopter(v: View) -> None:
    """A helicopter in the sky: near or far, its rotor slow enough to see or a disc."""
    rng = v.rng("helicopter")
    name = back.mood(v, "day pale grey gold dusk night")
    light = back.open_air(v, name, str(rng.choice(["grass", "earth", "straw"])), 0.38, 0.5)
    if rng.uniform() < 0.5:
        back.hills(v, 0.39, shade((76, 92, 92), light), 0.1)
    else:
        back.treeline(v, 0.39, back.lit(back.FOREST, light), 0.12)
    scale = 1.35 - 0.95 * v.b
    x, y = 0.1 * v.drift("across", 0.12), -0.05 - 0.06 * v.b + 0.03 * v.drift("up", 0.2)
    paint = [*PAINTS, (70, 84, 50), (44, 52, 40)][int(rng.integers(len(PAINTS) + 2))]
    tilt = 0.06 + 0.05 * v.drift("tilt", 0.3)
    if light < 0.6:
        v.poly([(x, y), (x - 0.22, 0.5), (x + 0.12, 0.5)], (236, 240, 250), 0.22)
    _machine(v, x, y, tilt, scale, shade(paint, max(0.55, light)), light)
    if light < 0.6 and math.sin(9 * v.t) > 0:
        v.glow(x - 0.44 * scale, y - 0.1 * scale, 0.06, 0.06, (255, 60, 50), 1.0)


def _machine(
    v: View, x: float, y: float, tilt: float, s: float, paint: Colour, light: float
) -> None:
    def put(points: list[Point]) -> list[Point]:
        return turned(points, x, y, tilt, s)

    v.poly(put(path("-.08,-.05 -.42,-.055 -.42,-.025 -.06,.05")), shade(paint, 0.85))
    v.poly(put(path("-.4,-.03 -.47,-.14 -.42,-.14 -.36,-.05")), paint)
    v.poly(put(oval(0.03, 0.0, 0.17, 0.095)), paint)
    v.poly(put(oval(0.02, 0.04, 0.15, 0.05)), shade(paint, 0.65))
    v.poly(
        put(path(".07,-.075 .15,-.055 .195,0 .16,.02 .07,.02")),
        mix((20, 28, 40), (170, 205, 226), 0.65 * light),
    )
    v.poly(
        put(path("-.04,-.06 .04,-.065 .04,.01 -.04,.01")),
        mix((20, 28, 40), (150, 185, 206), 0.6 * light),
    )
    for px in (-0.05, 0.09):
        v.line(put([(px, 0.08), (px * 1.15, 0.14)]), 0.012 * s, (34, 34, 36))
    v.line(put([(-0.14, 0.14), (0.17, 0.14), (0.2, 0.12)]), 0.016 * s, (34, 34, 36))
    v.line(put([(0.0, -0.09), (0.0, -0.14)]), 0.024 * s, (40, 40, 42))
    _rotors(v, put, s)


def _rotors(v: View, put: Put, s: float) -> None:
    rate = 2.3 + 4.7 * v.a
    v.poly(put(oval(0.0, -0.145, 0.42, 0.03)), (60, 62, 66), 0.18 + 0.25 * v.a)
    for k in range(5):
        angle = 6.283 * rate * (v.t - 0.006 * k)
        reach = 0.42 * math.cos(angle)
        lift = 0.028 * math.sin(angle)
        v.line(
            put([(-reach, -0.145 - lift), (reach, -0.145 + lift)]),
            0.014 * s,
            (24, 24, 26),
            0.75 - 0.14 * k,
        )
    spin = 6.283 * rate * 2.3 * v.t
    v.poly(put(oval(-0.445, -0.1, 0.075, 0.075)), (200, 200, 204), 0.25)
    for k in range(2):
        c, q = 0.075 * math.cos(spin + 1.57 * k), 0.075 * math.sin(spin + 1.57 * k)
        v.line(put([(-0.445 - c, -0.1 - q), (-0.445 + c, -0.1 + q)]), 0.012 * s, (30, 30, 32))
