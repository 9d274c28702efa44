"""Fitting the spectrogram inverter: the mean and spread of every bin's magnitude, given the mel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from v2a.training.mel_vae import MelCoder
from v2a.training.sound_examples import Examples
from v2a.training.training_loop import Schedule, Tell, Trainer
from v2a.vocoder.log_mel import FLOOR, LogMel
from v2a.vocoder.spectrogram_inverter import SpectrogramInverter

FRAMES = 64
"""Mel frames of a crop, 0.64 s. Chosen: four times what the network's convolutions span."""
BATCH = 16
"""Crops of a step. Chosen for two cores."""
GRAIN = 0.7
"""Share of noise's grain laid on mels: recordings through the decoder are named better with it."""


def train_inverter(
    examples: Examples,
    coder: MelCoder,
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
    old: Path | None = None,
) -> SpectrogramInverter:
    """Learn from true mels and from what the autoencoder makes of them, half and half.

    `old` is the folder of an inverter to teach on.
    """
    torch.manual_seed(6)
    inverter = SpectrogramInverter() if old is None else SpectrogramInverter.from_folder(old)
    inverter.form = replace(inverter.form, grain=GRAIN)
    inverter.train().requires_grad_(True)
    transform = LogMel(inverter.form.mel)
    hop = inverter.form.mel.hop
    length = FRAMES * hop

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        rng = np.random.default_rng((6, index))
        rows = rng.integers(0, len(examples.kinds), BATCH)
        starts = rng.integers(0, (examples.waves.shape[1] - length) // hop, BATCH) * hop
        waves = [examples.waves[r, s : s + length] for r, s in zip(rows, starts, strict=True)]
        wave = torch.from_numpy(np.stack(waves).astype(np.float32) / 32767)
        with torch.no_grad():
            magnitude = transform.magnitude(wave)
            mel = transform.from_magnitude(magnitude)
            half = BATCH // 2
            mel = torch.cat([mel[:half], coder.decode(coder.encode(mel[half:]))])
        mean, spread = inverter.predict(mel)
        error = (magnitude + FLOOR).log() - mean
        scatter = spread + error.detach().square() / (2 * (2 * spread).exp())
        return error.abs().mean() + 0.25 * error.square().mean() + 0.1 * scatter.mean()

    trained = Trainer("inverter", inverter, schedule, folder).run(step, tell)
    assert isinstance(trained, SpectrogramInverter)
    return trained
