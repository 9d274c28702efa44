"""Machines of film: the click of a camera, a projector that runs."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import band, coloured, dull, fade, hits, resonance
from v2a.world.sounds.strikes import pulses, ring, struck, turns, unit_level, waveform
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tools import motor_hum


def camera(synth: Synth) -> Array:
    """A mirror that slaps, a curtain that opens and shuts, a motor that winds on.

    a: big, from a compact's click to a reflex with a mirror; b: motor, from none to a winder.
    """
    big, motor = synth.a, synth.b
    rng = synth.rng("camera")
    at, count = synth.at, len(synth.at)
    open_for = float(np.exp(rng.uniform(np.log(0.035), np.log(0.13))))
    steps = np.array([0.0, rng.uniform(0.012, 0.03) * (0.4 + big), open_for, open_for + 0.02])
    strength = np.array([0.7 + 0.3 * big, 0.55, 0.6, 0.15 + 0.45 * big]) * rng.uniform(0.7, 1, 4)
    strength[0] = 1.0
    places = (at[:, None] + np.round(steps * synth.rate).astype(np.int64)).ravel()
    gains = (strength * rng.uniform(0.85, 1, (count, 4))).ravel()
    kind = np.tile(np.arange(4), count)
    hz = np.array([240, 480, 950, 1700, 2600, 3700, 5200, 6800]) * synth.mix(1.35, 0.85, big)
    hz = hz * np.exp(0.1 * rng.standard_normal(8))
    decay = np.array([0.05, 0.04, 0.03, 0.022, 0.018, 0.014, 0.010, 0.008]) * rng.uniform(0.6, 1.5)
    slope = np.array([1, 1, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3]) * big**0.7
    parts = rng.uniform(0.15, 1, (4, 8)) * (
        slope + np.array([0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.7, 0.5])
    )
    body = ring(synth, places, gains[:, None] * parts[kind], hz, decay)
    click = fade(synth, hits(synth, places, gains), synth.mix(0.006, 0.012, big)) * coloured(
        synth, "click", (200, 700, 1800, 4000, 8000), [-10 + 8 * big, -4 + 3 * big, 0, 0, -4]
    )
    wound = at + np.int64((steps[3] + 0.015) * synth.rate)
    return 0.8 * body + 0.9 * click + motor**1.5 * _winder(synth, wound)


def _winder(synth: Synth, at: np.ndarray) -> Array:
    """(n,) film drawn on by a small motor: a short whirr of gears from each of `at`."""
    rng = synth.rng("winder")
    long, out = rng.uniform(0.12, 0.34), np.zeros(synth.n)
    size = min(synth.n, max(2, round(long * synth.rate)))
    inside = np.zeros(synth.n)
    for start in at[at < synth.n]:
        inside[start : start + size] = 1
    gate = dull(synth, inside, 18)
    hz = rng.uniform(240, 520) * (0.7 + 0.3 * gate)
    turn = turns(synth, hz)
    harmonics = np.exp(2j * np.pi * rng.uniform(size=24)) * rng.uniform(0.2, 1, 24)
    out += waveform(synth, turn, harmonics * np.arange(1, 25) ** -0.5, 560)
    noise = coloured(synth, "winder/noise", (300, 1200, 3000, 7000), [-10, 0, 0, -8])
    teeth = 0.6 + 0.4 * np.sin(2 * np.pi * turn / 5)
    return 0.065 * gate * teeth * (unit_level(out) + 0.9 * unit_level(noise))


def film_static(synth: Synth) -> Array:
    """A projector's claw that ticks with every frame, the film's hiss, specks that crackle.

    a: static, from a mechanical projector to a screen without a signal; b: worn.
    """
    static, worn = synth.a, synth.b
    rng = synth.rng("projector")
    hz = rng.choice([16.0, 18.0, 24.0, 24.0]) * rng.uniform(0.96, 1.04)
    turn = turns(synth, hz * (1 + 0.01 * synth.drift("governor", 1.5))) + rng.uniform()
    works = _claw(synth, turn)
    motor = coloured(synth, "motor", (60, 150, 400, 1200, 3000, 7000), [0, 2, 0, -4, -10, -20])
    whine = np.sin(2 * np.pi * turn * int(rng.integers(14, 40)))
    works = (
        unit_level(works)
        + rng.uniform(0.25, 0.5) * unit_level(motor)
        + rng.uniform(0, 0.12) * whine
    )
    hiss = coloured(
        synth,
        "hiss",
        (100, 400, 1200, 3000, 7000),
        list(np.array([-12, -7, -3, 0, 0]) + rng.uniform(-3, 3, 5)),
    )
    hum = motor_hum(synth) * rng.uniform(0.02, 0.2)
    share = (1 - static) ** 0.8
    return (
        share * works
        + (0.06 + 0.9 * static**1.4) * unit_level(hiss)
        + 0.3 * hum
        + _specks(synth, worn)
    )


def _claw(synth: Synth, turn: Array) -> Array:
    """(n,) three small blows a frame: the claw goes in, draws the film, lets go; a loop flaps."""
    rng = synth.rng("claw")
    out = np.zeros(synth.n)
    spots = np.cumsum([0.0, rng.uniform(0.08, 0.22), rng.uniform(0.08, 0.22)])
    for i, share in enumerate((1.0, rng.uniform(0.15, 0.6), rng.uniform(0.05, 0.35))):
        blow = share * pulses(synth, turn - spots[i], f"blow{i}", 0.14)
        hz = np.array([350, 800, 1500, 2600, 4200]) * np.exp(0.2 * rng.standard_normal(5))
        gain = rng.uniform(0.3, 1, 5) * hz / 800
        out += 25 * struck(synth, blow, hz, 0.2 * hz, gain)
        colour = list(np.array([-10, -3, 0, -1, -8]) + rng.uniform(-3, 3, 5))
        noise = coloured(synth, f"flap{i}", (200, 700, 1800, 4000, 8000), colour)
        out += 1.6 * fade(synth, blow, rng.uniform(0.010, 0.028)) * noise
    return out


def _specks(synth: Synth, worn: float) -> Array:
    """(n,) dust and scratches on a sound track: many faint ticks, a few loud pops."""
    at, marks, grown = synth.scatter("specks", synth.mix(6, 90, worn), 90)
    gains = grown * (0.12 + 3.0 * marks**9) * np.where(marks * 997 % 2 < 1, 1, -1)
    crackle = fade(synth, hits(synth, at, gains), 0.0015)
    pop = resonance(synth, crackle, 900, 900)
    return (0.3 + worn) * (0.8 * band(synth, crackle, 300, synth.rate) + 3 * pop)
