"""Latents to waves: rows decoded, windows of one scene joined in the middle of their overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from v2a.packs.part_loaders import Autoencoder, Vocoder


def decode(
    vae: Autoencoder, vocoder: Vocoder, latents: torch.Tensor, seeds: list[int]
) -> torch.Tensor:
    """(R, channels, frames, rows) latents to (R, frames * stride) float32 waves on the CPU."""
    mel = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample.float()
    return vocoder(mel, seeds).float().cpu()


def place(whole: NDArray[np.float32], wave: NDArray[np.float32], start: int, overlap: int) -> None:
    """Write a window's wave into the whole at sample `start`, blending over its overlap.

    The outer quarters of an overlap feel the ends of their window and are left out; the blend
    keeps power whether the two sides agree (they share latents) or differ (vocoders that draw
    noise): with correlation r its gains satisfy a^2 + b^2 + 2abr = 1.
    """
    room = len(whole) - start
    if room <= 0:
        return
    wave = wave[:room]
    if start == 0:
        whole[: len(wave)] = wave
        return
    first = min(overlap // 4, len(wave))
    last = min(overlap - overlap // 4, len(wave))
    old, new = whole[start + first : start + last], wave[first:last]
    angle = np.linspace(0, np.pi / 2, len(new), dtype=np.float32)
    a, b = np.cos(angle), np.sin(angle)
    alike = float(old @ new) / max(float(np.sqrt((old @ old) * (new @ new))), 1e-12)
    blend = (a * old + b * new) / np.sqrt(1 + 2 * a * b * min(max(alike, 0.0), 1.0))
    whole[start + first : start + last] = blend
    whole[start + last : start + len(wave)] = wave[last:]
