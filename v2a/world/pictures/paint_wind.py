"""Trees in the wind."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, shade
from v2a.world.pictures.outlines import Point
from v2a.world.pictures.view import View


def wind(v: View) -> None:
    """Trees bent by the wind, grass in waves, and in strong wind leaves in the air."""
    rng = v.rng("wind")
    name = back.mood(v, "day pale day grey gold storm")
    floor = float(rng.uniform(0.16, 0.3))
    light = back.open_air(v, name, str(rng.choice(["grass", "straw"])), floor, 0.3 + 0.5 * v.a)
    leaves = back.lit(back.LEAVES[int(rng.integers(4))], light)
    if rng.uniform() < 0.6:
        back.treeline(v, floor, back.lit(leaves, 0.8), 0.1, "far")
    blow, palms = gust(v), rng.uniform() < 0.3
    sizes = sorted(rng.uniform(0, 1, int(rng.integers(1, 4))).tolist())
    clumps: list[tuple[float, list[Point]]] = []
    for k, size in enumerate(sizes):
        x = (k - (len(sizes) - 1) / 2) * 0.55 + 0.25 * (float(rng.uniform()) - 0.5) - 0.1 * blow
        foot, high = (x, floor + 0.05 + 0.1 * size), 0.5 + 0.28 * size
        if palms:
            _palm(v, foot, high, leaves, blow, k)
        else:
            clumps += _tree(v, foot, high, blow, k)
    _foliage(v, clumps, leaves)
    _grass(v, floor, leaves[1], blow)
    if v.a > 0.35:
        _flying(v, back.lit(leaves, 0.9), blow)


def gust(v: View) -> float:
    """Strength of the wind at this moment, 0..1.3; gusty wind comes and goes."""
    swell = 0.5 + 0.5 * v.drift("gust", 0.5)
    return (0.1 + 0.9 * v.a) * (1 - 0.75 * v.b * (1 - swell)) + 0.04 * v.drift("flutter", 2.3)


def _stem(v: View, foot: Point, high: float, blow: float) -> list[Point]:
    """A trunk bent by the wind, from its foot to its top in seven points."""
    lean = 0.45 * blow * high
    shares = [k / 6 for k in range(7)]
    points = [(foot[0] + lean * s * s, foot[1] - high * s * (1 - 0.16 * blow * s)) for s in shares]
    for k in range(6):
        v.line(points[k : k + 2], 0.055 * high * (1.2 - k / 6), (92, 70, 50))
    return points


def _tree(
    v: View, foot: Point, high: float, blow: float, k: int
) -> list[tuple[float, list[Point]]]:
    """Trunk and branches; returns the clumps of leaves with a number in 0..1 each."""
    rng = v.rng(f"tree{k}")
    stem = _stem(v, foot, high, blow)
    tall = 0.45 if rng.uniform() < 0.3 else 1.0
    clumps: list[tuple[float, list[Point]]] = []
    for px, py, size in rng.uniform(0, 1, (16, 3)).tolist():
        bx, by = stem[3 + int(3.99 * py)]
        spread = 0.3 * tall * high * math.sin(3.14 * (0.15 + 0.75 * py))
        shake = 0.025 * (0.3 + blow) * math.sin(v.t * (3 + 4 * v.a) + 9 * px + 5 * py)
        cx = bx + spread * (2 * px - 1) + shake + 0.3 * blow * spread
        cy = by + 0.08 * high * math.sin(40 * px)
        v.line([stem[3], (cx, cy)], 0.012 * high, (70, 54, 40))
        clumps.append((size, _clump(cx, cy, high * (0.07 + 0.08 * size), blow, px)))
    return clumps


def _foliage(v: View, clumps: list[tuple[float, list[Point]]], leaves: tuple[Colour, ...]) -> None:
    """Leaves in three layers: shaded behind, lit before, the brightest on top."""
    for low, tone, shrink, noise in (
        (0.0, 0.55, 1.0, "grit3"),
        (0.4, 1.0, 1.0, "grit1"),
        (0.6, 1.25, 0.4, "grit2"),
    ):
        shapes = [
            [
                (
                    shrink * x + (1 - shrink) * (p[0][0] - 0.06),
                    shrink * y + (1 - shrink) * (p[0][1] - 0.05),
                )
                for x, y in p
            ]
            for size, p in clumps
            if size >= low
        ]
        if shapes:
            v.cloth(shapes, tuple(shade(c, tone) for c in leaves), (2.0, 2.0), noise)


CLUMPS = tuple(
    tuple(
        (
            math.cos(0.6283 * i) * (1 + 0.2 * math.sin(7 * n + 2.7 * i)),
            math.sin(0.6283 * i) * (1 + 0.2 * math.sin(7 * n + 2.7 * i)),
        )
        for i in range(10)
    )
    for n in range(8)
)
"""Ragged outlines of masses of leaves."""


def _clump(x: float, y: float, r: float, blow: float, form: float) -> list[Point]:
    """A mass of leaves, drawn out by the wind."""
    wide, lean = r * (1.15 + 0.5 * blow), -0.25 * r * blow
    return [(x + wide * p + lean * q, y + r * q) for p, q in CLUMPS[int(8 * form)]]


def _palm(
    v: View, foot: Point, high: float, leaves: tuple[Colour, ...], blow: float, k: int
) -> None:
    x, y = _stem(v, foot, high, blow)[-1]
    for j in range(11):
        angle = 6.2832 * j / 11 + 0.4 * k
        flutter = 0.1 * math.sin(v.t * (4 + 5 * v.a) + 2 * j)
        reach = 0.34 * high
        along = (
            math.cos(angle) * (1 - 0.5 * blow) + 1.1 * blow,
            0.55 * math.sin(angle) - 0.1 + flutter,
        )
        length = math.hypot(*along) or 1.0
        p, q = reach * along[0] / length, reach * along[1] / length
        tip, middle = (
            (x + p, y + q + 0.12 * high * (1 - 0.6 * blow)),
            (x + 0.55 * p, y + 0.55 * q - 0.03 * high),
        )
        wide = 0.035 * high
        v.poly(
            [(x, y), (middle[0], middle[1] - wide), tip, (middle[0], middle[1] + wide)],
            shade(leaves[1 + j % 2], 0.8),
        )
        v.line([(x, y), middle, tip], 0.006, leaves[2])


def _grass(v: View, floor: float, colour: Colour, blow: float) -> None:
    rng = v.rng("blades")
    for x, y, tall in rng.uniform(0, 1, (44, 3)).tolist():
        deep = floor + 0.06 + 0.45 * y
        high = (0.02 + 0.05 * tall) * (0.5 + 2 * (deep - floor))
        px = 2.4 * (x - 0.5)
        wave = blow * (0.8 + 0.5 * math.sin(5 * px - 5 * v.t))
        v.line(
            [
                (px, deep),
                (px + 0.4 * high * wave, deep - 0.6 * high),
                (px + 1.2 * high * wave, deep - high),
            ],
            0.004,
            shade(colour, 0.7 + 0.7 * tall),
        )


def _flying(v: View, leaves: tuple[Colour, ...], blow: float) -> None:
    rng = v.rng("flying")
    for k, (x, y, spin, size) in enumerate(rng.uniform(0, 1, (int(22 * v.a), 4)).tolist()):
        px = (x * 3 + v.t * (0.6 + 1.2 * v.a) * (0.7 + 0.6 * size)) % 3 - 1.5
        py = (y - 0.5) * 0.9 + 0.06 * math.sin(4 * v.t + 7 * spin)
        turn = 8 * v.t * (0.5 + spin) + k
        r = 0.008 + 0.012 * size
        c, s = math.cos(turn) * r, math.sin(turn) * r * 0.6
        v.poly([(px + c, py + s), (px - s, py + c), (px - c, py - s)], leaves[1 + k % 2])
    if v.a > 0.5 and v.b > 0.2:
        for x, y, phase in rng.uniform(0, 1, (5, 3)):
            px = (x * 3 + v.t * 2.2) % 3 - 1.5
            xs = np.linspace(px, px + 0.3, 5)
            v.line(
                [(float(p), y - 0.5 + 0.015 * math.sin(9 * p + phase)) for p in xs],
                0.004,
                (255, 255, 255),
                0.22 * blow,
            )
