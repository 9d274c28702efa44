"""A hammer on a nail or an anvil."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, box, path, pick, turned
from v2a.world.pictures.view import View


def hammer(v: View) -> None:
    """A hammer that comes down on a nail in wood, or on an anvil, at every onset."""
    light = max(0.45, back.somewhere(v, 0.14))
    passed, since, until = v.beat(0.55 + 0.5 * v.a)
    share = since / max(since + until, 1e-3)
    lift = math.sin(math.pi * share * share) if passed or until < 0.6 else 0.6
    metal = v.b > 0.5
    contact = 0.16
    if metal:
        _anvil(v, contact, light)
    else:
        _plank(v, contact, min(passed, 9), light)
    if passed and since < 0.22:
        _burst(v, contact - 0.03, since, metal)
    _mallet(v, contact - (0.025 if metal else 0.07 - 0.005 * min(passed, 9)), -0.85 * lift, light)


def _anvil(v: View, top: float, light: float) -> None:
    iron = shade((88, 92, 98), max(0.5, light))
    v.glow(0, top + 0.34, 0.5, 0.06, (0, 0, 0), 0.9)
    v.poly(
        [
            (-0.44, top + 0.02),
            (-0.2, top),
            (0.3, top),
            (0.3, top + 0.1),
            (0.12, top + 0.15),
            (0.1, top + 0.22),
            (0.2, top + 0.34),
            (-0.24, top + 0.34),
            (-0.12, top + 0.22),
            (-0.14, top + 0.14),
            (-0.3, top + 0.1),
        ],
        iron,
    )
    v.poly(
        [(-0.44, top + 0.02), (-0.2, top), (0.3, top), (0.3, top + 0.022), (-0.2, top + 0.03)],
        shade(iron, 1.4),
    )
    v.poly(
        box(-0.09, top - 0.025, 0.16, top),
        (255, 130, 40) if v.rng("hot").uniform() < 0.5 else shade((190, 194, 200), light),
    )


def _plank(v: View, top: float, driven: int, light: float) -> None:
    wood = back.lit(((120, 78, 40), (182, 130, 78), (220, 176, 120)), light)
    v.cloth(box(-1.5, top, 1.5, top + 0.1), wood, (0.35, 2.6), "rough1")
    v.cloth(
        box(-1.5, top + 0.1, 1.5, top + 0.16),
        back.lit(wood, 0.6),
        (0.35, 2.6),
        "rough1",
    )
    for k in (-3, 3):
        v.poly(
            box(0.2 * k, top + 0.16, 0.2 * k + 0.12, 0.9),
            shade(wood[0], 0.8),
        )
    high = 0.07 - 0.005 * driven
    v.line([(0, top), (0, top - high)], 0.024, shade((196, 200, 206), light))
    v.line(
        [(-0.036, top - high + 0.007), (0.036, top - high + 0.007)],
        0.016,
        shade((214, 218, 222), light),
    )


def _burst(v: View, y: float, since: float, metal: bool) -> None:
    rng = v.rng("burst")
    colour: Colour = (255, 214, 120) if metal else (230, 200, 150)
    for angle, far in rng.uniform(0, 1, (12, 2)):
        c, s = math.cos(3.6 * angle - 3.35), math.sin(3.6 * angle - 3.35)
        inner, outer = (0.05 + 1.1 * since * far), (0.1 + 1.6 * since * far)
        v.line(
            [(c * inner, y + s * inner), (c * outer, y + s * outer)], 0.008, colour, 1 - 4 * since
        )


def _mallet(v: View, contact: float, angle: float, light: float) -> None:
    """Turned about a hand at the right, its face meets the contact when the angle is 0."""
    rng = v.rng("mallet")
    size = 1.0 + 0.9 * v.a
    grip = (0.44, contact - 0.05 * size)
    head = shade(pick(rng, [(74, 78, 84), (130, 134, 140), (50, 50, 54)]), max(0.5, light))
    shaft = shade(pick(rng, [(196, 140, 80), (150, 96, 50), (206, 44, 36)]), light)
    skin = shade(pick(rng, [(236, 190, 160), (198, 146, 110), (128, 84, 58)]), light)

    def put(points: list[Point]) -> list[Point]:
        return [(x, y) for x, y in turned([(p - 0.44, q) for p, q in points], *grip, -angle)]

    v.line(put([(-0.02, 0.0), (0.52, 0.0)]), 0.042, shaft)
    h, w = 0.052 * size, 0.055 * size
    v.poly(put(box(-w, -2.1 * h, w, h)), head)
    v.poly(put(box(-w, -2.1 * h, -0.4 * w, h)), shade(head, 1.3))
    v.poly(
        put(box(-1.2 * w, 0.5 * h, 1.2 * w, h)),
        shade(head, 0.7),
    )
    v.limb([grip, (1.1, contact + 0.2)], 0.13, skin)
    v.poly(put(path(".36,-.055 .54,-.055 .54,.055 .36,.055")), skin)
    for k in range(4):
        v.line(put([(0.38 + 0.04 * k, -0.05), (0.38 + 0.04 * k, 0.05)]), 0.007, shade(skin, 0.75))
