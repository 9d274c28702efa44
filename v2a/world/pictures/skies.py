"""Skies with clouds over ground in perspective."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a.world.pictures.fractal_noise import Colour, Field, ramp, sample, shade
from v2a.world.pictures.view import View

SKIES: dict[str, tuple[Colour, Colour, Colour]] = {
    "day": ((62, 116, 190), (170, 205, 232), (250, 250, 252)),
    "pale": ((140, 172, 205), (214, 224, 230), (245, 245, 245)),
    "grey": ((120, 128, 138), (178, 182, 186), (205, 208, 210)),
    "storm": ((66, 73, 84), (138, 145, 152), (164, 170, 176)),
    "gold": ((96, 110, 160), (250, 180, 110), (255, 214, 160)),
    "dusk": ((32, 40, 78), (208, 128, 96), (128, 98, 112)),
    "night": ((8, 12, 30), (40, 52, 84), (46, 54, 76)),
}
"""Colour overhead, at the horizon, and of clouds."""
LIGHT = {
    "day": 1.0,
    "pale": 0.95,
    "grey": 0.8,
    "storm": 0.66,
    "gold": 0.85,
    "dusk": 0.5,
    "night": 0.34,
}
"""Light under each sky beside a clear day's; it scales the colours of ground and things."""
GROUNDS: dict[str, tuple[Colour, Colour, Colour]] = {
    "grass": ((38, 66, 24), (84, 118, 44), (140, 160, 78)),
    "straw": ((120, 98, 50), (178, 154, 88), (214, 196, 130)),
    "sand": ((168, 142, 104), (205, 182, 142), (228, 210, 176)),
    "snow": ((186, 198, 214), (226, 232, 240), (252, 252, 255)),
    "earth": ((58, 42, 28), (98, 74, 52), (140, 112, 82)),
    "asphalt": ((52, 53, 56), (84, 85, 88), (116, 116, 118)),
    "stone": ((96, 92, 88), (142, 138, 132), (184, 180, 172)),
    "wood": ((96, 58, 30), (150, 98, 56), (190, 138, 88)),
    "tiles": ((150, 148, 144), (196, 194, 188), (226, 226, 222)),
    "carpet": ((88, 40, 40), (124, 62, 58), (156, 92, 84)),
}
"""Dark, middle and bright colour of each ground."""


def mood(v: View, choices: str = "day pale grey gold dusk night") -> str:
    """The scene's weather and hour: a name of SKIES, drawn from `choices`."""
    return str(v.rng("mood").choice(choices.split()))


def lit(
    colours: tuple[Colour, ...], light: float, tint: Colour = (255, 255, 255)
) -> tuple[Colour, ...]:
    """Colours under less light, tinted."""
    return tuple(
        (c[0] * light * tint[0] / 255, c[1] * light * tint[1] / 255, c[2] * light * tint[2] / 255)
        for c in colours
    )


def sky(v: View, name: str, y: Field, horizon: float, clouds: float = 0.5) -> NDArray[np.uint8]:
    """Rows of sky: a gradient down to the horizon and clouds that move; y (h, 1) -> (h, w, 3)."""
    top, low, white = SKIES[name]
    x = v.grid[0]
    height = np.clip((horizon - y) / (horizon + 0.62), 0, 1)
    base = ramp(1 - height[:, 0] ** 0.8, (top, low))[:, None].astype(np.float32)
    puffs = v.rng("clouds").uniform(0, 1, 2)
    noise = sample(
        "cloud1",
        x * 0.5 + np.float32(puffs[0] + 0.008 * v.t),
        (0.6 * (height + 0.15) ** 0.6 + puffs[1]).astype(np.float32),
    )
    cover = np.clip((noise - 0.62 + 0.32 * clouds) * 3.2, 0, 0.9)
    puff = ramp(0.3 * noise + 0.7, (shade(white, 0.4), white))
    return (base + (puff - base) * cover[..., None]).astype(np.uint8)


def ground(
    v: View,
    kind: str,
    y: Field,
    horizon: float,
    light: float = 1.0,
    slide: float = 0.0,
    away: float = 0.0,
) -> NDArray[np.uint8]:
    """Rows of ground in perspective, moved sideways by `slide` and nearer by `away`."""
    x = v.grid[0]
    near = np.maximum(y - horizon, 0.012)
    depth = (0.22 / near).astype(np.float32)
    across = (x + slide) * depth
    along = depth + away
    if kind in ("tiles", "wood"):
        value = _boards(kind, across, along, depth)
    else:
        coarse = sample("rough1", across * 0.45, along * 0.45)
        fine = sample("grit1", across * 1.7, along * 1.7)
        value = 0.5 + (0.9 * (coarse - 0.5) + 0.7 * (fine - 0.5)) * np.clip(near * 7, 0.25, 1)
    return ramp(value, lit(GROUNDS[kind], light))


def _boards(kind: str, across: Field, along: Field, depth: Field) -> Field:
    sharp = np.clip(1.5 / depth, 0, 1)
    if kind == "tiles":
        odd = (np.floor(across * 3) + np.floor(along * 3)) % 2
        return 0.5 + (0.7 * (odd - 0.5) + 0.3 * (sample("rough2", across, along) - 0.5)) * sharp
    board = np.floor(across * 4)
    grain = sample("rough2", across * 2.2, along * 0.12 + board * 0.37)
    gap = np.abs(across * 4 - board - 0.5) > 0.46
    return (
        0.5 + 0.8 * (grain - 0.5) + 0.25 * (np.sin(board * 5.1) * 0.5) * sharp - 0.35 * gap * sharp
    )


def open_air(
    v: View,
    name: str,
    kind: str,
    horizon: float,
    clouds: float = 0.5,
    slide: float = 0.0,
    away: float = 0.0,
) -> float:
    """Paint sky over ground; returns the light of the hour (0.34..1)."""
    y = v.grid[1]
    split = int(np.searchsorted(y[:, 0], horizon))
    parts = []
    if split:
        parts.append(sky(v, name, y[:split], horizon, clouds))
    if split < len(y):
        parts.append(ground(v, kind, y[split:], horizon, LIGHT[name], slide, away))
    v.lay(np.concatenate(parts))
    if name == "night":
        _stars(v, horizon)
    return LIGHT[name]


def _stars(v: View, horizon: float) -> None:
    rng = v.rng("stars")
    left, top, right, _ = v.box
    for x, y, size in rng.uniform(0, 1, (26, 3)):
        v.disc(
            left + x * (right - left),
            top + y * (horizon - top) * 0.9,
            0.002 + 0.002 * size,
            0.002 + 0.002 * size,
            (210, 215, 230),
            0.4 + 0.5 * size,
        )
    if rng.uniform() < 0.4:
        v.disc(rng.uniform(-0.4, 0.4), horizon - 0.35, 0.045, 0.045, (235, 235, 220))
