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
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import ease, place, pulses, ring, turns
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


def purr(stage: Stage) -> Array:
    """Some 25 soft beats a second, out and in with the breath; a: strength, b: pace."""
    strong, quick = stage.a, stage.b
    rng = stage.rng("cat")
    breath = (
        np.cumsum(np.exp(0.12 * stage.drift("breath", 0.5)))
        / stage.rate
        / (stage.mix(2.6, 1.3, quick) * rng.uniform(0.9, 1.1))
    )
    x = (breath + rng.uniform()) % 1
    share, weak = rng.uniform(0.48, 0.58), rng.uniform(0.35, 0.8)
    outward = x < share
    y = np.where(outward, x / share, (x - share) / (1 - share))
    loud = np.clip(np.minimum(y / 0.12, (1 - y) / 0.16), 0, 1) ** 1.3 * np.where(outward, 1, weak)
    beat = (
        stage.mix(21, 29, quick)
        * rng.uniform(0.92, 1.1)
        * np.where(outward, 1, rng.uniform(0.9, 1.12))
    )
    beat = (beat[0] + dull(stage, beat - beat[0], 4)) * np.exp(0.04 * stage.drift("beat", 7))
    knocks = pulses(stage, turns(stage, beat), "knocks", 0.18)
    body = _chest(stage, rng, knocks, strong)
    body = body / max(1e-9, float(body.std()))
    puff = swell(stage, knocks, 0.012, 0.05)
    hiss = coloured(stage, "hiss", (200, 700, 1500, 3000, 6000, 16000), (-16, -8, -6, -4, -10, -24))
    return (body + rng.uniform(0.15, 0.45) * (puff + 0.35) * hiss) * loud


def _chest(stage: Stage, rng: np.random.Generator, knocks: Array, strong: float) -> Array:
    """Knocks of the larynx through the chest: dark, with a few wide resonances."""
    out = np.zeros(stage.n)
    modes = ((75, 60, 1.4), (180, 110, 1.0), (360, 180, 0.6), (720, 320, 0.16), (1500, 700, 0.04))
    for k, (hz, width, gain) in enumerate(modes):
        own = hz * rng.uniform(0.8, 1.25)
        out += gain * stage.mix(0.7, 1.4, strong) ** k * resonance(stage, knocks, own, width)
    return dull(stage, out, 1500)


GAITS = (0.0, 0.22, 0.36, 0.62, 0.78, 1.0)
"""Places on the way from a walk to a gallop ..."""


BEATS = (
    (0.25, 0.25, 0.03, 0.03, 0.11, 0.11),
    (0.50, 0.50, 0.50, 0.50, 0.30, 0.24),
    (0.75, 0.75, 0.53, 0.53, 0.42, 0.35),
)
"""... and when the second, third and fourth hoof fall there, as shares of a stride."""


def horse(stage: Stage) -> Array:
    """A stride at every onset: four hooves in the rhythm of the gait; now and then a neigh.

    a: walk, trot, gallop; b: soft ground to cobbles.
    """
    rng = stage.rng("horse")
    offsets = [0.0, *(float(np.interp(stage.a, GAITS, row)) for row in BEATS)]
    usual = stage.mix(1.25, 0.5, stage.a)
    at, gains, which = [], [], []
    for i, start in enumerate(stage.at):
        own = stage.rng(f"stride{i}")
        stride = float(np.clip(gap(stage, i), 0.3, 1.25 * usual))
        stride = stride if gap(stage, i) < LONG else usual
        late, force = own.normal(0, 0.006, 4), own.uniform(0.6, 1, 4)
        for foot, offset in enumerate(offsets):
            when = offset * stride + (float(late[foot]) if foot else 0.0)
            share = float(np.clip((gap(stage, i) - when) / 0.02 - 1, 0, 1)) if foot else 1.1
            at.append(int(start) + round(when * stage.rate))
            gains.append(0.9 * float(force[foot]) * share)
            which.append(foot)
    out = _hooves(stage, rng, np.array(at, np.int64), np.array(gains), np.array(which, np.int64))
    if rng.uniform() < 0.4 and len(stage.at):
        i = int(rng.integers(0, len(stage.at)))
        call = 0.6 * _neigh(stage) if rng.uniform() < 0.5 else _snort(stage)
        place(stage, out, int(stage.at[i]), rng.uniform(0.5, 1.0) * call)
    return out


def _hooves(stage: Stage, rng: np.random.Generator, at: Array, gains: Array, which: Array) -> Array:
    """Hoof falls: a hollow clop with a click of iron on stone, a thud and scuffed soil on earth."""
    stone = stage.b
    tuned = np.exp(rng.normal(0, 0.1, 4))[which] if len(at) else np.zeros(0)
    out = np.zeros(stage.n)
    base = rng.uniform(700, 1150)
    modes = np.array([0.42, 1.0, 1.9, 3.1, 4.6]) * base
    decay = np.array([0.05, 0.045, 0.03, 0.02, 0.015]) * rng.uniform(0.8, 1.3)
    for foot in range(4):
        mine = which == foot
        own = modes * (float(tuned[mine][0]) if mine.any() else 1.0)
        weights = gains[mine, None] * np.array([0.7, 1.0, 0.5, 0.3, 0.25])
        out += 0.55 * stone * ring(stage, at[mine], weights, own, decay)
    edge = fade(stage, hits(stage, at, gains), 0.012)
    out += (
        0.7
        * (0.08 + stone)
        * edge
        * coloured(stage, "click", (500, 1500, 4000, 16000), (-14, -3, 0, -8))
    )
    low = np.array([rng.uniform(52, 75), rng.uniform(100, 150)])
    thud = ring(stage, at, gains[:, None] * np.array([1.0, 0.8]), low, np.array([0.11, 0.07]))
    soil = fade(stage, hits(stage, at, gains), stage.mix(0.09, 0.03, stone))
    earth = coloured(stage, "soil", (80, 250, 800, 2500, 6000, 16000), (0, 2, -3, -10, -16, -24))
    return out + (1 - 0.8 * stone) * (0.5 * thud + 0.9 * soil * earth)


def _neigh(stage: Stage) -> Array:
    """A whinny: a squeal that falls while the whole body shakes it."""
    own = stage.rng("neigh")
    t, x = time_axis(stage, own.uniform(1.1, 1.9))
    top = own.uniform(820, 1150)
    hz = through(x, 0.62 * top, top, 0.95 * top, 0.75 * top, 0.55 * top, 0.36 * top)
    shake = flutter(stage, "whinny", len(t), own.uniform(9, 12), 0.75)
    deep = np.clip(4 * x - 0.6, 0, 1)
    hz = hz * (1 + 0.09 * deep * (shake - 0.6))
    source = voiced(stage, "neigh", hz, 0.7, 0.012, 0.3, 0.2)
    sung = mouth(
        stage,
        source,
        (((1100, 1300, 900), 350, 0.9), ((2300, 2500, 1900), 600, 0.7), (3600, 900, 0.4)),
        0.08,
    )
    return sung * (1 - deep + deep * shake) * ease(t, 0.05, 0.4 * t[-1])


def _snort(stage: Stage) -> Array:
    """Air through nostrils that flap."""
    own = stage.rng("snort")
    t, _ = time_axis(stage, own.uniform(0.5, 0.9))
    air = grain(stage, stage.rng("snort/air"), len(t))
    air = mouth(stage, air, ((280, 300, 0.8), (900, 700, 0.8), (2200, 1500, 0.4)), 0.05)
    return (
        0.5
        * air
        * flutter(stage, "nostrils", len(t), own.uniform(22, 32), 0.85)
        * ease(t, 0.04, 0.6 * t[-1])
    )


def hiss(stage: Stage) -> Array:
    """Breath pressed through a narrow throat; some seeds shake a rattle.

    a: strength, b: short to long.
    """
    rng = stage.rng("snake")
    rattler = rng.uniform() < 0.35
    out = np.zeros(stage.n)
    low, top = rng.uniform(1700, 3000), rng.uniform(4200, 6200)
    for i, start in enumerate(stage.at):
        own = stage.rng(f"hiss{i}")
        long = stage.mix(0.5, 1.7, stage.b) * own.uniform(0.75, 1.25)
        t, x = time_axis(stage, min(long, max(0.35, 0.95 * gap(stage, i))))
        if rattler:
            blown = _rattle(
                stage, f"rattle{i}", t, stage.mix(38, 62, stage.a) * own.uniform(0.95, 1.05)
            )
            place(stage, out, int(start), blown * ease(t, 0.05, 0.25 * t[-1]))
            continue
        press = through(x, 0.5, 1.0, 0.85, own.uniform(0.5, 1.0), 0.3)
        air = grain(stage, stage.rng(f"air{i}"), len(t))
        moved = press ** (0.2 + 0.25 * stage.a)
        steps = moved[:: max(1, len(t) // 12)]
        blown = mouth(
            stage,
            air,
            ((low * steps, 1500, 0.5 + 0.4 * stage.a), (top * steps, 3200, 1.0), (8500, 5000, 0.6)),
            0.03,
        )
        unsteady = np.exp(0.12 * wander(stage, f"press{i}", len(t), 22))
        blown = band(stage, blown, 700, 15_000, 2) * press * unsteady
        place(stage, out, int(start), blown * ease(t, 0.03, 0.3 * t[-1]) * own.uniform(0.75, 1))
    return out


def _rattle(stage: Stage, part: str, t: Array, hz: float) -> Array:
    """Dry shells that click past each other, `hz` times a second and back."""
    own = stage.rng(f"{part}/line")
    rate = hz * np.clip(0.75 + 3 * t, 0, 1) * np.exp(0.05 * wander(stage, part, len(t), 8))
    beats = np.abs(np.sin(np.pi * np.cumsum(rate) / stage.rate)) ** 6
    beats *= np.exp(0.35 * wander(stage, f"{part}/strength", len(t), hz))
    shells = grain(stage, stage.rng(f"{part}/shells"), len(t))
    bright = own.uniform(4000, 5600)
    case = ((bright, 2600, 1.0), (8500, 4000, 0.8), (2200, 1200, 0.3))
    return band(stage, 1.8 * (0.12 + beats) * mouth(stage, shells, case, 0.03), 1300, 15_000, 2)
