"""A quiet room: dark or grey, a lamp, a window, a chair; nothing moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, mix, ramp, sample, shade
from v2a.world.pictures.outlines import box, pick
from v2a.world.pictures.view import View

SEATS: tuple[Colour, ...] = ((96, 70, 50), (70, 80, 100), (110, 60, 60))


@dataclass(frozen=True)
class Wall:
    """The far wall of a room."""

    left: float
    top: float
    right: float
    bottom: float
    tint: Colour
    bright: float

    def across(self, share: float) -> float:
        """x at a share of the width: 0 in the middle, -0.5 and 0.5 at the sides."""
        return (self.left + self.right) / 2 + share * (self.right - self.left)

    def tone(self, share: float) -> Colour:
        """The wall's colour, darker below 1, lighter above."""
        return shade(self.tint, share * self.bright)


def room(v: View) -> None:
    """An empty room, cold or warm, small or large; sometimes black or a plain soft gradient."""
    rng = v.rng("empty")
    form, bright = float(rng.uniform()), float(rng.uniform(0.2, 0.85))
    tint = mix((150, 176, 206), (236, 186, 126), v.a)
    if form < 0.12:
        v.lay(np.full((2, 2, 3), int(rng.integers(0, 9)), np.uint8))
    elif form < 0.27:
        x, y = v.grid
        dx, dy = rng.uniform(-0.7, 0.7, 2)
        value = 0.5 + dx * x + dy * y + 0.15 * (sample("cloud1", x * 0.4, y * 0.4) - 0.5)
        v.lay(ramp(value.astype(np.float32), (shade(tint, 0.2 * bright), shade(tint, bright))))
    else:
        _interior(v, tint, bright)


def _interior(v: View, tint: Colour, bright: float) -> None:
    """A room in one-point perspective; the larger the room, the smaller its far wall."""
    rng = v.rng("box")
    far = 0.42 - 0.2 * v.b
    x, y = (float(p) for p in rng.uniform(-0.1, 0.1, 2))
    wall = Wall(x - 1.25 * far, y - 0.8 * far, x + 1.25 * far, y + 0.75 * far, tint, bright)
    inner = box(wall.left, wall.top, wall.right, wall.bottom)
    outer = [(x + 4 * (p - x), y + 4 * (q - y)) for p, q in inner]
    kind = str(rng.choice(["wood", "carpet", "stone", "tiles"]))
    v.lay(back.ground(v, kind, v.grid[1], y - 0.05, 0.7 * bright))
    for (i, j), tone in (((0, 1), 0.85), ((0, 3), 0.6), ((1, 2), 0.75)):
        _plane(v, [inner[i], inner[j], outer[j], outer[i]], wall.tone(tone))
    _plane(v, inner, wall.tone(1.0))
    for p, q in zip(inner, outer, strict=True):
        v.line([p, q], 0.005, wall.tone(0.35))
    v.line(inner[2:], 0.01, wall.tone(0.3))
    thing = int(rng.integers(5))
    if thing < 2:
        _window(v, wall, day=thing == 0)
    elif thing == 2:
        _lamp(v, wall)
    elif thing == 3:
        _door(v, wall)
    if rng.uniform() < 0.5:
        _seat(v, wall)


def _plane(v: View, points: list[tuple[float, float]], tone: Colour) -> None:
    v.cloth(points, (shade(tone, 0.8), tone, shade(tone, 1.08)), (0.4, 0.4), "cloud2")


def _window(v: View, wall: Wall, day: bool) -> None:
    """A window; by day it throws light on the floor."""
    x = wall.across(float(v.rng("window").uniform(-0.2, 0.2)))
    high = wall.bottom - wall.top
    y, w, h = wall.top + 0.4 * high, 0.14 * (wall.right - wall.left), 0.24 * high
    v.poly(box(x - w - 0.012, y - h - 0.012, x + w + 0.012, y + h + 0.012), wall.tone(1.15))
    pane = shade((206, 222, 240), 0.3 + wall.bright) if day else (16, 22, 40)
    v.poly(box(x - w, y - h, x + w, y + h), pane)
    v.line([(x, y - h), (x, y + h)], 0.01, wall.tone(1.0))
    v.line([(x - w, y), (x + w, y)], 0.01, wall.tone(1.0))
    if day:
        low = wall.bottom + 0.04
        patch = [(x - w, low), (x + w, low), (x + 2.4 * w + 0.1, low + 0.16)]
        v.poly([*patch, (x - 0.4 * w + 0.1, low + 0.16)], (255, 250, 230), 0.25)


def _lamp(v: View, wall: Wall) -> None:
    x, y = wall.across(0.3), (wall.top + wall.bottom) / 2
    v.line([(x, y), (x, wall.bottom + 0.05)], 0.012, wall.tone(0.3))
    v.glow(x, y, 0.55, 0.5, (255, 214, 140), 0.75)
    shape = ((-0.03, -0.05), (0.03, -0.05), (0.06, 0.03), (-0.06, 0.03))
    v.poly([(x + p, y + q) for p, q in shape], (255, 232, 180))


def _door(v: View, wall: Wall) -> None:
    high = wall.bottom - wall.top
    left, right = wall.across(-0.29), wall.across(-0.11)
    v.poly(box(left, wall.bottom - 0.62 * high, right, wall.bottom), wall.tone(0.3))
    knob = shade((220, 200, 140), wall.bright)
    v.disc(right - 0.02, wall.bottom - 0.3 * high, 0.01, 0.01, knob)


def _seat(v: View, wall: Wall) -> None:
    rng = v.rng("seat")
    x, y = wall.across(float(rng.uniform(-0.3, 0.3))), wall.bottom + 0.08
    seat = shade(pick(rng, SEATS), 0.9 * wall.bright)
    v.poly(box(x - 0.16, y - 0.07, x + 0.16, y), seat)
    v.poly(box(x - 0.15, y - 0.17, x + 0.15, y - 0.07), shade(seat, 0.75))
