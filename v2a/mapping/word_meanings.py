"""What words mean as sounds: a bank of phrases with known meanings, and how near a text is to each.

A text means what the phrases near it mean, the nearer the more (Nadaraya 1964, Watson 1964). Its
vector is the mix of the directions of those sounds, bent a little towards its own wording.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import torch
from torch.nn import functional

from v2a.types import EMBEDDING_SIZE

Read = Callable[[Sequence[str]], torch.Tensor]
"""(N,) texts to (N, width) unit sentence vectors, or (N, M) nearness to a bank of phrases."""
SOFTNESS = 0.05
"""Cosine by which a phrase must be nearer to count e times as much. Chosen: smaller makes every
text mean what its one nearest phrase means, greater what all of them do on average. With it 92.6 %
of 405 prompts written beforehand mean the right kind (`tests/bench/RESULTS.md`)."""
WORDING = 0.25
"""Share 0..1 of a text's own wording in its vector; the rest is the sounds it means. Chosen: two
prompts for one kind differ a little, and stay of that kind."""


class WordMeanings:
    """Texts to unit CLAP vectors by the head of a pack."""

    def __init__(self, head: Mapping[str, torch.Tensor], read: Read) -> None:
        """`head`: phrases (M, width), meanings (M, K + 1), sounds (K, 512), middle, turn.

        Raises KeyError or ValueError where these do not fit each other.
        """
        (phrases, width), (meanings, kinds) = head["phrases"].shape, head["meanings"].shape
        fits = phrases == meanings and len(head["sounds"]) == kinds - 1
        if not fits or len(head["turn"]) != width or len(head["middle"]) != width:
            raise ValueError("the tensors of the head do not fit each other")
        self._head = {name: value.float() for name, value in head.items()}
        self._read = read

    def __call__(self, texts: list[str]) -> torch.Tensor:
        """(N, 512) unit vectors."""
        head, sentences = self._head, self._read(texts)
        shares = self._shares(sentences)[:, :-1]
        meant = functional.normalize(shares @ head["sounds"], dim=-1)
        if isinstance(self._read, CommonWords):
            return meant
        wording = functional.normalize((sentences - head["middle"]) @ head["turn"], dim=-1)
        return functional.normalize((1 - WORDING) * meant + WORDING * wording, dim=-1)

    def seen(self, texts: list[str]) -> torch.Tensor:
        """(N, 512) unit vectors of pictures that show each text: shares, as `TrunkTower` gives."""
        shares = self._shares(self._read(texts))
        return functional.normalize(
            functional.pad(shares, (0, EMBEDDING_SIZE - shares.shape[1])), dim=-1
        )

    def known(self, texts: list[str]) -> torch.Tensor:
        """(N,) how much of what each text means is some sound that the pack has, 0..1.

        Of a text without a word that any phrase has, nothing is known.
        """
        sentences = self._read(texts)
        known = 1 - self._shares(sentences)[:, -1]
        return known * (sentences > 0).any(1) if isinstance(self._read, CommonWords) else known

    def _shares(self, sentences: torch.Tensor) -> torch.Tensor:
        """(N, K + 1) shares of the sounds in each text's meaning, the last of none of them."""
        near = sentences
        if not isinstance(self._read, CommonWords):
            near = sentences @ self._head["phrases"].T
        weights = (near / SOFTNESS).softmax(-1)
        shares = weights @ self._head["meanings"]
        return shares / shares.sum(1, keepdim=True)


class CommonWords:
    """How near texts are to phrases by the words they share; for machines without an encoder."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._bags = [_stems(phrase) for phrase in phrases]
        seen = Counter(word for bag in self._bags for word in bag)
        self._weight = {word: math.log(1 + len(phrases) / count) for word, count in seen.items()}

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """(N, M) cosines of weighted bags of words, 0..1."""
        return torch.tensor([[self._near(_stems(t), bag) for bag in self._bags] for t in texts])

    def _near(self, one: frozenset[str], other: frozenset[str]) -> float:
        common = self._size(one & other)
        return common / max((self._size(one) * self._size(other)) ** 0.5, 1e-9)

    def _size(self, words: frozenset[str]) -> float:
        return sum(self._weight.get(word, 0.0) ** 2 for word in words)


def _stems(text: str) -> frozenset[str]:
    """The words of a text without their commonest English endings."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return frozenset(re.sub(r"(?<=..)(ing|ed|es|s)$", "", word) for word in words)
