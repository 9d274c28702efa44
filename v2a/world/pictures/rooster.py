"""A rooster that crows."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

PLUMAGE: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((150, 60, 26), (226, 140, 40), (20, 60, 50)),
    ((236, 232, 222), (250, 246, 236), (210, 206, 200)),
    ((40, 38, 42), (200, 120, 40), (18, 50, 60)),
    ((120, 50, 30), (240, 180, 60), (40, 40, 80)),
)
"""Body, neck and tail."""


def rooster(v: View) -> None:
    """A rooster that stretches its neck and crows at every onset; quick ones fan their tails."""
    rng = v.rng("rooster")
    ground = str(rng.choice(["grass", "earth", "straw"]))
    light = back.open_air(v, back.mood(v, "day gold gold pale dusk"), ground, 0.12, 0.4)
    if rng.uniform() < 0.5:
        _fence(v, light)
    else:
        back.treeline(v, 0.13, back.lit(((20, 40, 18), (66, 96, 42), (130, 150, 84)), light), 0.2)
    passed, since, _ = v.beat(3.2 - 1.2 * v.b)
    mouth = 0.0
    if passed and since < 1.5:
        mouth = min(1.0, (since + 0.02) / 0.06) * min(1.0, (1.5 - since) / 0.4)
    _bird(v, 1.1 - 0.3 * v.a, mouth * (0.85 + 0.15 * math.sin(22 * v.t)), max(0.55, light))


def _fence(v: View, light: float) -> None:
    for k in range(-6, 7):
        v.line([(0.2 * k, 0.16), (0.2 * k, -0.06)], 0.05, shade((150, 112, 76), light))
    v.line([(-1.5, 0.04), (1.5, 0.04)], 0.04, shade((130, 94, 62), light))


def _bird(v: View, s: float, mouth: float, light: float) -> None:
    coat, cape, tail = (shade(c, light) for c in pick(v.rng("plumage"), PLUMAGE))

    def put(points: list[Point]) -> list[Point]:
        return [(-0.02 + p * s, 0.36 + q * s) for p, q in points]

    v.glow(0, 0.37, 0.36 * s, 0.04, (0, 0, 0), 0.8)
    for px in (-0.03, 0.06):
        v.line(put([(px, -0.16), (px + 0.01, -0.01)]), 0.024 * s, (226, 170, 40))
        v.line(put([(px - 0.04, 0.0), (px + 0.07, 0.0)]), 0.018 * s, (226, 170, 40))
    feather = path("0,0 -.14,-.16 -.28,-.17 -.36,-.04 -.27,-.1 -.15,-.08")
    for k in range(4 + int(6 * v.b)):
        bend = 0.14 * k - 0.2 + 0.03 * v.drift("tail", 0.8)
        v.poly(put(turned(feather, -0.12, -0.3, bend)), shade(tail, 0.7 + 0.1 * k))
    v.poly(put(oval(-0.02, -0.28, 0.2, 0.145, -0.2)), coat)
    v.poly(put(oval(-0.07, -0.28, 0.13, 0.075, 0.1)), shade(coat, 0.65))
    _head(v, put, s, mouth, cape, shade((216, 26, 30), light))


def _head(v: View, put: Put, s: float, mouth: float, cape: Colour, red: Colour) -> None:
    turn, x, y = -0.35 * mouth, 0.19 + 0.03 * mouth, -0.54 - 0.07 * mouth

    def place(points: list[Point], more: float = 0.0) -> list[Point]:
        return put(turned(points, x, y, turn + more))

    v.poly(put([(0.02, -0.34), (0.17, -0.2), (x + 0.05, y + 0.02), (x - 0.055, y - 0.01)]), cape)
    v.poly(put(oval(x, y, 0.07, 0.068)), cape)
    v.poly(place(path("-.07,-.04 -.08,-.12 -.04,-.085 -.02,-.14 .01,-.09 .045,-.12 .06,-.04")), red)
    v.poly(place(oval(0.05, 0.075 + 0.02 * mouth, 0.028, 0.05)), red)
    v.poly(place(path(".05,-.02 .15,.005 .05,.02"), -0.3 * mouth), (240, 186, 60))
    v.poly(place(path(".05,.01 .13,.015 .05,.035"), 0.5 * mouth), (220, 160, 40))
    v.disc(*place([(0.02, -0.015)])[0], 0.016 * s, 0.016 * s, (14, 10, 8))
