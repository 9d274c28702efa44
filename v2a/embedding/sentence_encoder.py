"""Sentences to vectors: a public BERT-form encoder, mean-pooled, from a folder of its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

LONGEST = 64
"""Tokens of a prompt that are read. Chosen: longer ones are stories, whose first words decide."""
AT_ONCE = 64
"""Texts encoded in one call. Chosen: a few MB of activations."""


class SentenceEncoder:
    """all-MiniLM-L6-v2 and its kin: `encoder(["rain"])` is (1, width) float32, unit."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Raises OSError or ValueError where the folder holds no such encoder."""
        from transformers import AutoModel, PreTrainedTokenizerFast

        model: Any = AutoModel.from_pretrained(folder, local_files_only=True)
        self._model = model.to(device).eval().requires_grad_(False)
        self._tokeniser = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        self._device = device

    @property
    def width(self) -> int:
        """Numbers in a sentence's vector."""
        return int(self._model.config.hidden_size)

    @torch.inference_mode()
    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """(N,) texts to (N, width) unit vectors: the mean over tokens, as the encoder learnt it."""
        rows = [self._some(list(texts[i : i + AT_ONCE])) for i in range(0, len(texts), AT_ONCE)]
        return torch.cat(rows) if rows else torch.zeros(0, self.width)

    def _some(self, texts: list[str]) -> torch.Tensor:
        coded = self._tokeniser(
            texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
        ).to(self._device)
        hidden = self._model(**coded).last_hidden_state
        mask = coded["attention_mask"][..., None].to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1)
        return functional.normalize(pooled, dim=-1).float().cpu()
