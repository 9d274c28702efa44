"""Rain over grass, a wet street or a tin roof."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, sample, shade
from v2a.world.pictures.outlines import box, pick
from v2a.world.pictures.view import View

TIN: tuple[tuple[Colour, Colour], ...] = (
    ((70, 74, 80), (164, 170, 176)),
    ((84, 44, 34), (172, 110, 88)),
    ((44, 66, 70), (128, 160, 160)),
)


def rain(v: View) -> None:
    """Streaks of rain over what they fall on: grass, a wet street, or a tin roof."""
    rng = v.rng("rain")
    name = back.mood(v, "grey grey pale storm storm dusk night")
    floor = float(rng.uniform(0.0, 0.14))
    ground = "earth" if v.b > 0.6 else "asphalt" if v.b > 0.3 else "grass"
    light = back.open_air(v, name, ground, floor, 0.9)
    if v.b <= 0.6 and rng.uniform() < 0.5:
        back.houses(v, floor, light * 0.8)
    else:
        back.treeline(
            v, floor + 0.02, back.lit(back.LEAVES[3], 0.85 * light), float(rng.uniform(0.15, 0.5))
        )
    if v.b > 0.6:
        _tin_roof(v, floor, light)
    elif v.b > 0.3:
        _puddles(v, floor, light)
    if rng.uniform() < 0.3:
        _umbrella(v, float(rng.uniform(-0.3, 0.3)), 0.0, light)
    _curtain(v, floor, light)
    _splashes(v, floor, light)
    _streaks(v, light)


def _curtain(v: View, floor: float, light: float) -> None:
    """The mist of far drops: it greys what is far, and streams down in threads."""
    x, y = v.grid
    lean = _lean(v)
    threads = sample("grit2", (x - lean * y) * 1.5, y * 0.13 - np.float32(0.5 * (1 + v.a) * v.t))
    haze = 0.42 * np.exp(-(((y - floor) / 0.2) ** 2))
    cover = (0.25 + 0.75 * v.a) * haze + ((0.9 + 1.1 * v.a) * (threads - 0.58)).clip(0, 0.5)
    v.lay(np.full((*cover.shape, 3), shade((204, 210, 216), max(0.45, light)), np.uint8), cover)


def _lean(v: View) -> float:
    return float(v.rng("lean").uniform(-0.4, 0.4)) * (0.3 + v.a)


def _umbrella(v: View, x: float, y: float, light: float) -> None:
    rng = v.rng("umbrella")
    r, g, b = rng.uniform(20, 230, 3)
    cloth = shade((float(r), float(g), float(b)), max(0.5, light))
    coat = shade((60, 62, 74), max(0.4, light))
    v.limb([(x, y + 0.14), (x, y + 0.36)], 0.13, coat)
    v.line([(x - 0.03, y + 0.36), (x - 0.03, y + 0.54)], 0.045, shade(coat, 0.6))
    v.line([(x + 0.03, y + 0.36), (x + 0.03, y + 0.54)], 0.045, shade(coat, 0.6))
    v.disc(x, y + 0.06, 0.05, 0.06, shade((206, 160, 130), light))
    dome = [
        (x + 0.27 * math.cos(3.1416 * k / 14), y + 0.04 - 0.22 * math.sin(3.1416 * k / 14))
        for k in range(15)
    ]
    v.line([(x + 0.02, y - 0.18), (x + 0.02, y + 0.22)], 0.012, (30, 30, 32))
    v.poly(dome, cloth)
    for k in (-1, 0, 1):
        v.line([(x, y - 0.18), (x + 0.13 * k, y + 0.04)], 0.007, shade(cloth, 0.6))


def _tin_roof(v: View, floor: float, light: float) -> None:
    """A shed whose corrugated roof faces us; water runs off its eave."""
    rng = v.rng("roof")
    dark, pale = pick(rng, TIN)
    top, eave = float(rng.uniform(-0.3, -0.2)), float(rng.uniform(0.14, 0.24))
    narrow, wide = float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.6, 0.8))
    wall = shade((116, 96, 78), 0.7 * light)
    v.poly(box(-narrow, eave - 0.1, narrow, 0.9), wall)
    v.poly(box(-0.14, eave, 0.1, 0.9), shade(wall, 0.45))
    v.poly([(-narrow, top), (narrow, top), (wide, eave), (-wide, eave)], shade(dark, light))
    for k in range(-11, 12):
        x, low = narrow * k / 11.4, wide * k / 11.4
        ridge = [
            (x, top),
            (x + 0.4 * narrow / 11.4, top),
            (low + 0.45 * wide / 11.4, eave),
            (low, eave),
        ]
        v.poly(ridge, shade(pale, light))
    v.line([(-wide, eave), (wide, eave)], 0.025, shade(pale, 1.2 * light))
    v.line([(-narrow, top), (narrow, top)], 0.02, shade(pale, 0.8 * light))
    colour = shade((226, 234, 242), max(0.55, light))
    for x, start, size in rng.uniform(0, 1, (int(6 + 22 * v.a), 3)).tolist():
        y, px = eave + 0.45 * ((1.9 * v.t + start) % 1), (2 * x - 1) * wide
        v.line([(px, y), (px, y + 0.03 + 0.12 * v.a * size)], 0.006, colour, 0.8)
    for x, y, start in rng.uniform(0, 1, (int(14 + 40 * v.a), 3)).tolist():
        age, down = (2.6 * v.t + start) % 1, top + (eave - top) * y
        px = (2 * x - 1) * (narrow + (wide - narrow) * y)
        for lean in (-0.7, 0.0, 0.7):
            reach = 0.012 + 0.02 * age
            v.line([(px, down), (px + lean * reach, down - reach)], 0.004, colour, 0.9 - 0.8 * age)


def _puddles(v: View, floor: float, light: float) -> None:
    rng = v.rng("puddles")
    for x, y, size in rng.uniform(0, 1, (6, 3)):
        deep = floor + 0.06 + 0.42 * y
        wide = (0.1 + 0.2 * size) * (0.4 + 2 * (deep - floor))
        v.disc(2.0 * (x - 0.5), deep, wide, wide * 0.2, shade((150, 160, 172), light), 0.75)


def _splashes(v: View, floor: float, light: float) -> None:
    rng = v.rng("splashes")
    colour = shade((225, 232, 240), max(0.45, light))
    for x, y, start, pace in rng.uniform(0, 1, (int(14 + 50 * v.a), 4)):
        age = (v.t * (2.2 + pace) + start) % 1
        deep = floor + 0.02 + (0.5 - floor) * y
        size = (0.006 + 0.02 * age) * (0.5 + 2.4 * (deep - floor))
        px = 2.2 * (x - 0.5)
        if v.b <= 0.3:
            v.disc(px, deep - 0.02 * age, 0.003, 0.004, colour, 0.5 * (1 - age))
        elif v.b <= 0.6:
            v.ring(px, deep, size * 1.8, size * 0.6, 0.003, colour, 0.8 * (1 - age))
        else:
            for lean in (-1, 0, 1):
                v.line(
                    [(px, deep), (px + lean * size, deep - size * (1.6 - abs(lean)))],
                    0.004,
                    colour,
                    0.9 * (1 - age),
                )


def _streaks(v: View, light: float) -> None:
    rng = v.rng("streaks")
    lean = _lean(v)
    marks = rng.uniform(0, 1, (int(45 + 80 * v.a), 4)).tolist()
    colour = shade((226, 233, 242), max(0.75, light))
    left, top, right, bottom = v.box
    tall = bottom - top + 0.5
    for x, start, near, bright in marks:
        speed = 1.4 + 1.2 * near + 1.1 * v.a
        length = (0.05 + 0.12 * near) * (0.6 + v.a)
        y = top - 0.3 + (start * tall + v.t * speed) % tall
        px = left - 0.3 + x * (right - left + 0.6) + lean * (y - top)
        tail = (px + lean * length, y + length)
        v.line([(px, y), tail], 0.0035 + 0.004 * near, colour, 0.4 + 0.5 * bright * near)
