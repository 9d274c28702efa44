"""The guided way from noise to latents, all rows of one length together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from v2a.diffusion.row_batches import Rows
from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.packs.part_loaders import NoiseSchedule, UNet

Tick = Callable[[], None]
"""Called after every step; may raise to stop."""


@dataclass(frozen=True)
class Batch:
    """Rows of one latent length: every window of every take of every scene that has it."""

    latents: torch.Tensor
    """(R, channels, frames, rows) initial noise, float32."""
    towards: torch.Tensor
    """(R, 512) vectors to follow."""
    away: torch.Tensor
    """(R, 512) vectors to steer away from."""
    joins: Sequence[tuple[int, int]]
    """Rows that are neighbouring windows of one scene, left and right."""
    overlap: int
    """Latent frames that such neighbours share."""


def make_scheduler(base: NoiseSchedule, name: str) -> NoiseSchedule:
    """'ddim' as the paper's (eta 0), 'dpm++' second-order multistep over the same noise schedule.

    Source: DDIM, arXiv 2010.02502; DPM-Solver++, arXiv 2211.01095.
    """
    if name == "ddim":
        return base
    from diffusers import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler.from_config(
        dict(base.config), algorithm_type="dpmsolver++", timestep_spacing="linspace"
    )


def denoise(
    unet: UNet,
    batch: Batch,
    scheduler: NoiseSchedule,
    steps: int,
    guidance: float,
    limit: Rows,
    tick: Tick,
) -> torch.Tensor:
    """(R, channels, frames, rows) latents from the batch's noise, float32.

    Guidance above 1 is classifier-free: away + guidance * (towards - away), both in one call.
    """
    guided = guidance > 1
    latents = batch.latents * scheduler.init_noise_sigma
    # Channels beside the latents tell a loudness over time; nothing stands for none.
    beside = unet.config.in_channels - latents.shape[1]
    labels = (torch.cat([batch.away, batch.towards]) if guided else batch.towards).to(unet.dtype)
    scheduler.set_timesteps(steps, device=latents.device)
    for time in scheduler.timesteps:

        def predict(x: torch.Tensor, y: torch.Tensor, time: torch.Tensor = time) -> torch.Tensor:
            x = functional.pad(x, (0, 0, 0, 0, 0, beside)) if beside else x
            return unet(x, time, encoder_hidden_states=None, class_labels=y).sample.float()

        rows = scheduler.scale_model_input(latents, time).to(unet.dtype)
        guess = limit.run(predict, rows.repeat(2, 1, 1, 1) if guided else rows, labels)
        if guided:
            away, towards = guess.chunk(2)
            guess = away + guidance * (towards - away)
        share_overlaps(guess, batch.joins, batch.overlap)
        latents = scheduler.step(guess, time, latents).prev_sample
        tick()
    return latents


def share_overlaps(guess: torch.Tensor, joins: Sequence[tuple[int, int]], overlap: int) -> None:
    """Frame swap where windows overlap, in place: even frames from the left, odd from the right.

    SaFa (arXiv 2502.05130) swaps latents after every step. Neighbours begin with the same noise
    here, and the steps are deterministic and work frame by frame, so swapping the model's guesses
    gives the same latents and keeps the memory of multistep solvers in agreement as well.
    """
    if not joins:
        return
    left, right = (torch.tensor(rows) for rows in zip(*joins, strict=True))
    frames = guess.shape[2]
    ends, starts = guess[left, :, frames - overlap :], guess[right, :, :overlap]
    even = (torch.arange(overlap, device=guess.device) % 2 == 0)[None, None, :, None]
    shared = torch.where(even, ends, starts)
    guess[left, :, frames - overlap :] = shared
    guess[right, :, :overlap] = shared


def stop_check(should_stop: Callable[[], bool] | None) -> None:
    """Raise CANCELLED when `should_stop` returns true."""
    if should_stop is not None and should_stop():
        raise V2AError("CANCELLED")
