"""Animals that purr, trot and hiss: cat, horse, snake."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    band,
    coloured,
    dull,
    fade,
    grain,
    hits,
    resonance,
    swell,
)
from v2a.world.sounds.strikes import ease, place, pulses, ring, turns
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.vocal_tract import (
    LONG,
    flutter,
    gap,
    mouth,
    through,
    time_axis,
    voiced,
    wander,
)


def purr(synth: Synth) -> Array:
    """Some 25 soft beats a second, out and in with the breath; a: strength, b: pace."""
    strong, quick = synth.a, synth.b
    rng = synth.rng("cat")
    breath = (
        np.cumsum(np.exp(0.12 * synth.drift("breath", 0.5)))
        / synth.rate
        / (synth.mix(2.6, 1.3, quick) * rng.uniform(0.9, 1.1))
    )
    x = (breath + rng.uniform()) % 1
    share, weak = rng.uniform(0.48, 0.58), rng.uniform(0.35, 0.8)
    outward = x < share
    y = np.where(outward, x / share, (x - share) / (1 - share))
    loud = np.clip(np.minimum(y / 0.12, (1 - y) / 0.16), 0, 1) ** 1.3 * np.where(outward, 1, weak)
    beat = (
        synth.mix(21, 29, quick)
        * rng.uniform(0.92, 1.1)
        * np.where(outward, 1, rng.uniform(0.9, 1.12))
    )
    beat = (beat[0] + dull(synth, beat - beat[0], 4)) * np.exp(0.04 * synth.drift("beat", 7))
    knocks = pulses(synth, turns(synth, beat), "knocks", 0.18)
    body = _chest(synth, rng, knocks, strong)
    body = body / max(1e-9, float(body.std()))
    puff = swell(synth, knocks, 0.012, 0.05)
    hiss = coloured(synth, "hiss", (200, 700, 1500, 3000, 6000, 16000), (-16, -8, -6, -4, -10, -24))
    return (body + rng.uniform(0.15, 0.45) * (puff + 0.35) * hiss) * loud


def _chest(synth: Synth, rng: np.random.Generator, knocks: Array, strong: float) -> Array:
    """Knocks of the larynx through the chest: dark, with a few wide resonances."""
    out = np.zeros(synth.n)
    modes = ((75, 60, 1.4), (180, 110, 1.0), (360, 180, 0.6), (720, 320, 0.16), (1500, 700, 0.04))
    for k, (hz, width, gain) in enumerate(modes):
        own = hz * rng.uniform(0.8, 1.25)
        out += gain * synth.mix(0.7, 1.4, strong) ** k * resonance(synth, knocks, own, width)
    return dull(synth, out, 1500)


GAITS = (0.0, 0.22, 0.36, 0.62, 0.78, 1.0)
"""Places on the way from a walk to a gallop ..."""


BEATS = (
    (0.25, 0.25, 0.03, 0.03, 0.11, 0.11),
    (0.50, 0.50, 0.50, 0.50, 0.30, 0.24),
    (0.75, 0.75, 0.53, 0.53, 0.42, 0.35),
)
"""... and when the second, third and fourth hoof fall there, as shares of a stride."""


def horse(synth: Synth) -> Array:
    """A stride at every onset: four hooves in the rhythm of the gait; now and then a neigh.

    a: walk, trot, gallop; b: soft ground to cobbles.
    """
    rng = synth.rng("horse")
    offsets = [0.0, *(float(np.interp(synth.a, GAITS, row)) for row in BEATS)]
    usual = synth.mix(1.25, 0.5, synth.a)
    at, gains, which = [], [], []
    for i, start in enumerate(synth.at):
        own = synth.rng(f"stride{i}")
        stride = float(np.clip(gap(synth, i), 0.3, 1.25 * usual))
        stride = stride if gap(synth, i) < LONG else usual
        late, force = own.normal(0, 0.006, 4), own.uniform(0.6, 1, 4)
        for foot, offset in enumerate(offsets):
            when = offset * stride + (float(late[foot]) if foot else 0.0)
            share = float(np.clip((gap(synth, i) - when) / 0.02 - 1, 0, 1)) if foot else 1.1
            at.append(int(start) + round(when * synth.rate))
            gains.append(0.9 * float(force[foot]) * share)
            which.append(foot)
    out = _hooves(synth, rng, np.array(at, np.int64), np.array(gains), np.array(which, np.int64))
    if rng.uniform() < 0.4 and len(synth.at):
        i = int(rng.integers(0, len(synth.at)))
        call = 0.6 * _neigh(synth) if rng.uniform() < 0.5 else _snort(synth)
        place(synth, out, int(synth.at[i]), rng.uniform(0.5, 1.0) * call)
    return out


def _hooves(synth: Synth, rng: np.random.Generator, at: Array, gains: Array, which: Array) -> Array:
    """Hoof falls: a hollow clop with a click of iron on stone, a thud and scuffed soil on earth."""
    stone = synth.b
    tuned = np.exp(rng.normal(0, 0.1, 4))[which] if len(at) else np.zeros(0)
    out = np.zeros(synth.n)
    base = rng.uniform(700, 1150)
    modes = np.array([0.42, 1.0, 1.9, 3.1, 4.6]) * base
    decay = np.array([0.05, 0.045, 0.03, 0.02, 0.015]) * rng.uniform(0.8, 1.3)
    for foot in range(4):
        mine = which == foot
        own = modes * (float(tuned[mine][0]) if mine.any() else 1.0)
        weights = gains[mine, None] * np.array([0.7, 1.0, 0.5, 0.3, 0.25])
        out += 0.55 * stone * ring(synth, at[mine], weights, own, decay)
    edge = fade(synth, hits(synth, at, gains), 0.012)
    out += (
        0.7
        * (0.08 + stone)
        * edge
        * coloured(synth, "click", (500, 1500, 4000, 16000), (-14, -3, 0, -8))
    )
    low = np.array([rng.uniform(52, 75), rng.uniform(100, 150)])
    thud = ring(synth, at, gains[:, None] * np.array([1.0, 0.8]), low, np.array([0.11, 0.07]))
    soil = fade(synth, hits(synth, at, gains), synth.mix(0.09, 0.03, stone))
    earth = coloured(synth, "soil", (80, 250, 800, 2500, 6000, 16000), (0, 2, -3, -10, -16, -24))
    return out + (1 - 0.8 * stone) * (0.5 * thud + 0.9 * soil * earth)


def _neigh(synth: Synth) -> Array:
    """A whinny: a squeal that falls while the whole body shakes it."""
    own = synth.rng("neigh")
    t, x = time_axis(synth, own.uniform(1.1, 1.9))
    top = own.uniform(820, 1150)
    hz = through(x, 0.62 * top, top, 0.95 * top, 0.75 * top, 0.55 * top, 0.36 * top)
    shake = flutter(synth, "whinny", len(t), own.uniform(9, 12), 0.75)
    deep = np.clip(4 * x - 0.6, 0, 1)
    hz = hz * (1 + 0.09 * deep * (shake - 0.6))
    source = voiced(synth, "neigh", hz, 0.7, 0.012, 0.3, 0.2)
    sung = mouth(
        synth,
        source,
        (((1100, 1300, 900), 350, 0.9), ((2300, 2500, 1900), 600, 0.7), (3600, 900, 0.4)),
        0.08,
    )
    return sung * (1 - deep + deep * shake) * ease(t, 0.05, 0.4 * t[-1])


def _snort(synth: Synth) -> Array:
    """Air through nostrils that flap."""
    own = synth.rng("snort")
    t, _ = time_axis(synth, own.uniform(0.5, 0.9))
    air = grain(synth, synth.rng("snort/air"), len(t))
    air = mouth(synth, air, ((280, 300, 0.8), (900, 700, 0.8), (2200, 1500, 0.4)), 0.05)
    return (
        0.5
        * air
        * flutter(synth, "nostrils", len(t), own.uniform(22, 32), 0.85)
        * ease(t, 0.04, 0.6 * t[-1])
    )


def hiss(synth: Synth) -> Array:
    """Breath pressed through a narrow throat; some seeds shake a rattle.

    a: strength, b: short to long.
    """
    rng = synth.rng("snake")
    rattler = rng.uniform() < 0.35
    out = np.zeros(synth.n)
    low, top = rng.uniform(1700, 3000), rng.uniform(4200, 6200)
    for i, start in enumerate(synth.at):
        own = synth.rng(f"hiss{i}")
        long = synth.mix(0.5, 1.7, synth.b) * own.uniform(0.75, 1.25)
        t, x = time_axis(synth, min(long, max(0.35, 0.95 * gap(synth, i))))
        if rattler:
            blown = _rattle(
                synth, f"rattle{i}", t, synth.mix(38, 62, synth.a) * own.uniform(0.95, 1.05)
            )
            place(synth, out, int(start), blown * ease(t, 0.05, 0.25 * t[-1]))
            continue
        press = through(x, 0.5, 1.0, 0.85, own.uniform(0.5, 1.0), 0.3)
        air = grain(synth, synth.rng(f"air{i}"), len(t))
        moved = press ** (0.2 + 0.25 * synth.a)
        steps = moved[:: max(1, len(t) // 12)]
        blown = mouth(
            synth,
            air,
            ((low * steps, 1500, 0.5 + 0.4 * synth.a), (top * steps, 3200, 1.0), (8500, 5000, 0.6)),
            0.03,
        )
        unsteady = np.exp(0.12 * wander(synth, f"press{i}", len(t), 22))
        blown = band(synth, blown, 700, 15_000, 2) * press * unsteady
        place(synth, out, int(start), blown * ease(t, 0.03, 0.3 * t[-1]) * own.uniform(0.75, 1))
    return out


def _rattle(synth: Synth, part: str, t: Array, hz: float) -> Array:
    """Dry shells that click past each other, `hz` times a second and back."""
    own = synth.rng(f"{part}/line")
    rate = hz * np.clip(0.75 + 3 * t, 0, 1) * np.exp(0.05 * wander(synth, part, len(t), 8))
    beats = np.abs(np.sin(np.pi * np.cumsum(rate) / synth.rate)) ** 6
    beats *= np.exp(0.35 * wander(synth, f"{part}/strength", len(t), hz))
    shells = grain(synth, synth.rng(f"{part}/shells"), len(t))
    bright = own.uniform(4000, 5600)
    case = ((bright, 2600, 1.0), (8500, 4000, 0.8), (2200, 1200, 0.3))
    return band(synth, 1.8 * (0.12 + beats) * mouth(synth, shells, case, 0.03), 1300, 15_000, 2)
