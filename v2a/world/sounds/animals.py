"""Animals with few or no recordings: hooves, quacks, squawks, hoots, roars, howls and hisses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from v2a.world.sounds.noise import (
    band,
    coloured,
    dull,
    fade,
    fast_length,
    grain,
    hits,
    resonance,
    swell,
)
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import ease, place, pulses, ring, turns, waveform

Formants = Sequence[tuple[float | Sequence[float] | Array, float, float]]
"""Centre in Hz, or centres at even steps over the call; width in Hz; amplitude."""
Note = tuple[float, float, float, float]
"""One note of a phrase: start and length in seconds, relative pitch, relative loudness."""
GRID = 0.008
"""Seconds between the frames of a mouth: formants move no faster than muscles do."""
BANDS = 6
"""Tables a tone has for each octave of pitch, so that it loses little at the top of the band."""
MOST = 14
"""Notes a parrot has drawn for a call; how many of them sound is up to its mood."""
LONG = 9.0
"""Seconds that the last call of a scene may take."""


# What the throats share


def clock(stage: Stage, seconds: float) -> tuple[Array, Array]:
    """Seconds from 0, and the same as a share of the whole."""
    t = np.arange(max(16, round(seconds * stage.rate))) / stage.rate
    return t, t / t[-1]


def through(x: Array, *values: float) -> Array:
    """A smooth curve over x in 0..1 through positive values at even steps, in equal ratios."""
    knots = np.linspace(0, 1, len(values))
    return np.exp(PchipInterpolator(knots, np.log(values))(x))


def wander(stage: Stage, part: str, count: int, hz: float) -> Array:
    """(count,) a random curve, mean 0, spread about 1, that turns `hz` times a second."""
    at = np.arange(count) * (hz / stage.rate)
    knots = stage.rng(part).standard_normal(int(at[-1]) + 2)
    return 1.2 * np.interp(at, np.arange(len(knots)), knots)


def voiced(
    stage: Stage,
    part: str,
    hz: Array,
    tilt: float = 1.0,
    jitter: float = 0.01,
    rough: float = 0.0,
    breath: float = 0.1,
) -> Array:
    """What vocal folds make along a pitch path in Hz: a tone of about unit power and breath.

    Harmonics fall as k**-tilt. The pitch shakes by `jitter`; roughness makes every other beat
    weaker and the strength of all unruly, 0..1.
    """
    shaken = jitter * (
        wander(stage, f"{part}/shake", len(hz), 140) + wander(stage, f"{part}/slow", len(hz), 9)
    )
    bent = np.clip(hz * np.exp(shaken), 8, 0.45 * stage.rate)
    phase = turns(stage, bent)
    tone = _tone(stage, phase, bent, tilt)
    if rough > 0:
        split = 0.5 + 0.5 * np.cos(np.pi * phase + wander(stage, f"{part}/split", len(hz), 12))
        unruly = wander(stage, f"{part}/unruly", len(hz), 110)
        tone = tone * (1 - 0.85 * rough * split) * np.exp(0.8 * rough * np.tanh(unruly))
    air = grain(stage, stage.rng(f"{part}/breath"), len(hz))
    return tone + breath * air * (0.7 + 0.4 * np.cos(2 * np.pi * phase))


def _tone(stage: Stage, phase: Array, hz: Array, tilt: float) -> Array:
    """A rich tone; each step of pitch has its own harmonics, so that none leaves the band."""
    k = np.arange(1, 301)
    harmonics = k**-tilt * np.exp(0.6j * k**1.3)
    harmonics *= np.sqrt(2 / (np.abs(harmonics) ** 2).sum())
    place_ = BANDS * np.log2(hz / float(hz.min()))
    left = place_.astype(np.int64)
    out = np.zeros(len(hz))
    for level in range(int(left.max()) + 3):
        share = np.clip(1 - np.abs(place_ + 1 - level), 0, 1)
        now = share > 0
        if now.any():
            highest = float(hz.min()) * 2.0 ** (level / BANDS)
            out[now] += share[now] * waveform(stage, phase[now], harmonics, highest)
    return out


def mouth(stage: Stage, x: Array, formants: Formants, floor: float = 0.03) -> Array:
    """(n,) `x` through resonances that move; `floor` is the amplitude that passes anywhere."""
    hop = round(GRID * stage.rate)
    count = -(-len(x) // hop) + 1
    padded = np.zeros((count + 1) * hop)
    padded[hop : hop + len(x)] = x
    cut = padded.reshape(-1, hop)
    window = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop))
    frames = np.fft.rfft(np.hstack([cut[:-1], cut[1:]]) * window)
    bins = np.arange(hop + 1) * (stage.rate / (2 * hop))
    gain = np.full((count, hop + 1), floor)
    for hz, width, strength in formants:
        centre = np.atleast_1d(np.asarray(hz, np.float64))
        moved = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(centre)), centre)
        gain += strength / np.sqrt(1 + ((bins[None] - moved[:, None]) / (0.5 * width)) ** 2)
    shaped = np.fft.irfft(frames * gain, 2 * hop) * window
    out = np.zeros((count + 1, hop))
    out[:-1] += shaped[:, :hop]
    out[1:] += shaped[:, hop:]
    return out.ravel()[hop : hop + len(x)]


def flutter(stage: Stage, part: str, count: int, hz: float, depth: float) -> Array:
    """(count,) strength that beats unevenly `hz` times a second, 1 - depth to 1."""
    phase = np.cumsum(hz * np.exp(0.12 * wander(stage, part, count, 0.7 * hz))) / stage.rate
    return 1 - depth * (0.5 - 0.5 * np.cos(2 * np.pi * phase)) ** 0.7


def afar(stage: Stage, x: Array, seconds: float, wet: float) -> Array:
    """From a distance that the seed draws: duller, with up to `wet` of an open echo."""
    far = float(stage.rng("distance").uniform()) ** 1.5
    length = max(8, round(min(seconds, stage.seconds) * stage.rate))
    t = np.arange(length) / stage.rate
    tail = stage.rng("distance/echo").standard_normal(length) * np.exp(-6.91 * t / seconds)
    tail *= np.minimum(1, t / 0.03)
    tail = dull(stage, tail, 2200)
    size = fast_length(stage.n + length)
    echo = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: stage.n]
    echo *= wet * (0.15 + 0.85 * far) / max(1e-9, float(np.sqrt((tail**2).sum())))
    return dull(stage, x, stage.mix(14_000, 2200, far)) + echo


def gap(stage: Stage, i: int) -> float:
    """Seconds from call i to the next; the last has time."""
    return float(stage.at[i + 1] - stage.at[i]) / stage.rate if i + 1 < len(stage.at) else LONG


def phrase(
    stage: Stage, out: Array, i: int, notes: Sequence[Note], sing: Callable[[str, Note], Array]
) -> None:
    """Sing the notes of call i into `out`; those that would run into the next fade and are left out."""
    free = gap(stage, i)
    for j, note in enumerate(notes):
        share = (
            float(np.clip((free - note[0] - 0.6 * note[1]) / (0.3 * note[1]), 0, 1)) if j else 1.0
        )
        at = int(stage.at[i]) + round(note[0] * stage.rate)
        if share * note[3] > 0 and at < stage.n:
            place(stage, out, at, sing(f"call{i}.{j}", note) * (share * note[3]))


# Cats and horses


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
    t, x = clock(stage, own.uniform(1.1, 1.9))
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
    t, _ = clock(stage, own.uniform(0.5, 0.9))
    air = grain(stage, stage.rng("snort/air"), len(t))
    air = mouth(stage, air, ((280, 300, 0.8), (900, 700, 0.8), (2200, 1500, 0.4)), 0.05)
    return (
        0.5
        * air
        * flutter(stage, "nostrils", len(t), own.uniform(22, 32), 0.85)
        * ease(t, 0.04, 0.6 * t[-1])
    )


# Birds


def duck(stage: Stage) -> Array:
    """Quacks, nasal and falling, alone or in a run; some seeds are geese that honk.

    a: small to big, b: pace.
    """
    rng = stage.rng("duck")
    goose = rng.uniform() < 0.3
    size = stage.mix(1.18, 0.85, stage.a) * rng.uniform(0.93, 1.08)
    base = (430 if goose else 255) * size
    nasal = (rng.uniform(1000, 1350) * size, rng.uniform(2300, 2900) * size, 4300 * size)
    rough, most = rng.uniform(0.1, 0.4), int(rng.integers(1, 3 if goose else 6))
    out = np.zeros(stage.n)

    def call(part: str, note: Note) -> Array:
        own = stage.rng(part)
        t, x = clock(stage, note[1])
        pitch = base * note[2] * np.exp(0.03 * own.standard_normal())
        bend = (0.72, 0.78, 1.12, 1.08, 0.9) if goose else (0.85, 1.06, 1.0, 0.93, 0.8)
        source = voiced(stage, part, pitch * through(x, *bend), 0.35, 0.012, rough, 0.12)
        open_ = ((0.75 * nasal[0], nasal[0], 0.85 * nasal[0]), 260, 1.0)
        spoken = mouth(stage, source, (open_, (nasal[1], 420, 0.75), (nasal[2], 900, 0.25)), 0.03)
        if goose:
            spoken *= 0.5 + 0.9 * np.clip(6 * x - 1.5, 0, 1)
        return band(stage, spoken, 420, 7500) * ease(t, 0.012, 0.35 * t[-1])

    for i in range(len(stage.at)):
        own = stage.rng(f"run{i}")
        step = stage.mix(0.32, 0.21, stage.b) * own.uniform(0.9, 1.1) * (1.6 if goose else 1)
        long = step * own.uniform(0.55, 0.75)
        count = int(own.integers(1, most + 1))
        fall, loud = own.uniform(0.95, 1.0), own.uniform(0.7, 1)
        notes = [(j * step, long * 0.97**j, fall**j, loud * 0.88**j) for j in range(count)]
        phrase(stage, out, i, notes, call)
    return afar(stage, out, 0.5, 0.25)


def parrot(stage: Stage) -> Array:
    """Raucous squawks of a macaw, a cockatoo's screech or a parakeet's chatter, by seed.

    a: pitch, b: how busy.
    """
    rng = stage.rng("parrot")
    sort = int(rng.integers(0, 3))
    base = (560, 1050, 1900)[sort] * stage.mix(0.78, 1.3, stage.a) * rng.uniform(0.9, 1.1)
    rough, rasp = rng.uniform(0.5, 0.95), rng.uniform(55, 110)
    beak = (rng.uniform(1500, 2000), rng.uniform(2900, 3500), rng.uniform(4600, 5600))
    out = np.zeros(stage.n)

    def call(part: str, note: Note) -> Array:
        own = stage.rng(part)
        t, x = clock(stage, note[1])
        ends = own.uniform(0.7, 0.9, 2)
        hz = base * note[2] * through(x, ends[0], 1.05, own.uniform(0.9, 1.12), ends[1] * 0.9)
        source = voiced(stage, part, hz, 0.3 + 0.2 * sort, 0.03, rough, 0.3)
        source *= flutter(stage, f"{part}/rasp", len(t), rasp, 0.75 - 0.2 * sort)
        wide = ((0.7 * beak[0], beak[0], 0.8 * beak[0]), 700, 1.0)
        spoken = mouth(stage, source, (wide, (beak[1], 800, 0.8), (beak[2], 1300, 0.45)), 0.06)
        return band(stage, spoken, 450, 9000) * ease(t, 0.015, 0.3 * t[-1])

    for i in range(len(stage.at)):
        own = stage.rng(f"squawk{i}")
        many = 1 + (0.6, 0.4, 5.0)[sort] * (0.5 + stage.b) * own.uniform(0, 1.6)
        long = float(own.uniform(*((0.25, 0.6), (0.4, 0.85), (0.06, 0.13))[sort]))
        step = long * own.uniform(1.25, 1.6)
        pitch, loud = np.exp(own.normal(0, 0.06, MOST)), own.uniform(0.7, 1, MOST)
        length = long * own.uniform(0.8, 1.1, MOST)
        loud = loud * np.clip(many - np.arange(MOST), 0, 1)
        notes = [(j * step, float(length[j]), float(pitch[j]), float(loud[j])) for j in range(MOST)]
        phrase(stage, out, i, notes, call)
    return afar(stage, out, 0.7, 0.3)


def gull(stage: Stage) -> Array:
    """Cries that leap up and slide down, mewing, or laughing in a row; others answer far off.

    a: pitch, b: how many.
    """
    rng = stage.rng("gull")
    base = stage.mix(760, 1150, stage.a) * rng.uniform(0.9, 1.1)
    harsh = rng.uniform(0.05, 0.35)
    near = np.zeros(stage.n)

    def call(part: str, note: Note) -> Array:
        own = stage.rng(part)
        t, x = clock(stage, note[1])
        bend = (0.62, 1.12, 1.08, 0.95, 0.78) if note[1] < 0.45 else (0.66, 1.0, 1.14, 1.02, 0.72)
        hz = base * note[2] * through(x, *bend)
        source = voiced(stage, part, hz, 0.55, 0.012, harsh * own.uniform(0.4, 1.4), 0.1)
        spoken = mouth(
            stage,
            source,
            (((1200, 1900, 1300), 800, 1.0), ((2600, 3300, 2800), 900, 0.7), (4800, 1200, 0.3)),
            0.06,
        )
        return band(stage, spoken, 500, 9000) * ease(t, 0.015, 0.35 * t[-1])

    for i in range(len(stage.at)):
        phrase(stage, near, i, _gull_cry(stage.rng(f"cry{i}")), call)
    others = np.zeros(stage.n)
    late = (rng.uniform(0.1, 2.5, 3) * stage.rate).astype(np.int64)
    for k, shift in enumerate(late):
        strength = np.clip(2.4 * stage.b - 0.7 * k, 0, 1) * rng.uniform(0.05, 0.16)
        place(stage, others, int(shift), strength * near)
    return afar(stage, near + dull(stage, others, 2500), 1.2, 0.25)


def _gull_cry(own: np.random.Generator) -> list[Note]:
    """One of: a mew, two or three kyows, a laugh that starts long and quickens."""
    sort, loud = own.uniform(), own.uniform(0.7, 1)
    if sort < 0.4:
        return [(0.0, own.uniform(0.5, 0.95), own.uniform(0.85, 1.0), loud)]
    if sort < 0.7:
        step = own.uniform(0.42, 0.6)
        return [
            (j * step, 0.7 * step, own.uniform(0.95, 1.05), loud)
            for j in range(int(own.integers(1, 4)))
        ]
    notes, at, long = [], 0.0, own.uniform(0.38, 0.5)
    for j in range(int(own.integers(4, 8))):
        notes.append((at, 0.75 * long, 1.12 - 0.03 * j, loud * 0.95**j))
        at += long
        long = max(0.17, 0.78 * long)
    return notes


OWLS: tuple[tuple[float, tuple[Note, ...]], ...] = (
    (
        1.0,
        (
            (0, 0.34, 0.97, 0.8),
            (0.5, 0.12, 0.95, 0.6),
            (0.68, 0.42, 1.04, 1),
            (1.45, 0.4, 0.98, 0.9),
            (2.2, 0.4, 0.96, 0.85),
        ),
    ),
    (1.0, ((0, 0.45, 1.0, 1), (0.62, 0.55, 0.96, 0.85))),
    (
        1.25,
        ((0, 0.17, 0.95, 0.8), (0.32, 0.2, 1.0, 0.9), (0.7, 0.17, 0.97, 0.8), (0.98, 0.6, 1.05, 1)),
    ),
    (2.1, ((0, 0.7, 1.0, 1), (1.75, 0.13, 0.95, 0.5), (2.05, 1.25, 1.0, 0.9))),
)
"""Owls: pitch beside the first, and the hoots of a phrase ..."""
DOVES: tuple[tuple[float, tuple[Note, ...]], ...] = (
    (1.0, ((0, 0.24, 0.94, 0.7), (0.33, 0.55, 1.1, 1), (1.05, 0.26, 0.92, 0.75))),
    (
        0.92,
        (
            (0, 0.28, 0.95, 0.8),
            (0.38, 0.52, 1.06, 1),
            (1.0, 0.42, 1.0, 0.85),
            (1.58, 0.2, 0.97, 0.7),
            (1.86, 0.26, 0.94, 0.7),
        ),
    ),
    (
        1.05,
        (
            (0, 0.75, 1.15, 0.8),
            (0.95, 0.5, 0.98, 1),
            (1.65, 0.5, 0.97, 0.95),
            (2.35, 0.5, 0.96, 0.9),
        ),
    ),
    (0.75, ((0, 0.3, 0.9, 0.7), (0.34, 0.9, 1.0, 1), (1.35, 0.35, 0.92, 0.6))),
)
"""... and doves: collared, wood, mourning and rock."""


def owl(stage: Stage) -> Array:
    """Hoots, nearly pure and hollow, in an owl's phrases; some seeds are doves that coo.

    a: pitch, b: pace.
    """
    rng = stage.rng("owl")
    dove = rng.uniform() < 0.35
    sort = int(rng.integers(0, 4))
    high, notes = (DOVES if dove else OWLS)[sort]
    base = high * stage.mix(0.86, 1.2, stage.a) * rng.uniform(0.93, 1.07) * (500 if dove else 345)
    pace = stage.mix(1.12, 0.82, stage.b) * rng.uniform(0.94, 1.06)
    airy, trill = rng.uniform(0.02, 0.07), rng.uniform(19, 28)
    shaken = rng.uniform(0.15, 0.5) if dove else 0.0
    out = np.zeros(stage.n)

    def hoot(part: str, note: Note) -> Array:
        own = stage.rng(part)
        t, x = clock(stage, note[1])
        bend = (0.86, 1.0, 1.03, 0.98, 0.9) if dove else (0.92, 1.0, 1.01, 0.99, 0.93)
        hz = base * note[2] * np.exp(0.012 * own.standard_normal()) * through(x, *bend)
        if high > 2 and note[1] > 0.9:
            hz = hz * (1 + 0.035 * np.sin(2 * np.pi * (13 + 2 * x) * t) * np.clip(3 - 3 * x, 0, 1))
        source = voiced(stage, part, hz, 2.1, 0.004, 0.0, airy)
        top = float(hz.max())
        spoken = mouth(stage, source, ((top, 0.5 * top, 1.0), (2 * top, top, 0.15)), 0.006)
        shape = ease(t, min(0.07, 0.3 * t[-1]), 0.5 * t[-1])
        return spoken * shape * flutter(stage, f"{part}/trill", len(t), trill, shaken)

    for i in range(len(stage.at)):
        timed = [(s * pace, n * pace, p, g) for s, n, p, g in notes]
        phrase(stage, out, i, timed, hoot)
    return afar(stage, out, 1.6, 0.45)


# Beasts


def roar(stage: Stage) -> Array:
    """Roars of a lion, snarls of a tiger, growls of a bear, by seed; a: growl to roar, b: size."""
    rng = stage.rng("beast")
    sort = int(rng.integers(0, 3))
    size = stage.mix(1.3, 0.78, stage.b) * rng.uniform(0.93, 1.08)
    out = np.zeros(stage.n)

    def call(part: str, note: Note) -> Array:
        own = stage.rng(part)
        t, x = clock(stage, note[1])
        open_ = note[2] * (0.35 + 0.65 * stage.a)
        top = stage.mix(62, 175, open_) * size * own.uniform(0.92, 1.1)
        hz = top * through(
            x,
            *(
                (0.6, 1.0, 1.08, 0.9, 0.55),
                (0.7, 0.8, 1.0, 1.15, 0.75),
                (0.8, 1.0, 0.95, 0.85, 0.7),
            )[sort],
        )
        rough = 0.95 - 0.35 * stage.a
        source = voiced(stage, part, hz, 0.75, 0.025, rough, 0.3 + 0.2 * stage.a)
        rattle = stage.mix(27, 42, open_) * size**0.5
        source *= flutter(stage, f"{part}/rattle", len(t), rattle, 0.85 - 0.55 * stage.a)
        wide = size * (0.6 + 0.5 * open_)
        jaw = ((330 * wide, 560 * wide, 420 * wide), 190, 1.0)
        throat = ((850 * wide, 1200 * wide, 800 * wide), 330, 0.7)
        spoken = mouth(
            stage, source, ((120 * size, 120, 0.6), jaw, throat, (2400 * size, 900, 0.16)), 0.006
        )
        return spoken * ease(t, 0.06 if sort < 2 else 0.03, 0.55 * t[-1])

    for i in range(len(stage.at)):
        phrase(stage, out, i, _beast_calls(stage.rng(f"calls{i}"), sort, stage.a), call)
    return afar(stage, out, 1.2, 0.3)


def _beast_calls(own: np.random.Generator, sort: int, strong: float) -> list[Note]:
    """A lion's long roar and grunts after it, a tiger's one snarl, a bear's growl and huffs."""
    long = own.uniform(0.8, 1.3) * (0.85 + 0.4 * strong)
    if sort == 1:
        return [(0.0, long, 1.0, 1.0)]
    count, step = int(own.integers(1, 5)), own.uniform(0.42, 0.65)
    short = 0.6 * step
    after = long * own.uniform(1.0, 1.2)
    first = (0.0, long * (1.25 if sort == 0 else 0.9), 1.0, 1.0)
    return [first] + [
        (after + j * step, short, 0.8 - 0.05 * j, 0.7 * 0.85**j) for j in range(count)
    ]


def howl(stage: Stage) -> Array:
    """Howls that climb, hold and sink; others of the pack join in.

    a: deep wolf to high coyote, b: lone to pack.
    """
    rng = stage.rng("wolf")
    base = stage.mix(390, 760, stage.a) * rng.uniform(0.9, 1.12)
    yips = rng.uniform() < 0.35
    out = np.zeros(stage.n)
    for i in range(len(stage.at)):
        own = stage.rng(f"howl{i}")
        free = float(np.clip(1.15 * gap(stage, i), 0.9, 4.5))
        long = min(float(own.uniform(1.8, 3.6)), free)
        notes = [(0.0, long, float(own.uniform(0.92, 1.08)), 1.0)]
        if yips and own.uniform() < 0.6:
            notes = [(0.2 * j, 0.12, 1.1 + 0.1 * j, 1.5) for j in range(int(own.integers(2, 4)))]
            notes.append((0.2 * len(notes) + 0.05, max(0.6, long - 0.7), 1.05, 1.0))
        phrase(stage, out, i, notes, lambda part, note: _howl(stage, part, base, note))
        for k in range(3):
            share = float(np.clip(3 * stage.b - k, 0, 1))
            mate = stage.rng(f"mate{i}.{k}")
            note = (0.0, long * mate.uniform(0.6, 1.0), mate.uniform(0.75, 1.35), 1.0)
            wait = round(float(mate.uniform(0.25, 1.4)) * stage.rate)
            if share > 0:
                loud = share * mate.uniform(0.15, 0.5)
                place(
                    stage,
                    out,
                    int(stage.at[i]) + wait,
                    loud * _howl(stage, f"mate{i}.{k}", base, note),
                )
    return afar(stage, out, 2.2, 0.5)


def _howl(stage: Stage, part: str, base: float, note: Note) -> Array:
    own = stage.rng(f"{part}/line")
    t, x = clock(stage, note[1])
    rise, hold, sink = own.uniform(0.55, 0.75), own.uniform(0.9, 1.08), own.uniform(0.6, 0.85)
    hz = base * note[2] * through(x, rise, 0.97, 1.04, hold, hold, 0.93 * hold, sink)
    if own.uniform() < 0.35:
        step = own.uniform(0.25, 0.5)
        hz = hz * np.where(
            x < step, 1, 1 + (own.uniform(0.84, 1.2) - 1) * np.clip((x - step) * t[-1] / 0.05, 0, 1)
        )
    waver = own.uniform(0.004, 0.02) * np.sin(2 * np.pi * own.uniform(4.5, 7) * t) * x
    source = voiced(stage, part, hz * (1 + waver), 1.25, 0.006, 0.0, 0.05)
    lips = (hz[:: max(1, len(hz) // 32)], 0.9 * base, 1.0)
    spoken = mouth(stage, source, (lips, ((900, 1150, 850), 400, 0.5), (2300, 700, 0.12)), 0.03)
    return spoken * ease(t, min(0.09, 0.25 * t[-1]), 0.3 * t[-1])


def elephant(stage: Stage) -> Array:
    """Trumpeting: a blare that leaps up, brassy and torn; some rumble after.

    a: pitch, b: short to long.
    """
    rng = stage.rng("elephant")
    base = stage.mix(330, 560, stage.a) * rng.uniform(0.9, 1.1)
    torn, trunk = rng.uniform(0.2, 0.6), rng.uniform(0.9, 1.15)
    rumbles = rng.uniform() < 0.4
    out = np.zeros(stage.n)
    for i, start in enumerate(stage.at):
        own = stage.rng(f"trumpet{i}")
        long = min(stage.mix(0.7, 1.6, stage.b) * own.uniform(0.8, 1.2), max(0.5, gap(stage, i)))
        t, x = clock(stage, long)
        bend = (
            (0.55, 1.0, 1.12, 1.05, 0.9, 0.6),
            (0.6, 0.85, 0.95, 1.2, 1.35, 0.9),
            (0.7, 1.1, 0.95, 1.15, 1.0, 0.7),
        )
        hz = base * own.uniform(0.93, 1.08) * through(x, *bend[int(own.integers(0, 3))])
        torn_now = np.clip(torn * own.uniform(0.6, 1.3), 0, 0.9)
        source = voiced(stage, f"trumpet{i}", hz, 0.25, 0.014, float(torn_now), 0.15)
        pipe = (
            ((620 * trunk, 950 * trunk, 700 * trunk), 450, 1.0),
            (1750 * trunk, 600, 0.8),
            (2900 * trunk, 800, 0.5),
        )
        blare = mouth(stage, source, (*pipe, (4300 * trunk, 1200, 0.3)), 0.06)
        place(stage, out, int(start), blare * ease(t, 0.025, 0.3 * t[-1]) * own.uniform(0.8, 1))
        if rumbles:
            place(
                stage,
                out,
                int(start) + round(0.8 * long * stage.rate),
                0.2 * _rumble(stage, f"rumble{i}"),
            )
    return afar(stage, out, 1.2, 0.3)


def _rumble(stage: Stage, part: str) -> Array:
    """An elephant's low talk: some 20 beats a second."""
    own = stage.rng(f"{part}/line")
    t, x = clock(stage, own.uniform(0.9, 1.6))
    source = voiced(
        stage, part, own.uniform(19, 26) * through(x, 0.85, 1.1, 0.8), 1.1, 0.02, 0.2, 0.1
    )
    return mouth(stage, source, ((90, 120, 1.0), (260, 160, 0.7), (600, 300, 0.2)), 0.01) * ease(
        t, 0.2, 0.4
    )


def monkey(stage: Stage) -> Array:
    """An ape's pant-hoots, a monkey's chatter or screeches, by seed; a: pitch, b: excitement."""
    rng = stage.rng("monkey")
    sort = int(rng.integers(0, 3))
    pitch = stage.mix(0.78, 1.3, stage.a) * rng.uniform(0.9, 1.1)
    out = np.zeros(stage.n)
    for i in range(len(stage.at)):
        own = stage.rng(f"bout{i}")
        notes = (_hoots, _chatter, _screech)[sort](own, stage.b)
        phrase(stage, out, i, notes, lambda part, note: _ape(stage, part, sort, pitch, note))
    return afar(stage, out, 0.9, 0.35)


def _hoots(own: np.random.Generator, wild: float) -> list[Note]:
    """Hoo, hoo, hoo: quicker, higher and louder, a breath drawn in before each."""
    step, at, notes = own.uniform(0.42, 0.55) * (1.1 - 0.25 * wild), 0.0, []
    for j in range(int(own.integers(4, 9))):
        up = min(1.0, j / 5)
        notes.append((at, 0.5 * step, 0.9 + (0.5 + 0.7 * wild) * up, 0.5 + 0.5 * up))
        notes.append((at + 0.55 * step, 0.3 * step, -1.0 - up, 0.16 + 0.14 * up))
        at += step
        step *= 0.92
    return notes


def _chatter(own: np.random.Generator, wild: float) -> list[Note]:
    """Many short harsh notes in a row."""
    step = own.uniform(0.085, 0.13) * (1.15 - 0.3 * wild)
    pitch, loud = np.exp(own.normal(0, 0.09, 16)), own.uniform(0.55, 1, 16)
    many = int(own.integers(5, 15))
    return [(j * step, 0.6 * step, float(pitch[j]), float(loud[j])) for j in range(many)]


def _screech(own: np.random.Generator, wild: float) -> list[Note]:
    """Two or three long screams, with short ones between."""
    notes, at = [], 0.0
    for _ in range(int(own.integers(2, 5))):
        long = own.uniform(0.14, 0.5)
        notes.append((at, long, own.uniform(0.85, 1.2), own.uniform(0.7, 1)))
        at += long + own.uniform(0.05, 0.16) * (1.3 - 0.5 * wild)
    return notes


def _ape(stage: Stage, part: str, sort: int, pitch: float, note: Note) -> Array:
    """One note of a monkey; a negative pitch is a breath drawn in."""
    own = stage.rng(f"{part}/line")
    t, x = clock(stage, note[1])
    small = pitch**0.5
    base = (330, 1150, 1350)[sort] * pitch * abs(note[2])
    if sort == 0:
        inward = note[2] < 0
        hz = (1.25 if inward else 1.0) * base * through(x, 0.8, 1.0, 1.04, 0.85)
        source = voiced(stage, part, hz, 1.2, 0.012, 0.15, 0.9 if inward else 0.12)
        vowel = ((400 * small, 620 * small, 420 * small), 190, 1.0)
        spoken = mouth(
            stage, source, (vowel, (1100 * small, 300, 0.4), (2700 * small, 700, 0.2)), 0.02
        )
        return spoken * ease(t, 0.02, 0.5 * t[-1])
    bend = (0.75, 1.15, 0.95, 0.7) if sort == 1 else (0.8, 1.2, own.uniform(0.95, 1.3), 0.75)
    source = voiced(stage, part, base * through(x, *bend), 0.55, 0.02, own.uniform(0.25, 0.8), 0.22)
    open_ = ((1300 * small, 1900 * small, 1400 * small), 650, 1.0)
    spoken = mouth(
        stage, source, (open_, (3300 * small, 900, 0.7), (5200 * small, 1300, 0.3)), 0.05
    )
    return band(stage, spoken, 400, 9000) * ease(t, 0.006, 0.45 * t[-1])


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
        t, x = clock(stage, min(long, max(0.35, 0.95 * gap(stage, i))))
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
