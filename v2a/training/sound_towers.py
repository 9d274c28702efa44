"""CLAP in small: HTSAT over 2.56 s of log-mel and a RoBERTa over captions, trained by contrast."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import (
    ClapAudioConfig,
    ClapAudioModelWithProjection,
    ClapTextConfig,
    ClapTextModelWithProjection,
    PreTrainedTokenizerFast,
)

from v2a.training.captions import TOKENS, heard
from v2a.training.contrast import contrast, targets
from v2a.training.examples import WINDOW, Examples
from v2a.training.loop import Schedule, Tell, Trainer
from v2a.types import EMBEDDING_SIZE

BATCH = 40


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


def text_config(vocabulary: int) -> ClapTextConfig:
    """A two-layer RoBERTa."""
    return ClapTextConfig(
        vocab_size=vocabulary,
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=384,
        max_position_embeddings=TOKENS + 4,
        type_vocab_size=1,
        projection_dim=EMBEDDING_SIZE,
    )


class SoundTowers(nn.Module):
    """Audio and text into one space of unit vectors."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.audio = ClapAudioModelWithProjection(audio_config())
        self.text = ClapTextModelWithProjection(text_config(vocabulary))
        self.log_scale = nn.Parameter(torch.tensor(math.log(20.0)))

    def hear(self, mel: torch.Tensor) -> torch.Tensor:
        """(B, 256, 64) log-mel to (B, 512) unit vectors."""
        embedded = self.audio(input_features=mel_input(mel)).audio_embeds
        return functional.normalize(embedded)

    def read(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(B, L) token ids and mask to (B, 512) unit vectors."""
        return functional.normalize(self.text(input_ids=ids, attention_mask=mask).text_embeds)


def mel_input(mel: torch.Tensor) -> torch.Tensor:
    """(B, 256, 64) log-mel in the form the audio tower reads: (B, 1, 256, 64), about unit range."""
    return ((mel + 5.0) / 2.5)[:, None]


def augment(mel: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Level, tone, a noise floor and masked stripes: what must not change a sound's name."""
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


def tokens(
    tokeniser: PreTrainedTokenizerFast, texts: list[str]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask (B, L)."""
    coded = tokeniser(texts, padding=True, truncation=True, max_length=TOKENS, return_tensors="pt")
    return coded["input_ids"], coded["attention_mask"]


def train_sound_towers(
    examples: Examples,
    tokeniser: PreTrainedTokenizerFast,
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
) -> SoundTowers:
    """Train both towers on windows of the examples and captions drawn for them."""
    torch.manual_seed(3)
    towers = SoundTowers(len(tokeniser))
    kinds = torch.from_numpy(examples.kinds)
    attributes = torch.from_numpy(examples.attributes)
    balance = 1.0 / torch.bincount(kinds)[kinds].double()

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        rows = torch.multinomial(balance, BATCH, generator=generator)
        rng = np.random.default_rng(index)
        mel = torch.stack([_window(examples, int(r), rng) for r in rows])
        ids, mask = tokens(tokeniser, [heard(examples.spec(int(r)), rng) for r in rows])
        wanted = targets(kinds[rows], attributes[rows])
        return contrast(
            towers.hear(augment(mel, generator)),
            towers.read(ids, mask),
            wanted,
            towers.log_scale.exp().clamp(20, 50),
        )

    trained = Trainer("sound_towers", towers, schedule, folder).run(step, tell)
    assert isinstance(trained, SoundTowers)
    return trained


def _window(examples: Examples, row: int, rng: np.random.Generator) -> torch.Tensor:
    start = int(rng.integers(0, examples.mels.shape[1] - WINDOW + 1))
    return torch.from_numpy(examples.mels[row, start : start + WINDOW].astype(np.float32))


@torch.inference_mode()
def hear_windows(towers: SoundTowers, examples: Examples, hop: int = 128) -> torch.Tensor:
    """(N, W, 512) unit vectors of every example's windows, each `hop` frames after the last."""
    starts = range(0, examples.mels.shape[1] - WINDOW + 1, hop)
    rows: list[torch.Tensor] = []
    for begin in range(0, len(examples.kinds), 64):
        mel = torch.from_numpy(examples.mels[begin : begin + 64].astype(np.float32))
        rows.append(torch.stack([towers.hear(mel[:, s : s + WINDOW]) for s in starts], dim=1))
    return torch.cat(rows)
