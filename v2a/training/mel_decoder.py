"""The mel decoder's second training, on whole windows: textures keep their grain everywhere.

The autoencoder learns on crops so short that every place of them feels an end. Whatever lies far
from both ends of a longer mel is new to it, and it smooths that away. Latents stay what they are:
only the decoder learns, so the sound model fits either.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from v2a.training.mel_vae import FACTOR, SPREAD, MelCoder
from v2a.training.sound_examples import Examples
from v2a.training.training_loop import Schedule, Tell, Trainer

LENGTHS = (64, 32)
"""Latent frames of the crops, step by step in turn: the longest and shortest that are generated."""
BATCH_FRAMES = 128
"""Latent frames of a step in all. Chosen for two cores."""
DRIFT = 0.05
"""Noise on the latents, in parts of their own spread. Chosen: generated latents are never quite
right, and the decoder shall not mind."""
SCALES = ((1, 0.5), (2, 0.5), (4, 1.0))
"""Side in mel cells of the squares over which errors are averaged, and their weights. Chosen: a
texture's level counts more than where each of its grains lies."""
STEPS = 0.25
"""Weight of errors in the steps along time (attacks) and bands (partials). Chosen; the whole loss
reached 0.324 nat on 40 examples, 0.352 before (`tests/bench/RESULTS.md`)."""


def train_mel_decoder(
    coder: MelCoder,
    examples: Examples,
    latents: torch.Tensor,
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
) -> MelCoder:
    """`coder` with its encoder as it was and a decoder that has learnt on.

    latents: (N, 16, 64, 8) of all examples, each encoded whole.
    """
    coder = copy.deepcopy(coder)
    for name, weight in coder.named_parameters():
        weight.requires_grad_(name.startswith(("vae.decoder", "vae.post_quant_conv")))

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        length = LENGTHS[index % len(LENGTHS)]
        rows = torch.randint(0, len(latents), (BATCH_FRAMES // length,), generator=generator)
        at = int(torch.randint(0, latents.shape[2] - length + 1, (1,), generator=generator))
        mel = examples.mels[rows.numpy(), at * FACTOR : (at + length) * FACTOR]
        return _loss(
            coder,
            latents[rows, :, at : at + length].float(),
            torch.from_numpy(mel.astype(np.float32)),
            generator,
        )

    trained = Trainer("mel_decoder", coder, schedule, folder).run(step, tell)
    assert isinstance(trained, MelCoder)
    return trained


def _loss(
    coder: MelCoder, latents: torch.Tensor, mel: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    drift = DRIFT * latents.std(dim=(0, 2, 3), keepdim=True)
    latents = latents + drift * torch.randn(latents.shape, generator=generator)
    back = coder.decode(latents).float()[:, None] / SPREAD
    wanted = mel[:, None] / SPREAD
    error = back - wanted
    likeness = [w * functional.avg_pool2d(error, k).abs().mean() for k, w in SCALES]
    steps = [STEPS * error.diff(dim=k).abs().mean() for k in (2, 3)]
    grains = zip(_grain(back), _grain(wanted), strict=True)
    texture = [(a - b).abs().mean() for a, b in grains]
    return torch.stack([*likeness, *steps, *texture]).sum()


def _grain(mel: torch.Tensor) -> list[torch.Tensor]:
    """How rough a mel is, place by place: its steps and bends along time, bands and both."""
    along, across = mel.diff(dim=2), mel.diff(dim=3)
    bends = (along.diff(dim=2), across.diff(dim=3), along.diff(dim=3))
    return [functional.avg_pool2d(d.abs(), 7, 4) for d in (along, across, *bends)]
