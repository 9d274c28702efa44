"""Water that breaks and falls: the sea, a waterfall, a splash."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    coloured,
    fade,
    frame_times,
    hits,
    painted,
    swell,
    white,
)
from v2a.world.sounds.strikes import bubble_bank, bubble_damping, ring, strew
from v2a.world.sounds.synth import Array, Positions, Synth


def sea(synth: Synth) -> Array:
    """Waves that rise, break and run out in foam over a low rumble."""
    storm, pace = synth.a, synth.b
    rng = synth.rng("shore")
    times = frame_times(synth)
    near, foam = _surges(synth, times, synth.mix(7.5, 2.6, pace))
    far = 0.5 + 0.12 * synth.drift("far", 0.4, times)
    hz = (40, 120, 300, 700, 1500, 3000, 5500, 8000, 16000)
    rumble = np.array([2, 4, 2, -4, -12, -20, -28, -34, -40]) + 6 * storm
    crash = np.array([-14, -3, 2, 2, -1, -8, -17, -23, -32]) + storm * np.array(
        [6, 6, 4, 2, 2, 3, 4, 4, 4]
    )
    fizz = np.array([-44, -34, -24, -14, -5, 0, -3, -7, -14]) - rng.uniform(9, 15)
    bright = 13 * (near - 0.6)[:, None] * np.array([0, 0, 0.1, 0.3, 0.6, 0.9, 1.2, 1.4, 1.4])
    power = (
        (far[:, None] ** 2) * 10 ** (rumble / 10)
        + (near[:, None] ** 2) * 10 ** ((crash + bright) / 10)
        + (foam[:, None] ** 2) * 10 ** (fizz / 10)
    )
    flutter = 0.8 * synth.drift("flutter", 14, times)[:, None]
    body = painted(synth, "sea", hz, 10 * np.log10(power + 1e-9) + flutter)
    at, mark, grown = synth.scatter("foam", 500, 500)
    gains = grown * (mark + 0.02) ** -0.4 * np.interp(at / synth.rate, times, foam)
    pops = fade(synth, hits(synth, at, gains), 0.003)
    return body + rng.uniform(0.05, 0.12) * pops * white(synth, "pops")


def _surges(synth: Synth, times: Array, period: float) -> tuple[Array, Array]:
    """Strength of the breaking water and of the foam it leaves, about 0..1, over time."""
    rng = synth.rng("surges")
    near = np.zeros_like(times)
    foam = np.zeros_like(times)
    at = -rng.uniform(0.0, 1.6) * period
    for _ in range(400):
        if at > synth.seconds + period:
            break
        size = rng.uniform(0.6, 1.0)
        rise, fall = period * rng.uniform(0.22, 0.38), period * rng.uniform(0.3, 0.45)
        x = times - at
        shape = np.where(
            x < 0,
            np.exp(-0.5 * (x / (0.55 * rise)) ** 2),
            np.exp(-np.maximum(x, 0) / (0.55 * fall)),
        )
        near = np.maximum(near, size * shape)
        late = x - 0.12 * period
        wash = np.where(
            late < 0,
            np.exp(-0.5 * (late / (0.35 * rise)) ** 2),
            np.exp(-np.maximum(late, 0) / fall),
        )
        foam = np.maximum(foam, size * wash)
        at += period * rng.uniform(0.75, 1.25)
    return 0.06 + 0.94 * near, 0.04 + 0.96 * foam


def waterfall(synth: Synth) -> Array:
    """Much water that falls far: a dense roar, spray above it.

    a: weight of the water, b: deep and distant to near spray.
    """
    heavy, near = synth.a, synth.b
    rng = synth.rng("fall")
    times = frame_times(synth)
    hz = (30, 80, 180, 400, 900, 2000, 4000, 7000, 16000)
    db = np.array([-14, -4, 1, 2, 0, -3, -7, -12, -20]) + rng.uniform(-2.5, 2.5, 9)
    db = (
        db
        + heavy * np.array([8, 7, 5, 2, 0, 0, 0, 0, 0])
        + (near - 0.5) * np.array([-4, -3, -2, 0, 1, 4, 7, 9, 10])
    )
    churn = np.stack([synth.drift(f"churn{k}", 3 + 2 * k, times) for k in range(9)], 1)
    body = painted(synth, "fall", hz, db[None] + (0.9 + 0.5 * near) * churn)
    at, mark, grown = synth.scatter("drops", synth.mix(40, 700, near), 700)
    spray = fade(synth, hits(synth, at, grown * np.minimum(5, (1 - mark + 0.003) ** -0.5)), 0.006)
    splat = coloured(synth, "spray", (300, 1200, 3000, 6000, 16000), (-10, -2, 0, -3, -12))
    return body + (0.1 + 0.35 * near) * spray * splat


def splash(synth: Synth) -> Array:
    """A body strikes water: slap, plunge, a crown of spray, bubbles and drops that fall back.

    a: small to large, b: shallow to deep.
    """
    large, deep = synth.a, synth.b
    rng = synth.rng("water")
    force = rng.uniform(0.7, 1, len(synth.at))
    struck = hits(synth, synth.at, force)
    slap = fade(synth, struck, synth.mix(0.02, 0.06, large))
    slap *= coloured(synth, "slap", (80, 250, 700, 2000, 5000, 16000), (-3, 1, 0, -3, -9, -18))
    low = synth.mix(210, 70, large) * rng.uniform(0.85, 1.15) * np.array([1.0, 1.7])
    plunge = ring(
        synth, synth.at, force[:, None] * np.array([1.0, 0.5]), low, np.array([0.16, 0.1])
    )
    crown = swell(
        synth,
        struck,
        synth.mix(0.025, 0.09, large),
        synth.mix(0.35, 1.6, large) * rng.uniform(0.85, 1.2),
    )
    closing = rng.uniform(0.1, 0.25, len(synth.at)) * synth.mix(0.6, 1.6, large)
    later = synth.at + (closing * synth.rate).astype(np.int64)
    crown += 0.6 * deep * swell(synth, hits(synth, later, force), 0.06, synth.mix(0.3, 1.1, large))
    hz = (150, 500, 1200, 2500, 5000, 8000, 16000)
    times = frame_times(synth)
    tear = (
        2.2 * synth.drift("tear", 18, times)[:, None]
        + 1.5 * synth.drift("tear2", 40, times)[:, None]
    )
    spray = painted(
        synth, "spray", hz, np.array([-12, -3, 0, -1, -4, -8, -14]) + rng.uniform(-2, 2, 7) + tear
    )
    out = 1.3 * slap + (0.15 + 0.5 * deep) * plunge + 0.75 * crown * spray
    return out + _after(synth, rng, large, deep, force)


def _after(
    synth: Synth, rng: np.random.Generator, large: float, deep: float, force: Array
) -> Array:
    """Bubbles that boil up from the plunge, and drops that land one by one."""
    kinds, each = 64, 90
    hz = np.clip(synth.mix(1150, 480, large) * np.exp(0.5 * rng.standard_normal(kinds)), 150, 4800)
    damping = bubble_damping(hz)
    bank = bubble_bank(synth, hz, rng.uniform(0.0, 0.1, kinds) * damping, 0.6 * damping, 0.07)
    draws = synth.rng("after").uniform(size=(4, len(synth.at), each))
    late = 0.03 + synth.mix(0.35, 1.3, large) * draws[0] ** 1.6
    at: Positions = (synth.at[:, None] + late * synth.rate).astype(np.int64).ravel()
    fall = np.exp(-2.5 * late / synth.mix(0.35, 1.3, large))
    gains = (force[:, None] * fall * (0.15 + draws[1] ** 3)).ravel()
    which = (draws[2] * kinds).astype(np.int64).ravel()
    inside = at < synth.n
    boil = strew(synth, at[inside], bank, which[inside], gains[inside])
    drops = fade(synth, hits(synth, at, gains * (draws[3].ravel() > 0.5)), 0.004) * white(
        synth, "drops"
    )
    return (0.25 + 0.3 * deep) * boil + 0.25 * drops
