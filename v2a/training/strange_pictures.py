"""Pictures that show nothing, drawn from a seed, for which labels must not be sure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.world.kinds import KINDS, scene
from v2a.world.pictures import draw

SECONDS = Fraction(5)
"""Length of the scene that a shuffled picture is taken from."""
BLOCKS = (4, 8)
"""Squares on a side that a shuffled picture is cut into. Chosen: too small to show a thing."""
STEPS = 40
"""Steps of the fractal's iteration. Chosen: as many shades as one sees."""

Values = NDArray[np.float64]


def strange_pictures(count: int, size: int, seed: int) -> NDArray[np.uint8]:
    """(count, size, size, 3) RGB in equal shares; `size` is a multiple of 8.

    Noise, clouds, flat colours, gradients, fractals and pictures of the world with mixed-up blocks.
    """
    rngs = [np.random.default_rng((seed, k)) for k in range(count)]
    drawn = [PAINTERS[k % len(PAINTERS)](rng, size) for k, rng in enumerate(rngs)]
    return np.stack([np.clip(picture, 0, 255).astype(np.uint8) for picture in drawn])


def _noise(rng: np.random.Generator, size: int) -> Values:
    """White noise, grey or coloured."""
    grain = rng.normal(size=(size, size, int(rng.choice([1, 3]))))
    return rng.uniform(40, 215, 3) + rng.uniform(15, 70) * grain


def _clouds(rng: np.random.Generator, size: int) -> Values:
    """Noise whose spectrum falls with frequency as natural pictures' do, or faster, or slower."""
    across = np.fft.fftfreq(size)
    frequency = np.maximum(np.hypot(across[:, None], across), 1 / size)[..., None]
    grain = rng.normal(size=(size, size, int(rng.choice([1, 3]))))
    shaped = np.fft.fft2(grain, axes=(0, 1)) / frequency ** rng.uniform(0.6, 2)
    clouds = np.fft.ifft2(shaped, axes=(0, 1)).real
    clouds = (clouds - clouds.mean((0, 1))) / clouds.std((0, 1))
    return rng.uniform(40, 215, 3) + rng.uniform(-60, 60, 3) * clouds


def _flat(rng: np.random.Generator, size: int) -> Values:
    return np.broadcast_to(rng.uniform(0, 255, 3), (size, size, 3))


def _gradient(rng: np.random.Generator, size: int) -> Values:
    """From one colour to another, in any direction."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    turn = rng.uniform(0, 2 * np.pi)
    share = np.clip(x * np.cos(turn) + y * np.sin(turn) + 0.5, 0, 1)[..., None]
    return rng.uniform(0, 255, 3) * (1 - share) + rng.uniform(0, 255, 3) * share


def _fractal(rng: np.random.Generator, size: int) -> Values:
    """A Julia set of the family 0.7885 exp(ia), coloured by how long a point stays."""
    line = np.linspace(-1.5, 1.5, size) * rng.uniform(0.2, 1)
    z = (line + 1j * line[:, None]) * np.exp(1j * rng.uniform(0, 2 * np.pi))
    c = 0.7885 * np.exp(1j * rng.uniform(0, 2 * np.pi))
    stayed = np.zeros((size, size, 1))
    for _ in range(STEPS):
        inside = np.abs(z) < 4
        z = np.where(inside, z * z + c, z)
        stayed[..., 0] += inside
    hue = 6 * stayed / STEPS * rng.uniform(0.2, 0.7, 3) + rng.uniform(0, 2 * np.pi, 3)
    return 127 + 127 * np.sin(hue)


def _mixed_up(rng: np.random.Generator, size: int) -> Values:
    """A picture of the world, its blocks in any order: colours are right, things are gone."""
    kind = str(rng.choice(list(KINDS)))
    spec = scene(kind, int(rng.integers(2**31)), SECONDS)
    picture = draw(spec, rng.uniform(0, float(SECONDS)), (size, size))
    across = int(rng.choice(BLOCKS))
    side = size // across
    grid = picture.reshape(across, side, across, side, 3).swapaxes(1, 2)
    blocks = rng.permutation(grid.reshape(across * across, side, side, 3))
    rows = blocks.reshape(across, across, side, side, 3).swapaxes(1, 2)
    return rows.reshape(size, size, 3).astype(np.float64)


PAINTERS: tuple[Callable[[np.random.Generator, int], Values], ...] = (
    _noise, _clouds, _flat, _gradient, _fractal, _mixed_up,
)  # fmt: skip
