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
from v2a.world.sounds.stage import Array, Places, Stage
from v2a.world.sounds.strikes import ring

SNAP = ((300, 900, 4000, 8000, 16000), (-8, 0, 0, -2, -14))
"""Spectrum of what breaks: Hz, dB."""


def fire(stage: Stage) -> Array:
    """Flames that flutter low, embers that hiss, wood that crackles."""
    strength, crackle = stage.a, stage.b
    rng = stage.rng("fire")
    times = frame_times(stage)
    hz = (30, 80, 180, 400, 900, 2200, 5000, 8000, 16000)
    roar = np.array([5, 6, -1, -10, -16, -20, -22, -25, -32]) + rng.uniform(-3, 3, 9)
    roar = roar + strength * np.array([4, 6, 9, 9, 7, 5, 3, 2, 2])
    flutter = stage.drift("lick", 4.5, times) + 0.7 * stage.drift("flap", 11, times)
    moving = roar[None] + 2.6 * flutter[:, None] * np.array([1, 1, 1, 0.8, 0.5, 0.3, 0.2, 0.2, 0.2])
    body = stage.mix(0.10, 0.45, strength) * painted(stage, "roar", hz, moving)
    return body + _crackles(stage, crackle) + _pops(stage, crackle)


def _clusters(stage: Stage, rate: float, most: float) -> tuple[Places, Array]:
    """Parents at random, each with a burst of children behind it."""
    at, mark, grown = stage.scatter("clusters", rate, most)
    rng = stage.rng("children")
    children = 14
    draws = rng.exponential(0.022, (len(at), children))
    sizes = rng.pareto(1.6, (len(at), children))
    count = 1 + (mark**2.2 * (children - 1)).astype(np.int64)
    delay = np.cumsum(draws, axis=1) - draws[:, :1]
    kept = np.arange(children)[None] < count[:, None]
    places = at[:, None] + (delay * stage.rate).astype(np.int64)
    gains = grown[:, None] * np.minimum(0.08 + 0.25 * sizes, 2.5) * np.exp(-delay * 6)
    return places[kept], gains[kept]


def _crackles(stage: Stage, crackle: float) -> Array:
    rng = stage.rng("wood")
    at, gains = _clusters(stage, stage.mix(2.0, 11, crackle), 11)
    gains = gains * stage.mix(0.3, 1.5, crackle)
    count = 9
    hz = np.exp(np.sort(rng.uniform(np.log(900), np.log(7200), count)))
    decay = rng.uniform(0.002, 0.014, count)
    weights = gains[:, None] * stage.rng("grain").standard_normal((len(at), count))
    snap = fade(stage, hits(stage, at, gains), rng.uniform(0.0025, 0.007))
    snap *= coloured(stage, "snap", *SNAP)
    return 0.32 * ring(stage, at, weights, hz, decay) + 0.6 * snap


def _pops(stage: Stage, crackle: float) -> Array:
    rng = stage.rng("logs")
    at, mark, grown = stage.scatter("pops", 0.3 + 1.5 * crackle, 1.8)
    gains = grown * (0.5 + mark)
    hz = np.array([rng.uniform(260, 500), rng.uniform(600, 1100), rng.uniform(1500, 2600)])
    weights = gains[:, None] * stage.rng("pop").uniform(0.3, 1, (len(at), 3))
    thump = ring(stage, at, weights, hz, np.array([0.03, 0.02, 0.012]))
    snap = fade(stage, hits(stage, at, gains), 0.006) * coloured(stage, "burst", *SNAP)
    return stage.mix(0.4, 1.5, crackle) * (0.8 * thump + 0.7 * snap)


FAT = (400, 1200, 2500, 4500, 7500, 16000)
"""Hz of the knots of a pan's hiss."""


def frying(stage: Stage) -> Array:
    """Fat in a hot pan: a seething hiss made of tiny bursts, spatter on top.

    a: heat, b: calm to spitting.
    """
    hot, spit = stage.a, stage.b
    rng = stage.rng("pan")
    times = frame_times(stage)
    db = (
        np.array([-24, -12, -4, 0, -2, -8])
        + rng.uniform(-2.5, 2.5, 6)
        + hot * np.array([3, 3, 2, 1, 0, 0])
    )
    seethe = 1.6 * stage.drift("seethe", 13, times) + 1.2 * stage.drift("stir", 1.3, times)
    hiss = painted(stage, "hiss", FAT, db[None] + seethe[:, None])
    most = 1400
    at, mark, grown = stage.scatter("crackle", stage.mix(250, most, hot), most)
    small = fade(stage, hits(stage, at, grown * np.minimum(6, (1 - mark + 0.002) ** -0.5)), 0.0025)
    crackle = small * coloured(stage, "crackle", FAT, (-20, -8, -1, 0, -1, -6))
    return stage.mix(0.3, 0.9, hot) * hiss + 0.55 * crackle + _spatter(stage, rng, spit)


def _spatter(stage: Stage, rng: np.random.Generator, spit: float) -> Array:
    """Drops of water that burst: sharp pops, each with a fizz after it."""
    at, mark, grown = stage.scatter("spatter", stage.mix(1.5, 22, spit), 22)
    gains = grown * (0.5 + 2.5 * mark**3)
    pops = fade(stage, hits(stage, at, gains), 0.005) * coloured(
        stage, "pop", FAT, (-8, 0, 1, 0, -4, -12)
    )
    fizz = swell(stage, hits(stage, at, gains * mark), 0.01, 0.14) * coloured(
        stage, "fizz", FAT, (-24, -12, -3, 0, 0, -6)
    )
    pan = ring(
        stage,
        at,
        gains[:, None] * np.array([0.02, 0.012]),
        rng.uniform(900, 3200, 2),
        np.array([0.05, 0.04]),
    )
    return (0.4 + 0.9 * spit) * (pops + 0.8 * fizz + pan)
