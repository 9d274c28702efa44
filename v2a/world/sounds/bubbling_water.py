"""Water that sings in bubbles: a stream, drops, a diver."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    REFERENCE,
    coloured,
    dull,
    fade,
    fast_length,
    frame_times,
    hits,
    painted,
)
from v2a.world.sounds.strikes import bubble_bank, bubble_damping, strew
from v2a.world.sounds.synth import Array, Synth


def stream(synth: Synth) -> Array:
    """Water that rushes and bubbles that sing, each a sine that rises as it nears the surface."""
    flow, pebbles = synth.a, synth.b
    rng = synth.rng("bed")
    times = frame_times(synth)
    hz = (60, 200, 450, 900, 1800, 3500, 6000, 16000)
    own = rng.uniform(-2.5, 2.5, 8)
    rush = (
        np.array([-22, -12, -4, 0, -2, -7, -12, -22])
        + own
        + flow * np.array([10, 8, 4, 2, 3, 5, 6, 6])
    )
    gurgle = (1.0 + 2.2 * pebbles) * (
        synth.drift("g1", 7, times) + 0.6 * synth.drift("g2", 17, times)
    )
    moving = rush[None] + gurgle[:, None] * np.array([0.3, 1, 1, 0.8, 0.6, 0.3, 0.2, 0.2])
    water = painted(synth, "water", hz, moving)
    return synth.mix(0.13, 0.75, flow) * water * (1 - 0.35 * pebbles) + _babble(
        synth, flow, pebbles
    )


def _babble(synth: Synth, flow: float, pebbles: float) -> Array:
    rng = synth.rng("bubbles")
    kinds = 96
    pools = np.exp(rng.uniform(np.log(420), np.log(2600), 5))
    hz = pools[rng.integers(0, 5, kinds)] * np.exp(rng.normal(0, 0.32, kinds))
    hz = np.clip(hz, 260, 5500)
    damping = bubble_damping(hz)
    bank = bubble_bank(synth, hz, rng.uniform(0.0, 0.1, kinds) * damping, 0.8 * damping, 0.045)
    at, mark, grown = synth.scatter("babble", synth.mix(45, 300, 0.65 * flow + 0.35 * pebbles), 300)
    which = synth.rng("which").integers(0, kinds, len(at))
    gains = grown * np.minimum(5, (1 - mark + 5e-3) ** -0.5) * (600 / hz[which]) ** 0.4
    rhythm = np.exp(0.5 * synth.drift("rhythm", 4))[at]
    return (0.18 + 0.55 * pebbles) * strew(synth, at, bank, which, gains * rhythm)


def drip(synth: Synth) -> Array:
    """A tick as the drop lands and the plip of the bubble it drags down; large ones are deep."""
    large, echoing = synth.a, synth.b
    rng = synth.rng("drops")
    count = len(synth.at)
    base = synth.mix(2300, 620, large) * rng.uniform(0.85, 1.18)
    hz = base * np.exp(0.07 * rng.standard_normal((2, count)))
    damping = synth.mix(70, 26, large) * rng.uniform(0.8, 1.25, (2, count))
    rise = rng.uniform(1.2, 4.5, (2, count))
    gains = rng.uniform(0.6, 1, count)
    out = np.zeros(synth.n)
    if count:
        main = bubble_bank(synth, hz[0], rise[0], damping[0], 0.22)
        out += strew(synth, synth.at, main, np.arange(count), gains)
        second = bubble_bank(synth, 1.6 * hz[1], rise[1], 1.6 * damping[1], 0.12)
        later = synth.at + (rng.uniform(0.012, 0.05, count) * synth.rate).astype(np.int64)
        out += strew(synth, later, second, np.arange(count), 0.4 * gains * rng.uniform(0, 1, count))
        splash = fade(synth, hits(synth, synth.at, gains), 0.006 + 0.012 * large)
        out += 0.35 * splash * coloured(synth, "splash", (500, 2000, 8000, 16000), (-6, 0, 0, -12))
    return out + _cave(synth, out, echoing)


def _cave(synth: Synth, dry: Array, echoing: float) -> Array:
    """The long bright echo of a cistern."""
    rng = synth.rng("cave")
    seconds = synth.mix(0.15, 2.8, echoing)
    length = max(8, round(min(seconds, synth.seconds) * synth.rate))
    t = np.arange(length) / synth.rate
    noise = synth.rng("cave/noise").standard_normal(length)
    tail = noise * np.exp(-6.91 * t / seconds) * np.minimum(1, t / 0.015)
    for slap in rng.uniform(0.03, 0.14, 4):
        i = round(slap * synth.rate)
        if i < length:
            tail[i] += 6 * np.sqrt(synth.rate / REFERENCE) * np.exp(-6.91 * slap / seconds)
    size = fast_length(synth.n + length)
    wet = np.fft.irfft(
        np.fft.rfft(dry, size) * np.fft.rfft(tail / np.sqrt((tail**2).sum()), size), size
    )
    return (0.04 + 0.7 * echoing) * wet[: synth.n]


LOUDEST = 1.1
"""Gain that no bubble exceeds: one alone does not drown the rest."""


def bubbles(synth: Synth) -> Array:
    """Under water: bubbles that gurgle up in bursts through a dull rumble.

    a: few to many, b: small to large.
    """
    many, large = synth.a, synth.b
    rng = synth.rng("pipe")
    kinds = 80
    spread = rng.uniform(0.35, 0.6)
    hz = np.clip(
        synth.mix(1500, 330, large) * np.exp(spread * rng.standard_normal(kinds)), 110, 4500
    )
    damping = bubble_damping(hz)
    bank = bubble_bank(synth, hz, rng.uniform(0.0, 0.13, kinds) * damping, 0.45 * damping, 0.09)
    at, mark, grown = synth.scatter("bubbles", synth.mix(14, 150, many), 150)
    bursts = _bursts(synth, rng)
    gains = grown * (0.25 + mark**2) * bursts[at]
    which = synth.rng("which").integers(0, kinds, len(at))
    gains *= (hz.mean() / hz[which]) ** 0.4
    gains = np.minimum(gains, LOUDEST)
    sung = strew(synth, at, bank, which, gains)
    deep = coloured(synth, "deep", (30, 90, 250, 700, 2000, 8000), (0, 2, -6, -18, -34, -50))
    fizz = coloured(synth, "fizz", (300, 900, 2000, 4000, 9000), (-12, -2, 0, -8, -24))
    under = dull(synth, sung, 3200)
    return under + bursts * synth.mix(0.02, 0.07, many) * fizz + rng.uniform(0.08, 0.25) * deep


def _bursts(synth: Synth, rng: np.random.Generator) -> Array:
    """(n,) how thickly bubbles come: breaths of a diver, or a pump's uneven stream, by seed."""
    if rng.uniform() < 0.5:
        return np.exp(0.35 * synth.drift("stream", 5) + 0.25 * synth.drift("pump", 1.2))
    period = rng.uniform(1.6, 3.6)
    x = (synth.t / period + 0.2 * synth.drift("breath", 0.3) + rng.uniform()) % 1
    breath = np.clip(x / 0.05, 0, 1) * np.exp(-3.2 * x)
    return 0.06 + 1.9 * breath * np.exp(0.4 * synth.drift("stream", 9))
