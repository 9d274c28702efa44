"""Shots and blasts: gunshot, machine gun, explosion."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, dull, fade, hits, recursive, swell
from v2a.world.sounds.strikes import ring, unit_level
from v2a.world.sounds.synth import Array, Positions, Synth


def gunshot(synth: Synth) -> Array:
    """A muzzle's crack, its boom, and the echo of the place.

    a: large, from a pistol to a rifle or a shotgun; b: open, from a dry yard to a valley.
    """
    large, open_ = synth.a, synth.b
    gains = synth.rng("force").uniform(0.85, 1, len(synth.at))
    shot = _muzzle(synth, synth.at, gains, large)
    return shot + _echoes(synth, synth.at, gains, large, open_)


def _muzzle(synth: Synth, at: Positions, gains: Array, large: float) -> Array:
    """(n,) the blast itself: a front that rises within a sample, gas that roars, a low push."""
    rng = synth.rng("muzzle")
    long = synth.mix(0.0022, 0.0055, large) * rng.uniform(0.8, 1.3)
    front = _blast(synth, hits(synth, at, gains), long)
    gas = fade(synth, hits(synth, at, gains), synth.mix(0.07, 0.19, large) * rng.uniform(0.8, 1.3))
    roar = gas * coloured(
        synth,
        "gas",
        (80, 250, 700, 1800, 4500, 8000),
        list(
            np.array([-10, -3, 0, 1, -1, -5])
            + large * np.array([13, 7, 2, -3, -6, -9])
            + rng.uniform(-3, 3, 6)
        ),
    )
    push = fade(synth, hits(synth, at, gains), synth.mix(0.10, 0.24, large)) * coloured(
        synth, "push", (40, 90, 200, 450, 1200), [2, 4, 2, -8, -26]
    )
    crack = _supersonic(synth, at, gains) * large
    loud = 2.0 * front + 1.6 * roar + synth.mix(0.35, 0.9, large) * push + crack
    drive = rng.uniform(1.3, 3.0)
    return np.tanh(drive * loud) / np.tanh(drive)


def _blast(synth: Synth, impulses: Array, long: float) -> Array:
    """Friedlander's wave: a jump, a fall through zero within `long` seconds, a slow return."""
    r = float(np.exp(-1 / (long * synth.rate)))
    return recursive([1.0, -r * (1 + 1 / (long * synth.rate))], [1.0, -2 * r, r * r], impulses)


def _supersonic(synth: Synth, at: Positions, gains: Array) -> Array:
    """The bullet's own clap, a few milliseconds after the gun is heard, thin and sharp."""
    rng = synth.rng("bullet")
    late = at + np.int64(rng.uniform(0.006, 0.03) * synth.rate)
    clap = fade(synth, hits(synth, late, gains), 0.012)
    return (
        rng.uniform(0, 0.9)
        * clap
        * coloured(synth, "clap", (400, 1500, 4000, 8000), [-14, -2, 0, 0])
    )


def _echoes(synth: Synth, at: Positions, gains: Array, large: float, open_: float) -> Array:
    """(n,) walls that answer one by one, and a tail whose treble dies first."""
    rng = synth.rng("echoes")
    long = synth.mix(0.35, 2.6, open_) * rng.uniform(0.75, 1.3)
    delay = np.sort(rng.uniform(0.02, 0.06 + 0.5 * open_, 5))
    walls = rng.uniform(0.1, 0.4, 5) * np.exp(-2.0 * delay / long)
    places = np.concatenate([at, (at[:, None] + (delay * synth.rate).astype(np.int64)).ravel()])
    strong = np.concatenate([0.35 * gains, (gains[:, None] * walls).ravel()])
    source = hits(synth, places, strong)
    tail = np.zeros(synth.n)
    bands = (
        ((60, 150, 400, 900), [4, 3, 0, -24], 1.0, 0.55 + 0.35 * large),
        ((200, 500, 1400, 3000), [-20, 0, 0, -24], 0.7, 0.55),
        ((1000, 2500, 5000, 8000), [-24, 0, -3, -8], 0.35, 0.4),
    )
    for i, (hz, db, share, gain) in enumerate(bands):
        tail += (
            gain * swell(synth, source, 0.03, long * share) * coloured(synth, f"tail{i}", hz, db)
        )
    return synth.mix(0.22, 0.5, open_) * tail


def bursts(synth: Synth) -> tuple[Positions, Array]:
    """Every shot of bursts that begin at the onsets: samples and strengths.

    8 to 14 shots a second by a; each burst ends before the next.
    """
    rng = synth.rng("bursts")
    rate = synth.mix(8, 14, synth.a) * rng.uniform(0.96, 1.04)
    draws = rng.uniform(size=(len(synth.at), 40))
    ends = np.append(synth.at[1:], synth.n + synth.rate) - round(0.12 * synth.rate)
    all_at, all_gains = [], []
    for i, start in enumerate(synth.at):
        count = 3 + int(12 * draws[i, 0] ** 1.3)
        beat = (np.arange(count) + 0.05 * (draws[i, 1 : count + 1] - 0.5)) / rate
        beat[0] = 0
        shots = start + np.round(beat * synth.rate).astype(np.int64)
        keep = (shots < ends[i]) | (np.arange(count) == 0)
        all_at.append(shots[keep])
        all_gains.append(0.8 + 0.2 * draws[i, 20 : 20 + count][keep])
    if not all_at:
        return np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(all_at), np.concatenate(all_gains)


def machine_gun(synth: Synth) -> Array:
    """Bursts of shots in a steady beat, the bolt that clatters, cases that fall, the place's echo.

    a: fast, from a heavy gun's 8 shots a second to a light one's 14; b: distant.
    """
    fast, far = synth.a, synth.b
    rng = synth.rng("gun")
    at, gains = bursts(synth)
    shot = _muzzle(synth, at, gains, synth.mix(0.95, 0.35, fast))
    shot = (1 - 0.75 * far) * shot + 0.75 * far * dull(synth, shot, 1200)
    bolt_at = at + np.int64(rng.uniform(0.02, 0.035) * synth.rate)
    hz = np.array([620, 1300, 2300, 3600, 5300]) * np.exp(0.15 * rng.standard_normal(5))
    weights = gains[:, None] * rng.uniform(0.3, 1, (len(at), 5))
    bolt = ring(synth, bolt_at, weights, hz, np.array([0.05, 0.04, 0.035, 0.03, 0.02]))
    near = (1 - far) ** 2
    total = shot + 0.08 * near * bolt + 0.05 * near * _cases(synth, at)
    return total + synth.mix(0.3, 0.36, far) * _echoes(synth, at, gains, 0.6, 0.3 + 0.7 * far)


def _cases(synth: Synth, at: Positions) -> Array:
    """(n,) brass that tinkles on the ground half a second after each shot."""
    rng = synth.rng("cases")
    fall = rng.uniform(0.35, 0.75, (len(at), 1)) + np.array([0, 0.09, 0.15])
    places = (at[:, None] + (fall * synth.rate).astype(np.int64)).ravel()
    gains = np.tile([1.0, 0.6, 0.3], len(at)) * rng.uniform(0.3, 1, 3 * len(at))
    hz = np.array([2900, 4300, 5600, 7100]) * np.exp(0.08 * rng.standard_normal(4))
    weights = gains[:, None] * rng.uniform(0.2, 1, (len(places), 4))
    return ring(synth, places, weights, hz, np.array([0.12, 0.10, 0.08, 0.06]))


def explosion(synth: Synth) -> Array:
    """A blast that tears the air, a boom that sinks, a rumble that rolls, debris that rains down.

    a: size; b: distant.
    """
    size, far = synth.a, synth.b
    rng = synth.rng("explosion")
    at, force = synth.at, synth.rng("force").uniform(0.8, 1, len(synth.at))
    source = hits(synth, at, force)
    front = _blast(synth, source, synth.mix(0.005, 0.014, size) * rng.uniform(0.8, 1.3))
    fire = fade(synth, source, synth.mix(0.25, 0.8, size) * rng.uniform(0.8, 1.25)) * coloured(
        synth,
        "fire",
        (40, 100, 250, 700, 2000, 5000, 8000),
        list(np.array([2, 4, 3, 0, -4, -10, -15]) + rng.uniform(-2, 2, 7)),
    )
    tear = fade(synth, source, 0.09) * coloured(
        synth, "tear", (500, 1500, 4000, 8000), [-4, 0, 0, -4]
    )
    blast = (
        2 * front + 1.5 * fire + synth.mix(1.0, 0.25, far) * tear + 1.3 * _sinking(synth, at, force)
    )
    drive = rng.uniform(1.0, 2.2)
    blast = np.tanh(drive * blast) / np.tanh(drive)
    blast = (1 - 0.96 * far) * blast + 0.96 * far * dull(synth, blast, synth.mix(2500, 500, far))
    rolling = _rumble(synth, source)
    return blast + synth.mix(0.9, 1.2, far) * rolling + 0.5 * (1 - far) ** 1.5 * _debris(synth, at)


def _sinking(synth: Synth, at: Positions, force: Array) -> Array:
    """(n,) the low push of each blast: a pitch that falls from 90 to 25 Hz as it dies."""
    rng = synth.rng("push")
    long = synth.mix(0.35, 0.9, synth.a)
    t = np.arange(round(1.6 * long * synth.rate) + 2) / synth.rate
    top, end = rng.uniform(70, 105), rng.uniform(24, 34)
    phase = np.cumsum(end + (top - end) * np.exp(-t / (0.22 * long))) / synth.rate
    wave = np.sin(2 * np.pi * phase) * np.exp(-3.2 * t / long) * np.clip((t[-1] - t) / 0.05, 0, 1)
    out = np.zeros(synth.n + len(t))
    for start, gain in zip(at, force, strict=True):
        out[start : start + len(t)] += gain * wave
    return out[: synth.n]


def _rumble(synth: Synth, source: Array) -> Array:
    """(n,) thunder of the hills: low noise that swells again and again as it dies."""
    rng = synth.rng("rumble")
    long = synth.mix(1.6, 4.5, synth.a) * rng.uniform(0.8, 1.2)
    noise = coloured(synth, "rumble/noise", (30, 70, 150, 350, 900, 3000), [4, 4, 2, -3, -14, -34])
    waves = np.exp(0.45 * synth.drift("roll", 3.0))
    grit = coloured(synth, "crumble", (150, 500, 1500, 4000), [-2, 0, -6, -18])
    return swell(synth, source, 0.15, long) * waves * unit_level(noise) + (
        0.5 - 0.35 * synth.b
    ) * fade(synth, source, 0.6 * long) * unit_level(grit) * np.exp(
        0.5 * synth.drift("crumble/roll", 9)
    )


def _debris(synth: Synth, at: Positions) -> Array:
    """(n,) stones, boards and glass that come down, thick at first, then one by one."""
    rng = synth.rng("debris")
    count = 45
    delay = 0.2 + rng.exponential(0.55, (len(at), count)) * synth.mix(0.7, 1.4, synth.a)
    places = (at[:, None] + (delay * synth.rate).astype(np.int64)).ravel()
    gains = (np.minimum(rng.pareto(2.0, (len(at), count)) + 0.1, 3) * np.exp(-0.7 * delay)).ravel()
    hz = np.exp(np.sort(rng.uniform(np.log(180), np.log(6500), 9)))
    weights = gains[:, None] * rng.uniform(0, 1, (len(places), 9)) ** 2
    bits = ring(synth, places, weights, hz, rng.uniform(0.01, 0.07, 9))
    dust = fade(synth, hits(synth, places, gains), 0.03) * coloured(
        synth, "dust", (200, 800, 2500, 6000), [-2, 0, -3, -9]
    )
    return 0.14 * bits + 0.3 * dust


__all__ = ["bursts", "explosion", "gunshot", "machine_gun"]
