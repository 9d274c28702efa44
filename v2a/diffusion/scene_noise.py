"""Noise by name: seed, take and window name a scene's random numbers, whatever its company."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.diffusion.latent_lengths import Geometry

LATENTS, WAVE, TONE = 0, 1, 2
"""Purposes of random numbers; each has sequences of its own."""
ROOM_TONE_LEVEL = -62.0
"""dBFS, root mean square. Chosen: heard as a quiet room and not as missing sound."""


def named_seed(purpose: int, seed: int, take: int, window: int, sort: int = 0) -> int:
    """A 63-bit seed for one purpose, well mixed: neighbouring names share nothing.

    `sort` 0 names no sort of sound.
    """
    entropy = [purpose, seed % 2**64, take, window] + [sort] * bool(sort)
    return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> 1)


def sort_of(vector: NDArray[np.float32]) -> int:
    """Index 0..511 of the largest coordinate of a (512,) vector, which sounds of one sort share.

    It is a part of a scene's seed, so that one seed does not give every sound the same course.
    """
    return int(np.argmax(np.abs(vector)))


def initial_latents(
    geometry: Geometry, frames: int, windows: int, seed: int, take: int, sort: int = 0
) -> torch.Tensor:
    """(windows, channels, frames, rows) standard normal; overlaps hold the same numbers.

    Drawn frame by frame on the CPU in float32, so a longer scene begins like a shorter one and no
    device changes the sound.
    """
    drawn = []
    for window in range(windows):
        generator = torch.Generator().manual_seed(named_seed(LATENTS, seed, take, window, sort))
        shape = (frames, geometry.channels, geometry.rows)
        drawn.append(torch.randn(shape, generator=generator).transpose(0, 1))
    for left, right in zip(drawn, drawn[1:], strict=False):
        right[:, : geometry.overlap] = left[:, frames - geometry.overlap :]
    return torch.stack(drawn)


def room_tone(samples: int, rate: int, seed: int, take: int) -> NDArray[np.float32]:
    """(samples,) the quiet of an empty room: soft, dark, seeded noise around -62 dBFS.

    White noise through a filter that falls with frequency from 100 Hz on and leaves out what lies
    below 30 Hz; a quarter second of filter, so the length of the scene costs no extra memory.
    """
    from scipy.signal import oaconvolve

    if samples == 0:
        return np.zeros(0, np.float32)
    taps = rate // 4
    hertz = np.fft.rfftfreq(taps, 1 / rate)
    gain = (hertz / 30) ** 2 / (1 + (hertz / 30) ** 2) / (1 + (hertz / 100) ** 1.2)
    kernel = np.fft.irfft(gain, taps)
    kernel = np.roll(kernel, taps // 2) * np.hanning(taps)
    kernel *= 10 ** (ROOM_TONE_LEVEL / 20) / np.linalg.norm(kernel)
    rng = np.random.default_rng(named_seed(TONE, seed, take, 0))
    white = rng.standard_normal(samples + taps - 1, dtype=np.float32)
    return oaconvolve(white, kernel.astype(np.float32), "valid").astype(np.float32)
