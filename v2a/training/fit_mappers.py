"""Fitting the paper's mapper: `v2a-mlp` on whole films, `scene-detector` on scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from v2a.embedding.trunk_tower import SKETCH, joined
from v2a.mapping.mapper_mlp import MapperMLP
from v2a.mapping.mappers import LEAST, PREFERENCE, sureness
from v2a.mapping.scene_labels import UNSURE
from v2a.packs.manifest import ShareScale
from v2a.training.training_loop import Schedule, Step, Tell, Trainer

RATE = 1
"""Frames per second of the mappers' scenes. Chosen: pooling hides any more."""
FRAMES = 5
"""Frames of a scene: 5 s, as long as the sounds of the examples."""
SHORTEST = 2.0
"""Seconds of the shortest segment learnt from: the paper's filter."""


@dataclass(frozen=True)
class MapperPairs:
    """Scenes with their frames' embeddings and the CLAP vectors of their sound."""

    embeddings: torch.Tensor
    """(N, T, 512) unit CLIP embeddings of T frames over 5.12 s."""
    vectors: torch.Tensor
    """(N, 512) unit CLAP vectors of the same scenes."""


def watch(table: torch.Tensor, sounds: torch.Tensor, scale: ShareScale, count: int) -> MapperPairs:
    """`count` imagined scenes as the picture tower would embed them, with their CLAP vectors.

    table: (C, K + 1) shares of sounds by class; sounds: (K, 512) directions of the kinds, the last
    of them that of a quiet room. Each scene shows one or two classes among a blur of others; its
    sound is the one that `SharesMapper` gives for its shares.
    """
    generator = torch.Generator().manual_seed(31)
    classes = torch.randint(0, len(table), (2, count), generator=generator)
    first, second = (table[rows] for rows in classes)
    clear = torch.rand((count, 1), generator=generator) ** 0.5
    part = torch.rand((count, 1), generator=generator) * 0.5
    blur = torch.rand((count, len(table)), generator=generator) ** 4
    shares = clear * ((1 - part) * first + part * second)
    shares = shares + (1 - clear) * (blur / blur.sum(1, keepdim=True)) @ table
    sketch = torch.randn((count, FRAMES, SKETCH), generator=generator)
    sketch = functional.normalize(sketch.cumsum(1), dim=-1)
    frames = joined(shares.repeat_interleave(FRAMES, 0), sketch.flatten(0, 1))
    vectors = _chosen(shares, table.mean(0), sounds, scale)
    return MapperPairs(frames.unflatten(0, (count, FRAMES)), vectors)


def _chosen(
    shares: torch.Tensor, usual: torch.Tensor, sounds: torch.Tensor, scale: ShareScale
) -> torch.Tensor:
    """(N, 512) the vectors of `mapping.mappers.SharesMapper` for (N, K + 1) shares."""
    above = (shares - usual)[:, :-1].clamp_min(0).double().numpy()
    unsure = torch.from_numpy(sureness(above, scale) < UNSURE)
    weights = (above / np.maximum(above.max(1, keepdims=True), LEAST)) ** PREFERENCE
    found = functional.normalize(torch.from_numpy(weights).float() @ sounds, dim=-1)
    return torch.where(unsure[:, None], sounds[-1], found)


def _segments(
    data: MapperPairs, rng: np.random.Generator, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pooled stretches of single scenes, at least SHORTEST seconds long."""
    rows = rng.integers(0, len(data.embeddings), count)
    total = data.embeddings.shape[1]
    length = rng.integers(int(SHORTEST * RATE), total + 1, count)
    start = (rng.uniform(size=count) * (total - length + 1)).astype(int)
    pooled = [
        data.embeddings[r, s : s + n].mean(0) for r, s, n in zip(rows, start, length, strict=True)
    ]
    return torch.stack(pooled), data.vectors[rows]


def _films(
    data: MapperPairs, rng: np.random.Generator, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Whole films of one to four scenes: one mean for the pictures, one for the sound."""
    pooled, vectors = [], []
    for _ in range(count):
        rows = rng.integers(0, len(data.embeddings), int(rng.integers(1, 5)))
        shares = torch.from_numpy(rng.dirichlet(np.full(len(rows), 4.0))).float()[:, None]
        pooled.append((data.embeddings[rows].mean(1) * shares).sum(0))
        vectors.append(functional.normalize((data.vectors[rows] * shares).sum(0), dim=0))
    return torch.stack(pooled), torch.stack(vectors)


Batch = Callable[[MapperPairs, np.random.Generator, int], tuple[torch.Tensor, torch.Tensor]]
BATCHES: dict[str, Batch] = {"v2a-mlp": _films, "scene-detector": _segments}


def train_mapper(
    name: str,
    make: Callable[[], MapperPairs],
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
) -> MapperMLP:
    """Mean squared error and AdamW, as in the paper's section III, on what `make` returns."""
    torch.manual_seed(7)
    mapper = MapperMLP()
    trainer = Trainer(name, mapper, schedule, folder)
    if not trainer.done:
        trainer.run(_step(mapper, BATCHES[name], make()), tell)
    trained = trainer.trained
    assert isinstance(trained, MapperMLP)
    return trained


def _step(mapper: MapperMLP, batch: Batch, data: MapperPairs) -> Step:

    def step(index: int, _: torch.Generator) -> torch.Tensor:
        pooled, vectors = batch(data, np.random.default_rng((7, index)), 64)
        return functional.mse_loss(mapper(functional.normalize(pooled, dim=-1)), vectors) * 512

    return step
