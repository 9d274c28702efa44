"""Noise that a sound's sort is part of, and denoisers with channels beside the latents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from v2a.diffusion.guided_steps import Batch, denoise
from v2a.diffusion.latent_lengths import Geometry
from v2a.diffusion.row_batches import Rows
from v2a.diffusion.scene_noise import initial_latents, named_seed, sort_of


def vector(seed: int, leans: int) -> np.ndarray:
    """A unit vector that leans to one direction most."""
    drawn = np.random.default_rng(seed).uniform(-0.1, 0.1, 512).astype(np.float32)
    drawn[leans] = -1
    return drawn / np.linalg.norm(drawn)


def test_sounds_of_a_sort_lean_to_one_direction() -> None:
    assert sort_of(vector(1, 7)) == sort_of(vector(2, 7)) == 7
    assert sort_of(vector(1, 8)) == 8


def test_one_seed_gives_two_kinds_other_noise_and_one_kind_the_same(tiny_pack: Any) -> None:
    geometry = Geometry.of(tiny_pack)

    def drawn(seed: int, leans: int, of: int) -> torch.Tensor:
        return initial_latents(geometry, 8, 1, seed, 0, sort_of(vector(of, leans)))

    assert torch.equal(drawn(5, 7, 1), drawn(5, 7, 2))
    assert not torch.equal(drawn(5, 7, 1), drawn(5, 8, 1))
    assert not torch.equal(drawn(5, 7, 1), drawn(6, 7, 1))


def test_seeds_of_all_names_differ() -> None:
    names = [(p, s, t, w, k) for p in (0, 1) for s in (1, 2) for t in (0, 1) for w in (0, 1)
             for k in (0, 1, 511)]  # fmt: skip
    assert len({named_seed(*name) for name in names}) == len(names)


class Listening:
    """A denoiser that keeps what it was given and guesses nothing."""

    dtype = torch.float32

    def __init__(self, channels: int) -> None:
        self.config = SimpleNamespace(in_channels=channels)
        self.given: list[torch.Tensor] = []

    def __call__(self, x: torch.Tensor, time: torch.Tensor, **_: Any) -> Any:
        self.given.append(x)
        return SimpleNamespace(sample=torch.zeros_like(x[:, :4]))


@pytest.mark.parametrize("guidance", [1.0, 3.0])
@pytest.mark.parametrize("beside", [0, 1, 2])
def test_channels_beside_the_latents_are_nothing(
    tiny_pack: Any, guidance: float, beside: int
) -> None:
    unet, scheduler = Listening(4 + beside), tiny_pack.scheduler()
    latents = torch.randn((2, 4, 16, 8), generator=torch.Generator().manual_seed(0))
    batch = Batch(latents, torch.ones(2, 512), torch.zeros(2, 512), [], 0)
    found = denoise(unet, batch, scheduler, 2, guidance, Rows(8, "cpu"), lambda: None)
    assert found.shape == latents.shape
    for x in unet.given:
        assert x.shape[1] == 4 + beside and not x[:, 4:].any() and bool(x[:, :4].any())
