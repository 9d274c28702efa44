"""A fire that roars, crackles and pops; fat in a hot pan."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    coloured,
    fade,
    frame_times,
    hits,
    painted,
    swell,
)
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Positions, Synth

SNAP = ((300, 900, 4000, 8000, 16000), (-8, 0, 0, -2, -14))
"""Spectrum of breaking wood: Hz, dB."""


def fire(synth: Synth) -> Array:
    """Flames that flutter low, embers that hiss, wood that crackles."""
    strength, crackle = synth.a, synth.b
    rng = synth.rng("fire")
    times = frame_times(synth)
    hz = (30, 80, 180, 400, 900, 2200, 5000, 8000, 16000)
    roar = np.array([5, 6, -1, -10, -16, -20, -22, -25, -32]) + rng.uniform(-3, 3, 9)
    roar = roar + strength * np.array([4, 6, 9, 9, 7, 5, 3, 2, 2])
    flutter = synth.drift("lick", 4.5, times) + 0.7 * synth.drift("flap", 11, times)
    moving = roar[None] + 2.6 * flutter[:, None] * np.array([1, 1, 1, 0.8, 0.5, 0.3, 0.2, 0.2, 0.2])
    body = synth.mix(0.10, 0.45, strength) * painted(synth, "roar", hz, moving)
    return body + _crackles(synth, crackle) + _pops(synth, crackle)


def _clusters(synth: Synth, rate: float, most: float) -> tuple[Positions, Array]:
    """Parents at random, each with a burst of children behind it."""
    at, mark, grown = synth.scatter("clusters", rate, most)
    rng = synth.rng("children")
    children = 14
    draws = rng.exponential(0.022, (len(at), children))
    sizes = rng.pareto(1.6, (len(at), children))
    count = 1 + (mark**2.2 * (children - 1)).astype(np.int64)
    delay = np.cumsum(draws, axis=1) - draws[:, :1]
    kept = np.arange(children)[None] < count[:, None]
    places = at[:, None] + (delay * synth.rate).astype(np.int64)
    gains = grown[:, None] * np.minimum(0.08 + 0.25 * sizes, 2.5) * np.exp(-delay * 6)
    return places[kept], gains[kept]


def _crackles(synth: Synth, crackle: float) -> Array:
    rng = synth.rng("wood")
    at, gains = _clusters(synth, synth.mix(2.0, 11, crackle), 11)
    gains = gains * synth.mix(0.3, 1.5, crackle)
    count = 9
    hz = np.exp(np.sort(rng.uniform(np.log(900), np.log(7200), count)))
    decay = rng.uniform(0.002, 0.014, count)
    weights = gains[:, None] * synth.rng("grain").standard_normal((len(at), count))
    snap = fade(synth, hits(synth, at, gains), rng.uniform(0.0025, 0.007))
    snap *= coloured(synth, "snap", *SNAP)
    return 0.32 * ring(synth, at, weights, hz, decay) + 0.6 * snap


def _pops(synth: Synth, crackle: float) -> Array:
    rng = synth.rng("logs")
    at, mark, grown = synth.scatter("pops", 0.3 + 1.5 * crackle, 1.8)
    gains = grown * (0.5 + mark)
    hz = np.array([rng.uniform(260, 500), rng.uniform(600, 1100), rng.uniform(1500, 2600)])
    weights = gains[:, None] * synth.rng("pop").uniform(0.3, 1, (len(at), 3))
    thump = ring(synth, at, weights, hz, np.array([0.03, 0.02, 0.012]))
    snap = fade(synth, hits(synth, at, gains), 0.006) * coloured(synth, "burst", *SNAP)
    return synth.mix(0.4, 1.5, crackle) * (0.8 * thump + 0.7 * snap)


FAT = (400, 1200, 2500, 4500, 7500, 16000)
"""Hz of the knots of a pan's hiss."""


def frying(synth: Synth) -> Array:
    """Fat in a hot pan: a seething hiss made of tiny bursts, spatter on top.

    a: heat, b: calm to spitting.
    """
    hot, spit = synth.a, synth.b
    rng = synth.rng("pan")
    times = frame_times(synth)
    db = (
        np.array([-24, -12, -4, 0, -2, -8])
        + rng.uniform(-2.5, 2.5, 6)
        + hot * np.array([3, 3, 2, 1, 0, 0])
    )
    seethe = 1.6 * synth.drift("seethe", 13, times) + 1.2 * synth.drift("stir", 1.3, times)
    hiss = painted(synth, "hiss", FAT, db[None] + seethe[:, None])
    most = 1400
    at, mark, grown = synth.scatter("crackle", synth.mix(250, most, hot), most)
    small = fade(synth, hits(synth, at, grown * np.minimum(6, (1 - mark + 0.002) ** -0.5)), 0.0025)
    crackle = small * coloured(synth, "crackle", FAT, (-20, -8, -1, 0, -1, -6))
    return synth.mix(0.3, 0.9, hot) * hiss + 0.55 * crackle + _spatter(synth, rng, spit)


def _spatter(synth: Synth, rng: np.random.Generator, spit: float) -> Array:
    """Drops of water that burst: sharp pops, each with a fizz after it."""
    at, mark, grown = synth.scatter("spatter", synth.mix(1.5, 22, spit), 22)
    gains = grown * (0.5 + 2.5 * mark**3)
    pops = fade(synth, hits(synth, at, gains), 0.005) * coloured(
        synth, "pop", FAT, (-8, 0, 1, 0, -4, -12)
    )
    fizz = swell(synth, hits(synth, at, gains * mark), 0.01, 0.14) * coloured(
        synth, "fizz", FAT, (-24, -12, -3, 0, 0, -6)
    )
    pan = ring(
        synth,
        at,
        gains[:, None] * np.array([0.02, 0.012]),
        rng.uniform(900, 3200, 2),
        np.array([0.05, 0.04]),
    )
    return (0.4 + 0.9 * spit) * (pops + 0.8 * fizz + pan)
