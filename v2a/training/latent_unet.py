"""The sound model: AudioLDM's UNet in small, conditioned on CLAP vectors, predicting v."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from v2a.training.training_loop import Schedule, Tell, Trainer
from v2a.types import EMBEDDING_SIZE

CHANNELS = 16
"""Channels of a latent, as `MelCoder` makes them."""
ENVELOPE = 2
"""Channels beside the latents: loudness over time, 25 values a second, two to a latent frame."""
SHORT, LONG = 32, 64
"""Latent frames of a training crop: 2.56 s or 5.12 s, the least and most that are generated."""
BATCH = 16
"""Short crops of a step; half as many long ones. Chosen for two cores."""
UNCONDITIONED = 0.12
"""Share of rows that learn the null vector instead, 0..1. Chosen near the usual tenth of
classifier-free guidance (Ho and Salimans 2022)."""
UNSHAPED = 0.5
"""Share of rows without their envelope, 0..1. Chosen: most scenes are made without one."""
SAME = 0.8
"""Mean cosine, of the same sounds in two spaces, from which the spaces are one. Chosen: it is near
0 in unrelated spaces and near 1 in one."""
RANGE = 40.0
"""Decibels of an envelope, below the clip's loudest moment. Chosen: what lies lower is masked."""


@dataclass(frozen=True)
class Conditioned:
    """Latents and the conditions they are generated from."""

    latents: torch.Tensor
    """(N, 16, 64, 8) standardised, float16."""
    texts: torch.Tensor
    """(N, K, 512) CLAP vectors of captions."""
    envelopes: torch.Tensor
    """(N, 2, 64) loudness, -1..1."""
    weights: torch.Tensor
    """(N,) how often each example is drawn."""
    null: torch.Tensor
    """(512,) the vector of no words."""


def envelope(mels: torch.Tensor) -> torch.Tensor:
    """(N, 8 t, bands) log-mels to (N, 2, t) loudness: 1 at the loudest moment, -1 at 40 dB less."""
    power = functional.avg_pool1d(mels.float().mul(2).exp().mean(2)[:, None], 4)[:, 0]
    decibels = 10 * (power / power.amax(1, keepdim=True).clamp_min(1e-12)).clamp_min(1e-9).log10()
    shape = (1 + decibels / RANGE).clamp(0, 1) * 2 - 1
    return shape.unflatten(1, (-1, ENVELOPE)).transpose(1, 2).contiguous()


def envelopes_of(mels: NDArray[np.float16]) -> torch.Tensor:
    """`envelope` of all (N, 512, bands) log-mels, a few at a time."""
    some = [mels[i : i + 64].astype(np.float32) for i in range(0, len(mels), 64)]
    return torch.cat([envelope(torch.from_numpy(rows)) for rows in some])


def new_unet() -> UNet2DConditionModel:
    """AudioLDM's form at about 11.5 M weights; 4 and 6 heads where it attends."""
    return UNet2DConditionModel(
        sample_size=32,
        in_channels=CHANNELS + ENVELOPE,
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


def warm_unet(
    unet: UNet2DConditionModel, old: nn.Module, known: torch.Tensor, heard: torch.Tensor
) -> None:
    """Begin `unet` where an earlier one stands, whose vectors were of another space.

    known, heard: (n, 512) vectors of the same n sounds in the old and in the new space; the new
    projection maps each of `heard` to the old one's output for `known`. Where the spaces are one,
    it stays. Weights of envelope channels that the earlier one lacks begin at zero.
    """
    state = {name: value.float() for name, value in old.state_dict().items()}
    first = state["conv_in.weight"]
    state["conv_in.weight"] = functional.pad(
        first, (0, 0, 0, 0, 0, CHANNELS + ENVELOPE - first.shape[1])
    )
    if float(functional.cosine_similarity(known, heard).mean()) < SAME:
        wanted = known.double() @ state["class_embedding.weight"].double().T
        state["class_embedding.weight"] = (torch.linalg.pinv(heard.double()) @ wanted).T.float()
    unet.load_state_dict(state)


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
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Latent crops, their vectors (read, roughened or null) and envelopes (or none)."""
    long = index % 2 == 1
    count, length = (BATCH // 2, LONG) if long else (BATCH, SHORT)
    rows = torch.multinomial(data.weights, count, generator=generator)
    start = torch.randint(0, data.latents.shape[2] - length + 1, (count,), generator=generator)
    at = start[:, None] + torch.arange(length)
    latents = data.latents[rows[:, None], :, at].float().permute(0, 2, 1, 3)
    shapes = data.envelopes[rows[:, None], :, at].permute(0, 2, 1)
    said = torch.randint(0, data.texts.shape[1], (count,), generator=generator)
    rough = torch.rand((count, 1), generator=generator) * 0.02
    vectors = data.texts[rows, said]
    vectors = functional.normalize(
        vectors + rough * torch.randn(vectors.shape, generator=generator)
    )
    null = torch.rand((count, 1), generator=generator) < UNCONDITIONED
    shaped = torch.rand((count, 1, 1), generator=generator) >= UNSHAPED
    return latents, torch.where(null, data.null, vectors), shapes * shaped


def train_unet(
    make: Callable[[], Conditioned],
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
    begin: Callable[[], UNet2DConditionModel] | None = None,
) -> UNet2DConditionModel:
    """Train v-prediction on what `make` returns; the average of the weights is the model.

    `begin` makes the model before its first step; None draws its weights.
    """
    torch.manual_seed(5)
    fresh = begin is None or (folder / "unet.pt").is_file()
    unet = new_unet() if fresh else begin()
    trainer = Trainer("unet", unet.to(memory_format=torch.channels_last), schedule, folder)
    trained = trainer.trained if trainer.done else _descend(trainer, make(), tell)
    assert isinstance(trained, UNet2DConditionModel)
    return trained


def _descend(trainer: Trainer, data: Conditioned, tell: Tell | None) -> nn.Module:
    alphas = new_scheduler().alphas_cumprod

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        latents, vectors, shapes = _draw(data, index, generator)
        count = len(latents)
        # One timestep in each of `count` equal parts: an even spread lowers the loss's noise.
        part = (torch.arange(count) + torch.rand(count, generator=generator)) / count
        times = (part * 1000).long().clamp(0, 999)
        noise = torch.randn(latents.shape, generator=generator)
        a = alphas[times].sqrt()[:, None, None, None]
        s = (1 - alphas[times]).sqrt()[:, None, None, None]
        beside = shapes[..., None].expand(-1, -1, -1, latents.shape[3])
        noisy = torch.cat([a * latents + s * noise, beside], 1)
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        guess = trainer.module(noisy, times, None, class_labels=vectors).sample
        return functional.mse_loss(guess.float(), a * noise - s * latents)

    # On a processor the backward pass of the flash kernel costs a fifth of a step.
    with sdpa_kernel(SDPBackend.MATH):
        return trainer.run(step, tell)
