"""An independent ear: a small convolutional network that names a sound's kind from its log-mel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from v2a.vocoder.log_mel import LogMel

RATE = 16_000
"""Samples per second of the waves that are judged."""
WINDOW = 256
"""Mel frames that are judged at once, 2.56 s. Chosen: the shortest that the pack generates."""


def _block(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(into, out, 3, padding=1, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(),
        nn.AvgPool2d(2),
    )


class KindClassifier(nn.Module):
    """Log-mel windows (B, 256, 64) to class scores (B, classes)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        widths = (1, 16, 32, 64, 96)
        self.body = nn.Sequential(*[_block(a, b) for a, b in zip(widths, widths[1:], strict=False)])
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * widths[-1], classes))

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        """(B, 256, 64) log-mel to (B, classes) scores, whatever the level."""
        level = mel.mean(dim=(1, 2), keepdim=True)
        deep = self.body(((mel - level) / 2.5)[:, None])
        return self.head(torch.cat([deep.mean(dim=(2, 3)), deep.amax(dim=(2, 3))], dim=1))


def log_mels(waves: Sequence[NDArray[np.float32]]) -> list[torch.Tensor]:
    """One (frames, 64) log-mel a wave at 16 kHz; waves under 2.56 s are repeated to that length."""
    transform = LogMel()
    least = WINDOW * transform.form.hop
    mels: list[torch.Tensor] = []
    with torch.inference_mode():
        for wave in waves:
            full = np.resize(wave, max(len(wave), least))
            mels.append(transform(torch.from_numpy(full.astype(np.float32))[None])[0].clone())
    return mels


def fit(
    mels: Sequence[torch.Tensor],
    kinds: Sequence[int],
    classes: int,
    steps: int = 500,
    seed: int = 0,
) -> KindClassifier:
    """Train on random windows with changes of tone, a noise floor, masks and mixing of pairs.

    mels: (frames, 64) each, frames >= 256; kinds: class of each, drawn equally often.
    """
    torch.manual_seed(seed)
    ear = KindClassifier(classes)
    optimiser = torch.optim.AdamW(ear.parameters(), 2e-3, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    labels = torch.tensor(kinds)
    balance = 1.0 / torch.bincount(labels, minlength=classes).clamp_min(1)[labels].double()
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        rows = torch.multinomial(balance, 32, replacement=True)
        x = torch.stack([_crop(mels[int(r)], rng) for r in rows])
        wanted = functional.one_hot(labels[rows], classes).float()
        mix = float(rng.beta(0.3, 0.3))
        x, wanted = mix * x + (1 - mix) * x.flip(0), mix * wanted + (1 - mix) * wanted.flip(0)
        loss = functional.cross_entropy(ear(x), wanted, label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
    return ear.eval()


def _crop(mel: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    start = int(rng.integers(0, len(mel) - WINDOW + 1))
    x = mel[start : start + WINDOW].clone()
    knots = torch.from_numpy(rng.normal(0, 0.5, (1, 1, 6)).astype(np.float32))
    x += functional.interpolate(knots, size=x.shape[1], mode="linear")[0]
    x = torch.logaddexp(x, torch.tensor(float(rng.uniform(-10, -5.5))))
    at = int(rng.integers(0, WINDOW))
    x[at : at + int(rng.integers(0, 40))] = x.mean()
    return x


@torch.inference_mode()
def name(ear: KindClassifier, mels: Sequence[torch.Tensor]) -> NDArray[np.int64]:
    """The class of each sound: mean score over its windows, each half a window after the last."""
    answers: list[int] = []
    for mel in mels:
        starts = range(0, len(mel) - WINDOW + 1, WINDOW // 2)
        windows = torch.stack([mel[s : s + WINDOW] for s in starts])
        answers.append(int(ear(windows).softmax(1).mean(0).argmax()))
    return np.array(answers)
