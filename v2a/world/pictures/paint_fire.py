"""Fire: a camp fire at night, a fireplace, or flames that fill the picture."""

from __future__ import annotations

import math

import numpy as np

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, ramp, sample, shade
from v2a.world.pictures.outlines import box, pick
from v2a.world.pictures.view import View

HEAT: tuple[Colour, ...] = (
    (30, 4, 0),
    (140, 20, 2),
    (232, 78, 8),
    (255, 160, 30),
    (255, 224, 110),
    (255, 252, 220),
)


def fire(v: View) -> None:
    """Flames; the stronger the higher, and the more crackle the more sparks."""
    rng = v.rng("fire")
    form, foot = int(rng.integers(3)), float(rng.uniform(0.26, 0.36))
    flicker = 1 + 0.1 * v.drift("flicker", 3.0)
    if form == 0:
        kind = str(rng.choice(["earth", "sand", "grass"]))
        back.open_air(v, back.mood(v, "night night night dusk"), kind, 0.08, 0.2)
        back.treeline(v, 0.1, ((2, 5, 3), (8, 14, 10), (22, 26, 18)), 0.3)
    elif form == 1:
        _hearth(v, foot)
    else:
        v.lay(ramp(sample("cloud1", *v.grid) * 0.5, ((4, 2, 2), (40, 14, 6))))
    warm = (0.35 + 0.4 * v.a) * flicker
    v.glow(0, foot - 0.1, 0.95 + 0.4 * v.a, 0.7 + 0.3 * v.a, (255, 110, 24), warm)
    _logs(v, foot, back_row=True)
    _flames(v, foot, form)
    _logs(v, foot, back_row=False)
    v.glow(0, foot, 0.4, 0.1, (255, 150, 50), 0.7 * flicker)
    _sparks(v, foot)


def _hearth(v: View, foot: float) -> None:
    rng = v.rng("hearth")
    brick = pick(rng, [(120, 62, 44), (110, 104, 98), (148, 120, 96)])
    x, y = v.grid
    course = np.floor(y * 12.5)
    across = x * 5.9 + 0.5 * (course % 2)
    mortar = (np.abs(y * 12.5 - course - 0.5) > 0.42) | (np.abs(across % 1 - 0.5) > 0.45)
    each = np.sin(np.floor(across) * 12.9 + course * 7.3)
    value = 0.5 + 0.8 * (sample("grit1", x * 1.4, y * 1.4) - 0.5) + 0.15 * each - 0.5 * mortar
    v.lay(ramp(value.astype(np.float32), (shade(brick, 0.2), shade(brick, 0.6), brick)))
    v.poly(
        [
            (-0.48, foot + 0.08),
            (-0.48, -0.2),
            (-0.3, -0.34),
            (0.3, -0.34),
            (0.48, -0.2),
            (0.48, foot + 0.08),
        ],
        (12, 8, 7),
    )
    v.poly(box(-1.5, foot + 0.08, 1.5, 1), shade(brick, 0.4))


def _flames(v: View, foot: float, form: int) -> None:
    x, y = v.grid
    rise = v.t * (1.0 + 0.5 * v.a)
    high = (0.24 + 0.5 * v.a) * (1.25 if form == 2 else 1.0)
    wide = (0.17 + 0.17 * v.a) * (2.4 if form == 2 else 1.0)
    up = (foot - y) / high
    lick = sample("cloud1", x * 0.55, (y * 0.42 + 0.5 * rise).astype(np.float32)) - 0.5
    sway = x + 0.26 * lick * np.clip(up + 0.3, 0, 1.6) * high * 2
    rough = sample("rough1", (sway * 0.75).astype(np.float32), y * 0.36 + np.float32(0.62 * rise))
    tongues = sample(
        "cloud3", (sway * 0.9 + 0.4).astype(np.float32), y * 0.2 + np.float32(0.35 * rise)
    )
    taper = wide * (1.05 - 0.62 * np.clip(up, 0, 1.2)) + 0.02
    body = 1 - (np.abs(sway) / taper) ** 2
    heat = (
        body * 0.75
        + 1.5 * (tongues - 0.5)
        + (0.4 + 0.8 * v.b) * (rough - 0.5)
        - 0.85 * np.clip(up, 0, 2) ** 1.2
        + 0.35
    )
    heat = np.where(up < -0.02, heat + 9 * (up + 0.02), heat)
    v.lay(ramp(heat * 0.78, HEAT), np.clip(heat * 2.6, 0, 1))


def _logs(v: View, foot: float, back_row: bool) -> None:
    rng = v.rng("logs" + "b" * back_row)
    bark, grey = (64, 40, 26), (84, 74, 66)
    for k in range(2 if back_row else 3):
        lean, off = float(rng.uniform(-0.35, 0.35)), float(rng.uniform(-0.06, 0.06))
        y = foot + (0.0 if back_row else 0.03 + 0.018 * k)
        reach = 0.2 + 0.1 * v.a
        ends = [(off - reach, y + 0.3 * lean * reach), (off + reach, y - 0.3 * lean * reach)]
        v.limb(ends, 0.07, shade(bark if k % 2 else grey, 0.6))
        v.line(
            [(p, q - 0.016) for p, q in ends],
            0.018,
            (255, 120, 30),
            0.35 + 0.2 * v.drift(f"ember{k}", 2),
        )
        v.disc(ends[0][0], ends[0][1], 0.03, 0.033, (150, 96, 56))


def _sparks(v: View, foot: float) -> None:
    rng = v.rng("sparks")
    for x, start, pace, size in rng.uniform(0, 1, (int(2 + 80 * v.b * (0.5 + 0.5 * v.a)), 4)):
        age = (v.t * (0.5 + 0.7 * pace) + start) % 1
        px = 0.4 * (x - 0.5) * (1 + age) + 0.08 * math.sin(6 * age + 9 * x)
        py = foot - 0.1 - age * (0.55 + 0.4 * pace)
        v.disc(px, py, 0.004 + 0.007 * size, 0.004 + 0.007 * size, (255, 210, 110), 1.2 * (1 - age))
