"""A baby that cries."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.people import SKINS
from v2a.world.pictures.shapes import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

WRAPS: tuple[Colour, ...] = (
    (250, 214, 220),
    (196, 220, 244),
    (250, 244, 210),
    (206, 236, 206),
    (244, 244, 244),
)
BARS: tuple[Colour, ...] = ((226, 200, 160), (240, 240, 238), (150, 104, 70))
RED: Colour = (226, 70, 60)


def baby(v: View) -> None:
    """A baby's face in a cot; it wails from each onset, eyes shut, with tears.

    A big head has the low voice; the quicker the cries the redder and the wetter the face.
    """
    rng = v.rng("baby")
    light = back.indoors(v, None, light=float(rng.uniform(0.6, 1.0)))
    cry = _cry(v)
    wrap = shade(pick(rng, WRAPS), light)
    v.poly(oval(0, 0.62, 0.62, 0.46), wrap)
    v.poly(oval(0, 0.0, 0.5, 0.5), shade(wrap, 1.1), 0.6)
    _cot(v, light)
    skin = shade(pick(rng, SKINS), max(0.6, light))
    _infant(v, mix(skin, RED, 0.22 * cry + 0.22 * v.b), wrap, cry)


def _cry(v: View) -> float:
    """How hard it cries now, 0..1."""
    passed, since, until = v.beat(1.6 - 0.7 * v.b)
    length = min(0.9, 0.75 * (since + until))
    if not passed or since > length:
        return 0.0
    late = max(0.0, since / length - 0.6) / 0.4
    return min(1.0, (since + 0.02) / 0.06) * math.cos(1.5708 * late)


def _cot(v: View, light: float) -> None:
    rng = v.rng("cot")
    if rng.uniform() < 0.55:
        bar = shade(pick(rng, BARS), light)
        for k in range(-5, 6):
            v.line([(0.24 * k, -0.9), (0.24 * k, -0.05)], 0.035, bar)
        v.line([(-1.5, -0.4), (1.5, -0.4)], 0.05, bar)


def _infant(v: View, skin: Colour, wrap: Colour, cry: float) -> None:
    s, tilt = 1.12 - 0.22 * v.a, 0.06 * math.sin(v.t * (3 + 4 * v.b)) * (0.3 + cry)

    def put(points: list[Point]) -> list[Point]:
        return turned(points, 0.0, 0.02, tilt, s)

    if v.rng("infant").uniform() < 0.4:
        v.poly(put(oval(0, -0.06, 0.34, 0.34)), shade(wrap, 0.85))
    for side in (-1, 1):
        v.poly(put(oval(side * 0.3, 0.03, 0.05, 0.07)), shade(skin, 0.85))
    v.poly(put(oval(0, -0.02, 0.29, 0.3)), skin)
    v.poly(put(oval(0, 0.11, 0.27, 0.19)), skin)
    v.line(put(path("-.03,-.3 .03,-.33 .06,-.29 .02,-.27")), 0.014, (99, 68, 45))
    for side in (-1, 1):
        v.glow(*put([(side * 0.18, 0.1)])[0], 0.1 * s, 0.08 * s, RED, 0.4 + 0.5 * cry)
        _eye(v, put, side, cry, skin)
        fist = (side * (0.4 + 0.03 * cry * math.sin(9 * v.t)), 0.28 - 0.1 * cry - 0.14 * v.b)
        v.limb(put([(side * 0.36, 0.5), fist]), 0.13 * s, shade(wrap, 0.9))
        v.disc(*put([fist])[0], 0.075 * s, 0.075 * s, skin)
    v.disc(*put([(0, 0.06)])[0], 0.035 * s, 0.026 * s, shade(skin, 0.82))
    _mouth(v, put, s, cry)


def _mouth(v: View, put: Put, s: float, cry: float) -> None:
    if cry > 0.05:
        gape = oval(0, 0.18 + 0.01 * cry, 0.07 + 0.04 * cry, 0.02 + 0.075 * cry)
        v.poly(put(gape), (110, 20, 30))
        v.poly(put(oval(0, 0.215 + 0.02 * cry, 0.05, 0.03 * cry + 0.005)), (230, 104, 110))
    else:
        v.line(put(path("-.06,.19 0,.172 .06,.19")), 0.016 * s, (171, 63, 68))


def _eye(v: View, put: Put, side: int, cry: float, skin: Colour) -> None:
    x = side * 0.115
    if cry > 0.2:
        v.line(put([(x - 0.055, -0.03), (x, -0.005), (x + 0.055, -0.03)]), 0.018, (60, 36, 30))
        v.line(put([(x - side * 0.06, -0.07), (x + side * 0.06, -0.115)]), 0.016, shade(skin, 0.6))
    else:
        v.poly(put(oval(x, -0.03, 0.045, 0.04)), (252, 252, 252))
        v.poly(put(oval(x, -0.03, 0.028, 0.032)), (50, 60, 84))
        v.line(put([(x - 0.05, -0.1), (x + 0.05, -0.105)]), 0.012, shade(skin, 0.7))
    if cry > 0.2 or v.b > 0.5:
        for k in range(1 + int(3 * v.b)):
            age = (v.t * 1.6 + 0.37 * k + 0.2 * side) % 1
            v.disc(
                *put([(x + side * (0.05 - 0.02 * (k % 2)), 0.2 * age)])[0],
                0.016,
                0.022,
                (150, 206, 250),
            )
