"""Pictures to learn from: random scenes at random moments, seen as real cameras see."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.pictures import draw

LENGTH = Fraction(128, 25)
"""Seconds of the scenes the moments are taken from."""


def training_pictures(
    count: int, size: int, seed: int
) -> tuple[NDArray[np.uint8], list[SceneSpec], NDArray[np.float64]]:
    """`count` pictures: frames (count, size, size, 3), their scenes, their moments in seconds.

    Kinds come in equal shares. Pictures are cropped, stretched, mirrored, recoloured, blurred and
    compressed at random; half of the events are caught just after they happened.
    """
    rng = np.random.default_rng(seed)
    names = list(KINDS)
    order = rng.permutation(count)
    frames = np.empty((count, size, size, 3), np.uint8)
    specs: list[SceneSpec] = []
    seconds = np.empty(count)
    for i in range(count):
        spec = scene(names[order[i] % len(names)], seed * 1_000_003 + i, LENGTH)
        seconds[i] = _moment(spec, rng)
        frames[i] = picture(spec, float(seconds[i]), size, rng)
        specs.append(spec)
    return frames, specs, seconds


def _moment(spec: SceneSpec, rng: np.random.Generator) -> float:
    if spec.onsets and rng.uniform() < 0.5:
        return min(float(rng.choice(spec.onsets) + rng.uniform(0, 0.15)), float(spec.duration))
    return float(rng.uniform(0, float(spec.duration)))


def picture(
    spec: SceneSpec, seconds: float, size: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """One picture as a camera might have it: (size, size, 3)."""
    shape = [(1.0, 1.0), (1.0, 1.0), (1.0, 1.33), (1.0, 1.78), (1.25, 1.0)][int(rng.integers(5))]
    grow = size * float(rng.uniform(1.0, 1.3))
    drawn = draw(spec, seconds, (round(grow * shape[0]), round(grow * shape[1])))
    image = _cropped(Image.fromarray(drawn), size, rng)
    image = _recoloured(image, rng)
    if rng.uniform() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 0.016 * size))))
    if rng.uniform() < 0.3:
        image = _compressed(image, rng)
    return np.asarray(image)


def _cropped(image: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    """Mostly the middle square, as an encoder crops it; sometimes squeezed, turned or closer."""
    width, height = image.size
    side = min(width, height) * float(rng.uniform(0.82, 1.0))
    squeeze = width > height and rng.uniform() < 0.15
    wide = float(width) if squeeze else side
    loose_x, loose_y = width - wide, height - side
    left = loose_x * float(np.clip(0.5 + rng.normal(0, 0.15), 0, 1))
    top = loose_y * float(np.clip(0.5 + rng.normal(0, 0.15), 0, 1))
    if rng.uniform() < 0.25:
        image = image.rotate(
            float(rng.uniform(-6, 6)), Image.Resampling.BILINEAR, fillcolor=image.getpixel((0, 0))
        )
    if rng.uniform() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    box = (left, top, left + wide, top + side)
    return image.resize((size, size), Image.Resampling.BICUBIC, box)


def _recoloured(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    if rng.uniform() < 0.6:
        gain = np.exp(rng.normal(0, 0.14)) * np.exp(rng.normal(0, 0.06, 3))
        table = np.clip(np.arange(256)[None] * gain[:, None] + rng.normal(0, 6), 0, 255)
        image = image.point(table.astype(int).ravel().tolist())
    if rng.uniform() < 0.4:
        image = ImageEnhance.Color(image).enhance(float(rng.uniform(0.2, 1.5)))
    if rng.uniform() < 0.4:
        image = ImageEnhance.Contrast(image).enhance(float(rng.uniform(0.65, 1.3)))
    return image


def _compressed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(25, 85)))
    return Image.open(file).convert("RGB")
