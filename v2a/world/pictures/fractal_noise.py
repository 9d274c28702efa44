"""Fractal noise on tiles that wrap: clouds, foliage, water, flames and walls are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
"""Numbers over the picture; float32 where speed matters."""
Colour = tuple[float, float, float]
"""Red, green, blue, 0..255."""

SIDE = 256
"""Pixels across a tile; a power of two, so that wrapping is a bit mask."""
SLOPES = {"cloud": 1.9, "rough": 1.4, "grit": 0.9}
"""Falling amplitude per frequency: the larger the softer."""


@lru_cache(maxsize=16)
def tile(name: str) -> Field:
    """(SIDE, SIDE) noise in 0..1 that wraps; "cloud", "rough" or "grit", and a digit."""
    slope = SLOPES[name.rstrip("0123456789")]
    rng = np.random.default_rng(sum(name.encode()))
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE)))
    fy, fx = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]
    radius = np.hypot(fy, fx) * SIDE
    radius[0, 0] = 1
    weight = np.where(radius < 1.5, 0.3, radius**-slope)
    weight[0, 0] = 0
    noise = np.fft.irfft2(spectrum * weight, (SIDE, SIDE))
    return np.clip(0.5 + 0.2 * noise / noise.std(), 0, 1).astype(np.float32)


def sample(name: str, u: Field, v: Field) -> Field:
    """Noise at u, v in periods of the tile (shapes that broadcast), interpolated."""
    noise = tile(name)
    if u.shape[0] == 1 and v.shape[1] == 1:
        return _lattice(noise, u[0], v[:, 0])
    u, v = np.broadcast_arrays(u, v)
    x, y = u * np.float32(SIDE), v * np.float32(SIDE)
    x0, y0 = np.floor(x), np.floor(y)
    fx, fy = x - x0, y - y0
    column, row = x0.astype(np.int32), y0.astype(np.int32)
    flat, last = noise.ravel(), SIDE - 1
    left, right = column & last, (column + 1) & last
    top, bottom = (row & last) * SIDE, ((row + 1) & last) * SIDE
    above = flat[top + left] * (1 - fx) + flat[top + right] * fx
    below = flat[bottom + left] * (1 - fx) + flat[bottom + right] * fx
    return above * (1 - fy) + below * fy


def _lattice(noise: Field, u: Field, v: Field) -> Field:
    x, y = u * np.float32(SIDE), v * np.float32(SIDE)
    x0, y0 = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    fx, fy = (x - x0).astype(np.float32), (y - y0).astype(np.float32)[:, None]
    last = SIDE - 1
    rows = noise[y0 & last]
    rows += (noise[(y0 + 1) & last] - rows) * fy
    left = rows.take(x0 & last, axis=1)
    left += (rows.take((x0 + 1) & last, axis=1) - left) * fx
    return left


@lru_cache(maxsize=512)
def _table(colours: tuple[Colour, ...]) -> NDArray[np.uint32]:
    """256 colours along a ramp, each packed into one word."""
    stops, at = np.linspace(0, 1, len(colours)), np.linspace(0, 1, 256)
    table = np.zeros((256, 4))
    for i in range(3):
        table[:, i] = np.interp(at, stops, [c[i] for c in colours])
    return np.clip(table + 0.5, 0, 255).astype(np.uint8).view(np.uint32)[:, 0]


def ramp(values: Field, colours: Sequence[Colour]) -> NDArray[np.uint8]:
    """Colours along a ramp: (...) values in 0..1 become (..., 3); outside they stop at the ends."""
    index = (values * 255).clip(0, 255).astype(np.uint8)
    packed = _table(tuple((round(r), round(g), round(b)) for r, g, b in colours)).take(index)
    return packed.view(np.uint8).reshape(*values.shape, 4)[..., :3]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """A colour between two: the first at 0, the second at 1."""
    r, g, b = (p + (q - p) * share for p, q in zip(first, second, strict=True))
    return r, g, b


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    if factor <= 1:
        return mix((0, 0, 0), colour, factor)
    return mix(colour, (255, 255, 255), min(1.0, factor - 1))
