"""Walls, floors and what furnishes them."""

from __future__ import annotations

import numpy as np

from v2a.world.pictures.noise import Colour, mix, ramp, sample, shade
from v2a.world.pictures.shapes import box, pick
from v2a.world.pictures.skies import ground, lit
from v2a.world.pictures.view import View

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
