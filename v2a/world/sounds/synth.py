"""The ground of every voice: a scene at a sample rate, its clock and its random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from v2a.world.kinds import SceneSpec

Array = NDArray[Any]
"""Waves and curves, float64 unless told otherwise."""
Positions = NDArray[np.int64]
"""Sample numbers."""


@dataclass(frozen=True)
class Synth:
    """One scene at one sample rate.

    Each part of a voice draws from a generator of its own, so that an attribute that changes one
    part leaves the others as they were: that keeps a sound a continuous function of its attributes.
    """

    spec: SceneSpec
    rate: int

    @cached_property
    def n(self) -> int:
        """Samples of the scene."""
        return round(self.spec.duration * self.rate)

    @property
    def seconds(self) -> float:
        """Length of the scene."""
        return self.n / self.rate

    @property
    def a(self) -> float:
        """First attribute, 0..1."""
        return self.spec.attributes[0]

    @property
    def b(self) -> float:
        """Second attribute, 0..1."""
        return self.spec.attributes[1]

    @cached_property
    def t(self) -> Array:
        """(n,) seconds."""
        return np.arange(self.n) / self.rate

    @cached_property
    def at(self) -> Positions:
        """First sample of every event that starts inside the scene."""
        places = np.round(np.asarray(self.spec.onsets, np.float64) * self.rate).astype(np.int64)
        return places[(places >= 0) & (places < self.n)]

    def rng(self, part: str) -> np.random.Generator:
        """The random numbers of one part of this scene's voice."""
        return np.random.default_rng((self.spec.seed, crc32(f"{self.spec.kind}/{part}".encode())))

    def drift(self, part: str, hz: float, times: Array | None = None) -> Array:
        """A smooth random curve, mean 0, spread about 1, that wanders `hz` times a second."""
        place = (self.t if times is None else times) * hz
        knots = self.rng(part).standard_normal(int(np.ceil(self.seconds * hz)) + 3)
        left = place.astype(np.int64)
        f = place - left
        f = f * f * (3 - 2 * f)
        return 1.25 * (knots[left] * (1 - f) + knots[left + 1] * f)

    def scatter(self, part: str, per_second: float, most: float) -> tuple[Positions, Array, Array]:
        """Poisson places: samples, a uniform mark each, and how far each has come in, 0..1.

        Always draws for `most` per second; those beyond `per_second` have come in by 0. So a higher
        rate adds places, each from nothing, and moves none.
        """
        rng = self.rng(part)
        count = rng.poisson(most * self.seconds)
        draws = rng.uniform(size=(3, count))
        places, marks = (draws[0] * self.n).astype(np.int64), draws[1:]
        share = per_second / most
        grown = np.clip((share - marks[0]) / (0.15 * share + 1e-9), 0, 1)
        return places, marks[1], grown

    def mix(self, low: float, high: float, value: float, sharp: float = 1.0) -> float:
        """From `low` to `high` in equal ratios as value goes 0..1."""
        return float(low * (high / low) ** (value**sharp))
