"""Small wheels: a bicycle, skates and skateboards."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    coloured,
    fade,
    hits,
    resonance,
)
from v2a.world.sounds.strikes import pulses, ring, struck, turns, unit_level
from v2a.world.sounds.synth import Array, Synth


def bicycle(synth: Synth) -> Array:
    """A freewheel that ticks while coasting, a chain while pedalling, tyres on the road.

    a: speed; b: pedalling, from all coasting to all pedalling.
    """
    speed, pedal = synth.a, synth.b
    rng = synth.rng("bicycle")
    wheel = (
        synth.mix(1.1, 4.6, speed) * rng.uniform(0.9, 1.1) * np.exp(0.06 * synth.drift("v", 0.4))
    )
    turn = turns(synth, wheel)
    coast = 1 / (1 + np.exp(-6 * (synth.drift("rest", 0.5) * 0.5 + 0.9 - 1.7 * pedal)))
    ticks = _freewheel(synth, turn * int(rng.choice([12, 16, 18, 24]))) * coast
    road = coloured(
        synth, "tyre", (50, 150, 400, 1000, 2500, 6000), list(_tilt(rng, [-4, 0, 0, -4, -12, -23]))
    )
    road *= np.exp(0.18 * synth.drift("tar", 6)) * (1 + 0.12 * np.sin(2 * np.pi * turn))
    chain = _chain(synth, turn, rng.uniform(1.8, 3.2)) * (1 - coast)
    spokes = _rattle(synth, turn)
    quiet = synth.mix(0.12, 0.4, speed) * rng.uniform(0.6, 1.4)
    return rng.uniform(0.8, 1.3) * ticks + 1.5 * chain + quiet * unit_level(road) + spokes


def _tilt(rng: np.random.Generator, db: list[float]) -> Array:
    """A spectrum, each knot moved by a few dB."""
    return np.array(db) + rng.uniform(-3, 3, len(db))


def _freewheel(synth: Synth, teeth: Array) -> Array:
    """(n,) pawls that fall from tooth to tooth: a click of hard steel each."""
    rng = synth.rng("freewheel")
    tick = pulses(synth, teeth, "pawl", 0.16)
    second = pulses(synth, teeth - rng.uniform(0.2, 0.45), "pawl2", 0.2) * rng.uniform(0.2, 0.7)
    hz = np.array([1500, 2600, 3700, 4900, 6300, 7500]) * rng.uniform(0.8, 1.15)
    hz = hz * np.exp(0.06 * rng.standard_normal(6))
    gain = np.array([0.4, 0.9, 1, 1, 0.8, 0.5]) * rng.uniform(0.4, 1.2, 6)
    hub = struck(synth, tick + second, hz, hz * rng.uniform(0.07, 0.15), gain)
    snap = fade(synth, tick + 0.6 * second, 0.003) * coloured(
        synth, "snap", (600, 2000, 4500, 8000), [-16, -2, 0, -4]
    )
    return 13 * hub + 2.0 * snap


def _chain(synth: Synth, turn: Array, ratio: float) -> Array:
    """(n,) links on the teeth, stronger at every push of the pedals."""
    rng = synth.rng("chain")
    crank = turn / ratio
    links = pulses(synth, crank * int(rng.choice([38, 44, 50])), "links", 0.35)
    push = 0.45 + 0.55 * np.abs(np.sin(2 * np.pi * (crank + rng.uniform()))) ** 1.5
    whirr = fade(synth, links, 0.012) * coloured(
        synth, "whirr", (300, 900, 2000, 4000, 8000), [-10, -2, 0, -2, -9]
    )
    hz = np.array([650, 1200, 2300, 3400]) * rng.uniform(0.8, 1.25)
    frame = struck(synth, links, hz, 0.06 * hz, np.array([0.6, 0.7, 1.0, 0.8]) * hz / 1500)
    creak = pulses(synth, crank * 2 + rng.uniform(), "creak", 0.5)
    knock = struck(synth, creak, hz * 0.5, 0.07 * hz, np.array([1, 0.7, 0.5, 0.3]))
    return push * (0.7 * whirr + 7 * frame) + 8 * rng.uniform(0, 1) * knock


def _rattle(synth: Synth, turn: Array) -> Array:
    """(n,) mudguards and cables that shake on every unevenness."""
    rng = synth.rng("rattle")
    at, marks, grown = synth.scatter("bumps", synth.mix(0.6, 2.5, synth.a), 2.5)
    gains = (grown * marks**2)[:, None] * rng.uniform(0.3, 1, (len(at), 5))
    hz = np.array([160, 420, 1100, 2100, 3600]) * np.exp(0.15 * rng.standard_normal(5))
    decay = np.array([0.08, 0.06, 0.05, 0.04, 0.03])
    loose = at + np.int64(0.022 * synth.rate)
    both = np.concatenate([at, loose])
    return 0.35 * ring(synth, both, np.concatenate([gains, 0.5 * gains]), hz, decay)


def skating(synth: Synth) -> Array:
    """Hard wheels that roar on the pavement and clack, front and rear, over every crack.

    a: speed; b: rough, from smooth slabs to tiles and cobbles.
    """
    fast, rough = synth.a, synth.b
    rng = synth.rng("skates")
    speed = synth.mix(1.3, 6.5, fast) * rng.uniform(0.9, 1.1) * _pushes(synth)
    way = turns(synth, speed)
    hz = (40, 90, 200, 450, 900, 1800, 3500, 7000)
    roar = coloured(
        synth,
        "roar",
        hz,
        list(_tilt(rng, [-6, -1, 1, 0, -3 + 2 * rough, -8 + 3 * rough, -16, -28])),
    )
    roar *= np.exp((0.12 + 0.22 * rough) * synth.drift("grit", 14) + 0.15 * synth.drift("slab", 2))
    roar *= (speed / speed.mean()) ** 1.3
    hum = resonance(synth, roar, rng.uniform(180, 420), 60)
    clacks = _cracks(synth, way, synth.mix(2.2, 0.28, rough) * rng.uniform(0.8, 1.25), speed)
    grains = _grit(synth, rough)
    soft = synth.mix(0.3, 0.6, fast)
    return soft * (unit_level(roar) + 0.5 * unit_level(hum)) + 1.3 * clacks + grains


def _pushes(synth: Synth) -> Array:
    """(n,) speed that a foot renews every second or two and that rolls off between."""
    rng = synth.rng("push")
    long = rng.uniform(1.0, 2.6)
    x = (synth.t / long + rng.uniform()) % 1.0
    depth = rng.uniform(0.05, 0.25)
    return 1 + depth * (np.minimum(x / 0.15, (1 - x) / 0.85) - 0.5)


def _cracks(synth: Synth, way: Array, slab: float, speed: Array) -> Array:
    """(n,) two knocks a crack: `slab` metres between cracks, half a metre between the wheels."""
    rng = synth.rng("cracks")
    base = rng.uniform(0.3, 0.6)
    front = pulses(synth, way / slab, "front", 0.35)
    rear = pulses(synth, (way - base) / slab, "rear", 0.35) * rng.uniform(0.6, 1)
    hit = (front + rear) * (speed / 4) ** 0.5
    hz = np.array([130, 260, 450, 800, 1400, 2500]) * rng.uniform(0.8, 1.3)
    hz = hz * np.exp(0.1 * rng.standard_normal(6))
    gain = np.array([1, 1, 0.9, 0.7, 0.5, 0.3]) * rng.uniform(0.4, 1.2, 6) * (hz / 300) ** 0.7
    deck = struck(synth, hit, hz, hz * 0.13 + 15, gain)
    click = fade(synth, hit, 0.012) * coloured(
        synth, "clack", (200, 700, 1800, 4000, 8000), [-8, 0, 0, -4, -12]
    )
    dense = float(np.clip(slab / 1.2, 0.25, 1)) ** 0.5
    return dense * (36 * deck + 3.0 * click)


def _grit(synth: Synth, rough: float) -> Array:
    """(n,) grains that crack under the wheels."""
    at, marks, grown = synth.scatter("grains", synth.mix(10, 60, rough), 60)
    gains = 0.5 * grown * marks**4
    return fade(synth, hits(synth, at, gains), 0.006) * coloured(
        synth, "grain", (500, 1500, 3500, 8000), [-10, 0, 0, -8]
    )
