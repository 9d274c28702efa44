"""Contrast with soft targets: pairs of one kind are near in proportion to their attributes."""

from __future__ import annotations

import torch
from torch.nn import functional


def targets(kinds: torch.Tensor, attributes: torch.Tensor, width: float = 0.25) -> torch.Tensor:
    """(B, B) rows that sum to one: other kinds 0, own kind a Gaussian of the attributes' distance.

    kinds: (B,) integers; attributes: (B, 2) in 0..1; `width` in attribute units.
    """
    apart = torch.cdist(attributes, attributes)
    weight = torch.exp(-0.5 * (apart / width) ** 2) * (kinds[:, None] == kinds[None])
    return weight / weight.sum(1, keepdim=True)


def contrast(
    left: torch.Tensor, right: torch.Tensor, wanted: torch.Tensor, scale: torch.Tensor
) -> torch.Tensor:
    """Symmetric cross entropy of scaled cosines (B, D) x (B, D) against `wanted` (B, B)."""
    logits = scale * functional.normalize(left) @ functional.normalize(right).T
    both = (functional.cross_entropy(logits, wanted), functional.cross_entropy(logits.T, wanted.T))
    return (both[0] + both[1]) / 2
