"""Backdrops: the open air with hills, trees and houses, or a furnished wall."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures.fractal_noise import Colour, mix, ramp, sample, shade
from v2a.world.pictures.outlines import box, pick
from v2a.world.pictures.skies import GROUNDS, LIGHT, ground, lit, mood, open_air, sky
from v2a.world.pictures.view import View

__all__ = [
    "FOREST",
    "GROUNDS",
    "LEAVES",
    "LIGHT",
    "ground",
    "hills",
    "houses",
    "indoors",
    "lit",
    "mood",
    "open_air",
    "sky",
    "somewhere",
    "treeline",
]

LEAVES: tuple[tuple[Colour, ...], ...] = (
    ((14, 34, 10), (44, 84, 28), (110, 150, 62)),
    ((30, 48, 14), (86, 112, 34), (170, 182, 84)),
    ((60, 26, 8), (160, 84, 24), (228, 160, 60)),
    ((12, 30, 22), (34, 70, 48), (90, 130, 92)),
)
FOREST: tuple[Colour, ...] = ((20, 36, 18), (58, 84, 40), (112, 134, 72))
"""Dark, middle and bright leaves of trees far away."""


def hills(
    v: View,
    horizon: float,
    colour: Colour,
    height: float = 0.1,
    part: str = "hills",
    slide: float = 0.0,
) -> None:
    """A ridge of fractal hills standing on the horizon."""
    rng = v.rng(part)
    phases, left, right = rng.uniform(0, 6.28, 4), v.box[0], v.box[2]
    points: list[tuple[float, float]] = [(left, horizon + 0.01)]
    for k in range(33):
        x = left + (right - left) * k / 32
        rise = sum(
            math.sin((x + slide) * f * 3.1 + p) / f
            for f, p in zip((1, 2.3, 5.1, 9.7), phases, strict=True)
        )
        points.append((x, horizon - height * (0.55 + 0.4 * rise)))
    points.append((right, horizon + 0.01))
    v.poly(points, colour)


def treeline(
    v: View,
    horizon: float,
    colours: tuple[Colour, ...],
    height: float = 0.12,
    part: str = "trees",
    slide: float = 0.0,
) -> None:
    """A ragged wall of foliage on the horizon."""
    rng = v.rng(part)
    left, right = v.box[0], v.box[2]
    lumps, jags = rng.uniform(0, 6.28, 3), rng.uniform(-0.2, 0.2, 64)
    points: list[tuple[float, float]] = [(left, horizon + 0.012)]
    for k in range(49):
        x = left + (right - left) * k / 48
        lump = (
            0.5
            + 0.25 * math.sin((x + slide) * 9 + lumps[0])
            + 0.2 * math.sin((x + slide) * 23 + lumps[1])
        )
        points.append(
            (x, horizon - height * max(0.15, lump + 0.6 * jags[int((x + slide) * 31) % 64]))
        )
    points.append((right, horizon + 0.012))
    v.cloth(points, colours, (2.6, 2.6), "grit2")


def houses(v: View, horizon: float, light: float, part: str = "houses", slide: float = 0.0) -> None:
    """A row of buildings with windows, lit at night."""
    rng = v.rng(part)
    x, right = -1.4, 1.4
    window: Colour = (250, 214, 130) if light < 0.55 else (70, 84, 100)
    while x < right:
        wide, high = rng.uniform(0.14, 0.3), rng.uniform(0.1, 0.34)
        grey = rng.uniform(90, 190)
        wall = shade((grey * rng.uniform(0.9, 1.15), grey, grey * rng.uniform(0.8, 1.05)), light)
        place = (x + slide + 1.4) % 2.8 - 1.4 if slide else x
        v.poly(
            box(place, horizon - high, place + wide, horizon),
            wall,
        )
        lights = rng.uniform(size=8)
        for k in range(8):
            p, q = place + wide * (0.18 + 0.42 * (k % 2)), horizon - high + 0.03 + 0.075 * (k // 2)
            if q < horizon - 0.04 and lights[k] < 0.75:
                v.poly(box(p, q, p + wide * 0.2, q + 0.04), window)
        x += wide


def somewhere(v: View, floor: float = 0.22) -> float:
    """A backdrop indoors or outdoors, by the scene's seed; returns the light, about 0.34..1.1."""
    rng = v.rng("somewhere")
    if rng.uniform() < 0.55:
        return indoors(v, floor)
    name = mood(v)
    light = open_air(
        v, name, str(rng.choice(["grass", "stone", "asphalt", "earth", "snow"])), floor - 0.1
    )
    behind = int(rng.integers(4))
    if behind == 0:
        hills(v, floor - 0.1, shade((70, 92, 96), light), 0.12)
    elif behind == 1:
        treeline(v, floor - 0.1, lit(((24, 42, 20), (62, 88, 40), (110, 130, 70)), light), 0.16)
    elif behind == 2:
        houses(v, floor - 0.1, light)
    return light


WALLS: tuple[Colour, ...] = (
    (206, 196, 176), (188, 200, 204), (214, 206, 200), (168, 178, 158), (196, 164, 138), (120, 134, 150),
    (222, 216, 190), (150, 130, 128), (96, 104, 112), (178, 150, 160),
)  # fmt: skip


def indoors(
    v: View, floor: float | None = 0.22, kind: str | None = None, light: float | None = None
) -> float:
    """A wall with light falling on it, over a floor or a table in perspective; returns the light."""
    rng = v.rng("room")
    wall = pick(rng, WALLS)
    bright = float(rng.uniform(0.5, 1.1)) if light is None else light
    tint: Colour = pick(rng, [(255, 255, 255), (255, 226, 190), (214, 230, 255)])
    lamp, kind_drawn = (
        rng.uniform(-0.7, 0.7, 2),
        str(rng.choice(["wood", "tiles", "carpet", "stone"])),
    )
    x, y = v.grid
    split = len(y) if floor is None else int(np.searchsorted(y[:, 0], floor))
    parts = []
    if split:
        fall = np.exp(-((x - lamp[0]) ** 2 + (y[:split] - lamp[1]) ** 2) * 0.9)
        grain = sample("cloud2", x * 0.8, y[:split] * 0.8)
        dark, pale = lit((wall, shade(wall, 1.25)), bright, tint)
        parts.append(ramp(0.8 * fall + 0.3 * grain - 0.05, (shade(dark, 0.62), dark, pale)))
    if split < len(y):
        assert floor is not None
        parts.append(ground(v, kind or kind_drawn, y[split:], floor - 0.09, bright * 0.9))
    v.lay(np.concatenate(parts))
    if floor is not None:
        v.line([(v.box[0], floor), (v.box[2], floor)], 0.012, shade(wall, 0.5 * bright))
    _furnish(v, rng, bright, floor)
    return bright


def _furnish(v: View, rng: np.random.Generator, bright: float, floor: float | None) -> None:
    """A window, a picture or a shelf, or nothing."""
    choice, side = int(rng.integers(5)), float(rng.choice([-1, 1]))
    x, y = side * float(rng.uniform(0.34, 0.6)), float(rng.uniform(-0.36, -0.2))
    if choice == 0:
        glass = mix((30, 40, 66), (214, 230, 244), bright)
        _panel(v, x, y, 0.17, 0.2, shade((230, 226, 216), bright), glass)
        v.line([(x, y - 0.2), (x, y + 0.2)], 0.014, shade((230, 226, 216), bright))
        v.line([(x - 0.17, y), (x + 0.17, y)], 0.014, shade((230, 226, 216), bright))
    elif choice == 1:
        r, g, b = rng.uniform(60, 200, 3) * bright
        _panel(v, x, y, 0.1, 0.13, shade((70, 48, 30), bright), (float(r), float(g), float(b)))
    elif choice == 2:
        for k in range(3):
            level = y - 0.12 + 0.17 * k
            v.line([(x - 0.2, level), (x + 0.2, level)], 0.016, shade((96, 66, 42), bright))
            for j in range(7):
                r, g, b = rng.uniform(50, 210, 3) * bright * 0.8
                tall = rng.uniform(0.06, 0.12)
                v.poly(box(x - 0.19 + 0.05 * j, level - tall, x - 0.155 + 0.05 * j, level - 0.008), (r, g, b))  # fmt: skip


def _panel(
    v: View, x: float, y: float, wide: float, high: float, frame: Colour, inside: Colour
) -> None:
    for grow, colour in ((0.018, frame), (0.0, inside)):
        w, h = wide + grow, high + grow
        v.poly(box(x - w, y - h, x + w, y + h), colour)
