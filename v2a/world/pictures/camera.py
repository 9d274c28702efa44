"""How a scene is filmed: from where, how steadily, and on which film stock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from PIL import Image, ImageChops

from v2a.world.kinds import SceneSpec
from v2a.world.pictures.outlines import Point

CLOSER = {"hammer": 1.3, "ball": 1.1}
"""Zoom of kinds whose subject is small; 1 for the others."""


@dataclass(frozen=True)
class Camera:
    """Where a scene is seen from and how the camera is held."""

    mirrored: bool
    zoom: float
    aim: Point
    sway: float
    """Height of the picture the camera wanders."""
    breath: float
    """Share by which the zoom comes and goes."""
    rates: tuple[float, ...]
    phases: tuple[float, ...]


@lru_cache(maxsize=512)
def camera(seed: int, kind: str) -> Camera:
    """The camera of a scene; in a quiet room it stands on a tripod."""
    rng, still = (
        np.random.default_rng((seed << 32) + crc32(f"{kind}/camera".encode())),
        kind == "room",
    )
    sway = float(rng.choice([0.0, 0.006, 0.015, 0.03])) * (not still)
    return Camera(
        mirrored=bool(rng.integers(2)),
        zoom=CLOSER.get(kind, 1.0) * float(np.exp(rng.uniform(-0.1, 0.24))),
        aim=(float(rng.uniform(-0.08, 0.08)), float(rng.uniform(-0.05, 0.05))),
        sway=sway,
        breath=float(rng.choice([0.0, 0.02, 0.05])) * (not still),
        rates=tuple(rng.uniform(0.5, 2.2, 5).tolist()),
        phases=tuple(rng.uniform(0, 6.283, 5).tolist()),
    )


@dataclass(frozen=True)
class FilmStock:
    """How one scene was exposed."""

    table: tuple[int, ...]
    """768 entries: exposure, contrast and colour cast."""
    saturation: float
    vignette: float
    grain: float
    """Standard deviation in levels."""


@lru_cache(maxsize=512)
def stock(seed: int, kind: str) -> FilmStock:
    """The film stock of a scene."""
    rng, quiet = (
        np.random.default_rng((seed << 32) + crc32(f"{kind}/stock".encode())),
        kind == "room",
    )
    gain, gamma = float(np.exp(rng.normal(0, 0.1))), float(np.exp(rng.normal(0, 0.12)))
    cast = np.exp(rng.normal(0, 0.04, 3))
    levels = np.linspace(0, 1, 256)
    lift = float(rng.uniform(0, 0.03)) * (not quiet)
    table: list[int] = []
    for k in range(3):
        curve = lift + (1 - lift) * gain * cast[k] * levels**gamma
        table += np.clip(255 * curve + 0.5, 0, 255).astype(int).tolist()
    grain = float(rng.choice([0.0, 1.5, 3.0, 5.0])) * (not quiet or rng.uniform() < 0.25)
    return FilmStock(tuple(table), float(rng.uniform(0.7, 1.15)), float(rng.uniform(0, 0.5)), grain)


@lru_cache(maxsize=4)
def _grain_tile(deviation: float) -> Image.Image:
    noise = np.random.default_rng(5).standard_normal((512, 512, 1))
    colour = np.random.default_rng(6).standard_normal((512, 512, 3))
    return Image.fromarray(
        np.round(128 + deviation * (0.85 * noise + 0.5 * colour)).astype(np.uint8)
    )


@lru_cache(maxsize=64)
def _vignette(size: tuple[int, int], strength: float) -> Image.Image:
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    fall = 1 - strength * np.clip((x * x + y * y) / 2, 0, 1) ** 1.3
    mask = Image.fromarray((255 * fall).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (mask, mask, mask))


def develop(image: Image.Image, spec: SceneSpec, seconds: float) -> Image.Image:
    """The finished frame; its grain changes with `seconds`."""
    used = stock(spec.seed, spec.kind)
    image = image.point(list(used.table))
    if abs(used.saturation - 1) > 0.05:
        grey = image.convert("L").convert("RGB")
        image = Image.blend(grey, image, used.saturation)
    if used.vignette > 0.05:
        image = ImageChops.multiply(image, _vignette(image.size, round(used.vignette, 1)))
    if used.grain:
        image = _grained(image, used.grain, spec, seconds)
    return image


def _grained(image: Image.Image, deviation: float, spec: SceneSpec, seconds: float) -> Image.Image:
    tile = _grain_tile(deviation)
    draw = crc32(f"{spec.seed}/{seconds:.4f}".encode())
    if image.width <= 256 and image.height <= 256:
        x, y = draw % 256, draw // 256 % 256
        noise = tile.crop((x, y, x + image.width, y + image.height))
    else:
        shifted = ImageChops.offset(tile, draw % 512, draw // 512 % 512)
        noise = Image.new("RGB", image.size)
        for left in range(0, image.width, 512):
            for top in range(0, image.height, 512):
                noise.paste(shifted, (left, top))
    return ImageChops.add(image, noise, 1, -128)
