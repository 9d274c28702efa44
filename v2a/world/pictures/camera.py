"""Where a scene is seen from and how the camera is held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np

from v2a.world.pictures.shapes import Point

CLOSER = {"hammer": 1.3, "ball": 1.1}
"""What is filmed from nearer than the rest."""


@dataclass(frozen=True)
class Camera:
    """Where a scene is seen from and how the camera is held."""

    mirrored: bool
    zoom: float
    aim: Point
    sway: float
    """Height of the picture the camera wanders."""
    breath: float
    """Share by which the zoom comes and goes."""
    rates: tuple[float, ...]
    phases: tuple[float, ...]


@lru_cache(maxsize=512)
def camera(seed: int, kind: str) -> Camera:
    """The camera of a scene; in a quiet room it stands on a tripod."""
    rng, still = (
        np.random.default_rng((seed << 32) + crc32(f"{kind}/camera".encode())),
        kind == "room",
    )
    sway = float(rng.choice([0.0, 0.006, 0.015, 0.03])) * (not still)
    return Camera(
        mirrored=bool(rng.integers(2)),
        zoom=CLOSER.get(kind, 1.0) * float(np.exp(rng.uniform(-0.1, 0.24))),
        aim=(float(rng.uniform(-0.08, 0.08)), float(rng.uniform(-0.05, 0.05))),
        sway=sway,
        breath=float(rng.choice([0.0, 0.02, 0.05])) * (not still),
        rates=tuple(rng.uniform(0.5, 2.2, 5).tolist()),
        phases=tuple(rng.uniform(0, 6.283, 5).tolist()),
    )
