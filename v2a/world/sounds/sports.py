"""Sport: a ball that is kicked or struck with a racket, a bat or a club."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, fade, hits
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Synth

HITS = np.array(
    [
        [88, 165, 290, 520, 900, 1700],
        [180, 470, 880, 1400, 2300, 3600],
        [310, 760, 1350, 2200, 3300, 4700],
        [1450, 2450, 3300, 4350, 5600, 7200],
    ]
)
"""Hz of the modes of a football, a strung racket, a wooden bat and a metal club or bat."""
DECAYS = np.array(
    [
        [0.11, 0.08, 0.05, 0.03, 0.02, 0.012],
        [0.07, 0.10, 0.07, 0.05, 0.04, 0.025],
        [0.035, 0.045, 0.05, 0.04, 0.03, 0.02],
        [0.10, 0.22, 0.18, 0.12, 0.08, 0.05],
    ]
)
"""Seconds in which they die by 60 dB."""
SHARES = np.array(
    [
        [1.0, 0.8, 0.4, 0.2, 0.1, 0.05],
        [0.7, 1.0, 0.6, 0.4, 0.3, 0.15],
        [0.5, 0.9, 1.0, 0.8, 0.6, 0.4],
        [0.6, 1.0, 0.9, 0.7, 0.5, 0.3],
    ]
)
"""How strongly a hit excites each mode."""
COLOURS = np.array(
    [[2, 2, -2, -12, -24, -34], [-4, 0, 0, -5, -14, -22], [-8, -3, 0, 0, -5, -10], [-14, -6, -2, 0, 0, -4]]
)  # fmt: skip
"""dB of the slap of each at 80, 250, 700, 1800, 4000 and 8000 Hz."""
SLAPS = np.array([0.035, 0.016, 0.010, 0.006])
"""Seconds in which the slap dies."""


def bat(synth: Synth) -> Array:
    """A thud, a pock, a crack or a ring at every hit.

    a: hard, from a kicked football by racket and bat to a golf club; b: force.
    """
    rng = synth.rng("bat")
    at, force = synth.at, synth.b
    gains = rng.uniform(0.75, 1, len(at))
    hz = np.exp(_between(synth.a, np.log(HITS)) + 0.07 * rng.standard_normal(6)) * rng.uniform(
        0.88, 1.14
    )
    decay = _between(synth.a, DECAYS) * rng.uniform(0.7, 1.4)
    bright = np.arange(6) * (-0.35 * (1 - force))
    share = _between(synth.a, SHARES) * np.exp(bright) * rng.uniform(0.6, 1.2, 6)
    sweet = rng.uniform(0.6, 1.15, (len(at), 6))
    tone = ring(synth, at, gains[:, None] * share * sweet, hz, decay)
    colour = _between(synth.a, COLOURS) + np.arange(6) * (-1.6 * (1 - force))
    slap = fade(
        synth, hits(synth, at, gains), float(_between(synth.a, SLAPS)) * rng.uniform(0.7, 1.4)
    )
    skin = coloured(synth, "slap", (80, 250, 700, 1800, 4000, 8000), list(colour))
    swish = _follow(synth, gains) * force
    return 0.55 * tone + synth.mix(0.7, 1.1, force) * slap * skin + swish


def _between(value: float, rows: Array) -> Array:
    """A row between the rows (R, ...), 0 the first and 1 the last."""
    spot = value * (len(rows) - 1)
    left = min(int(spot), len(rows) - 2)
    return rows[left] * (1 - (spot - left)) + rows[left + 1] * (spot - left)


def _follow(synth: Synth, gains: Array) -> Array:
    """(n,) the air of the follow-through, soft after each hit."""
    air = fade(synth, hits(synth, synth.at, gains), synth.rng("follow").uniform(0.15, 0.35))
    return 0.02 * air * coloured(synth, "air", (150, 500, 1200, 3000), [-8, 0, 0, -12])


__all__ = ["bat"]
