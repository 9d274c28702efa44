"""Engines: of a car, a helicopter and a chainsaw."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import band, coloured, dull, fade, resonance, white
from v2a.world.sounds.strikes import pulses, turns, waveform
from v2a.world.sounds.synth import Array, Synth


def engine(synth: Synth) -> Array:
    """Four strokes: firings through an exhaust, breath of the intake, wheels on the road."""
    speed, big = synth.a, synth.b
    rng = synth.rng("engine")
    cylinders = 4
    rpm = synth.mix(820, 5200, speed) * synth.mix(1.15, 0.62, big) * rng.uniform(0.92, 1.08)
    wobble = 0.02 * (1 - 0.5 * speed) * synth.drift("idle", 3.0) + 0.03 * speed * synth.drift(
        "foot", 0.7
    )
    cycles = turns(synth, rpm / 120 * np.exp(wobble))
    fire = pulses(synth, cycles, "firing", 0.10 + 0.16 * (1 - speed), cylinders)
    beat = fade(synth, fire, synth.mix(0.011, 0.0045, speed) * synth.mix(1, 1.6, big))
    beat -= beat.mean()
    pipe = synth.mix(1.35, 0.7, big) * rng.uniform(0.85, 1.2)
    ways = (
        (75, 45, 1.5),
        (160, 70, 1.0),
        (310, 120, 0.6),
        (620, 260, 0.35),
        (1300, 700, 0.2 + 0.15 * speed),
    )
    tone = np.zeros(synth.n)
    for hz, width, gain in ways:
        tone += gain * resonance(synth, beat, hz * pipe, width * pipe)
    breath = np.abs(beat) * coloured(
        synth, "breath", (80, 300, 900, 2500, 6000, 16000), [-6, 0, -1, -6, -14, -26]
    )
    road = coloured(
        synth, "road", (30, 90, 250, 700, 1600, 4000, 8000), [0, 2, 0, -5, -12, -22, -32]
    )
    road *= 1 + 0.12 * synth.drift("tar", 2)
    whine = np.sin(2 * np.pi * cycles * 2 * rng.integers(7, 13)) * (0.02 + 0.04 * speed)
    total = tone / (tone.std() + 1e-9) + (0.10 + 0.16 * speed) * breath / (breath.std() + 1e-9)
    return total + (0.12 + 0.3 * speed) * road / road.std() + whine


def helicopter(synth: Synth) -> Array:
    """Blades that slap the air ten to twenty times a second, a turbine's whine, rumble."""
    fast, far = synth.a, synth.b
    rng = synth.rng("rotor")
    blades = synth.mix(10.0, 21.0, fast) * rng.uniform(0.95, 1.05)
    count = int(rng.integers(2, 5))
    cycles = turns(synth, blades * (1 + 0.006 * synth.drift("governor", 0.6)))
    slap = pulses(synth, cycles / count, "slap", 0.10, count)
    sharp = synth.mix(0.06, 0.13, far) * (14 / blades)
    envelope = fade(synth, fade(synth, slap, 0.006 + 0.02 * far), sharp)
    envelope /= envelope.mean() + 1e-9
    depth = rng.uniform(0.45, 1.0) * (1 - 0.35 * far)
    envelope = 1 + depth * (envelope - 1)
    chop = coloured(
        synth, "chop", (40, 90, 200, 450, 1000, 2500, 6000, 12000), [-3, 2, 3, 0, -5, -11, -19, -28]
    )
    wash = coloured(
        synth, "wash", (30, 80, 200, 600, 1500, 4000, 9000), [2, 3, 1, -3, -7, -13, -22]
    )
    thump = band(synth, envelope - envelope.mean(), 25, synth.mix(170, 110, far), 2)
    body = chop * envelope + rng.uniform(0.8, 1.5) * wash + synth.mix(1.4, 1.7, far) * thump
    whine = _turbine(synth, fast)
    body = body / body.std() + (0.10 * (1 - far) ** 1.5 * rng.uniform(0.4, 1.2)) * whine
    air = np.exp(far * 0.16 * synth.drift("haze", 1.5) + 0.18 * synth.drift("pass", 0.3))
    return dull(synth, body, synth.mix(6500, 520, far)) * air


def _turbine(synth: Synth, fast: float) -> Array:
    rng = synth.rng("turbine")
    out = np.zeros(synth.n)
    for i in range(4):
        hz = rng.uniform(380, 900) * (1 + i) * synth.mix(0.85, 1.15, fast)
        gain = rng.uniform(0.3, 1) / (1 + i)
        if hz < 0.45 * synth.rate:
            phase = turns(synth, hz * (1 + 0.002 * synth.drift(f"w{i}", 1.1)))
            out += gain * np.sin(2 * np.pi * phase)
    return out


def chainsaw(synth: Synth) -> Array:
    """A two-stroke that buzzes, wobbles in its revs, and rasps when it bites into wood."""
    revs, load = synth.a, synth.b
    rng = synth.rng("saw")
    top = synth.mix(48, 185, revs) * (1 - 0.13 * load) * rng.uniform(0.92, 1.08)
    grab = synth.drift("grab", 2.6)
    throttle = 0.10 * np.clip(synth.drift("throttle", 0.8), -2.2, 1.2) * (0.3 + 0.7 * revs)
    wobble = throttle + 0.03 * synth.drift("hunt", 1.7) + load * 0.05 * grab
    flutter = 0.012 * synth.drift("flutter", 15)
    cycles = turns(synth, top * np.exp(wobble + flutter))
    fire = pulses(synth, cycles, "firing", 0.16 + 0.12 * (1 - revs))
    beat = fade(synth, fire, synth.mix(0.006, 0.0022, revs))
    crack = beat * (1 + 0.5 * white(synth, "spray"))
    crack -= crack.mean()
    cage = rng.uniform(0.85, 1.2)
    ways = (
        (190, 120, 0.5),
        (480, 200, 1.0),
        (1000, 420, 0.9),
        (2100, 800, 0.6),
        (3700, 1300, 0.35),
        (6000, 2200, 0.12),
    )
    tone = np.zeros(synth.n)
    for hz, width, gain in ways:
        tone += gain * resonance(synth, crack, hz * cage, width)
    reeds = np.exp(1j * rng.uniform(0, 2 * np.pi, 60)) * np.arange(1, 61) ** -0.7
    buzz = waveform(synth, cycles, reeds, top * 1.45)
    buzz = band(synth, buzz, 250, 3600)
    rasp = _rasp(synth, cycles, grab)
    total = tone / (tone.std() + 1e-9) + (0.25 + 0.3 * revs) * buzz / (buzz.std() + 1e-9)
    total = band(synth, total, rng.uniform(70, 150), synth.rate)
    return (total + 0.8 * load * rasp / (rasp.std() + 1e-9)) * np.exp(2.5 * throttle)


def _rasp(synth: Synth, cycles: Array, grab: Array) -> Array:
    """Teeth in wood: noise chopped by the chain, stronger as the bar grabs."""
    rng = synth.rng("teeth")
    hz = (200, 600, 1400, 2800, 5000, 8000, 16000)
    noise = coloured(
        synth, "rasp", hz, list(np.array([-13, -4, 0, -1, -5, -11, -20]) + rng.uniform(-2, 2, 7))
    )
    teeth = 0.6 + 0.4 * np.sin(2 * np.pi * cycles * rng.uniform(2.3, 3.4))
    return noise * teeth * np.exp(0.35 * grab + 0.12 * synth.drift("chips", 22))
