"""A stream between its banks."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, Field, ramp, sample, shade
from v2a.world.pictures.shapes import pick
from v2a.world.pictures.view import View


def stream(v: View) -> None:
    """Water running towards the viewer between green banks, over and around stones."""
    rng = v.rng("stream")
    name = back.mood(v, "day pale grey day gold")
    horizon = float(rng.uniform(-0.34, -0.2))
    light = back.open_air(v, name, str(rng.choice(["grass", "grass", "earth"])), horizon, 0.4)
    leaves = back.lit(((12, 30, 10), (44, 80, 30), (116, 150, 70)), light)
    back.treeline(v, horizon + 0.02, leaves, 0.4, "bank")
    bend, wide = float(rng.uniform(-0.5, 0.5)), 0.2 + 0.34 * v.a
    x, y = v.grid
    near = np.maximum(y - horizon, 0.01)
    course = bend * np.sin(near * 4.2 + 0.5) * 0.5 - 0.2 * bend
    edge = 0.03 * (sample("rough1", x * 0 + 0.3, y * 1.5) - 0.5) * 4 * near
    half = wide * (0.12 + near * 1.25) + edge
    side = (x - course) / half
    cover = np.clip((1 - np.abs(side)) * half * 60, 0, 1) * (y > horizon)
    v.lay(_current(v, side, near, light), cover)
    _stones(v, horizon, bend, wide, light)


def _current(v: View, side: Field, near: Field, light: float) -> np.ndarray:
    rng = v.rng("water")
    palette = pick(
        rng,
        [
            ((24, 52, 52), (60, 110, 108), (146, 192, 190), (244, 250, 252)),
            ((40, 42, 30), (104, 108, 84), (170, 184, 168), (246, 248, 244)),
            ((16, 48, 74), (52, 112, 146), (140, 194, 212), (244, 252, 254)),
        ],
    )
    depth = np.log(near + 0.06).astype(np.float32)
    flow = np.float32(v.t * (0.12 + 0.5 * v.a))
    bend = 0.03 * np.sin(9 * depth + side * 2)
    slow = sample("cloud1", side * 0.35 + bend, depth * 0.3 - flow * 0.6)
    lines = sample("rough2", side * 0.8 + bend, depth * 0.22 - flow)
    foam = ((lines - 0.66 + 0.26 * v.a) * 4).clip(0, 1)
    shine = 0.25 * (1 - near).clip(0, 1)
    value = 0.2 + shine + 0.55 * (slow - 0.5) + 0.3 * (lines - 0.5) + (0.2 + 0.5 * v.a) * foam
    return ramp(value - 0.12 * np.abs(side) ** 3, back.lit(palette, light))


def _stones(v: View, horizon: float, bend: float, wide: float, light: float) -> None:
    rng = v.rng("stones")
    places = sorted(rng.uniform(0, 1, (int(5 + 16 * v.b), 4)).tolist(), key=lambda p: p[1])
    edges = [
        (0.5 + side * rng.uniform(0.47, 0.56), low / 9, rng.uniform(), rng.uniform())
        for low in range(9)
        for side in (-1, 1)
    ]
    for place, low, size, grey in [*edges, *places]:
        near = 0.07 + 0.62 * low
        middle = bend * math.sin(near * 4.2 + 0.5) * 0.5 - 0.2 * bend
        half = wide * (0.12 + near * 1.25)
        x, y = middle + half * 2.1 * (place - 0.5), horizon + near
        r = (0.05 + 0.07 * size) * (0.25 + near)
        v.disc(x, y + 0.3 * r, r * 1.25, r * 0.36, shade((244, 250, 252), light), 0.25 + 0.5 * v.a)
        _stone(v, x, y, r, place, shade((90 + 70 * grey, 88 + 66 * grey, 82 + 62 * grey), light))


def _stone(v: View, x: float, y: float, r: float, form: float, colour: Colour) -> None:
    jag = [1 + 0.12 * math.sin(17 * form + 2.1 * k) for k in range(8)]
    ring = [(j * math.cos(0.7854 * k), 0.62 * j * math.sin(0.7854 * k)) for k, j in enumerate(jag)]
    for grow, lift, tone in ((1.0, 0.2, 0.5), (0.82, 0.3, 1.05)):
        v.poly(
            [(x + r * grow * p, y - lift * r + r * grow * q) for p, q in ring], shade(colour, tone)
        )
