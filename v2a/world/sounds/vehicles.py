"""What rolls and sails: motorcycle, truck, traffic, boat, bicycle, skates."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.noise import (
    REFERENCE,
    band,
    coloured,
    dull,
    fade,
    frame_times,
    hits,
    painted,
    resonance,
    swell,
)
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import ease, place, pulses, ring, turns, waveform

SOUND_SPEED = 343.0
"""Metres a second."""


def passing(t: Array, closest: float, speed: float, near: float) -> tuple[Array, Array]:
    """Doppler's pitch ratio and the loudness (1 at its nearest) of what drives past at `closest`.

    t: seconds; speed: metres a second; near: metres at the nearest point.
    """
    along = speed * (t - closest)
    away = np.sqrt(near**2 + along**2)
    return 1 / (1 + speed * along / away / SOUND_SPEED), near / away


def level(wave: Array) -> Array:
    """The wave at unit root mean square."""
    return wave / (float(wave.std()) + 1e-9)


def resonant(stage: Stage, x: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) sum of resonances (M,) that `x` excites."""
    out = np.zeros(stage.n)
    for one, wide, share in zip(hz, width, gain, strict=True):
        out += share * resonance(stage, x, float(one), float(wide))
    return out


def struck(stage: Stage, blows: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) modes (M,) of a body that bare impulses excite, alike at every rate."""
    return resonant(stage, blows * (stage.rate / REFERENCE), hz, width, gain)


def _way(stage: Stage, chance: float) -> tuple[Array, Array]:
    """Pitch ratio and loudness of a vehicle: it stays with us or, with `chance`, drives past."""
    rng = stage.rng("way")
    past, when = rng.uniform() < chance, rng.uniform(0.25, 0.75) * stage.seconds
    speed, near = rng.uniform(8, 24), rng.uniform(5, 16)
    if not past:
        return np.ones(stage.n), 1 + 0.08 * stage.drift("way/sway", 0.6)
    ratio, gain = passing(stage.t, when, speed, near)
    return ratio, 0.06 + 0.94 * gain


def _from_afar(stage: Stage, wave: Array, gain: Array) -> Array:
    """What is far is softer and duller."""
    clear = np.clip(gain, 0, 1)
    return gain * (clear * wave + (1 - clear) * dull(stage, wave, 1100))


def _gears(stage: Stage) -> Array:
    """(n,) pull through the gears, -0.5..0.5: a slow rise, then a quick fall at every change."""
    rng = stage.rng("gears")
    long = rng.uniform(1.5, 3.4)
    x = (stage.t / long + rng.uniform()) % 1.0
    turn = 1 - rng.uniform(0.14, 0.24) / long
    return np.where(x < turn, (x / turn) ** 0.8, (1 - x) / (1 - turn)) - 0.5


def _blips(stage: Stage) -> Array:
    """(n,) twists of the throttle of one who stands and waits, 0..about 1."""
    rng = stage.rng("blips")
    count = rng.poisson(0.5 * stage.seconds)
    at = (rng.uniform(size=count) * stage.n).astype(np.int64)
    return np.minimum(1.3, swell(stage, hits(stage, at, rng.uniform(0.4, 1, count)), 0.25, 1.4))


def motorcycle(stage: Stage) -> Array:
    """From a big twin that lopes, two firings close and a gap, to a whining little two-stroke.

    a: small; b: pull, from idling to ridden hard through the gears.
    """
    small, pull = stage.a, stage.b
    rng = stage.rng("motorcycle")
    ratio, near = _way(stage, 0.35)
    rpm = stage.mix(stage.mix(780, 1900, small), stage.mix(3300, 9400, small), pull)
    rpm *= rng.uniform(0.9, 1.1)
    swing = (1 - pull) * 0.8 * _blips(stage) + pull * 0.42 * _gears(stage)
    wobble = 0.035 * (1 - pull) * stage.drift("idle", 4) + 0.008 * stage.drift("hunt", 14)
    cycles = turns(stage, rpm / 120 * np.exp(swing + wobble) * ratio)
    lag = 315 / 720 + (0.5 - 315 / 720) * small**0.5  # a 45 degree twin fires at 0 and 315
    shake = 0.07 + 0.14 * (1 - pull)
    fire = pulses(stage, cycles, "front", shake) + pulses(stage, cycles - lag, "rear", shake)
    tone = _exhaust(stage, fire, small, pull)
    reeds = np.exp(1j * rng.uniform(0, 2 * np.pi, 70)) * np.arange(1, 71) ** -0.8
    whine = band(stage, waveform(stage, 2 * cycles, reeds, rpm / 60 * 2.0), 350, 4200)
    road = coloured(stage, "wind", (40, 150, 500, 1500, 4000), [2, 0, -6, -14, -24])
    total = tone + small * (0.2 + 0.5 * pull) * level(whine) + 0.16 * pull * level(road)
    return _from_afar(stage, total * np.exp(0.7 * swing), near)


def _exhaust(stage: Stage, fire: Array, small: float, pull: float) -> Array:
    """Firings through the pipe: low and round for a twin, tinny for an expansion chamber."""
    rng = stage.rng("pipe")
    beat = fade(stage, fire, stage.mix(stage.mix(0.022, 0.008, small), 0.004, pull))
    beat = beat - beat.mean()
    low, high = (
        np.array([68, 135, 250, 460, 950, 2100]),
        np.array([190, 420, 800, 1500, 2700, 4600]),
    )
    hz = low ** (1 - small) * high**small * rng.uniform(0.85, 1.2)
    hz = hz * np.exp(0.08 * rng.standard_normal(6))
    gain = np.array([1.3, 1.2, 1.0, 0.8, 0.6 + 0.3 * pull, 0.4 + 0.3 * pull])
    gain = gain * rng.uniform(0.7, 1.2, 6)
    tone = level(resonant(stage, beat, hz, 0.45 * hz, gain))
    drive = rng.uniform(0.9, 2.2)
    growl = level(np.tanh(drive * tone)) + 0.35 * tone
    bark = level(np.abs(beat)) * coloured(
        stage, "bark", (80, 300, 900, 2500, 6000, 12000), [-4, 0, -1, -5, -12, -24]
    )
    valves = fade(stage, np.roll(fire, round(0.006 * stage.rate)), 0.004) * coloured(
        stage, "valves", (800, 2500, 5000, 9000), [-18, -3, 0, -8]
    )
    share = 0.16 * (1 - pull) * rng.uniform(0.4, 1.4)
    return growl + (0.10 + 0.12 * pull) * level(bark) + share * level(valves)


def truck(stage: Stage) -> Array:
    """A diesel that nails and shakes, its turbo as it pulls, a brake that lets off air.

    a: pull, from idling to climbing; b: heavy.
    """
    pull, heavy = stage.a, stage.b
    rng = stage.rng("truck")
    ratio, near = _way(stage, 0.3)
    cylinders = int(rng.choice([4, 6, 6]))
    rpm = stage.mix(620, 1900, pull) * stage.mix(1.22, 0.86, heavy) * rng.uniform(0.92, 1.08)
    climb = 0.30 * pull * _gears(stage)
    swing = climb + 0.012 * (1 - pull) * stage.drift("idle", 3)
    cycles = turns(stage, rpm / 120 * np.exp(swing) * ratio)
    fire = pulses(stage, cycles, "firing", 0.18 - 0.08 * pull, cylinders)
    body = _diesel(stage, fire, pull, heavy)
    turbo = np.sin(2 * np.pi * cycles * rng.uniform(190, 330)) * band(
        stage, coloured(stage, "turbo", (20, 60), [0, -30]), 5, 60
    )
    gust = coloured(stage, "intake", (100, 300, 1000, 3000, 7000), [-8, -3, 0, -4, -14])
    whistle = np.sin(2 * np.pi * cycles * rng.uniform(120, 230))
    body += pull * (0.10 * level(gust) + 0.05 * rng.uniform(0.2, 1) * (whistle + level(turbo)))
    body *= np.exp(1.2 * climb)
    return _from_afar(stage, body, near) + (1 - 0.65 * pull) * _air_brake(stage)


def _diesel(stage: Stage, fire: Array, pull: float, heavy: float) -> Array:
    """Low thuds in the exhaust and a knock of metal at every firing."""
    rng = stage.rng("diesel")
    beat = fade(stage, fire, stage.mix(0.018, 0.008, pull))
    size = stage.mix(1.25, 0.8, heavy) * rng.uniform(0.88, 1.15)
    hz = np.array([42, 84, 150, 270, 520, 1000]) * size
    gain = np.array([1.3, 1.4, 1.1, 0.8, 0.45, 0.25]) * rng.uniform(0.7, 1.2, 6)
    thud = resonant(stage, beat - beat.mean(), hz, 0.5 * hz, gain)
    knock = fade(stage, fire, 0.007) * coloured(
        stage, "knock", (300, 900, 1800, 3500, 7000), [-14, -2, 0, -5, -16]
    )
    iron = np.array([780, 1350, 2050, 3000]) * rng.uniform(0.85, 1.2)
    clatter = knock + resonant(stage, knock, iron, 0.08 * iron, np.array([1.6, 1.4, 1.0, 0.6]))
    clatter = np.tanh(0.6 * level(clatter))
    rattle = coloured(stage, "belts", (60, 200, 700, 2000, 5000), [0, 0, -3, -9, -20])
    share = stage.mix(0.75, 0.3, pull) * rng.uniform(0.6, 1.25)
    return level(thud) + share * level(clatter) + 0.2 * level(rattle)


def _air_brake(stage: Stage) -> Array:
    """Now and then a burst of air that dies in a sigh."""
    rng = stage.rng("brake")
    count = int(rng.choice([0, 1, 2], p=[0.35, 0.4, 0.25]))
    at = (rng.uniform(0.05, 0.9, count) * stage.n).astype(np.int64)
    burst = swell(stage, hits(stage, at, rng.uniform(0.5, 1, count)), 0.02, rng.uniform(0.3, 1.3))
    hiss = coloured(stage, "hiss", (200, 800, 2500, 5000, 8000), [-22, -8, 0, 1, -4])
    return 2.2 * burst * level(hiss)


TYRES = (50, 120, 300, 700, 1200, 2500, 5000, 9000)
"""Hz at which passing cars are painted."""
PASSES = 1.8
"""Most cars a second."""


def traffic(stage: Stage) -> Array:
    """Cars of all sizes that pass on both sides, the town's roar behind them, a horn far off.

    a: busy; b: fast, from engines in a street to the hiss of a motorway.
    """
    busy, fast = stage.a, stage.b
    rng = stage.rng("cars")
    count = rng.poisson(PASSES * (stage.seconds + 6))
    draws = rng.uniform(size=(6, count))
    wanted = stage.mix(0.3, PASSES, busy) / PASSES
    grown = np.clip((wanted - draws[0]) / (0.15 * wanted), 0, 1)
    when = draws[1] * (stage.seconds + 6) - 3
    speed = stage.mix(9, 28, fast) * (0.75 + 0.5 * draws[2])
    near = 3 + 10 * draws[3] ** 1.7
    loud = grown * 10 ** ((draws[4] - 0.5) * 10 / 20) * (6 / near) ** 0.8
    heavy = (draws[5] > 0.85).astype(np.float64)
    tyres = _tyres(stage, (when, speed, near, loud, heavy))
    order = np.argsort(-loud)[:7]  # only the loudest engines are told apart
    motors = np.zeros(stage.n)
    for i in order:
        motors += _motor(stage, f"motor{i}", (when[i], speed[i], near[i]), heavy[i]) * loud[i]
    roar = coloured(stage, "roar", (30, 80, 200, 600, 1500, 4000), [4, 3, 0, -6, -15, -30])
    roar *= 1 + 0.15 * stage.drift("roar/sway", 0.5)
    total = stage.mix(0.6, 1.2, fast) * tyres + stage.mix(1.3, 0.45, fast) * motors
    return total + stage.mix(0.10, 0.26, busy) * level(roar) + _horns(stage)


def _tyres(stage: Stage, cars: tuple[Array, Array, Array, Array, Array]) -> Array:
    """(n,) tyre and wind noise of all cars at once: near ones are brighter."""
    when, speed, near, loud, heavy = cars
    t = frame_times(stage)[:, None]
    gain = near / np.sqrt(near**2 + (speed * (t - when)) ** 2)
    shape = stage.rng("tyres").uniform(-3, 3, (len(when), len(TYRES)))
    shape = shape + np.array([-6, -4, -3, 0, 0, -6, -15, -26])
    shape = shape + heavy[:, None] * np.array([8, 7, 4, 1, -1, -3, -5, -6])
    power = np.full((len(t), len(TYRES)), 1e-6)
    for k in range(len(TYRES)):
        steep = 2 * (0.9 + 0.14 * k)  # air and houses take the treble of what is far
        power[:, k] += (loud**2 * 10 ** (shape[:, k] / 10) * gain**steep).sum(axis=1)
    return painted(stage, "tyres/noise", TYRES, 10 * np.log10(power))


def _motor(stage: Stage, part: str, path: tuple[float, float, float], heavy: float) -> Array:
    """(n,) engine of one car that passes, Doppler and all."""
    rng = stage.rng(part)
    ratio, gain = passing(stage.t, *path)
    hz = rng.uniform(38, 95) * (1 - 0.35 * heavy)
    shift = np.exp(0.12 * np.tanh((stage.t - path[0]) * rng.uniform(-1.5, 1.5)))
    harmonics = np.exp(2j * np.pi * rng.uniform(size=40)) * rng.uniform(0.2, 1, 40)
    harmonics = harmonics / np.arange(1, 41) ** 0.9
    return waveform(stage, turns(stage, hz * shift * ratio), harmonics, hz * 1.3) * gain**1.3


def _horns(stage: Stage) -> Array:
    """(n,) short toots of two notes each, some streets away."""
    rng = stage.rng("horns")
    out = np.zeros(stage.n)
    for _ in range(int(rng.choice([0, 1, 2], p=[0.55, 0.3, 0.15]))):
        long = rng.uniform(0.15, 0.9)
        t = np.arange(max(2, round(long * stage.rate))) / stage.rate
        root, at = rng.uniform(310, 480), rng.uniform(0, 0.95) * stage.n
        toot = np.zeros(len(t))
        for note in (root, root * rng.choice([1.2, 1.26])):
            for k in range(1, 7):
                if k * note < 0.45 * stage.rate:
                    toot += np.sin(2 * np.pi * (k * note * t + rng.uniform())) / k
        place(stage, out, int(at), 0.16 * rng.uniform(0.2, 1) * toot * ease(t, 0.03, 0.06))
    return dull(stage, out, 1300)


def boat(stage: Stage) -> Array:
    """An outboard that burbles under water, the wash behind, waves that slap the hull.

    a: throttle; b: big, from a dinghy to a launch.
    """
    throttle, big = stage.a, stage.b
    rng = stage.rng("boat")
    rpm = stage.mix(850, 4900, throttle) * stage.mix(1.15, 0.55, big) * rng.uniform(0.9, 1.1)
    heave = stage.drift("heave", 0.9)
    wobble = 0.03 * heave + 0.025 * (1 - throttle) * stage.drift("idle", 4)
    cycles = turns(stage, rpm / 60 * np.exp(wobble))
    count = int(rng.choice([2, 3, 4]))
    fire = pulses(stage, cycles, "firing", 0.3 - 0.15 * throttle, count)
    beat = fade(stage, fire, stage.mix(0.035, 0.008, throttle))
    hz = np.array([70, 140, 260, 480, 900, 1900]) * stage.mix(1.25, 0.75, big)
    hz = hz * np.exp(0.1 * rng.standard_normal(6))
    gain = np.array([1.2, 1.2, 1.0, 0.7, 0.35, 0.2]) * rng.uniform(0.7, 1.2, 6)
    hull = resonant(stage, beat - beat.mean(), hz, 0.22 * hz, gain)
    hull = np.tanh(0.8 * level(hull))
    hull *= np.exp(0.30 * stage.drift("gulp", 7) * (1 - 0.6 * throttle))
    bubble = level(beat) * coloured(
        stage, "burble", (80, 250, 600, 1200, 3000, 7000), [-6, 2, 3, -3, -14, -26]
    )
    bubble *= np.exp(0.5 * stage.drift("burble/gulp", 11))
    cowl = np.sin(2 * np.pi * cycles * int(rng.integers(9, 16))) * (1 + 0.3 * heave)
    total = level(hull) + stage.mix(0.8, 0.35, throttle) * level(bubble) + 0.03 * throttle * cowl
    return total * np.exp(0.12 * heave) + _wash(stage, throttle)


def _wash(stage: Stage, throttle: float) -> Array:
    """Water along the hull and the slap of every wave."""
    foam = coloured(stage, "foam", (100, 400, 1200, 3000, 8000), [-5, 0, -1, -4, -13])
    foam *= np.exp(0.35 * stage.drift("foam/sway", 1.6))
    at, marks, grown = stage.scatter("slaps", stage.mix(1.2, 2.6, throttle), 3.0)
    sizes = grown * (0.15 + marks**2)
    splash = swell(stage, hits(stage, at, sizes), 0.012, stage.mix(0.35, 0.18, throttle))
    water = coloured(stage, "slap", (60, 180, 500, 1500, 4000, 8000), [0, 3, 0, -5, -10, -18])
    plop = ring(
        stage, at, sizes[:, None] * np.array([1.0, 0.7, 0.5]), np.array([95.0, 170, 310]),
        np.array([0.16, 0.12, 0.08]),
    )  # fmt: skip
    return (0.10 + 0.35 * throttle) * level(foam) + 1.6 * splash * water + 0.2 * plop


def bicycle(stage: Stage) -> Array:
    """A freewheel that ticks while the rider coasts, a chain while he pedals, tyres on the road.

    a: speed; b: pedalling, from all coasting to all pedalling.
    """
    speed, pedal = stage.a, stage.b
    rng = stage.rng("bicycle")
    wheel = (
        stage.mix(1.1, 4.6, speed) * rng.uniform(0.9, 1.1) * np.exp(0.06 * stage.drift("v", 0.4))
    )
    turn = turns(stage, wheel)
    coast = 1 / (1 + np.exp(-6 * (stage.drift("rest", 0.5) * 0.5 + 0.9 - 1.7 * pedal)))
    ticks = _freewheel(stage, turn * int(rng.choice([12, 16, 18, 24]))) * coast
    road = coloured(
        stage, "tyre", (50, 150, 400, 1000, 2500, 6000), list(_tilt(rng, [-4, 0, 0, -4, -12, -23]))
    )
    road *= np.exp(0.18 * stage.drift("tar", 6)) * (1 + 0.12 * np.sin(2 * np.pi * turn))
    chain = _chain(stage, turn, rng.uniform(1.8, 3.2)) * (1 - coast)
    spokes = _rattle(stage, turn)
    quiet = stage.mix(0.12, 0.4, speed) * rng.uniform(0.6, 1.4)
    return rng.uniform(0.8, 1.3) * ticks + 1.5 * chain + quiet * level(road) + spokes


def _tilt(rng: np.random.Generator, db: list[float]) -> Array:
    """A spectrum, each knot moved by a few dB."""
    return np.array(db) + rng.uniform(-3, 3, len(db))


def _freewheel(stage: Stage, teeth: Array) -> Array:
    """(n,) pawls that fall from tooth to tooth: a click of hard steel each."""
    rng = stage.rng("freewheel")
    tick = pulses(stage, teeth, "pawl", 0.16)
    second = pulses(stage, teeth - rng.uniform(0.2, 0.45), "pawl2", 0.2) * rng.uniform(0.2, 0.7)
    hz = np.array([1500, 2600, 3700, 4900, 6300, 7500]) * rng.uniform(0.8, 1.15)
    hz = hz * np.exp(0.06 * rng.standard_normal(6))
    gain = np.array([0.4, 0.9, 1, 1, 0.8, 0.5]) * rng.uniform(0.4, 1.2, 6)
    hub = struck(stage, tick + second, hz, hz * rng.uniform(0.07, 0.15), gain)
    snap = fade(stage, tick + 0.6 * second, 0.003) * coloured(
        stage, "snap", (600, 2000, 4500, 8000), [-16, -2, 0, -4]
    )
    return 13 * hub + 2.0 * snap


def _chain(stage: Stage, turn: Array, ratio: float) -> Array:
    """(n,) links on the teeth, stronger at every push of the pedals."""
    rng = stage.rng("chain")
    crank = turn / ratio
    links = pulses(stage, crank * int(rng.choice([38, 44, 50])), "links", 0.35)
    push = 0.45 + 0.55 * np.abs(np.sin(2 * np.pi * (crank + rng.uniform()))) ** 1.5
    whirr = fade(stage, links, 0.012) * coloured(
        stage, "whirr", (300, 900, 2000, 4000, 8000), [-10, -2, 0, -2, -9]
    )
    hz = np.array([650, 1200, 2300, 3400]) * rng.uniform(0.8, 1.25)
    frame = struck(stage, links, hz, 0.06 * hz, np.array([0.6, 0.7, 1.0, 0.8]) * hz / 1500)
    creak = pulses(stage, crank * 2 + rng.uniform(), "creak", 0.5)
    knock = struck(stage, creak, hz * 0.5, 0.07 * hz, np.array([1, 0.7, 0.5, 0.3]))
    return push * (0.7 * whirr + 7 * frame) + 8 * rng.uniform(0, 1) * knock


def _rattle(stage: Stage, turn: Array) -> Array:
    """(n,) mudguards and cables that shake on every unevenness."""
    rng = stage.rng("rattle")
    at, marks, grown = stage.scatter("bumps", stage.mix(0.6, 2.5, stage.a), 2.5)
    gains = (grown * marks**2)[:, None] * rng.uniform(0.3, 1, (len(at), 5))
    hz = np.array([160, 420, 1100, 2100, 3600]) * np.exp(0.15 * rng.standard_normal(5))
    decay = np.array([0.08, 0.06, 0.05, 0.04, 0.03])
    loose = at + np.int64(0.022 * stage.rate)
    both = np.concatenate([at, loose])
    return 0.35 * ring(stage, both, np.concatenate([gains, 0.5 * gains]), hz, decay)


def skating(stage: Stage) -> Array:
    """Hard wheels that roar on the pavement and clack, front and rear, over every crack.

    a: speed; b: rough, from smooth slabs to tiles and cobbles.
    """
    fast, rough = stage.a, stage.b
    rng = stage.rng("skates")
    speed = stage.mix(1.3, 6.5, fast) * rng.uniform(0.9, 1.1) * _pushes(stage)
    way = turns(stage, speed)
    hz = (40, 90, 200, 450, 900, 1800, 3500, 7000)
    roar = coloured(
        stage,
        "roar",
        hz,
        list(_tilt(rng, [-6, -1, 1, 0, -3 + 2 * rough, -8 + 3 * rough, -16, -28])),
    )
    roar *= np.exp((0.12 + 0.22 * rough) * stage.drift("grit", 14) + 0.15 * stage.drift("slab", 2))
    roar *= (speed / speed.mean()) ** 1.3
    hum = resonance(stage, roar, rng.uniform(180, 420), 60)
    clacks = _cracks(stage, way, stage.mix(2.2, 0.28, rough) * rng.uniform(0.8, 1.25), speed)
    grains = _grit(stage, rough)
    soft = stage.mix(0.3, 0.6, fast)
    return soft * (level(roar) + 0.5 * level(hum)) + 1.3 * clacks + grains


def _pushes(stage: Stage) -> Array:
    """(n,) speed that a foot renews every second or two and that rolls off between."""
    rng = stage.rng("push")
    long = rng.uniform(1.0, 2.6)
    x = (stage.t / long + rng.uniform()) % 1.0
    depth = rng.uniform(0.05, 0.25)
    return 1 + depth * (np.minimum(x / 0.15, (1 - x) / 0.85) - 0.5)


def _cracks(stage: Stage, way: Array, slab: float, speed: Array) -> Array:
    """(n,) two knocks a crack: `slab` metres between cracks, half a metre between the wheels."""
    rng = stage.rng("cracks")
    base = rng.uniform(0.3, 0.6)
    front = pulses(stage, way / slab, "front", 0.35)
    rear = pulses(stage, (way - base) / slab, "rear", 0.35) * rng.uniform(0.6, 1)
    hit = (front + rear) * (speed / 4) ** 0.5
    hz = np.array([130, 260, 450, 800, 1400, 2500]) * rng.uniform(0.8, 1.3)
    hz = hz * np.exp(0.1 * rng.standard_normal(6))
    gain = np.array([1, 1, 0.9, 0.7, 0.5, 0.3]) * rng.uniform(0.4, 1.2, 6) * (hz / 300) ** 0.7
    deck = struck(stage, hit, hz, hz * 0.13 + 15, gain)
    click = fade(stage, hit, 0.012) * coloured(
        stage, "clack", (200, 700, 1800, 4000, 8000), [-8, 0, 0, -4, -12]
    )
    dense = float(np.clip(slab / 1.2, 0.25, 1)) ** 0.5
    return dense * (36 * deck + 3.0 * click)


def _grit(stage: Stage, rough: float) -> Array:
    """(n,) grains that crack under the wheels."""
    at, marks, grown = stage.scatter("grains", stage.mix(10, 60, rough), 60)
    gains = 0.5 * grown * marks**4
    return fade(stage, hits(stage, at, gains), 0.006) * coloured(
        stage, "grain", (500, 1500, 3500, 8000), [-10, 0, 0, -8]
    )


__all__ = ["bicycle", "boat", "motorcycle", "skating", "traffic", "truck"]
