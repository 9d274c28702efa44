"""Metal that rings on: gong and cymbals, wind chimes."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import fade, grain, hits
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import bursts, damped, hertz, lengths, modes, put, soften


def gong(synth: Synth) -> Array:
    """Tam-tam, gong, opera gong, crash or rolled cymbal; a: how hard, b: how small."""
    rng = synth.rng("gong")
    kind = int(rng.choice(5, p=(0.28, 0.27, 0.13, 0.2, 0.12)))
    low = (
        (62.0, 85.0, 260.0, 420.0, 350.0)[kind]
        * rng.uniform(0.8, 1.25)
        * synth.mix(0.85, 1.35, synth.b)
    )
    top, count = (6500, 3600, 3500, 12000, 12000)[kind], (130, 60, 50, 170, 170)[kind]
    spread = np.sort(rng.uniform(0, 1, count)) ** 0.75
    hz = low * (top / low) ** spread
    hz[: 6 * (kind < 3)] = (low * np.array([1, 1.52, 2.02, 2.48, 3.05, 4.1]))[: 6 * (kind < 3)]
    share = rng.uniform(0.3, 1, count) * (hz / low) ** -(
        (0.3, 0.7, 0.6, 0.15, 0.1)[kind] - 0.4 * synth.a
    )
    share[:3] *= (1.2, 4.0, 3.0, 1.0, 1.0)[kind]
    long = (9.0, 8.0, 2.2, 3.2, 3.2)[kind] * rng.uniform(0.8, 1.3)
    decay = long * (hz / low) ** -0.45
    slow = 0.02 + (0.35, 0.12, 0.02, 0.01, 0.01)[kind] * (hz / hz.max()) * 2
    out = np.zeros(synth.n)
    places, forces = _blows(synth, kind)
    length = round((5.0 if kind < 2 else 2.5) * synth.rate)
    bank = [
        _blow(synth, i, kind, hz, share, decay, slow, length)
        for i in range(3 if len(places) else 0)
    ]
    for i, (a, f) in enumerate(zip(places, forces, strict=True)):
        put(synth, out, a, bank[i % 3], f)
    thud = bursts(synth, "mallet", np.array(places, np.int64), np.array(forces), 0.05,
                  (60, 150, 500, 2000), (0, 0, -10, -26 + 14 * synth.a))  # fmt: skip
    return out + 0.5 * thud


def _blow(
    synth: Synth,
    take: int,
    kind: int,
    hz: Array,
    share: Array,
    decay: Array,
    slow: Array,
    length: int,
) -> Array:
    """(length,) one blow: high modes come in `slow` (M,) seconds, as low ones feed them."""
    rng = synth.rng(f"blow{take}")
    signs = rng.choice([-1.0, 1.0], len(hz)) * share
    late = -signs * (hz > 4 * hz.min())
    wave = modes(synth, length, np.concatenate([hz, hz]), np.concatenate([signs, late]),
                 np.concatenate([decay, np.minimum(slow, 0.7 * decay)]))  # fmt: skip
    if kind == 2:
        wave = _bent(synth, wave, float(synth.rng("bend").choice([-0.07, 0.09])))
    return damped(synth, soften(synth, wave, 0.003), length, 0.05)


def _blows(synth: Synth, kind: int) -> tuple[list[int], list[float]]:
    """Places and forces of the mallet: one an onset, or for a roll many that grow."""
    at = synth.at.tolist()
    if kind != 4:
        return at, list(synth.rng("blows").uniform(0.75, 1, len(at)))
    places, forces = [], []
    for a, s in zip(at, lengths(synth, synth.at, 2.0).tolist(), strict=True):
        steps = int(np.clip(s / (0.09 * synth.rate), 4, 18))
        places += [a + j * s // steps for j in range(steps)]
        forces += [0.25 + 0.75 * (j / steps) ** 2 for j in range(steps)]
    return places, forces


def _bent(synth: Synth, wave: Array, bend: float) -> Array:
    """The wave with its pitch gliding by a share `bend` as an opera gong's does."""
    t = np.arange(len(wave)) / synth.rate
    warp = t + bend * 0.5 * (1 - np.exp(-t / 0.5))
    return np.interp(warp, t, wave, right=0.0)


TUBES = (
    (0.40, (1.0, 2.76, 5.40, 8.93), (1.0, 0.6, 0.35, 0.2), 84, 3.0),
    (0.20, (1.0, 2.76, 5.40), (1.0, 0.5, 0.25), 72, 4.5),
    (0.22, (1.0, 2.6, 4.3, 6.1), (1.0, 0.7, 0.5, 0.4), 68, 0.16),
    (0.18, (1.0, 1.9, 2.7, 3.6), (1.0, 0.8, 0.6, 0.5), 96, 0.5),
)
"""Small and large metal tubes, bamboo, shells or glass: share, partials, gains, pitch, decay."""


def chimes(synth: Synth) -> Array:
    """Tubes that the wind knocks together in gusts; a: how strong the wind, b: how high."""
    rng = synth.rng("chimes")
    _, ratios, shares, base, long = TUBES[int(rng.choice(4, p=[t[0] for t in TUBES]))]
    count = int(rng.integers(5, 9))
    steps = np.cumsum(rng.choice([2, 2, 3, 3, 4], count))
    pitch = base + rng.uniform(-5, 5) + 7 * (synth.b - 0.5) + steps
    per_second = synth.mix(2.5, 11.0, synth.a) * (1.4 if long < 1 else 1.0)
    at, marks, grown = synth.scatter("knocks", per_second, 16.0)
    gust = np.clip(0.7 + 0.45 * synth.drift("gust", 0.5), 0.08, 1.3)[at]
    tube = (marks * count).astype(np.int64)
    force = grown * gust * rng.uniform(0.35, 1, len(at))
    out = np.zeros(synth.n)
    for i in range(count):
        weights = (
            (force * (tube == i))[:, None] * np.array(shares) * rng.uniform(0.6, 1.2, len(shares))
        )
        hz = (
            float(hertz(pitch[i]))
            * np.array(ratios)
            * np.exp(0.01 * rng.standard_normal(len(ratios)))
        )
        decay = long * rng.uniform(0.7, 1.3) / np.array(ratios) ** 0.7
        out += ring(synth, at, weights, hz, decay)
        if long > 1:
            out += 0.6 * ring(
                synth, at, weights[:, :1], hz[:1] * (1 + rng.uniform(5e-4, 2e-3)), decay[:1]
            )
    click = fade(synth, hits(synth, at, force), 0.004) * grain(synth, synth.rng("click"), synth.n)
    return out + (0.4 if long < 0.3 else 0.08) * click
