"""The sound model: AudioLDM's UNet in small, conditioned on CLAP vectors, predicting v."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from v2a.training.loop import Schedule, Tell, Trainer
from v2a.types import EMBEDDING_SIZE

CHANNELS = 16
SHORT, LONG = 32, 64
"""Latent frames of a training crop: 2.56 s or 5.12 s."""
BATCH = 16
"""Short crops of a step; half as many long ones."""
UNCONDITIONED = 0.12
"""Share of rows that learn the null vector instead."""


@dataclass(frozen=True)
class Conditioned:
    """Latents and the vectors they are generated from."""

    latents: torch.Tensor
    """(N, 16, 64, 8) standardised, float16."""
    vectors: torch.Tensor
    """(N, 3, 512) CLAP vectors of the windows that start at latent frames 0, 16 and 32."""
    texts: torch.Tensor
    """(N, K, 512) CLAP vectors of captions."""
    weights: torch.Tensor
    """(N,) how often each example is drawn."""
    null: torch.Tensor
    """(512,) the vector of no words."""


def new_unet() -> UNet2DConditionModel:
    """AudioLDM's form at about 11.5 M weights; 4 and 6 heads where it attends."""
    return UNet2DConditionModel(
        sample_size=32,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(64, 128, 192),
        layers_per_block=1,
        cross_attention_dim=(64, 128, 192),
        attention_head_dim=(2, 4, 6),
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=EMBEDDING_SIZE,
        class_embeddings_concat=True,
        norm_num_groups=16,
    )


def new_scheduler() -> DDIMScheduler:
    """AudioLDM's noise schedule with v-prediction."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.0015,
        beta_end=0.0195,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
    )


def _draw(
    data: Conditioned, index: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch of latent crops and their vectors: heard, read, roughened or null."""
    long = index % 2 == 1
    count = BATCH // 2 if long else BATCH
    rows = torch.multinomial(data.weights, count, generator=generator)
    if long:
        latents = data.latents[rows].float()
        heard = functional.normalize(data.vectors[rows][:, [0, 2]].mean(1))
    else:
        which = torch.randint(0, 3, (count,), generator=generator)
        full = data.latents[rows].float()
        latents = torch.stack(
            [z[:, 16 * w : 16 * w + SHORT] for z, w in zip(full, which.tolist(), strict=True)]
        )
        heard = data.vectors[rows, which]
    said = torch.randint(0, data.texts.shape[1], (count,), generator=generator)
    roll = torch.rand((count, 1), generator=generator)
    vectors = torch.where(roll < 0.3, data.texts[rows, said], heard)
    rough = torch.rand((count, 1), generator=generator) * 0.02
    vectors = functional.normalize(
        vectors + rough * torch.randn(vectors.shape, generator=generator)
    )
    null = torch.rand((count, 1), generator=generator) < UNCONDITIONED
    return latents, torch.where(null, data.null, vectors)


def train_unet(
    make: Callable[[], Conditioned], folder: Path, schedule: Schedule, tell: Tell | None = None
) -> UNet2DConditionModel:
    """Train v-prediction on what `make` returns; the average of the weights is the model."""
    torch.manual_seed(5)
    unet = new_unet().to(memory_format=torch.channels_last)
    trainer = Trainer("unet", unet, schedule, folder)
    trained = trainer.trained if trainer.done else _descend(trainer, make(), tell)
    assert isinstance(trained, UNet2DConditionModel)
    return trained


def _descend(trainer: Trainer, data: Conditioned, tell: Tell | None) -> nn.Module:
    alphas = new_scheduler().alphas_cumprod

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        latents, vectors = _draw(data, index, generator)
        count = len(latents)
        # One timestep in each of `count` equal parts: an even spread lowers the loss's noise.
        part = (torch.arange(count) + torch.rand(count, generator=generator)) / count
        times = (part * 1000).long().clamp(0, 999)
        noise = torch.randn(latents.shape, generator=generator)
        a = alphas[times].sqrt()[:, None, None, None]
        s = (1 - alphas[times]).sqrt()[:, None, None, None]
        noisy = (a * latents + s * noise).contiguous(memory_format=torch.channels_last)
        guess = trainer.module(noisy, times, None, class_labels=vectors).sample
        return functional.mse_loss(guess.float(), a * noise - s * latents)

    # On a processor the backward pass of the flash kernel costs a fifth of a step.
    with sdpa_kernel(SDPBackend.MATH):
        return trainer.run(step, tell)
