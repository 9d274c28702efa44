"""Engines on the road and on water: motorcycle, truck, boat."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.acoustics import passing
from v2a.world.sounds.shaped_noise import (
    band,
    coloured,
    dull,
    fade,
    hits,
    swell,
)
from v2a.world.sounds.strikes import (
    pulses,
    resonant,
    ring,
    turns,
    unit_level,
    waveform,
)
from v2a.world.sounds.synth import Array, Synth


def _way(synth: Synth, chance: float) -> tuple[Array, Array]:
    """Pitch ratio and loudness of a vehicle: it stays near or, with `chance`, drives past."""
    rng = synth.rng("way")
    past, when = rng.uniform() < chance, rng.uniform(0.25, 0.75) * synth.seconds
    speed, near = rng.uniform(8, 24), rng.uniform(5, 16)
    if not past:
        return np.ones(synth.n), 1 + 0.08 * synth.drift("way/sway", 0.6)
    ratio, gain = passing(synth.t, when, speed, near)
    return ratio, 0.06 + 0.94 * gain


def _from_afar(synth: Synth, wave: Array, gain: Array) -> Array:
    """(n,) the wave at a distance: softer and duller as `gain` (n,) falls below 1."""
    clear = np.clip(gain, 0, 1)
    return gain * (clear * wave + (1 - clear) * dull(synth, wave, 1100))


def _gears(synth: Synth) -> Array:
    """(n,) pull through the gears, -0.5..0.5: a slow rise, then a quick fall at every change."""
    rng = synth.rng("gears")
    long = rng.uniform(1.5, 3.4)
    x = (synth.t / long + rng.uniform()) % 1.0
    turn = 1 - rng.uniform(0.14, 0.24) / long
    return np.where(x < turn, (x / turn) ** 0.8, (1 - x) / (1 - turn)) - 0.5


def _blips(synth: Synth) -> Array:
    """(n,) twists of the throttle of a rider who waits, 0..about 1."""
    rng = synth.rng("blips")
    count = rng.poisson(0.5 * synth.seconds)
    at = (rng.uniform(size=count) * synth.n).astype(np.int64)
    return np.minimum(1.3, swell(synth, hits(synth, at, rng.uniform(0.4, 1, count)), 0.25, 1.4))


def motorcycle(synth: Synth) -> Array:
    """From a big twin that lopes, two firings close and a gap, to a whining little two-stroke.

    a: small; b: pull, from idling to ridden hard through the gears.
    """
    small, pull = synth.a, synth.b
    rng = synth.rng("motorcycle")
    ratio, near = _way(synth, 0.35)
    rpm = synth.mix(synth.mix(780, 1900, small), synth.mix(3300, 9400, small), pull)
    rpm *= rng.uniform(0.9, 1.1)
    swing = (1 - pull) * 0.8 * _blips(synth) + pull * 0.42 * _gears(synth)
    wobble = 0.035 * (1 - pull) * synth.drift("idle", 4) + 0.008 * synth.drift("hunt", 14)
    cycles = turns(synth, rpm / 120 * np.exp(swing + wobble) * ratio)
    lag = 315 / 720 + (0.5 - 315 / 720) * small**0.5  # a 45 degree twin fires at 0 and 315
    shake = 0.07 + 0.14 * (1 - pull)
    fire = pulses(synth, cycles, "front", shake) + pulses(synth, cycles - lag, "rear", shake)
    tone = _exhaust(synth, fire, small, pull)
    reeds = np.exp(1j * rng.uniform(0, 2 * np.pi, 70)) * np.arange(1, 71) ** -0.8
    whine = band(synth, waveform(synth, 2 * cycles, reeds, rpm / 60 * 2.0), 350, 4200)
    road = coloured(synth, "wind", (40, 150, 500, 1500, 4000), [2, 0, -6, -14, -24])
    total = tone + small * (0.2 + 0.5 * pull) * unit_level(whine) + 0.16 * pull * unit_level(road)
    return _from_afar(synth, total * np.exp(0.7 * swing), near)


def _exhaust(synth: Synth, fire: Array, small: float, pull: float) -> Array:
    """Firings through the pipe: low and round for a twin, tinny for an expansion chamber."""
    rng = synth.rng("pipe")
    beat = fade(synth, fire, synth.mix(synth.mix(0.022, 0.008, small), 0.004, pull))
    beat = beat - beat.mean()
    low, high = (
        np.array([68, 135, 250, 460, 950, 2100]),
        np.array([190, 420, 800, 1500, 2700, 4600]),
    )
    hz = low ** (1 - small) * high**small * rng.uniform(0.85, 1.2)
    hz = hz * np.exp(0.08 * rng.standard_normal(6))
    gain = np.array([1.3, 1.2, 1.0, 0.8, 0.6 + 0.3 * pull, 0.4 + 0.3 * pull])
    gain = gain * rng.uniform(0.7, 1.2, 6)
    tone = unit_level(resonant(synth, beat, hz, 0.45 * hz, gain))
    drive = rng.uniform(0.9, 2.2)
    growl = unit_level(np.tanh(drive * tone)) + 0.35 * tone
    bark = unit_level(np.abs(beat)) * coloured(
        synth, "bark", (80, 300, 900, 2500, 6000, 12000), [-4, 0, -1, -5, -12, -24]
    )
    valves = fade(synth, np.roll(fire, round(0.006 * synth.rate)), 0.004) * coloured(
        synth, "valves", (800, 2500, 5000, 9000), [-18, -3, 0, -8]
    )
    share = 0.16 * (1 - pull) * rng.uniform(0.4, 1.4)
    return growl + (0.10 + 0.12 * pull) * unit_level(bark) + share * unit_level(valves)


def truck(synth: Synth) -> Array:
    """A diesel that nails and shakes, its turbo as it pulls, a brake that lets off air.

    a: pull, from idling to climbing; b: heavy.
    """
    pull, heavy = synth.a, synth.b
    rng = synth.rng("truck")
    ratio, near = _way(synth, 0.3)
    cylinders = int(rng.choice([4, 6, 6]))
    rpm = synth.mix(620, 1900, pull) * synth.mix(1.22, 0.86, heavy) * rng.uniform(0.92, 1.08)
    climb = 0.30 * pull * _gears(synth)
    swing = climb + 0.012 * (1 - pull) * synth.drift("idle", 3)
    cycles = turns(synth, rpm / 120 * np.exp(swing) * ratio)
    fire = pulses(synth, cycles, "firing", 0.18 - 0.08 * pull, cylinders)
    body = _diesel(synth, fire, pull, heavy)
    turbo = np.sin(2 * np.pi * cycles * rng.uniform(190, 330)) * band(
        synth, coloured(synth, "turbo", (20, 60), [0, -30]), 5, 60
    )
    gust = coloured(synth, "intake", (100, 300, 1000, 3000, 7000), [-8, -3, 0, -4, -14])
    whistle = np.sin(2 * np.pi * cycles * rng.uniform(120, 230))
    body += pull * (
        0.10 * unit_level(gust) + 0.05 * rng.uniform(0.2, 1) * (whistle + unit_level(turbo))
    )
    body *= np.exp(1.2 * climb)
    return _from_afar(synth, body, near) + (1 - 0.65 * pull) * _air_brake(synth)


def _diesel(synth: Synth, fire: Array, pull: float, heavy: float) -> Array:
    """Low thuds in the exhaust and a knock of metal at every firing."""
    rng = synth.rng("diesel")
    beat = fade(synth, fire, synth.mix(0.018, 0.008, pull))
    size = synth.mix(1.25, 0.8, heavy) * rng.uniform(0.88, 1.15)
    hz = np.array([42, 84, 150, 270, 520, 1000]) * size
    gain = np.array([1.3, 1.4, 1.1, 0.8, 0.45, 0.25]) * rng.uniform(0.7, 1.2, 6)
    thud = resonant(synth, beat - beat.mean(), hz, 0.5 * hz, gain)
    knock = fade(synth, fire, 0.007) * coloured(
        synth, "knock", (300, 900, 1800, 3500, 7000), [-14, -2, 0, -5, -16]
    )
    iron = np.array([780, 1350, 2050, 3000]) * rng.uniform(0.85, 1.2)
    clatter = knock + resonant(synth, knock, iron, 0.08 * iron, np.array([1.6, 1.4, 1.0, 0.6]))
    clatter = np.tanh(0.6 * unit_level(clatter))
    rattle = coloured(synth, "belts", (60, 200, 700, 2000, 5000), [0, 0, -3, -9, -20])
    share = synth.mix(0.75, 0.3, pull) * rng.uniform(0.6, 1.25)
    return unit_level(thud) + share * unit_level(clatter) + 0.2 * unit_level(rattle)


def _air_brake(synth: Synth) -> Array:
    """Now and then a burst of air that dies in a sigh."""
    rng = synth.rng("brake")
    count = int(rng.choice([0, 1, 2], p=[0.35, 0.4, 0.25]))
    at = (rng.uniform(0.05, 0.9, count) * synth.n).astype(np.int64)
    burst = swell(synth, hits(synth, at, rng.uniform(0.5, 1, count)), 0.02, rng.uniform(0.3, 1.3))
    hiss = coloured(synth, "hiss", (200, 800, 2500, 5000, 8000), [-22, -8, 0, 1, -4])
    return 2.2 * burst * unit_level(hiss)


def boat(synth: Synth) -> Array:
    """An outboard that burbles under water, the wash behind, waves that slap the hull.

    a: throttle; b: big, from a dinghy to a launch.
    """
    throttle, big = synth.a, synth.b
    rng = synth.rng("boat")
    rpm = synth.mix(850, 4900, throttle) * synth.mix(1.15, 0.55, big) * rng.uniform(0.9, 1.1)
    heave = synth.drift("heave", 0.9)
    wobble = 0.03 * heave + 0.025 * (1 - throttle) * synth.drift("idle", 4)
    cycles = turns(synth, rpm / 60 * np.exp(wobble))
    count = int(rng.choice([2, 3, 4]))
    fire = pulses(synth, cycles, "firing", 0.3 - 0.15 * throttle, count)
    beat = fade(synth, fire, synth.mix(0.035, 0.008, throttle))
    hz = np.array([70, 140, 260, 480, 900, 1900]) * synth.mix(1.25, 0.75, big)
    hz = hz * np.exp(0.1 * rng.standard_normal(6))
    gain = np.array([1.2, 1.2, 1.0, 0.7, 0.35, 0.2]) * rng.uniform(0.7, 1.2, 6)
    hull = resonant(synth, beat - beat.mean(), hz, 0.22 * hz, gain)
    hull = np.tanh(0.8 * unit_level(hull))
    hull *= np.exp(0.30 * synth.drift("gulp", 7) * (1 - 0.6 * throttle))
    bubble = unit_level(beat) * coloured(
        synth, "burble", (80, 250, 600, 1200, 3000, 7000), [-6, 2, 3, -3, -14, -26]
    )
    bubble *= np.exp(0.5 * synth.drift("burble/gulp", 11))
    cowl = np.sin(2 * np.pi * cycles * int(rng.integers(9, 16))) * (1 + 0.3 * heave)
    total = (
        unit_level(hull)
        + synth.mix(0.8, 0.35, throttle) * unit_level(bubble)
        + 0.03 * throttle * cowl
    )
    return total * np.exp(0.12 * heave) + _wash(synth, throttle)


def _wash(synth: Synth, throttle: float) -> Array:
    """Water along the hull and the slap of every wave."""
    foam = coloured(synth, "foam", (100, 400, 1200, 3000, 8000), [-5, 0, -1, -4, -13])
    foam *= np.exp(0.35 * synth.drift("foam/sway", 1.6))
    at, marks, grown = synth.scatter("slaps", synth.mix(1.2, 2.6, throttle), 3.0)
    sizes = grown * (0.15 + marks**2)
    splash = swell(synth, hits(synth, at, sizes), 0.012, synth.mix(0.35, 0.18, throttle))
    water = coloured(synth, "slap", (60, 180, 500, 1500, 4000, 8000), [0, 3, 0, -5, -10, -18])
    plop = ring(
        synth, at, sizes[:, None] * np.array([1.0, 0.7, 0.5]), np.array([95.0, 170, 310]),
        np.array([0.16, 0.12, 0.08]),
    )  # fmt: skip
    return (0.10 + 0.35 * throttle) * unit_level(foam) + 1.6 * splash * water + 0.2 * plop
