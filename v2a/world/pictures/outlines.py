"""Points, outlines and inks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from PIL import Image

from v2a.world.pictures.fractal_noise import Colour

Point = tuple[float, float]
Choice = TypeVar("Choice")
Put = Callable[[list[Point]], list[Point]]
"""Moves points from a thing's own frame into the world."""


SPOT = 48
"""Pixels across a spot before it is enlarged."""


@lru_cache(maxsize=34)
def spot(level: int) -> Image.Image:
    """A spot that fades to nothing at its edge; `level` / 32 of full strength in its middle."""
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    fall = np.clip(1 - np.hypot(x, y), 0, 1) ** 2
    return Image.fromarray(np.clip(255 * fall * level / 32, 0, 255).astype(np.uint8))


@lru_cache(maxsize=8192)
def ink(colour: Colour, alpha: float) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity as Pillow wants them."""
    r, g, b = (min(255, max(0, int(c))) for c in colour)
    return r, g, b, min(255, max(0, int(255 * alpha)))


@lru_cache(maxsize=1024)
def path(points: str) -> list[Point]:
    """Points written as in SVG: "x,y x,y ...". The list is shared: not to be changed."""
    pairs = (pair.split(",") for pair in points.split())
    return [(float(x), float(y)) for x, y in pairs]


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """An upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def pick(rng: np.random.Generator, choices: Sequence[Choice]) -> Choice:
    """A random one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def oval(
    x: float, y: float, rx: float, ry: float, turn: float = 0.0, points: int = 22
) -> list[Point]:
    """Points of an ellipse turned by `turn` radians."""
    c, s = math.cos(turn), math.sin(turn)
    out: list[Point] = []
    for k in range(points):
        p, q = rx * math.cos(6.2832 * k / points), ry * math.sin(6.2832 * k / points)
        out.append((x + p * c - q * s, y + p * s + q * c))
    return out


def turned(
    points: Sequence[Point], x: float, y: float, turn: float, scale: float = 1.0
) -> list[Point]:
    """Points turned by `turn` radians about 0, scaled, and moved to x, y."""
    c, s = math.cos(turn) * scale, math.sin(turn) * scale
    return [(x + p * c - q * s, y + p * s + q * c) for p, q in points]
