"""The mel autoencoder: 512 frames x 64 bands to 64 x 8 latents of 16 channels and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import nn
from torch.nn import functional

from v2a.training.sound_examples import Examples
from v2a.training.training_loop import Schedule, Tell, Trainer

MEAN, SPREAD = -5.0, 2.5
"""Log-mels (ln) are standardised by these before the encoder and restored after the decoder.
Chosen: about the mean and spread of the examples."""
FRAMES = 64
"""Mel frames of a training crop. Chosen for speed; longer mels lose grain by it, which
`mel_decoder` mends."""
BATCH = 12
"""Crops of a step. Chosen for two cores."""
FACTOR = 8
"""Mel frames and bands per latent frame and row."""


class MelCoder(nn.Module):
    """AutoencoderKL over standardised log-mels."""

    def __init__(self) -> None:
        super().__init__()
        self.vae = AutoencoderKL(
            in_channels=1,
            out_channels=1,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(16, 32, 64, 96),
            layers_per_block=1,
            latent_channels=16,
            norm_num_groups=8,
            sample_size=256,
            mid_block_add_attention=False,
            scaling_factor=1.0,
        )

    def encode(self, mel: torch.Tensor) -> torch.Tensor:
        """(B, frames, 64) log-mel to (B, 16, frames / 8, 8) mean latents."""
        return self.vae.encode(((mel - MEAN) / SPREAD)[:, None]).latent_dist.mode()

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """(B, 16, t, 8) to (B, 8 t, 64) log-mel."""
        return self.vae.decode(latents).sample[:, 0] * SPREAD + MEAN


def _loss(coder: MelCoder, mel: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    x = ((mel - MEAN) / SPREAD)[:, None]
    posterior = coder.vae.encode(x).latent_dist
    noise = torch.randn(posterior.mean.shape, generator=generator)
    back = coder.vae.decode(posterior.mean + posterior.std * noise).sample.float()
    error = back - x
    # Differences along time keep attacks sharp, along bands keep partials apart.
    along = (error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()) / 2
    texture = sum((_energy(back, k) - _energy(x, k)).abs().mean() for k in (2, 3))
    divergence = posterior.kl().mean() / (x.shape[2] * x.shape[3])
    likeness = error.abs().mean() + 0.5 * error.square().mean() + 0.5 * along
    return likeness + texture + 2e-3 * divergence


def _energy(mel: torch.Tensor, axis: int) -> torch.Tensor:
    """Local mean of the absolute steps along an axis: the roughness that a mean smooths away."""
    return functional.avg_pool2d(mel.diff(dim=axis).abs(), 7, 4)


def train_mel_vae(
    examples: Examples, folder: Path, schedule: Schedule, tell: Tell | None = None
) -> MelCoder:
    """Train on random crops of the examples."""
    torch.manual_seed(4)
    coder = MelCoder()

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        rng = np.random.default_rng((4, index))
        rows = rng.integers(0, len(examples.kinds), BATCH)
        starts = rng.integers(0, examples.mels.shape[1] - FRAMES + 1, BATCH)
        crops = [examples.mels[r, s : s + FRAMES] for r, s in zip(rows, starts, strict=True)]
        mel = torch.from_numpy(np.stack(crops).astype(np.float32))
        mel = mel + 0.7 * torch.randn((BATCH, 1, 1), generator=generator)
        return _loss(coder, mel, generator)

    trained = Trainer("mel_vae", coder, schedule, folder).run(step, tell)
    assert isinstance(trained, MelCoder)
    return trained


@torch.inference_mode()
def encode_all(coder: MelCoder, examples: Examples) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents (N, 16, 64, 8) float16 of all examples; (2, 16) their channels' mean and spread."""
    rows = [
        coder.encode(torch.from_numpy(examples.mels[i : i + 32].astype(np.float32))).half()
        for i in range(0, len(examples.kinds), 32)
    ]
    latents = torch.cat(rows)
    mean = latents.float().mean(dim=(0, 2, 3))
    return latents, torch.stack([mean, latents.float().std(dim=(0, 2, 3))])


def fold(coder: MelCoder, statistics: torch.Tensor) -> AutoencoderKL:
    """The autoencoder with standardised latents and plain log-mel output, folded into its weights.

    statistics: (2, 16) mean and spread of raw latents. The encoder still reads standardised mels.
    """
    vae = coder.vae
    mean, spread = statistics
    with torch.no_grad():
        weight, bias = vae.post_quant_conv.weight, vae.post_quant_conv.bias
        bias += weight[:, :, 0, 0] @ mean
        weight *= spread[None, :, None, None]
        into = vae.quant_conv
        both = torch.cat([spread, spread])
        into.weight /= both[:, None, None, None]
        into.bias /= both
        into.bias[:16] -= mean / spread
        out = vae.decoder.conv_out
        out.weight *= SPREAD
        out.bias *= SPREAD
        out.bias += MEAN
    return vae
