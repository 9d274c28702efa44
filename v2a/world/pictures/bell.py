"""A swinging bell."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.shapes import Point, box, path, pick, turned
from v2a.world.pictures.view import View

METALS: tuple[tuple[Colour, Colour], ...] = (
    ((92, 72, 42), (240, 200, 96)),
    ((92, 72, 42), (240, 200, 96)),
    ((96, 100, 104), (226, 230, 236)),
)
"""Dull and bright bronze or steel."""


def bell(v: View) -> None:
    """A bell that swings and is struck at every onset, from a tower's to a hand's."""
    rng = v.rng("bell")
    in_tower = rng.uniform() < 0.7 and v.a < 0.6
    light = _tower(v) if in_tower else back.somewhere(v, 0.24)
    passed, since, until = v.beat(2.2 - 1.4 * v.a)
    share = since / max(since + until, 1e-3)
    wide, high = 0.36 - 0.12 * v.a, 0.58 - 0.2 * v.a
    side = 1 if passed % 2 else -1
    angle = side * 0.42 * math.cos(math.pi * share) * (1 if passed or until < 1 else 0.5)
    dull, bright = pick(rng, METALS)
    pivot = (0.0, -0.36 + 0.08 * v.a)
    _beam(v, pivot, light)
    _body(v, pivot, angle, side, wide, high, shade(mix(dull, bright, v.b), max(0.45, light)))
    if passed and since < 0.5:
        x, y = turned([(0, high)], *pivot, angle)[0]
        for k in range(3):
            r = wide + 0.1 * k + 0.5 * since
            v.ring(x, y - 0.1, r, 0.7 * r, 0.008, (255, 250, 220), 0.4 - 0.8 * since)


def _tower(v: View) -> float:
    rng = v.rng("tower")
    light = back.open_air(v, back.mood(v, "day pale gold dusk grey"), "stone", 0.6, 0.5)
    stone = pick(rng, [(150, 140, 124), (120, 116, 112), (170, 110, 84)])
    walls = back.lit((shade(stone, 0.6), stone, shade(stone, 1.2)), light)
    for side in (-1, 1):
        v.cloth(
            box(side * 0.52, -0.9, side * 1.6, 0.9),
            walls,
            (1.4, 2.2),
            "grit1",
        )
    arch: list[Point] = [(-0.56, -0.16)]
    arch += [
        (-0.54 * math.cos(3.1416 * k / 12), -0.16 - 0.3 * math.sin(3.1416 * k / 12))
        for k in range(13)
    ]
    v.cloth([(-0.56, -0.9), *arch, (0.56, -0.16), (0.56, -0.9)], walls, (1.4, 2.2), "grit1")
    v.line(arch, 0.03, shade(stone, 0.45 * light))
    return light


def _beam(v: View, pivot: Point, light: float) -> None:
    wood = shade((92, 62, 38), light)
    v.poly(box(-0.7, pivot[1] - 0.07, 0.7, pivot[1]), wood)
    v.line([(-0.7, pivot[1] - 0.06), (0.7, pivot[1] - 0.06)], 0.012, shade(wood, 1.25))


def _body(
    v: View, pivot: Point, angle: float, side: int, wide: float, high: float, metal: Colour
) -> None:
    outline = path(".1,0 .3,.03 .5,.1 .58,.3 .64,.55 .78,.8 1,.95 1,1")

    def put(points: list[Point]) -> list[Point]:
        return turned([(x * wide, y * high) for x, y in points], *pivot, angle)

    clapper = put([(-side * 0.28, 1.12)])[0]
    v.line([put([(0, 0.6)])[0], clapper], 0.025, shade(metal, 0.4))
    v.disc(*clapper, 0.14 * wide + 0.01, 0.14 * wide + 0.01, shade(metal, 0.5))
    v.poly(put([*outline, *[(-x, y) for x, y in reversed(outline)]]), metal)
    for left, right, tone in (
        (0.35, 1.0, 0.55),
        (0.62, 1.0, 0.4),
        (-0.75, -0.35, 1.25),
        (-0.62, -0.5, 1.25 + 0.7 * v.b),
    ):
        strip = [(x * left, y) for x, y in outline] + [(x * right, y) for x, y in reversed(outline)]
        v.poly(put(strip), shade(metal, tone))
    for level, reach in ((0.8, 0.79), (0.9, 0.93), (0.3, 0.585)):
        v.line(put([(-reach, level), (reach, level)]), 0.012, shade(metal, 0.5))
