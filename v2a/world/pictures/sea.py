"""The sea and its shore."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, Field, ramp, sample, shade
from v2a.world.pictures.shapes import path
from v2a.world.pictures.view import View

SEAS: dict[str, tuple[Colour, ...]] = {
    "day": ((12, 52, 96), (34, 104, 148), (96, 176, 196), (214, 236, 240)),
    "pale": ((40, 78, 98), (82, 128, 144), (150, 186, 192), (226, 236, 238)),
    "grey": ((40, 56, 62), (78, 98, 104), (132, 150, 154), (210, 218, 220)),
    "storm": ((20, 30, 36), (52, 68, 72), (104, 120, 122), (190, 200, 202)),
    "gold": ((44, 44, 74), (128, 96, 96), (238, 176, 110), (255, 232, 180)),
    "dusk": ((14, 18, 44), (60, 50, 88), (160, 104, 116), (222, 190, 180)),
    "night": ((2, 6, 16), (12, 22, 40), (48, 62, 84), (150, 166, 184)),
}


def sea(v: View) -> None:
    """Waves rolling to a beach under an open sky; a storm raises them and whitens them."""
    rng = v.rng("sea")
    name = (
        back.mood(v, "day day pale grey gold dusk night")
        if v.a < 0.65
        else back.mood(v, "grey storm storm pale dusk day")
    )
    horizon = float(rng.uniform(-0.24, 0.0))
    y = v.grid[1]
    split = int(np.searchsorted(y[:, 0], horizon))
    above = back.sky(v, name, y[:split], horizon, 0.4 + 0.4 * v.a)
    v.lay(np.concatenate([above, _water(v, name, y[split:], horizon)]))
    if rng.uniform() < 0.35:
        _rock(v, float(rng.uniform(-0.8, 0.8)), horizon, shade((70, 66, 64), back.LIGHT[name]))
    elif name in ("gold", "dusk"):
        v.glow(0.1, horizon, 0.3, 0.3, (255, 220, 150), 0.9)
    if v.a > 0.6:
        _spray(v, horizon)


def _rock(v: View, x: float, horizon: float, colour: Colour) -> None:
    outline = path("-.3,.01 -.16,-.09 -.02,-.13 .1,-.05 .24,.01")
    stone = (shade(colour, 0.5), colour, shade(colour, 1.2))
    v.cloth([(x + p, horizon + q) for p, q in outline], stone, (3, 3), "grit1")


def _water(v: View, name: str, y: Field, horizon: float) -> np.ndarray:
    x, a = v.grid[0], v.a
    near = np.maximum(y - horizon, 0.008)
    depth = (0.2 / near).astype(np.float32)
    speed = 0.25 + 0.6 * v.b
    bend = 0.35 * (sample("cloud2", x * depth * 0.12, depth * 0.1 + 0.02 * v.t) - 0.5)
    rolls = 5.2 - 2.6 * a
    phase = (depth + bend) * rolls + speed * 2 * v.t
    swell = np.sin(phase * 2.1).astype(np.float32)
    crest = np.maximum(swell, 0) ** 3
    chop = (
        sample("rough1", x * depth * 0.5, depth * 1.6 + 0.05 * v.t)
        + sample("grit1", x * depth * 0.9 - 0.03 * v.t, depth * 3 + 0.08 * v.t)
        - 1
    )
    fade = np.clip(near * 9, 0.15, 1)
    value = 0.34 + 0.2 * near + (0.1 + 0.16 * a) * swell * fade + 0.5 * chop * fade
    foam_noise = sample("grit2", x * depth * 0.8, depth * 1.3 + 0.1 * v.t)
    foam = (
        np.clip((crest * (0.25 + 1.1 * a) + 0.35 * a) * 1.6 - 2.2 * foam_noise + 0.25 * a, 0, 1)
        * fade
    )
    water = ramp(value, SEAS[name]).astype(np.float32)
    light = max(0.35, back.LIGHT[name])
    white = np.array((244, 248, 250), np.float32) * light
    water += (white - water) * foam[..., None]
    return _beach(v, water, x, y, light, white)


def _beach(
    v: View, water: np.ndarray, x: Field, y: Field, light: float, white: np.ndarray
) -> np.ndarray:
    """Sand in the foreground with a swash that runs up and back."""
    rng = v.rng("beach")
    if rng.uniform() < 0.25:
        return water.astype(np.uint8)
    slope = float(rng.uniform(-0.12, 0.12))
    run = 0.05 * math.sin(v.t * (0.9 + 1.4 * v.b)) * (0.6 + v.a)
    ripple = 0.1 * (sample("cloud1", x * 0.6 + 0.01 * v.t, y * 0 + 0.2) - 0.5)
    shore = float(rng.uniform(0.26, 0.38)) + slope * x + run + ripple
    sand = ramp(
        0.5 + 0.5 * (sample("grit1", x * 2.2, y * 4) - 0.5), back.lit(back.GROUNDS["sand"], light)
    ).astype(np.float32)
    wet = np.clip(1 - (y - shore) / 0.09, 0, 1)[..., None]
    sand *= 1 - 0.4 * wet
    out = np.where((y > shore)[..., None], sand, water)
    edge = np.clip(1 - np.abs(y - shore + 0.02) / (0.022 + 0.03 * v.a), 0, 1)
    lace = np.clip(edge * 1.6 - 0.9 * sample("grit2", x * 1.8, y * 3), 0, 1)[..., None]
    return (out + (white - out) * lace).clip(0, 255).astype(np.uint8)


def _spray(v: View, horizon: float) -> None:
    rng = v.rng("spray")
    for x, y, start in rng.uniform(0, 1, (int(40 * v.a), 3)):
        age = (v.t * 1.3 + start) % 1
        v.disc(
            2.4 * (x - 0.5) + 0.1 * age,
            horizon + 0.06 + 0.3 * y - 0.12 * math.sin(3.1 * age),
            0.004,
            0.004,
            (240, 245, 250),
            0.6 * (1 - age),
        )
