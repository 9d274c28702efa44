"""The sea and its shore, a stream between its banks, a dripping tap."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, Field, mix, ramp, sample, shade
from v2a.world.pictures.outlines import box, path, pick
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


def drip(v: View) -> None:
    """A tap; a drop swells, falls and splashes in the basin at each onset."""
    rng = v.rng("drip")
    light = back.indoors(v, None, light=float(rng.uniform(0.55, 1.0)))
    if rng.uniform() < 0.6:
        _tiling(v, light)
    level, spout = 0.3 + 0.05 * float(rng.uniform(-1, 1)), -0.16 + 0.05 * float(rng.uniform(-1, 1))
    _basin(v, level, light)
    _tap(v, spout, light)
    _drop(v, spout, level, light)


def _tiling(v: View, light: float) -> None:
    rng = v.rng("tiling")
    step, colour = float(rng.uniform(0.12, 0.2)), shade((255, 255, 255), light)
    for k in range(-9, 10):
        v.line([(k * step, -1), (k * step, 1)], 0.005, colour, 0.5)
        v.line([(-1.5, k * step), (1.5, k * step)], 0.005, colour, 0.5)


def _basin(v: View, level: float, light: float) -> None:
    """A basin: the more the scene echoes the wider and wetter, from a drain to a deep pool."""
    rng = v.rng("basin")
    dry = v.b < 0.35
    steel = bool(rng.integers(2))
    rim = shade((176, 182, 188) if steel else (240, 240, 236), light)
    deep = shade((92, 98, 106) if steel else (206, 208, 206), light)
    wide = 0.42 + 0.5 * v.b
    v.poly(box(-1.6, level - 0.05, 1.6, 1), shade(rim, 0.8))
    v.disc(0, level + 0.1, wide + 0.06, 0.21, rim)
    v.disc(0, level + 0.11, wide, 0.18, deep)
    if dry:
        v.disc(0, level + 0.05, 0.07, 0.022, shade((40, 42, 46), light))
        v.ring(0, level + 0.05, 0.08, 0.026, 0.008, shade((220, 224, 228), light))
    else:
        pool: Colour = mix((120, 160, 176), (24, 60, 86), v.b)
        v.disc(0, level + 0.12, wide * 0.95, 0.16, shade(pool, light))
        v.glow(-0.15, level + 0.08, 0.3 * wide, 0.06, (255, 255, 255), 0.5 * light)


def _tap(v: View, spout: float, light: float) -> None:
    """A tap, as wide as its drops are large."""
    metal = pick(v.rng("tap"), [(186, 192, 198), (196, 160, 84), (150, 156, 164)])
    wide, y = 0.7 + 0.6 * v.a, spout - 0.13
    for width, tone in ((0.105, 0.42), (0.085, 0.8), (0.035, 1.35)):
        off = 0.018 if tone > 1 else 0.0
        colour = shade(metal, tone * light if tone < 1 else tone * (0.5 + 0.5 * light))
        pipe = [(-1.2, y - off), (-0.06, y - off), (-0.01 - off, spout - 0.1), (-off, spout - 0.03)]
        v.limb(pipe, wide * width, colour)
    lip = path("-.07,-.04 .07,-.04 .062,0 -.062,0")
    v.poly([(wide * p, spout + q) for p, q in lip], shade(metal, 0.7 * light))
    v.limb([(-0.28, y - 0.03), (-0.28, y - 0.14)], 0.05, shade(metal, 0.7 * light))
    v.limb([(-0.38, y - 0.15), (-0.18, y - 0.15)], 0.05, shade(metal, 0.95 * light))


def _drop(v: View, spout: float, level: float, light: float) -> None:
    passed, since, until = v.beat(0.5 + 0.7 * v.a)
    size = 0.014 + 0.036 * v.a
    ground = level + (0.05 if v.b < 0.35 else 0.1)
    fall = 0.26
    water = shade((196, 226, 246), 0.4 + 0.6 * light)
    grown = min(1.0, since / max(since + until - fall, 0.05))
    y = spout + size * grown if until > fall else spout + (ground - spout) * (1 - until / fall) ** 2
    r = size * (grown if until > fall else 1)
    v.poly([(-0.5 * r, y), (0, y - 2.1 * r), (0.5 * r, y)], water)
    v.disc(0, y, r, r * 1.15, water)
    v.disc(-0.3 * r, y - 0.2 * r, 0.28 * r, 0.4 * r, (255, 255, 255), 0.9)
    if not passed or since > 1.2:
        return
    for k in range(3):
        age = since - 0.1 * k
        if age > 0 and v.b >= 0.35:
            v.ring(
                0,
                ground,
                0.05 + 0.4 * age,
                0.016 + 0.12 * age,
                0.008,
                (255, 255, 255),
                max(0.0, 0.8 - age),
            )
    if since < 0.3:
        for lean in (-1.0, -0.55, 0.0, 0.55, 1.0):
            rise = (0.9 * since - 3.2 * since * since) * (1.3 - abs(lean)) * (0.7 + v.a)
            v.disc(lean * 0.55 * since, ground - rise, 0.5 * size, 0.5 * size, water)
