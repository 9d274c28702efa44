"""Machines that whirr: drill, machinery, fan."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import band, coloured, fade, resonance, swell
from v2a.world.sounds.strikes import pulses, struck, turns, unit_level, waveform
from v2a.world.sounds.synth import Array, Synth


def drill(synth: Synth) -> Array:
    """A motor and gears that whine, spin up and down with the trigger, and bite into work.

    a: speed; b: load, from free running to biting.
    """
    fast, load = synth.a, synth.b
    rng = synth.rng("drill")
    trigger = _trigger(synth)
    grab = synth.drift("grab", 3.0)
    drop = 1 - 0.22 * load * (1 + 0.35 * grab) * trigger
    chuck = synth.mix(9, 30, fast) * rng.uniform(0.88, 1.14)
    turn = turns(synth, chuck * np.maximum(trigger * drop, 0.02))
    whine = _gearbox(synth, turn, chuck)
    brush = coloured(synth, "brush", (300, 1000, 2500, 5000, 8000), [-14, -4, 0, -1, -6])
    mains = rng.choice([100.0, 120.0]) * synth.t
    brush *= 1 + rng.uniform(0, 0.6) * np.sin(2 * np.pi * mains)
    chips = coloured(
        synth,
        "chips",
        (80, 250, 700, 1600, 3500, 8000),
        list(np.array([-4, 2, 1, 0, -3, -10]) + rng.uniform(-4, 4, 6)),
    )
    chips *= (0.55 + 0.45 * np.sin(2 * np.pi * 2 * turn)) * np.exp(0.3 * grab)
    total = unit_level(whine) + 0.35 * rng.uniform(0.6, 1.4) * unit_level(brush)
    total += load * (0.8 * unit_level(chips) + _percussion(synth, turn))
    return total * trigger**1.6


def _trigger(synth: Synth) -> Array:
    """(n,) how far the machine is up to speed, 0..1: held for seconds, let go for moments."""
    rng = synth.rng("trigger")
    knots, value, t = [0.0], [1.0], 0.0
    running = rng.uniform() < 0.6
    while t < synth.seconds:
        long = rng.uniform(0.8, 3.0) if running else rng.uniform(0.25, 0.8)
        rise = rng.uniform(0.12, 0.3) if running else rng.uniform(0.2, 0.45)
        knots += [t, t + min(rise, 0.9 * long), t + long]
        value += [value[-1], float(running), float(running)]
        t, running = t + long, not running
    value[:2] = [value[2]] * 2
    return np.interp(synth.t, knots, value)


def _gearbox(synth: Synth, turn: Array, chuck: float) -> Array:
    """(n,) orders of the chuck's turning: the teeth of two stages and the motor's slots."""
    rng = synth.rng("gearbox")
    ratio = rng.uniform(11, 17)
    motor = np.exp(2j * np.pi * rng.uniform(size=60)) * rng.uniform(0.2, 1, 60)
    motor = motor * np.arange(1, 61) ** -0.55
    motor[[4, 9, 14]] *= rng.uniform(1.5, 3.5)
    buzz = waveform(synth, turn * ratio, motor, chuck * ratio)
    teeth = np.zeros(synth.n)
    for order in (ratio * rng.integers(5, 8), 31.0, 62.0, ratio * 11):
        if order * chuck < 0.45 * synth.rate:
            shake = 1 + 0.25 * np.sin(2 * np.pi * (turn + rng.uniform()))
            teeth += rng.uniform(0.3, 1) * shake * np.sin(2 * np.pi * order * turn)
    case = rng.uniform(800, 1600)
    body = buzz + 1.2 * resonance(synth, buzz, case, 300)
    return band(synth, unit_level(body) + 0.55 * teeth, 150, synth.rate)


def _percussion(synth: Synth, turn: Array) -> Array:
    """(n,) some drills also hammer: a rattle of blows on stone."""
    rng = synth.rng("percussion")
    much = 1.6 * max(0.0, rng.uniform(-0.6, 0.6))
    blows = pulses(synth, turn * rng.uniform(1.8, 2.6), "blows", 0.25)
    noise = fade(synth, blows, 0.014) * coloured(
        synth, "stone", (150, 500, 1500, 3500, 8000), [-4, 0, 0, -2, -10]
    )
    return much * unit_level(noise)


def machinery(synth: Synth) -> Array:
    """A works of several strokes a turn, the same at every turn, over gears and a motor.

    a: pace; b: light, from a press or a loom to a sewing machine.
    """
    pace, light = synth.a, synth.b
    rng = synth.rng("works")
    hz = synth.mix(synth.mix(0.7, 5.0, light), synth.mix(2.6, 17.0, light), pace)
    hz *= rng.uniform(0.88, 1.12)
    steady = 1 + 0.012 * synth.drift("governor", 1.0)
    turn = turns(synth, hz * steady) + rng.uniform()
    strokes = _strokes(synth, turn, light)
    gears = _gears(synth, turn, hz)
    hum = coloured(synth, "hum", (40, 110, 250, 700, 2000, 6000), [2, 1, 0, -4, -12, -24])
    hum *= 1 + 0.25 * np.sin(2 * np.pi * turn)
    steam = _steam(synth, turn) * (1 - light) ** 0.7
    total = unit_level(strokes) + rng.uniform(0.2, 0.6) * unit_level(gears)
    return total + rng.uniform(0.2, 0.5) * unit_level(hum) + steam


def _strokes(synth: Synth, turn: Array, light: float) -> Array:
    """(n,) four to six different blows at fixed places of the turn, each on a body of its own."""
    rng = synth.rng("strokes")
    out = np.zeros(synth.n)
    spots = (np.arange(6) + rng.uniform(-0.3, 0.3, 6)) / 6
    strong = rng.permutation(np.array([1.0, 0.7, 0.5, 0.35, 0.25, rng.uniform(0, 0.3)]))
    for i in range(6):
        blow = strong[i] * pulses(synth, turn - spots[i], f"stroke{i}", 0.1)
        root = synth.mix(rng.uniform(90, 260), rng.uniform(380, 800), light)
        hz = root * np.array([1, 1.9, 3.3, 5.6, 9.1]) * np.exp(0.12 * rng.standard_normal(5))
        ring_for = synth.mix(rng.uniform(0.08, 0.4), rng.uniform(0.02, 0.07), light)
        width = 2.2 / (ring_for * np.array([1, 0.9, 0.75, 0.6, 0.45]))
        gain = rng.uniform(0.3, 1, 5) * np.array([1, 1, 0.9, 0.7, 0.5]) * 2500 / width
        out += struck(synth, blow, hz, width, gain * (hz / hz[0]) ** 0.3)
        click = fade(synth, blow, synth.mix(0.03, 0.008, light))
        colour = list(np.array([-2, 0, 0, -4, -10]) + rng.uniform(-5, 5, 5))
        out += 0.9 * click * coloured(synth, f"click{i}", (200, 700, 2000, 4500, 8000), colour)
    return out


def _gears(synth: Synth, turn: Array, hz: float) -> Array:
    """(n,) teeth that mesh, uneven over the turn, and the noise of their grease."""
    rng = synth.rng("gears")
    out = np.zeros(synth.n)
    for teeth in rng.integers(23, 140, 4):
        order = float(teeth) * max(1, round(6 / hz))
        if order * hz < 0.4 * synth.rate:
            uneven = 1 + 0.5 * np.sin(2 * np.pi * (turn * rng.integers(1, 4) + rng.uniform()))
            out += rng.uniform(0.2, 1) * uneven * np.sin(2 * np.pi * order * turn)
    mesh = pulses(synth, turn * max(1, round(40 / hz)), "mesh", 0.4)
    noise = fade(synth, mesh, 0.02) * coloured(
        synth, "mesh/noise", (200, 800, 2000, 5000), [-6, 0, -3, -12]
    )
    return unit_level(out) * 0.5 + unit_level(noise)


def _steam(synth: Synth, turn: Array) -> Array:
    """(n,) in some works a valve hisses once a turn or two."""
    rng = synth.rng("steam")
    much = 0.9 * max(0.0, rng.uniform(-0.7, 1))
    open_at = pulses(synth, turn / int(rng.integers(1, 3)) - rng.uniform(), "valve", 0.2)
    puff = swell(synth, open_at, 0.03, rng.uniform(0.15, 0.45))
    return much * puff * coloured(synth, "puff", (300, 1200, 3500, 8000), [-14, -2, 0, -3])


def fan(synth: Synth) -> Array:
    """Blades that beat the air, a motor that hums, a guard that may rattle.

    a: speed; b: big, from a desk fan to a duct.
    """
    fast, big = synth.a, synth.b
    rng = synth.rng("fan")
    hz = synth.mix(11, 27, fast) * synth.mix(1.15, 0.7, big) * rng.uniform(0.9, 1.1)
    blades = int(rng.integers(3, 7))
    turn = turns(synth, hz * (1 + 0.006 * synth.drift("load", 0.8)))
    slope = synth.mix(1, 2.0, big) - 0.8 * fast
    knots = np.array([0, 1, 0, -3, -8, -17, -27]) - slope * np.array([-3, -2, 0, 2, 4, 6, 7])
    air = coloured(
        synth, "air", (50, 120, 300, 700, 1600, 4000, 8000), list(knots + rng.uniform(-2.5, 2.5, 7))
    )
    beat = np.cos(2 * np.pi * (turn * blades)) + 0.4 * np.cos(2 * np.pi * turn)
    air *= 1 + rng.uniform(0.08, 0.3) * beat
    sweep = 1 + rng.uniform(0, 0.3) * np.sin(
        2 * np.pi * (synth.t / rng.uniform(3, 8) + rng.uniform())
    )
    harmonics = np.exp(2j * np.pi * rng.uniform(size=12)) * np.arange(1, 13) ** -1.4
    tone = waveform(synth, turn * blades, harmonics, hz * blades * 1.05)
    total = unit_level(air) * sweep + synth.mix(0.25, 0.6, big) * rng.uniform(
        0.4, 1.4
    ) * unit_level(tone)
    return total + rng.uniform(0.05, 0.32) * motor_hum(synth) + _guard(synth, turn)


def motor_hum(synth: Synth) -> Array:
    """(n,) magnets of a motor at twice the mains."""
    rng = synth.rng("hum")
    twice = rng.choice([100.0, 120.0])
    out = np.zeros(synth.n)
    for k in (1, 2, 3, 5):
        phase = k * twice * synth.t + rng.uniform()
        out += rng.uniform(0.2, 1) / k**0.8 * np.sin(2 * np.pi * phase)
    return out


def _guard(synth: Synth, turn: Array) -> Array:
    """(n,) in some fans a wire ticks once a turn, now more, now less."""
    rng = synth.rng("guard")
    much = max(0.0, rng.uniform(-1.0, 1))
    tick = pulses(synth, turn, "tick", 0.4)
    hz = np.array([700, 1500, 2700, 4200]) * rng.uniform(0.8, 1.25)
    wire = struck(synth, tick, hz, 0.06 * hz, np.array([1, 1, 0.8, 0.5]) * hz / 700)
    return much * 14 * wire * np.exp(0.5 * synth.drift("guard/sway", 0.8))
