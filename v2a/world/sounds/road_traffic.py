"""Cars that pass on a road, near and far."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.acoustics import passing
from v2a.world.sounds.shaped_noise import (
    coloured,
    dull,
    frame_times,
    painted,
)
from v2a.world.sounds.strikes import ease, place, turns, unit_level, waveform
from v2a.world.sounds.synth import Array, Synth

TYRES = (50, 120, 300, 700, 1200, 2500, 5000, 9000)
"""Hz at which passing cars are painted."""


PASSES = 1.8
"""Most cars a second."""


def traffic(synth: Synth) -> Array:
    """Cars of all sizes that pass on both sides, the town's roar behind them, a horn far off.

    a: busy; b: fast, from engines in a street to the hiss of a motorway.
    """
    busy, fast = synth.a, synth.b
    rng = synth.rng("cars")
    count = rng.poisson(PASSES * (synth.seconds + 6))
    draws = rng.uniform(size=(6, count))
    wanted = synth.mix(0.3, PASSES, busy) / PASSES
    grown = np.clip((wanted - draws[0]) / (0.15 * wanted), 0, 1)
    when = draws[1] * (synth.seconds + 6) - 3
    speed = synth.mix(9, 28, fast) * (0.75 + 0.5 * draws[2])
    near = 3 + 10 * draws[3] ** 1.7
    loud = grown * 10 ** ((draws[4] - 0.5) * 10 / 20) * (6 / near) ** 0.8
    heavy = (draws[5] > 0.85).astype(np.float64)
    tyres = _tyres(synth, (when, speed, near, loud, heavy))
    order = np.argsort(-loud)[:7]  # only the loudest engines are told apart
    motors = np.zeros(synth.n)
    for i in order:
        motors += _motor(synth, f"motor{i}", (when[i], speed[i], near[i]), heavy[i]) * loud[i]
    roar = coloured(synth, "roar", (30, 80, 200, 600, 1500, 4000), [4, 3, 0, -6, -15, -30])
    roar *= 1 + 0.15 * synth.drift("roar/sway", 0.5)
    total = synth.mix(0.6, 1.2, fast) * tyres + synth.mix(1.3, 0.45, fast) * motors
    return total + synth.mix(0.10, 0.26, busy) * unit_level(roar) + _horns(synth)


def _tyres(synth: Synth, cars: tuple[Array, Array, Array, Array, Array]) -> Array:
    """(n,) tyre and wind noise of all cars at once: near ones are brighter."""
    when, speed, near, loud, heavy = cars
    t = frame_times(synth)[:, None]
    gain = near / np.sqrt(near**2 + (speed * (t - when)) ** 2)
    shape = synth.rng("tyres").uniform(-3, 3, (len(when), len(TYRES)))
    shape = shape + np.array([-6, -4, -3, 0, 0, -6, -15, -26])
    shape = shape + heavy[:, None] * np.array([8, 7, 4, 1, -1, -3, -5, -6])
    power = np.full((len(t), len(TYRES)), 1e-6)
    for k in range(len(TYRES)):
        steep = 2 * (0.9 + 0.14 * k)  # air and houses take the treble of what is far
        power[:, k] += (loud**2 * 10 ** (shape[:, k] / 10) * gain**steep).sum(axis=1)
    return painted(synth, "tyres/noise", TYRES, 10 * np.log10(power))


def _motor(synth: Synth, part: str, path: tuple[float, float, float], heavy: float) -> Array:
    """(n,) engine of one car that passes, Doppler and all."""
    rng = synth.rng(part)
    ratio, gain = passing(synth.t, *path)
    hz = rng.uniform(38, 95) * (1 - 0.35 * heavy)
    shift = np.exp(0.12 * np.tanh((synth.t - path[0]) * rng.uniform(-1.5, 1.5)))
    harmonics = np.exp(2j * np.pi * rng.uniform(size=40)) * rng.uniform(0.2, 1, 40)
    harmonics = harmonics / np.arange(1, 41) ** 0.9
    return waveform(synth, turns(synth, hz * shift * ratio), harmonics, hz * 1.3) * gain**1.3


def _horns(synth: Synth) -> Array:
    """(n,) short toots of two notes each, some streets away."""
    rng = synth.rng("horns")
    out = np.zeros(synth.n)
    for _ in range(int(rng.choice([0, 1, 2], p=[0.55, 0.3, 0.15]))):
        long = rng.uniform(0.15, 0.9)
        t = np.arange(max(2, round(long * synth.rate))) / synth.rate
        root, at = rng.uniform(310, 480), rng.uniform(0, 0.95) * synth.n
        toot = np.zeros(len(t))
        for note in (root, root * rng.choice([1.2, 1.26])):
            for k in range(1, 7):
                if k * note < 0.45 * synth.rate:
                    toot += np.sin(2 * np.pi * (k * note * t + rng.uniform())) / k
        place(synth, out, int(at), 0.16 * rng.uniform(0.2, 1) * toot * ease(t, 0.03, 0.06))
    return dull(synth, out, 1300)
