"""Where a pack's labels begin to count, from pictures its towers know and pictures nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.frames_to_embeddings import ImageEncoder
from v2a.packing.manifest import LabelScale
from v2a.packing.pack import Pack
from v2a.training.strange_pictures import strange_pictures
from v2a.training.world.kinds import KINDS, scene
from v2a.training.world.pictures import draw
from v2a.words.mappers import nearness
from v2a.words.word_bank import unit, word_bank

SEED = 5_000_000
"""First seed of the scenes, apart from all that the parts are taught with."""
SECONDS = Fraction(5)
TIMES = (0.6, 1.9, 3.2, 4.4)
"""Moments of a scene that are looked at, seconds."""
STRANGE_BELOW, KNOWN_ABOVE = 2 / 3, 0.25
"""Two in three strange pictures score nothing, three in four scenes of the world in full."""

Nearness = NDArray[np.float64]


def label_scale(
    pack: Pack, count: int, tell: Callable[[int, int], None] | None = None
) -> LabelScale | None:
    """The scale of a pack, from `count` new scenes of the world and as many strange pictures.

    None where the towers do not tell the two apart, as after a training of a few steps.
    """
    seen, strange = world_nearness(pack, count, SEED, tell), strange_nearness(pack, count, SEED)
    low = round(float(np.quantile(strange, STRANGE_BELOW)), 3)
    high = round(float(np.quantile(seen, KNOWN_ABOVE)), 3)
    return LabelScale(low, high) if low < high else None


def world_nearness(
    pack: Pack, count: int, seed: int, tell: Callable[[int, int], None] | None = None
) -> Nearness:
    """(count,) how near scenes of the world lie to the vocabulary, the kinds in turn."""
    encoder, names = ImageEncoder(pack, "cpu"), list(KINDS)
    size = (encoder.size, encoder.size)
    pooled = []
    for k in range(count):
        spec = scene(names[k % len(names)], seed + k, SECONDS)
        frames = np.stack([draw(spec, time, size) for time in TIMES])
        pooled.append(unit(encoder(frames)).mean(axis=0))
        if tell is not None:
            tell(k + 1, count)
    return nearness(np.stack(pooled), word_bank(pack, "cpu"))


def strange_nearness(pack: Pack, count: int, seed: int) -> Nearness:
    """(count,) how near pictures that show nothing lie to the vocabulary."""
    encoder = ImageEncoder(pack, "cpu")
    pictures = strange_pictures(count, encoder.size, seed)
    return nearness(encoder(pictures), word_bank(pack, "cpu"))
