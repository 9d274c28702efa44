"""CLAP's ear in small: HTSAT over 2.56 s of log-mel, taught to put sounds where their words are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import ClapAudioConfig, ClapAudioModelWithProjection

from v2a.training.sound_examples import WINDOW, Examples
from v2a.training.training_loop import Schedule, Tell, Trainer
from v2a.types import EMBEDDING_SIZE

BATCH = 40
"""Windows of a step. Chosen for two cores."""
SHARPNESS = 15.0
"""Scale of cosines before the softmax over kinds. Chosen; no trials are on record."""


def audio_config() -> ClapAudioConfig:
    """HTSAT for 256 frames of 64 bands; window_size 4 is the largest that fits them."""
    return ClapAudioConfig(
        spec_size=128,
        window_size=4,
        num_mel_bins=64,
        patch_embeds_hidden_size=24,
        hidden_size=192,
        depths=[1, 1, 2, 1],
        num_attention_heads=[2, 4, 8, 8],
        projection_dim=EMBEDDING_SIZE,
        drop_path_rate=0.05,
        enable_fusion=False,
    )


class SoundEar(nn.Module):
    """Sounds to unit vectors of the space of words."""

    def __init__(self) -> None:
        super().__init__()
        self.audio = ClapAudioModelWithProjection(audio_config())

    def hear(self, mel: torch.Tensor) -> torch.Tensor:
        """(B, 256, 64) log-mel to (B, 512) unit vectors."""
        embedded = self.audio(input_features=mel_input(mel)).audio_embeds
        return functional.normalize(embedded)


def mel_input(mel: torch.Tensor) -> torch.Tensor:
    """(B, 256, 64) log-mel in the form the audio tower reads: (B, 1, 256, 64), about unit range."""
    return ((mel + 5.0) / 2.5)[:, None]


def augment(mel: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """(B, 256, 64) log-mels with other level, tone, noise floor and a masked stripe."""
    count, frames, bands = mel.shape
    level = 1.2 * torch.randn((count, 1, 1), generator=generator)
    knots = 0.5 * torch.randn((count, 1, 6), generator=generator)
    tone = functional.interpolate(knots, size=bands, mode="linear", align_corners=True)
    floor = -8.0 + 3.0 * torch.rand((count, 1, 1), generator=generator)
    mel = torch.logaddexp(
        mel + level + tone, floor + 0.3 * torch.randn(mel.shape, generator=generator)
    )
    start = torch.randint(0, frames, (count, 1, 1), generator=generator)
    width = torch.randint(0, 40, (count, 1, 1), generator=generator)
    at = torch.arange(frames)[None, :, None]
    return torch.where((at >= start) & (at < start + width), floor, mel)


def train_sound_ear(
    examples: Examples,
    texts: torch.Tensor,
    kinds: torch.Tensor,
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
) -> SoundEar:
    """Train on windows of the examples; texts: (N, C, 512) their captions' vectors, kinds: (K, 512)
    the directions of the kinds."""
    torch.manual_seed(3)
    ear = SoundEar()
    names = torch.from_numpy(np.array(examples.kinds))
    balance = 1.0 / torch.bincount(names)[names].double()

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        rows = torch.multinomial(balance, BATCH, generator=generator)
        rng = np.random.default_rng(index)
        mel = torch.stack([_window(examples, int(r), rng) for r in rows])
        heard = ear.hear(augment(mel, generator))
        said = texts[rows, int(rng.integers(texts.shape[1]))]
        named = functional.cross_entropy(SHARPNESS * heard @ kinds.T, names[rows])
        return named + (1 - (heard * said).sum(1)).mean()

    trained = Trainer("sound_ear", ear, schedule, folder).run(step, tell)
    assert isinstance(trained, SoundEar)
    return trained


def _window(examples: Examples, row: int, rng: np.random.Generator) -> torch.Tensor:
    start = int(rng.integers(0, examples.mels.shape[1] - WINDOW + 1))
    return torch.from_numpy(examples.mels[row, start : start + WINDOW].astype(np.float32))
