"""The log-mel spectrogram of AudioLDM: 16 kHz, window 1024, hop 160, 64 Slaney bands, ln."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

FLOOR = 1e-5
"""Magnitudes below this are clamped before the logarithm; AudioLDM's value."""


@dataclass(frozen=True)
class MelForm:
    """Geometry of a spectrogram; frequencies in Hz, lengths in samples."""

    sample_rate: int = 16_000
    window: int = 1024
    hop: int = 160
    bands: int = 64
    low: float = 0.0
    high: float = 8000.0

    @property
    def bins(self) -> int:
        """Linear frequencies of the transform."""
        return self.window // 2 + 1


def _hz_to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear below 1 kHz, logarithmic above."""
    step = 27.0 / np.log(6.4)
    return np.where(hz < 1000.0, hz * 3 / 200, 15.0 + step * np.log(np.maximum(hz, 1e-9) / 1000.0))


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.log(6.4) / 27.0
    return np.where(mel < 15.0, mel * 200 / 3, 1000.0 * np.exp(step * (mel - 15.0)))


def filterbank(form: MelForm) -> NDArray[np.float32]:
    """(bands, bins) triangles of unit area in Hz (Slaney's normalisation)."""
    bins = np.linspace(0, form.sample_rate / 2, form.bins)
    ends = _hz_to_mel(np.array([form.low, form.high]))
    edges = _mel_to_hz(np.linspace(ends[0], ends[1], form.bands + 2))
    rise = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rise, fall))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


class LogMel(torch.nn.Module):
    """Waves to log-mel frames."""

    def __init__(self, form: MelForm | None = None) -> None:
        super().__init__()
        self.form = form or MelForm()
        self.register_buffer("bank", torch.from_numpy(filterbank(self.form)), persistent=False)
        self.register_buffer("taper", torch.hann_window(self.form.window), persistent=False)

    def magnitude(self, wave: torch.Tensor) -> torch.Tensor:
        """(B, n) waves to (B, n // hop, bins) linear magnitudes."""
        form = self.form
        pad = (form.window - form.hop) // 2
        padded = functional.pad(wave[:, None], (pad, pad), mode="reflect")[:, 0]
        taper = self.taper
        assert isinstance(taper, torch.Tensor)
        spectrum = torch.stft(
            padded, form.window, form.hop, window=taper, center=False, return_complex=True
        )
        return spectrum.abs().transpose(1, 2)

    def from_magnitude(self, magnitude: torch.Tensor) -> torch.Tensor:
        """(B, frames, bins) magnitudes to (B, frames, bands) natural-log mel."""
        bank = self.bank
        assert isinstance(bank, torch.Tensor)
        return (magnitude @ bank.T).clamp_min(FLOOR).log()

    def forward(self, wave: torch.Tensor) -> torch.Tensor:
        """(B, n) waves in -1..1 to (B, n // hop, bands) natural-log mel."""
        return self.from_magnitude(self.magnitude(wave))
