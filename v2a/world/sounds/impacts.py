"""Blows and steps: ball, footsteps, hammer."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, fade, hits, swell
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Synth


def ball(synth: Synth) -> Array:
    """A thump for rubber, a clang for metal, less of both from bounce to bounce."""
    metal = synth.a
    rng = synth.rng("ball")
    force = _force(synth)
    at = synth.at
    size = rng.uniform(0.8, 1.25)
    rubber_hz = (
        np.array([95, 190, 340, 760, 1150, 1900]) * size * np.exp(0.06 * rng.standard_normal(6))
    )
    metal_hz = (
        np.array([310, 830, 1560, 2480, 3700, 5300]) * size * np.exp(0.09 * rng.standard_normal(6))
    )
    rubber_time = np.array([0.16, 0.11, 0.07, 0.09, 0.06, 0.03])
    metal_time = np.array([0.35, 0.75, 0.9, 0.7, 0.5, 0.35]) * rng.uniform(0.6, 1.3)
    hz = rubber_hz ** (1 - metal) * metal_hz**metal
    decay = rubber_time ** (1 - metal) * metal_time**metal
    share = (1 - metal) * np.array([1, 0.7, 0.45, 0.2, 0.14, 0.06]) + metal * np.array(
        [0.3, 0.8, 1, 0.9, 0.6, 0.4]
    )
    bright = force[:, None] ** (1 + 0.12 * np.arange(6))
    weights = share * bright * rng.uniform(0.8, 1.1, (len(at), 6))
    slap = fade(synth, hits(synth, at, force), 0.012 + 0.010 * (1 - metal))
    skin = coloured(
        synth,
        "skin",
        (80, 300, 900, 2500, 6000, 12000),
        [-2, 0, -2, -8 + 6 * metal, -18 + 14 * metal, -26 + 14 * metal],
    )
    return ring(synth, at, weights, hz, decay) + 0.7 * slap * skin


def _force(synth: Synth) -> Array:
    """How hard each bounce is: as long as the flight that follows, the first as the longest."""
    gaps = np.diff(synth.at) / synth.rate
    if len(synth.at) < 2:
        return np.ones(len(synth.at))
    throw = max(gaps.max(), 1 / synth.rate)  # two bounces may share a sample
    flights = np.append(gaps, gaps[-1] * 0.74)
    rising = np.append(False, flights[1:] > flights[:-1] * 1.15)
    force = np.where(rising | (np.arange(len(flights)) == 0), 1.0, np.minimum(1, flights / throw))
    return np.maximum(0.12, force) ** 1.3


def footsteps(synth: Synth) -> Array:
    """Heel and toe; ground that crunches when it is soft and knocks when it is hard."""
    pace, hard = synth.a, synth.b
    rng = synth.rng("shoes")
    at = synth.at
    left = np.arange(len(at)) % 2
    gains = rng.uniform(0.75, 1, len(at)) * (1 - 0.12 * left)
    roll = (rng.uniform(0.85, 1.15, len(at)) * synth.mix(0.13, 0.055, pace) * synth.rate).astype(
        np.int64
    )
    both = np.concatenate([at, at + roll])
    force = np.concatenate([gains, gains * rng.uniform(0.3, 0.55, len(at))])
    hz = (
        np.array([110, 230, 420, 900, 1700, 3100])
        * rng.uniform(0.85, 1.2)
        * np.exp(0.1 * rng.standard_normal(6))
    )
    decay = np.array([0.07, 0.05, 0.045, 0.03, 0.02, 0.014]) * rng.uniform(0.7, 1.4)
    share = np.array([1.0, 0.8, 0.7, 0.6, 0.5, 0.4]) ** (1.6 - 1.0 * hard)
    weights = force[:, None] * share * rng.uniform(0.5, 1.1, (len(both), 6))
    knock = ring(synth, both, weights, hz, decay)
    click = fade(synth, hits(synth, both, force), 0.008) * coloured(
        synth, "heel", (200, 800, 2000, 4500, 8000), [-12, -4, 0, 0, -6]
    )
    return (0.15 + 0.85 * hard) * (0.6 * knock + 0.6 * click) + (1 - hard) ** 0.8 * _crunch(
        synth, both, force
    )


def _crunch(synth: Synth, at: np.ndarray, force: Array) -> Array:
    """Gravel: dozens of grains under each foot, densest as the weight comes down."""
    rng = synth.rng("gravel")
    grains = 30
    delay = rng.exponential(0.035, (len(at), grains))
    delay[:, 0] = 0
    sizes = rng.pareto(1.8, (len(at), grains)) + 0.2
    sizes[:, 0] = 1.6
    places = (at[:, None] + (delay * synth.rate).astype(np.int64)).ravel()
    gains = (np.minimum(sizes, 3) * force[:, None] * np.exp(-delay * 7)).ravel()
    hz = np.exp(np.sort(rng.uniform(np.log(700), np.log(6500), 7)))
    weights = gains[:, None] * rng.standard_normal((len(gains), 7))
    stones = ring(synth, places, weights, hz, rng.uniform(0.003, 0.010, 7))
    earth = swell(synth, hits(synth, at, force), 0.004, 0.14) * coloured(
        synth, "earth", (60, 200, 700, 2000, 5000, 9000), [2, 3, -3, -5, -9, -16]
    )
    return 0.42 * stones + 0.5 * earth


WOOD = np.array([1, 1, 0.8, 0.6, 0.4, 0.25])
IRON = np.array([0.5, 0.9, 1, 0.8, 0.6, 0.4])
"""How strongly a blow excites each mode of a board and of an anvil."""


def hammer(synth: Synth) -> Array:
    """A crack on contact, a board that knocks or iron that rings; heavy ones are deeper."""
    heavy, metal = synth.a, synth.b
    rng = synth.rng("hammer")
    at = synth.at
    force = rng.uniform(0.75, 1, len(at))
    deep = synth.mix(1.4, 0.62, heavy)
    blows = synth.rng("blows").uniform(0.55, 1.1, (2, len(at), 6)) * force[:, None]
    hz = np.array([170, 330, 560, 930, 1500, 2300]) * deep * np.exp(0.1 * rng.standard_normal(6))
    decay = np.array([0.11, 0.09, 0.07, 0.05, 0.035, 0.03]) * rng.uniform(0.7, 1.4)
    wood = ring(synth, at, blows[0] * WOOD, hz, decay * synth.mix(0.8, 1.3, heavy))
    hz = np.array([940, 1830, 2750, 3900, 5200, 6700]) * deep**0.6
    hz = hz * np.exp(0.09 * rng.standard_normal(6))
    decay = np.array([0.4, 0.55, 0.5, 0.35, 0.25, 0.2]) * rng.uniform(0.5, 1.3)
    iron = ring(synth, at, blows[1] * IRON, hz, decay * synth.mix(0.7, 1.3, heavy))
    snap = fade(synth, hits(synth, at, force), synth.mix(0.008, 0.018, heavy)) * coloured(
        synth,
        "snap",
        (100, 400, 1200, 3000, 7000, 12000),
        [-6 + 6 * heavy, 0, 0, -3 + 3 * metal, -9 + 6 * metal, -14],
    )
    return (1 - 0.8 * metal) * wood + (0.06 + 0.94 * metal) * 0.7 * iron + 0.9 * snap
