"""Engines: of a car, a helicopter and a chainsaw."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import band, coloured, dull, fade, resonance, white
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import pulses, turns, waveform


def engine(stage: Stage) -> Array:
    """Four strokes: firings through an exhaust, breath of the intake, wheels on the road."""
    speed, big = stage.a, stage.b
    rng = stage.rng("engine")
    cylinders = 4
    rpm = stage.mix(820, 5200, speed) * stage.mix(1.15, 0.62, big) * rng.uniform(0.92, 1.08)
    wobble = 0.02 * (1 - 0.5 * speed) * stage.drift("idle", 3.0) + 0.03 * speed * stage.drift(
        "foot", 0.7
    )
    cycles = turns(stage, rpm / 120 * np.exp(wobble))
    fire = pulses(stage, cycles, "firing", 0.10 + 0.16 * (1 - speed), cylinders)
    beat = fade(stage, fire, stage.mix(0.011, 0.0045, speed) * stage.mix(1, 1.6, big))
    beat -= beat.mean()
    pipe = stage.mix(1.35, 0.7, big) * rng.uniform(0.85, 1.2)
    ways = (
        (75, 45, 1.5),
        (160, 70, 1.0),
        (310, 120, 0.6),
        (620, 260, 0.35),
        (1300, 700, 0.2 + 0.15 * speed),
    )
    tone = np.zeros(stage.n)
    for hz, width, gain in ways:
        tone += gain * resonance(stage, beat, hz * pipe, width * pipe)
    breath = np.abs(beat) * coloured(
        stage, "breath", (80, 300, 900, 2500, 6000, 16000), [-6, 0, -1, -6, -14, -26]
    )
    road = coloured(
        stage, "road", (30, 90, 250, 700, 1600, 4000, 8000), [0, 2, 0, -5, -12, -22, -32]
    )
    road *= 1 + 0.12 * stage.drift("tar", 2)
    whine = np.sin(2 * np.pi * cycles * 2 * rng.integers(7, 13)) * (0.02 + 0.04 * speed)
    total = tone / (tone.std() + 1e-9) + (0.10 + 0.16 * speed) * breath / (breath.std() + 1e-9)
    return total + (0.12 + 0.3 * speed) * road / road.std() + whine


def helicopter(stage: Stage) -> Array:
    """Blades that slap the air ten to twenty times a second, a turbine's whine, rumble."""
    fast, far = stage.a, stage.b
    rng = stage.rng("rotor")
    blades = stage.mix(10.0, 21.0, fast) * rng.uniform(0.95, 1.05)
    count = int(rng.integers(2, 5))
    cycles = turns(stage, blades * (1 + 0.006 * stage.drift("governor", 0.6)))
    slap = pulses(stage, cycles / count, "slap", 0.10, count)
    sharp = stage.mix(0.06, 0.13, far) * (14 / blades)
    envelope = fade(stage, fade(stage, slap, 0.006 + 0.02 * far), sharp)
    envelope /= envelope.mean() + 1e-9
    depth = rng.uniform(0.45, 1.0) * (1 - 0.35 * far)
    envelope = 1 + depth * (envelope - 1)
    chop = coloured(
        stage, "chop", (40, 90, 200, 450, 1000, 2500, 6000, 12000), [-3, 2, 3, 0, -5, -11, -19, -28]
    )
    wash = coloured(
        stage, "wash", (30, 80, 200, 600, 1500, 4000, 9000), [2, 3, 1, -3, -7, -13, -22]
    )
    thump = band(stage, envelope - envelope.mean(), 25, stage.mix(170, 110, far), 2)
    body = chop * envelope + rng.uniform(0.8, 1.5) * wash + stage.mix(1.4, 1.7, far) * thump
    whine = _turbine(stage, fast)
    body = body / body.std() + (0.10 * (1 - far) ** 1.5 * rng.uniform(0.4, 1.2)) * whine
    air = np.exp(far * 0.16 * stage.drift("haze", 1.5) + 0.18 * stage.drift("pass", 0.3))
    return dull(stage, body, stage.mix(6500, 520, far)) * air


def _turbine(stage: Stage, fast: float) -> Array:
    rng = stage.rng("turbine")
    out = np.zeros(stage.n)
    for i in range(4):
        hz = rng.uniform(380, 900) * (1 + i) * stage.mix(0.85, 1.15, fast)
        gain = rng.uniform(0.3, 1) / (1 + i)
        if hz < 0.45 * stage.rate:
            phase = turns(stage, hz * (1 + 0.002 * stage.drift(f"w{i}", 1.1)))
            out += gain * np.sin(2 * np.pi * phase)
    return out


def chainsaw(stage: Stage) -> Array:
    """A two-stroke that buzzes, wobbles in its revs, and rasps when it bites into wood."""
    revs, load = stage.a, stage.b
    rng = stage.rng("saw")
    top = stage.mix(48, 185, revs) * (1 - 0.13 * load) * rng.uniform(0.92, 1.08)
    grab = stage.drift("grab", 2.6)
    throttle = 0.10 * np.clip(stage.drift("throttle", 0.8), -2.2, 1.2) * (0.3 + 0.7 * revs)
    wobble = throttle + 0.03 * stage.drift("hunt", 1.7) + load * 0.05 * grab
    flutter = 0.012 * stage.drift("flutter", 15)
    cycles = turns(stage, top * np.exp(wobble + flutter))
    fire = pulses(stage, cycles, "firing", 0.16 + 0.12 * (1 - revs))
    beat = fade(stage, fire, stage.mix(0.006, 0.0022, revs))
    crack = beat * (1 + 0.5 * white(stage, "spray"))
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
    tone = np.zeros(stage.n)
    for hz, width, gain in ways:
        tone += gain * resonance(stage, crack, hz * cage, width)
    reeds = np.exp(1j * rng.uniform(0, 2 * np.pi, 60)) * np.arange(1, 61) ** -0.7
    buzz = waveform(stage, cycles, reeds, top * 1.45)
    buzz = band(stage, buzz, 250, 3600)
    rasp = _rasp(stage, cycles, grab)
    total = tone / (tone.std() + 1e-9) + (0.25 + 0.3 * revs) * buzz / (buzz.std() + 1e-9)
    total = band(stage, total, rng.uniform(70, 150), stage.rate)
    return (total + 0.8 * load * rasp / (rasp.std() + 1e-9)) * np.exp(2.5 * throttle)


def _rasp(stage: Stage, cycles: Array, grab: Array) -> Array:
    """Teeth in wood: noise chopped by the chain, stronger as the bar grabs."""
    rng = stage.rng("teeth")
    hz = (200, 600, 1400, 2800, 5000, 8000, 16000)
    noise = coloured(
        stage, "rasp", hz, list(np.array([-13, -4, 0, -1, -5, -11, -20]) + rng.uniform(-2, 2, 7))
    )
    teeth = 0.6 + 0.4 * np.sin(2 * np.pi * cycles * rng.uniform(2.3, 3.4))
    return noise * teeth * np.exp(0.35 * grab + 0.12 * stage.drift("chips", 22))
