"""A dog that barks."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

FURS: tuple[Colour, ...] = (
    (150, 104, 62),
    (60, 46, 36),
    (222, 206, 178),
    (40, 40, 42),
    (180, 128, 72),
    (236, 236, 232),
)
SPOTS: tuple[Colour, ...] = ((240, 236, 226), (70, 50, 36), (30, 28, 28))
GUMS: Colour = (170, 40, 50)
TEETH: Colour = (255, 255, 255)


def dog(v: View) -> None:
    """A dog, small or big, from the side or from the front; it barks at every onset.

    The quicker it barks the more it strains forward, tail and ears up.
    """
    rng = v.rng("dog")
    light = max(0.5, back.somewhere(v, 0.14))
    mouth = v.mouth(1.1 - 0.6 * v.b, 0.26)
    coat, spot = shade(pick(rng, FURS), light), shade(pick(rng, SPOTS), light)
    size = 0.72 + 0.5 * v.a
    if rng.uniform() < 0.55:
        _from_side(v, size, coat, spot, mouth)
    else:
        _from_front(v, 1.15 * size, coat, spot, mouth)


def _from_side(v: View, s: float, coat: Colour, spot: Colour, mouth: float) -> None:
    strain = -0.16 * v.b - 0.05 * mouth

    def put(points: list[Point]) -> list[Point]:
        leaned = turned([(p + 0.24, q) for p, q in points], -0.24, 0.0, strain)
        return [(-0.06 + p * s, 0.36 + (q - 0.03 * mouth) * s) for p, q in leaned]

    v.glow(-0.02, 0.37, 0.42 * s, 0.05, (0, 0, 0), 0.8)
    for px, tone in ((-0.2, 0.7), (0.12, 0.7), (-0.26, 1.0), (0.17, 1.0)):
        v.limb(put([(px, -0.2), (px - 0.01, -0.1), (px, -0.02)]), 0.062 * s, shade(coat, tone))
        v.disc(*put([(px + 0.015, -0.015)])[0], 0.042 * s, 0.025 * s, shade(coat, tone))
    wag = 0.3 * math.sin(v.t * (9 + 9 * v.b)) * (0.3 + mouth) + 0.5 * v.b
    v.limb(put(turned(path("0,0 -.1,-.06 -.13,-.16"), -0.3, -0.3, wag)), 0.04 * s, coat)
    v.poly(put(oval(-0.06, -0.27, 0.28, 0.115)), coat)
    v.poly(put(oval(-0.1, -0.3, 0.12, 0.07)), spot)
    v.limb(put(path(".13,-.3 .22,-.43")), 0.13 * s, coat)
    _muzzle(v, put, s, coat, mouth)
    v.line(put(path(".12,-.36 .24,-.33")), 0.03 * s, (196, 30, 34))


def _muzzle(v: View, put: Put, s: float, coat: Colour, mouth: float) -> None:
    """The head from the side."""
    tilt = -0.3 * mouth

    def place(points: list[Point], more: float = 0.0) -> list[Point]:
        return put(turned(points, 0.25, -0.47, tilt + more))

    v.poly(place(oval(0, 0, 0.105, 0.095)), coat)
    v.poly(place(path(".06,.035 .2,.04 .19,.075 .05,.085"), 0.55 * mouth), shade(coat, 0.8))
    if mouth > 0.05:
        v.poly(place([(0.05, 0.03), (0.19, 0.02), (0.18, 0.02 + 0.11 * mouth), (0.05, 0.06)]), GUMS)
        v.poly(place(path(".12,.022 .135,.05 .15,.02")), TEETH)
    v.poly(place(path(".03,-.05 .22,-.03 .225,.025 .04,.05")), coat)
    v.disc(*place([(0.215, -0.015)])[0], 0.026 * s, 0.022 * s, (16, 14, 14))
    v.disc(*place([(0.035, -0.035)])[0], 0.016 * s, 0.018 * s, (14, 12, 12))
    ear = path("-.02,-.08 -.1,-.06 -.13,.07 -.06,.08")
    v.poly(place(ear, 0.25 * mouth + 0.35 * v.b), shade(coat, 0.55))


def _from_front(v: View, s: float, coat: Colour, spot: Colour, mouth: float) -> None:
    y = 0.02 - 0.03 * mouth

    def put(points: list[Point]) -> list[Point]:
        return [(p * s, y + q * s) for p, q in points]

    v.poly(put(path("-.2,.2 .2,.2 .3,.8 -.3,.8")), shade(coat, 0.8))
    v.poly(put(oval(0, 0.36, 0.1, 0.2)), spot)
    v.line(put(path("-.17,.22 0,.26 .17,.22")), 0.04 * s, (40, 80, 190))
    up = 0.16 * v.b + 0.05 * mouth
    for side in (-1, 1):
        ear = [(0.14, -0.2), (0.3, -0.1 - up), (0.29, 0.14 - 1.6 * up), (0.2, 0.1 - 0.6 * up)]
        v.poly(put([(side * p, q) for p, q in ear]), shade(coat, 0.5))
    v.poly(put(oval(0, -0.02, 0.21, 0.22)), coat)
    v.poly(put(oval(0.09, -0.08, 0.08, 0.1)), spot)
    if mouth > 0.05:
        _jaws(v, put, mouth)
    for side in (-1, 1):
        v.poly(put(oval(side * 0.055, 0.09, 0.08, 0.06)), shade(coat, 1.25))
        v.disc(*put([(side * 0.085, -0.08)])[0], 0.028 * s, 0.032 * s, (20, 14, 10))
        v.disc(*put([(side * 0.085 - 0.008, -0.09)])[0], 0.009 * s, 0.009 * s, TEETH)
    v.poly(put(oval(0, 0.04, 0.055, 0.038)), (18, 16, 16))
    v.line(put(path("-.06,.125 0,.1 .06,.125")), 0.012 * s, (30, 20, 18))


def _jaws(v: View, put: Put, mouth: float) -> None:
    v.poly(put(oval(0, 0.15 + 0.05 * mouth, 0.09, 0.03 + 0.09 * mouth)), (70, 14, 20))
    v.poly(put(oval(0, 0.19 + 0.07 * mouth, 0.055, 0.02 + 0.05 * mouth)), (226, 90, 106))
    for side in (-1, 1):
        v.poly(put([(side * 0.04, 0.1), (side * 0.07, 0.1), (side * 0.055, 0.145)]), TEETH)
