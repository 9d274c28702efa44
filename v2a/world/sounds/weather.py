"""Rain, wind, and a wood with birds in a light wind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a.world.sounds.bird_calls import birds
from v2a.world.sounds.shaped_noise import (
    band,
    coloured,
    dull,
    fade,
    frame_times,
    hits,
    painted,
)
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.vocal_tract import afar


def rain(synth: Synth) -> Array:
    """A hiss of countless drops, single drops on top, and a roof that rings if it is tin."""
    heavy, tin = synth.a, synth.b
    rng = synth.rng("rain")
    hz = (60, 200, 500, 1200, 2600, 5000, 7500, 16000)
    own = rng.uniform(-3, 3, 8) + rng.uniform(-6, 8) * np.array([1, 0.9, 0.6, 0.3, 0, 0, 0, 0])
    body = rng.uniform(8, 15) * heavy
    db = np.array([-21, -14, -7, -2, 0, -3, -7, -13]) + own
    db += body * np.array([1.0, 0.95, 0.8, 0.5, 0.15, 0, 0, 0])
    db += tin * np.array([0, 1, 4, 5, 2, -1, -3, -4])
    hiss = coloured(synth, "hiss", hz, list(db))
    hiss *= np.exp(0.07 * synth.drift("gust", 0.8) + 0.05 * synth.drift("patter", 9))
    return synth.mix(0.32, 1.0, heavy) * hiss + _drops(synth, heavy, tin)


def _drops(synth: Synth, heavy: float, tin: float) -> Array:
    """Single drops: a pat on what is soft, a ring of the roof with a knock below it on tin."""
    rng = synth.rng("surface")
    at, mark, grown = synth.scatter("drops", synth.mix(60, 600, heavy), 600)
    size = grown * np.minimum(6.0, (1 - mark + 1e-3) ** -0.45)
    pat = fade(synth, hits(synth, at, size), 0.004)
    pat *= coloured(synth, "pat", (150, 600, 2000, 5000, 8000, 16000), (-8, -2, 0, -3, -9, -16))
    count = 7
    high = np.exp(np.sort(rng.uniform(np.log(350), np.log(6500), count)))
    hz = np.append(high, rng.uniform((180, 500), (400, 900)))
    decay = np.append(rng.uniform(0.012, 0.07, count) * (900 / high) ** 0.25, (0.03, 0.02))
    weights = np.ones((len(at), count + 2))
    weights[:, :count] = synth.rng("modes").standard_normal((len(at), count)) / (1 + high / 4000)
    weights *= size[:, None]
    share = np.append(
        np.full(count, 0.25 * tin**1.3), np.full(2, 0.12 * tin**1.3 + 0.05 * (1 - tin))
    )
    falling = size > 0
    roof = ring(synth, at[falling], (weights * share)[falling], hz, decay)
    return synth.mix(0.62, 0.45, heavy) * (0.9 * (1 - 0.75 * tin) * pat + roof)


def wind(synth: Synth) -> Array:
    """Air around edges (resonances that wander with the gusts) and leaves that rustle in it."""
    strong, gusty = synth.a, synth.b
    times = frame_times(synth)
    slow = synth.drift("gust", 0.35 + 0.25 * gusty, times)
    quick = synth.drift("flurry", 2.2, times)
    gust = (0.15 + 0.85 * gusty) * (slow + 0.35 * quick)
    level = 7 * gust - 3 * gusty * np.maximum(gust, 0) ** 2 * 0.2
    return _moan(synth, times, gust, level, strong) + _leaves(synth, times, gust, level, strong)


def _moan(synth: Synth, times: Array, gust: Array, level: Array, strong: float) -> Array:
    rng = synth.rng("edges")
    hz = np.geomspace(30, 6000, 40)
    octaves = np.log2(hz)[None]
    db = -4.5 * np.maximum(0, np.log2(hz / synth.mix(90, 240, strong)))[None] + np.zeros(
        (len(times), 1)
    )
    for i in range(4):
        centre = np.log2(rng.uniform(130, 330) * (1 + 0.9 * i) * synth.mix(0.8, 1.5, strong))
        moved = centre + 0.30 * gust + 0.12 * synth.drift(f"edge{i}", 0.9, times)
        width = rng.uniform(0.22, 0.5)
        height = rng.uniform(3, 9) + 6 * strong + 2.5 * np.clip(gust, -2, 2)
        db = db + height[:, None] * np.exp(-0.5 * ((octaves - moved[:, None]) / width) ** 2)
    return painted(synth, "moan", list(hz), db + level[:, None])


def _leaves(synth: Synth, times: Array, gust: Array, level: Array, strong: float) -> Array:
    rng = synth.rng("leaves")
    hz = (300, 900, 2000, 3500, 5500, 8000, 16000)
    db = np.array([-30, -14, -4, 0, -1, -7, -18]) + rng.uniform(-2, 2, 7)
    flutter = 2.0 * synth.drift("flutter", 11, times) + 1.2 * synth.drift("shiver", 25, times)
    path = 1.25 * level + flutter + 2.0 * gust
    rustle = painted(synth, "rustle", hz, db[None] + path[:, None])
    return synth.mix(0.22, 0.75, strong) * rng.uniform(0.5, 1.1) * rustle


def forest(synth: Synth) -> Array:
    """A quiet wood: light wind in leaves, a few birds at a distance.

    a: still to breezy, b: few birds to many.
    """
    rng = synth.rng("wood")
    airy = Synth(replace(synth.spec, attributes=(0.22 * synth.a, 0.35)), synth.rate)
    air = band(synth, wind(airy), 260, 9000)
    air = air / max(1e-9, float(air.std())) * synth.mix(0.1, 0.6, synth.a)
    hz = (60, 200, 600, 1500, 3500, 7000, 16000)
    bed = coloured(
        synth, "bed", hz, list(np.array([-4, -4, -7, -9, -10, -15, -28]) + rng.uniform(-3, 3, 7))
    )
    song = np.zeros(synth.n)
    for k in range(4):
        own = synth.rng(f"bird{k}")
        come = float(np.clip(0.6 + 3.4 * synth.b - k, 0, 1))
        singer = _bird(synth, own)
        song += come * own.uniform(0.35, 1.0) * dull(synth, singer, float(own.uniform(2500, 9000)))
    return air + 0.09 * bed + afar(synth, 1.1 * song, 1.4, 0.5)


def _bird(synth: Synth, own: np.random.Generator) -> Array:
    """(n,) one bird that sings now and then."""
    pause = own.uniform(1.2, 3.2)
    times = (
        np.cumsum(own.uniform(0.5, 1.5, int(synth.seconds / pause) + 4)) * pause
        - own.uniform(0, 1) * pause
    )
    attributes = (float(own.uniform()), float(own.uniform()) ** 1.5)
    kept = tuple(float(t) for t in times if 0 <= t < synth.seconds)
    spec = replace(synth.spec, attributes=attributes, onsets=kept, seed=int(own.integers(1 << 40)))
    return birds(Synth(spec, synth.rate))
