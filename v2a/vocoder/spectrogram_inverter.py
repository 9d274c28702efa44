"""Mel to wave: a small network draws the spectrum and how unsure it is, noise fills the rest.

A mel decoder gives the mean of what it has seen; rain, surf and wind live in what scatters around
that mean. The network therefore predicts, for every bin, a mean log magnitude and its spread. White
noise, transformed once, lends the spread its natural pattern (neighbouring bins and frames of noise
hang together through the window) and its phase; a few rounds of Griffin-Lim (fast form: Perraudin,
Balazs and Soendergaard 2013) then make the partials and attacks coherent. After each of them the
bands whose level has drifted from the mel's are brought back to it, slower than noise moves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from v2a.vocoder.log_mel import FLOOR, MelForm, filterbank

MODEL_TYPE = "v2a-inversion"
NOISE_LOG_MEAN = -0.2886
"""Mean of ln of a Rayleigh variable of unit mean square: -gamma / 2."""
NOISE_LOG_SPREAD = 0.6413
"""Standard deviation of ln of the same variable: pi / sqrt(24)."""

LARGEST_GAIN = 4.0
"""Most by which one round corrects a bin, and its inverse the least. Chosen: 12 dB a round, so that
an empty bin is not blown up by one."""
SMOOTHING = 5
"""Frames of 10 ms over which a level is taken, twice, nine in all: correcting frame by frame would
undo the noise. Measured with the decoder taught on whole windows: 77.8 % of 63 sounds are named,
71.4 % before both, and no line at 25 Hz comes up, as it does frame by frame (RESULTS.md)."""

AROUND = (5, 3)
"""Frames of 10 ms and bands over which a decoder is trusted: what is coarser stays untouched.
Of real sounds with a decoded mel, those whose coarse part alone was true were named as badly as
before, those whose fine part alone was true nearly as well as real ones (RESULTS.md)."""


@dataclass(frozen=True)
class InverterForm:
    """Sizes of the network and of the spectrogram it inverts."""

    width: int = 256
    """Channels of the network. Chosen for a pack of under 40 MB."""
    layers: int = 3
    """Blocks of the network; its convolutions span 15 frames."""
    rounds: int = 24
    """Griffin-Lim iterations. Chosen: the time they take against what they still change."""
    momentum: float = 0.9
    """Share of the last change added to each iterate, 0..1; below 1 it stays stable."""
    grain: float = 0.0
    """Share, 0..1, of white noise's own grain that is laid on a mel, for decoders that smooth it
    away; packs say how much."""
    mel: MelForm = MelForm()


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.along = nn.Conv1d(width, width, 5, padding=2, groups=width)
        self.norm = nn.GroupNorm(1, width)
        self.up = nn.Conv1d(width, 2 * width, 1)
        self.down = nn.Conv1d(2 * width, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.down(functional.gelu(self.up(self.norm(self.along(x)))))


class SpectrogramInverter(nn.Module):
    """Log-mel frames to waves."""

    def __init__(self, form: InverterForm | None = None) -> None:
        super().__init__()
        self.form = form or InverterForm()
        mel = self.form.mel
        self.enter = nn.Conv1d(mel.bands, self.form.width, 3, padding=1)
        self.blocks = nn.Sequential(*[_Block(self.form.width) for _ in range(self.form.layers)])
        self.leave = nn.Conv1d(self.form.width, 2 * mel.bins, 1)
        self.register_buffer("taper", torch.hann_window(mel.window), persistent=False)
        self.register_buffer("bank", torch.from_numpy(filterbank(mel)), persistent=False)

    @classmethod
    def from_folder(cls, folder: Path) -> SpectrogramInverter:
        """Read `config.json` and `model.safetensors`."""
        config = json.loads((folder / "config.json").read_text())
        mel = MelForm(**config.pop("mel"))
        config.pop("model_type")
        inverter = cls(InverterForm(mel=mel, **config))
        weights = load_file(folder / "model.safetensors")
        inverter.load_state_dict({name: value.float() for name, value in weights.items()})
        return inverter.eval()

    def save(self, folder: Path, dtype: torch.dtype = torch.float16) -> None:
        """Write `config.json` and `model.safetensors`."""
        folder.mkdir(parents=True, exist_ok=True)
        config = {"model_type": MODEL_TYPE, **asdict(self.form)}
        (folder / "config.json").write_text(json.dumps(config, indent=2, allow_nan=False) + "\n")
        weights = {n: v.to(dtype).contiguous() for n, v in self.state_dict().items()}
        save_file(weights, folder / "model.safetensors")

    def predict(self, mel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, frames, bands) log-mel to (B, frames, bins) mean log magnitude and log spread."""
        hidden = self.blocks(self.enter(((mel + 5.0) / 2.5).transpose(1, 2)))
        mean, spread = self.leave(hidden).transpose(1, 2).chunk(2, dim=-1)
        return 2.5 * mean - 5.0, (spread - 0.7).clamp(-5.0, 0.7)

    @torch.inference_mode()
    def forward(self, mel: torch.Tensor, seeds: Sequence[int]) -> torch.Tensor:
        """(B, C, frames, bands) decoder output (channel 0 is log-mel) to (B, frames * hop) waves.

        Row k depends on `seeds[k]` and its own mel only.
        """
        frames, form = mel.shape[2], self.form.mel
        noise = self._noise(seeds, frames, mel.device)
        wanted = mel[:, 0]
        if self.form.grain:
            wanted = wanted + self.form.grain * self._grain(noise)
        mean, spread = self.predict(wanted)
        unit = noise.abs().clamp_min(1e-8)
        pattern = (unit.log() - NOISE_LOG_MEAN) / NOISE_LOG_SPREAD
        drawn = mean + spread.exp().clamp_max(NOISE_LOG_SPREAD) * pattern
        magnitude = (drawn.exp() - FLOOR).clamp_min(0.0)
        return self._griffin_lim(magnitude, noise / unit, wanted)[:, : frames * form.hop]

    def _noise(self, seeds: Sequence[int], frames: int, device: torch.device) -> torch.Tensor:
        """(B, frames, bins) spectra of white noise, unit mean square."""
        form = self.form.mel
        length = frames * form.hop + form.window - form.hop
        rows = [torch.randn(length, generator=torch.Generator().manual_seed(s)) for s in seeds]
        spectrum = self._analyse(torch.stack(rows).to(device))
        return spectrum / float(self._taper.square().sum().sqrt())

    def _grain(self, noise: torch.Tensor) -> torch.Tensor:
        """(B, frames, bands) by which the levels of a noise's bands differ from those around."""
        bank = self.bank
        assert isinstance(bank, torch.Tensor)
        levels = (noise.abs() @ bank.T).clamp_min(FLOOR).log()[:, None]
        around = functional.avg_pool2d(levels, AROUND, 1, [n // 2 for n in AROUND], False, False)
        return (levels - around)[:, 0]

    @property
    def _taper(self) -> torch.Tensor:
        taper = self.taper
        assert isinstance(taper, torch.Tensor)
        return taper

    def _analyse(self, wave: torch.Tensor) -> torch.Tensor:
        form = self.form.mel
        spectrum = torch.stft(
            wave, form.window, form.hop, window=self._taper, center=False, return_complex=True
        )
        return spectrum.transpose(1, 2)

    def _synthesise(self, spectrum: torch.Tensor) -> torch.Tensor:
        """Overlap-add with the least-squares window; (B, (frames - 1) * hop + window)."""
        taper = self._taper
        pieces = torch.fft.irfft(spectrum, self.form.mel.window) * taper
        squares = taper.square().expand(1, spectrum.shape[1], -1)
        return self._overlap_add(pieces) / self._overlap_add(squares).clamp_min(1e-3)

    def _overlap_add(self, pieces: torch.Tensor) -> torch.Tensor:
        """(B, frames, window) to (B, (frames - 1) * hop + window), a hop-long slice at a time."""
        form = self.form.mel
        count, frames = pieces.shape[:2]
        slices = -(-form.window // form.hop)
        wave = pieces.new_zeros(count, frames + slices - 1, form.hop)
        for i in range(slices):
            part = pieces[..., i * form.hop : (i + 1) * form.hop]
            wave[:, i : i + frames, : part.shape[-1]] += part
        return wave.flatten(1)[:, : (frames - 1) * form.hop + form.window]

    def _griffin_lim(
        self, magnitude: torch.Tensor, phase: torch.Tensor, mel: torch.Tensor
    ) -> torch.Tensor:
        form = self.form.mel
        previous = torch.zeros_like(phase)
        for _ in range(self.form.rounds):
            rebuilt = self._analyse(self._synthesise(magnitude * phase))
            magnitude = magnitude * self._correction(rebuilt.abs(), mel)
            ahead = rebuilt + self.form.momentum * (rebuilt - previous)
            previous = rebuilt
            phase = ahead / ahead.abs().clamp_min(1e-8)
        pad = (form.window - form.hop) // 2
        wave = self._synthesise(magnitude * phase)
        return wave[:, pad : wave.shape[1] - (form.window - form.hop - pad)]

    def _correction(self, magnitude: torch.Tensor, mel: torch.Tensor) -> torch.Tensor:
        """(B, frames, bins) gains that take the bands of a magnitude half of the way to `mel`."""
        bank = self.bank
        assert isinstance(bank, torch.Tensor)
        apart = (mel - (magnitude @ bank.T).clamp_min(FLOOR).log()).transpose(1, 2)
        for _ in range(2):
            apart = functional.avg_pool1d(
                apart, SMOOTHING, 1, SMOOTHING // 2, count_include_pad=False
            )
        shares = bank / bank.sum(0).clamp_min(1e-8)
        return ((apart / 2).exp().transpose(1, 2) @ shares).clamp(1 / LARGEST_GAIN, LARGEST_GAIN)
