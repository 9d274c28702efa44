"""The sea, a stream and dripping water."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.noise import (
    REFERENCE,
    coloured,
    fade,
    fast_length,
    frame_times,
    hits,
    painted,
    white,
)
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import bubbles, strew


def sea(stage: Stage) -> Array:
    """Waves that rise, break and run out in foam over a low rumble."""
    storm, pace = stage.a, stage.b
    rng = stage.rng("shore")
    times = frame_times(stage)
    near, foam = _surges(stage, times, stage.mix(7.5, 2.6, pace))
    far = 0.5 + 0.12 * stage.drift("far", 0.4, times)
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
    flutter = 0.8 * stage.drift("flutter", 14, times)[:, None]
    body = painted(stage, "sea", hz, 10 * np.log10(power + 1e-9) + flutter)
    at, mark, grown = stage.scatter("foam", 500, 500)
    gains = grown * (mark + 0.02) ** -0.4 * np.interp(at / stage.rate, times, foam)
    pops = fade(stage, hits(stage, at, gains), 0.003)
    return body + rng.uniform(0.05, 0.12) * pops * white(stage, "pops")


def _surges(stage: Stage, times: Array, period: float) -> tuple[Array, Array]:
    """Strength of the breaking water and of the foam it leaves, about 0..1, over time."""
    rng = stage.rng("surges")
    near = np.zeros_like(times)
    foam = np.zeros_like(times)
    at = -rng.uniform(0.0, 1.6) * period
    for _ in range(400):
        if at > stage.seconds + period:
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


def stream(stage: Stage) -> Array:
    """Water that rushes and bubbles that sing, each a sine that rises as it nears the surface."""
    flow, pebbles = stage.a, stage.b
    rng = stage.rng("bed")
    times = frame_times(stage)
    hz = (60, 200, 450, 900, 1800, 3500, 6000, 16000)
    own = rng.uniform(-2.5, 2.5, 8)
    rush = (
        np.array([-22, -12, -4, 0, -2, -7, -12, -22])
        + own
        + flow * np.array([10, 8, 4, 2, 3, 5, 6, 6])
    )
    gurgle = (1.0 + 2.2 * pebbles) * (
        stage.drift("g1", 7, times) + 0.6 * stage.drift("g2", 17, times)
    )
    moving = rush[None] + gurgle[:, None] * np.array([0.3, 1, 1, 0.8, 0.6, 0.3, 0.2, 0.2])
    water = painted(stage, "water", hz, moving)
    return stage.mix(0.13, 0.75, flow) * water * (1 - 0.35 * pebbles) + _babble(
        stage, flow, pebbles
    )


def _babble(stage: Stage, flow: float, pebbles: float) -> Array:
    rng = stage.rng("bubbles")
    kinds = 96
    pools = np.exp(rng.uniform(np.log(420), np.log(2600), 5))
    hz = pools[rng.integers(0, 5, kinds)] * np.exp(rng.normal(0, 0.32, kinds))
    hz = np.clip(hz, 260, 5500)
    radius = 3.26 / hz
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    bank = bubbles(stage, hz, rng.uniform(0.0, 0.1, kinds) * damping, 0.8 * damping, 0.045)
    at, mark, grown = stage.scatter("babble", stage.mix(45, 300, 0.65 * flow + 0.35 * pebbles), 300)
    which = stage.rng("which").integers(0, kinds, len(at))
    gains = grown * np.minimum(5, (1 - mark + 5e-3) ** -0.5) * (600 / hz[which]) ** 0.4
    rhythm = np.exp(0.5 * stage.drift("rhythm", 4))[at]
    return (0.18 + 0.55 * pebbles) * strew(stage, at, bank, which, gains * rhythm)


def drip(stage: Stage) -> Array:
    """A tick as the drop lands and the plip of the bubble it drags down; large ones are deep."""
    large, echoing = stage.a, stage.b
    rng = stage.rng("drops")
    count = len(stage.at)
    base = stage.mix(2300, 620, large) * rng.uniform(0.85, 1.18)
    hz = base * np.exp(0.07 * rng.standard_normal((2, count)))
    damping = stage.mix(70, 26, large) * rng.uniform(0.8, 1.25, (2, count))
    rise = rng.uniform(1.2, 4.5, (2, count))
    gains = rng.uniform(0.6, 1, count)
    out = np.zeros(stage.n)
    if count:
        main = bubbles(stage, hz[0], rise[0], damping[0], 0.22)
        out += strew(stage, stage.at, main, np.arange(count), gains)
        second = bubbles(stage, 1.6 * hz[1], rise[1], 1.6 * damping[1], 0.12)
        later = stage.at + (rng.uniform(0.012, 0.05, count) * stage.rate).astype(np.int64)
        out += strew(stage, later, second, np.arange(count), 0.4 * gains * rng.uniform(0, 1, count))
        splash = fade(stage, hits(stage, stage.at, gains), 0.006 + 0.012 * large)
        out += 0.35 * splash * coloured(stage, "splash", (500, 2000, 8000, 16000), (-6, 0, 0, -12))
    return out + _cave(stage, out, echoing)


def _cave(stage: Stage, dry: Array, echoing: float) -> Array:
    """The long bright echo of a cistern."""
    rng = stage.rng("cave")
    seconds = stage.mix(0.15, 2.8, echoing)
    length = max(8, round(min(seconds, stage.seconds) * stage.rate))
    t = np.arange(length) / stage.rate
    noise = stage.rng("cave/noise").standard_normal(length)
    tail = noise * np.exp(-6.91 * t / seconds) * np.minimum(1, t / 0.015)
    for slap in rng.uniform(0.03, 0.14, 4):
        i = round(slap * stage.rate)
        if i < length:
            tail[i] += 6 * np.sqrt(stage.rate / REFERENCE) * np.exp(-6.91 * slap / seconds)
    size = fast_length(stage.n + length)
    wet = np.fft.irfft(
        np.fft.rfft(dry, size) * np.fft.rfft(tail / np.sqrt((tail**2).sum()), size), size
    )
    return (0.04 + 0.7 * echoing) * wet[: stage.n]
