"""Feet that walk."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, path, pick, turned
from v2a.world.pictures.view import View

TROUSERS: tuple[Colour, ...] = (
    (40, 54, 92),
    (60, 56, 52),
    (116, 92, 60),
    (30, 30, 34),
    (120, 44, 40),
)
SHOES: tuple[Colour, ...] = ((40, 26, 18), (220, 220, 216), (150, 40, 36), (20, 20, 22))
COATS: tuple[Colour, ...] = ((120, 40, 36), (70, 84, 60), (180, 170, 150), (50, 60, 90))
GROUNDS = (("grass", "snow", "sand"), ("earth", "wood", "straw"), ("asphalt", "tiles", "stone"))
"""Soft, middling and hard."""
FLOOR = 0.34


def footsteps(v: View) -> None:
    """Walking legs seen from the side; a foot lands at every onset, strides grow with the pace."""
    rng = v.rng("footsteps")
    kind = pick(rng, GROUNDS[min(2, int(3 * v.b))])
    passed, since, until = v.beat(0.75 - 0.45 * v.a)
    share = since / max(since + until, 1e-3)
    light = _place(v, kind, (passed + share) * 2 * _stride(v))
    cloth, shoe = shade(pick(rng, TROUSERS), light), shade(pick(rng, SHOES), light)
    v.glow(0, FLOOR + 0.02, 0.36, 0.05, (0, 0, 0), 0.8)
    hip = (0.0, -0.36 - 0.014 * math.sin(math.pi * share))
    _leg(v, share, passed % 2 == 0, hip, shade(cloth, 0.66), shade(shoe, 0.7))
    _leg(v, share, passed % 2 == 1, hip, cloth, shoe)
    coat = shade(pick(rng, COATS), light)
    v.poly([(-0.1, hip[1] + 0.02), (0.1, hip[1] + 0.02), (0.12, -0.8), (-0.12, -0.8)], coat)
    if passed and since < 0.3 and v.b < 2 / 3:
        _dust(v, since, shade(back.GROUNDS[kind][2], light))


def _stride(v: View) -> float:
    return 0.17 + 0.07 * v.a


def _place(v: View, kind: str, walked: float) -> float:
    """Where the walker is, `walked` units on; returns the light."""
    rng = v.rng("place")
    if kind in ("wood", "tiles", "stone") and rng.uniform() < 0.5:
        return back.indoors(v, 0.14, kind)
    light = back.open_air(v, back.mood(v, "day pale grey gold dusk"), kind, 0.06, 0.5, walked)
    if rng.uniform() < 0.5:
        back.treeline(v, 0.07, back.lit(back.FOREST, light), 0.2, slide=-0.2 * walked)
    else:
        back.houses(v, 0.07, light, slide=-0.2 * walked)
    return light


def _leg(v: View, share: float, swinging: bool, hip: Point, cloth: Colour, shoe: Colour) -> None:
    """The planted leg slides back under the body, the swinging one comes forward and down."""
    arc = math.sin(math.pi * share) if swinging else 0.0
    forward = -math.cos(math.pi * share) if swinging else 1 - 2 * share
    foot = (_stride(v) * forward, FLOOR - 0.045 - (0.07 + 0.05 * v.a) * arc)
    knee = _knee(hip, foot)
    v.limb([hip, knee], 0.145, cloth)
    v.limb([knee, (foot[0] - 0.01, foot[1] - 0.03)], 0.105, cloth)
    tilt = 0.5 * arc * (1 if share < 0.6 else -0.6)
    if not swinging:
        tilt = 0.45 * max(0.0, share - 0.7)
    v.poly(turned(path("-.055,-.04 .035,-.045 .13,.005 .14,.045 -.06,.045"), *foot, tilt), shoe)
    sole = shade(shoe, 0.5) if sum(shoe) > 120 else (130, 120, 110)
    v.line(turned(path("-.06,.045 .14,.045"), *foot, tilt), 0.018, sole)


def _knee(hip: Point, foot: Point) -> Point:
    """Half way between hip and foot, bent forward as far as the bones are long."""
    along, down = foot[0] - hip[0], foot[1] - hip[1]
    half = math.hypot(along, down) / 2
    bow = math.sqrt(max(0.0, 0.345**2 - half**2)) / (2 * half)
    return (hip[0] + foot[0]) / 2 + bow * down, (hip[1] + foot[1]) / 2 - bow * along


def _dust(v: View, since: float, colour: Colour) -> None:
    for k in range(6):
        lean = (k - 2.5) / 2.5
        x = _stride(v) + 0.5 * lean * since
        y = FLOOR - (0.4 * since - 1.4 * since * since) * (1.2 - abs(lean))
        v.disc(x, y, 0.012, 0.01, colour, 1 - 3 * since)
