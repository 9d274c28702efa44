"""What lies behind: the open air or a room, with hills, trees and houses."""

from __future__ import annotations

import math

from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import box
from v2a.world.pictures.skies import GROUNDS, LIGHT, ground, lit, mood, open_air, sky
from v2a.world.pictures.view import View
from v2a.world.pictures.walls import indoors

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
    """Indoors or outdoors, as the scene's seed has it: for things that may be met anywhere."""
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
