"""Fitting the paper's mapper: `v2a-mlp` on whole films, `scene-detector` on scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from torch.nn import functional

from v2a.parts.mapper_mlp import MapperMLP
from v2a.training.examples import NAMES, SECONDS, Examples
from v2a.training.loop import Schedule, Step, Tell, Trainer
from v2a.training.picture_towers import SIZE, look
from v2a.training.world.kinds import SceneSpec, scene
from v2a.training.world.pictures import draw

RATE = 4
"""Frames per second of the mappers' films."""
SHORTEST = 2.0
"""Seconds; shorter segments teach nothing (the paper's filter)."""


@dataclass(frozen=True)
class Seen:
    """Scenes with their frames' embeddings and the CLAP vectors of their sound."""

    embeddings: torch.Tensor
    """(N, T, 512) unit CLIP embeddings of T frames over 5.12 s."""
    vectors: torch.Tensor
    """(N, 512) unit CLAP vectors of the same scenes."""


def watch(
    clip: open_clip.CLIP,
    examples: Examples,
    vectors: torch.Tensor,
    count: int,
    tell: Callable[[int, int], None] | None = None,
) -> Seen:
    """Draw `count` scenes and pair each with the example of its kind whose attributes are nearest.

    vectors: (N, 512) CLAP vectors of the examples. Recorded ones are preferred where there are any.
    """
    embeddings, chosen = [], []
    for i in range(count):
        spec = scene(NAMES[i % len(NAMES)], 3_000_000 + i, SECONDS)
        embeddings.append(look(clip, film(spec)))
        chosen.append(_nearest(examples, spec))
        if tell is not None:
            tell(i + 1, count)
    return Seen(torch.from_numpy(np.stack(embeddings)), vectors[chosen])


def film(spec: SceneSpec) -> NDArray[np.uint8]:
    """(T, 64, 64, 3) frames of a scene at `RATE`."""
    times = np.arange(int(spec.duration * RATE)) / RATE
    return np.stack([draw(spec, float(t), (SIZE, SIZE)) for t in times])


def _nearest(examples: Examples, spec: SceneSpec) -> int:
    rows = np.flatnonzero(examples.kinds == NAMES.index(spec.kind))
    real = rows[examples.recorded[rows]]
    rows = real if len(real) else rows
    apart = np.abs(examples.attributes[rows] - np.array(spec.attributes)).sum(1)
    near = rows[np.argsort(apart)[:8]]
    return int(near[spec.seed % len(near)])


def _segments(
    data: Seen, rng: np.random.Generator, count: int
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


def _films(data: Seen, rng: np.random.Generator, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Whole films of one to four scenes: one mean for the pictures, one for the sound."""
    pooled, vectors = [], []
    for _ in range(count):
        rows = rng.integers(0, len(data.embeddings), int(rng.integers(1, 5)))
        shares = torch.from_numpy(rng.dirichlet(np.full(len(rows), 4.0))).float()[:, None]
        pooled.append((data.embeddings[rows].mean(1) * shares).sum(0))
        vectors.append(functional.normalize((data.vectors[rows] * shares).sum(0), dim=0))
    return torch.stack(pooled), torch.stack(vectors)


Batch = Callable[[Seen, np.random.Generator, int], tuple[torch.Tensor, torch.Tensor]]
BATCHES: dict[str, Batch] = {"v2a-mlp": _films, "scene-detector": _segments}


def train_mapper(
    name: str,
    make: Callable[[], Seen],
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


def _step(mapper: MapperMLP, batch: Batch, data: Seen) -> Step:

    def step(index: int, _: torch.Generator) -> torch.Tensor:
        pooled, vectors = batch(data, np.random.default_rng((7, index)), 64)
        return functional.mse_loss(mapper(functional.normalize(pooled, dim=-1)), vectors) * 512

    return step
