"""The space of sound vectors: one direction a kind, words placed between them by their meaning.

A sentence encoder knows what words mean, not what things sound like. Each kind of sound gets a
direction of its own, near those of kinds with kindred words; a text's vector is the mix of the
kinds it may mean, bent a little towards its own wording, so that "heavy rain" is not quite "rain".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch.nn import functional

from v2a.mapping.word_meanings import WORDING
from v2a.training.sound_kinds import SoundKind
from v2a.types import EMBEDDING_SIZE

Read = Callable[[Sequence[str]], torch.Tensor]
"""(N,) texts to (N, width) unit sentence vectors."""
APART = 0.6
"""How far kinds are spread apart: 0 leaves their words' likeness, 1 makes all orthogonal. Chosen:
kindred kinds stay close enough to mix and far enough not to be taken for each other."""
SEED = 12
"""Of the rotation into 512 dimensions; any will do, and a pack keeps its own."""


class SoundSpace:
    """Directions of the kinds and of words."""

    def __init__(self, kinds: Sequence[SoundKind], read: Read) -> None:
        means = torch.stack([read([k.label, *k.words]).mean(0) for k in kinds]).double()
        self.middle = means.mean(0)
        generator = torch.Generator().manual_seed(SEED)
        random = torch.randn(
            (EMBEDDING_SIZE, len(self.middle)), generator=generator, dtype=torch.float64
        )
        self.turn = torch.linalg.qr(random).Q.T
        """(width, 512) keeps lengths and angles."""
        own = functional.normalize(means - self.middle, dim=-1)
        self.kinds = functional.normalize((1 - APART) * own + APART * _orthogonal(own)) @ self.turn
        """(K, 512) unit."""

    def wording(self, sentences: torch.Tensor) -> torch.Tensor:
        """(N, width) sentence vectors to (N, 512) unit: each one's difference from the mean."""
        return functional.normalize((sentences.double() - self.middle) @ self.turn, dim=-1)

    def place(self, shares: torch.Tensor, sentences: torch.Tensor) -> torch.Tensor:
        """(N, 512) unit vectors of texts that mean kinds by (N, K) `shares`."""
        meant = functional.normalize(shares.double() @ self.kinds, dim=-1)
        mixed = (1 - WORDING) * meant + WORDING * self.wording(sentences)
        return functional.normalize(mixed, dim=-1).float()


def _orthogonal(rows: torch.Tensor) -> torch.Tensor:
    """The nearest set of orthogonal unit rows (Loewdin 1950)."""
    left, _, right = torch.linalg.svd(rows, full_matrices=False)
    return left @ right
