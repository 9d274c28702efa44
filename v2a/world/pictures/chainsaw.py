"""A chainsaw over a log or in it."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, box, path, pick, turned
from v2a.world.pictures.view import View

PAINTS: tuple[Colour, ...] = ((232, 100, 20), (204, 36, 30), (236, 178, 20), (40, 120, 60))
PINES: tuple[Colour, ...] = ((16, 34, 16), (50, 78, 36), (104, 128, 66))
DARK: Colour = (40, 40, 44)


def chainsaw(v: View) -> None:
    """A chainsaw over a log, or in it with chips flying; the higher its revs the more it smokes."""
    rng = v.rng("chainsaw")
    if rng.uniform() < 0.75:
        kind = str(rng.choice(["grass", "earth", "straw", "snow"]))
        light = back.open_air(v, back.mood(v, "day pale grey gold"), kind, 0.02, 0.5)
        back.treeline(v, 0.04, back.lit(PINES, light), 0.34)
    else:
        light = back.indoors(v, 0.2)
    cutting, shake = v.b > 0.4, 0.003 + 0.007 * v.a
    _log(v, light)
    x = -0.3 + shake * math.sin(v.t * 71) + 0.02 * v.drift("hand", 0.6)
    y = (0.13 * v.b if cutting else -0.2) + 0.015 * v.drift("lift", 0.5)
    tilt = 0.1 + 0.06 * v.drift("tilt", 0.4) - (0.0 if cutting else 0.2)
    _smoke(v, x, y, light)
    _saw(v, x, y + shake * math.sin(v.t * 93), tilt, light)
    if cutting:
        cut = 0.09 + 0.1 * v.b
        v.poly(path(f".05,{cut} .19,{cut} .19,.36 .05,.36"), shade((104, 72, 44), light))
        _chips(v)


def _log(v: View, light: float) -> None:
    bark = back.lit(((40, 28, 18), (92, 66, 42), (146, 112, 78)), light)
    y, r = 0.24, 0.14
    v.glow(0.2, y + r, 0.9, 0.1, (0, 0, 0), 0.8)
    v.cloth(box(-0.2, y - r, 1.5, y + r), bark, (0.9, 3.4), "grit1")
    v.disc(-0.2, y, 0.06, r, shade((222, 182, 122), light))
    for k in range(1, 4):
        v.ring(-0.2, y, 0.06 * k / 4, r * k / 4, 0.007, shade((160, 112, 64), light))
    if v.rng("log").uniform() < 0.6:
        for px in (0.02, 0.62):
            v.line([(px, y - 0.18), (px + 0.2, y + 0.3)], 0.04, shade((120, 86, 52), light))


def _saw(v: View, x: float, y: float, tilt: float, light: float) -> None:
    paint = shade(pick(v.rng("saw"), PAINTS), light)

    def put(points: list[Point]) -> list[Point]:
        return turned(points, x, y, tilt)

    steel = shade((186, 190, 196), light)
    v.poly(put(path(".1,-.02 .58,-.026 .615,.005 .58,.042 .1,.045")), steel)
    v.line(put(path(".1,-.025 .58,-.03 .62,.005 .58,.046 .1,.05")), 0.017, (40, 40, 42))
    step, long = (v.t * (0.4 + 1.6 * v.a)) % 0.06, 0.018 + 0.03 * v.a
    for k in range(8):
        px = 0.12 + 0.06 * k + step
        v.poly(put([(px, -0.03), (px + long, -0.03), (px + 0.014, -0.054)]), (70, 70, 74))
        v.poly(put([(px, 0.05), (px + long, 0.05), (px + 0.004, 0.073)]), (70, 70, 74))
    v.poly(put(path("-.2,-.07 .1,-.1 .17,-.05 .17,.09 -.2,.1")), paint)
    v.poly(put(path("-.2,.03 .17,.02 .17,.09 -.2,.1")), DARK)
    v.line(put(path("-.18,-.05 -.36,-.01 -.36,.08 -.18,.08")), 0.04, DARK)
    v.line(put(path(".1,0 .08,-.19 -.06,-.19 -.1,-.06")), 0.035, DARK)
    v.disc(*put([(0.06, 0.0)])[0], 0.04, 0.04, shade(paint, 1.3))


def _smoke(v: View, x: float, y: float, light: float) -> None:
    for k in range(4 + int(6 * v.a)):
        age = (v.t * 1.5 + k * 0.618) % 1
        size = 0.04 + (0.07 + 0.1 * v.a) * age
        place = (x - 0.15 - 0.16 * age, y - 0.05 - (0.14 + 0.16 * v.a) * age)
        v.glow(*place, size, size, shade((205, 205, 210), light), (0.15 + 0.6 * v.a) * (1 - age))


def _chips(v: View) -> None:
    rng = v.rng("chips")
    for place, start, pace, size in rng.uniform(0, 1, (int(20 + 40 * v.b), 4)).tolist():
        age, r = (v.t * (1.5 + pace) + start) % 1, 0.004 + 0.008 * size
        px = 0.12 - (0.35 + 0.5 * pace) * age
        py = 0.15 + 0.1 * v.b - 0.25 * age * (place - 0.1) + 0.5 * age * age
        chip = [(px, py), (px + r, py + r), (px - r * 0.5, py + r * 1.3)]
        v.poly(chip, (240, 206, 140), 1.3 - age)
