"""Birds: song of small ones, quacks, squawks, cries of gulls, hoots."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    band,
    dull,
)
from v2a.world.sounds.strikes import ease, place, turns
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.vocal_tract import (
    Syllable,
    afar,
    flutter,
    mouth,
    phrase,
    through,
    time_axis,
    voiced,
)


def birds(synth: Synth) -> Array:
    """One bird with a few notes of its own, sung in calls of one to seven."""
    high, busy = synth.a, synth.b
    rng = synth.rng("bird")
    base = synth.mix(1900, 4600, high) * rng.uniform(0.9, 1.12)
    notes = [_song_note(synth, rng, base) for _ in range(4)]
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        song = synth.rng(f"call{i % 3}")
        sung = synth.rng(f"sung{i}")
        count = 1 + round((1.5 + 4.5 * busy) * float(song.uniform(0.4, 1)))
        kind, at = int(song.integers(0, 4)), int(start)
        gain, pitch = sung.uniform(0.55, 1), np.exp(0.03 * sung.standard_normal())
        end = int(synth.at[i + 1]) if i + 1 < len(synth.at) else synth.n
        for _ in range(count):
            if start < at > end - round(0.06 * synth.rate):
                break
            note = _sing_note(synth, notes[kind], float(pitch))
            place(synth, out, at, note * gain)
            at += len(note) + round(float(song.uniform(0.015, 0.07)) * synth.rate)
            kind = kind if song.uniform() < 0.55 else int(song.integers(0, 4))
    return out


def _song_note(synth: Synth, rng: np.random.Generator, base: float) -> tuple[float, ...]:
    """Seconds, pitch, sweep, arch, trill rate, trill depth, overtone of a note."""
    trill = rng.uniform() < 0.45
    return (
        float(rng.uniform(0.13, 0.26) if trill else rng.uniform(0.04, 0.13)),
        float(base * np.exp(0.18 * rng.standard_normal())),
        float(rng.uniform(-0.5, 0.5)),
        float(rng.uniform(-0.25, 0.35)),
        float(rng.uniform(18, 45)),
        float(rng.uniform(0.05, 0.16)) if trill else 0.0,
        float(rng.uniform(0.02, 0.2)),
    )


def _sing_note(synth: Synth, note: tuple[float, ...], pitch: float) -> Array:
    seconds, hz, sweep, arch, rate, depth, over = note
    t = np.arange(round(seconds * synth.rate)) / synth.rate
    x = t / seconds
    path = sweep * (x - 0.5) + arch * (1 - (2 * x - 1) ** 2)
    wave = np.sin(2 * np.pi * rate * t)
    line = np.clip(hz * pitch * np.exp(path + depth * wave), 300, 0.46 * synth.rate)
    phase = 2 * np.pi * turns(synth, line)
    second = np.where(line < 0.23 * synth.rate, over, 0.0)
    loud = ease(t, 0.004, 0.35 * seconds) * (1 + 2.5 * depth * wave)
    return (np.sin(phase) + second * np.sin(2 * phase)) * loud


MOST = 14
"""Notes drawn for a call of a parrot; how many of them sound follows from how busy it is."""


def duck(synth: Synth) -> Array:
    """Quacks, nasal and falling, alone or in a run; some seeds are geese that honk.

    a: small to big, b: pace.
    """
    rng = synth.rng("duck")
    goose = rng.uniform() < 0.3
    size = synth.mix(1.18, 0.85, synth.a) * rng.uniform(0.93, 1.08)
    base = (430 if goose else 255) * size
    nasal = (rng.uniform(1000, 1350) * size, rng.uniform(2300, 2900) * size, 4300 * size)
    rough, most = rng.uniform(0.1, 0.4), int(rng.integers(1, 3 if goose else 6))
    out = np.zeros(synth.n)

    def call(part: str, note: Syllable) -> Array:
        own = synth.rng(part)
        t, x = time_axis(synth, note[1])
        pitch = base * note[2] * np.exp(0.03 * own.standard_normal())
        bend = (0.72, 0.78, 1.12, 1.08, 0.9) if goose else (0.85, 1.06, 1.0, 0.93, 0.8)
        source = voiced(synth, part, pitch * through(x, *bend), 0.35, 0.012, rough, 0.12)
        open_ = ((0.75 * nasal[0], nasal[0], 0.85 * nasal[0]), 260, 1.0)
        spoken = mouth(synth, source, (open_, (nasal[1], 420, 0.75), (nasal[2], 900, 0.25)), 0.03)
        if goose:
            spoken *= 0.5 + 0.9 * np.clip(6 * x - 1.5, 0, 1)
        return band(synth, spoken, 420, 7500) * ease(t, 0.012, 0.35 * t[-1])

    for i in range(len(synth.at)):
        own = synth.rng(f"run{i}")
        step = synth.mix(0.32, 0.21, synth.b) * own.uniform(0.9, 1.1) * (1.6 if goose else 1)
        long = step * own.uniform(0.55, 0.75)
        count = int(own.integers(1, most + 1))
        fall, loud = own.uniform(0.95, 1.0), own.uniform(0.7, 1)
        notes = [(j * step, long * 0.97**j, fall**j, loud * 0.88**j) for j in range(count)]
        phrase(synth, out, i, notes, call)
    return afar(synth, out, 0.5, 0.25)


def parrot(synth: Synth) -> Array:
    """Raucous squawks of a macaw, a cockatoo's screech or a parakeet's chatter, by seed.

    a: pitch, b: how busy.
    """
    rng = synth.rng("parrot")
    sort = int(rng.integers(0, 3))
    base = (560, 1050, 1900)[sort] * synth.mix(0.78, 1.3, synth.a) * rng.uniform(0.9, 1.1)
    rough, rasp = rng.uniform(0.5, 0.95), rng.uniform(55, 110)
    beak = (rng.uniform(1500, 2000), rng.uniform(2900, 3500), rng.uniform(4600, 5600))
    out = np.zeros(synth.n)

    def call(part: str, note: Syllable) -> Array:
        own = synth.rng(part)
        t, x = time_axis(synth, note[1])
        ends = own.uniform(0.7, 0.9, 2)
        hz = base * note[2] * through(x, ends[0], 1.05, own.uniform(0.9, 1.12), ends[1] * 0.9)
        source = voiced(synth, part, hz, 0.3 + 0.2 * sort, 0.03, rough, 0.3)
        source *= flutter(synth, f"{part}/rasp", len(t), rasp, 0.75 - 0.2 * sort)
        wide = ((0.7 * beak[0], beak[0], 0.8 * beak[0]), 700, 1.0)
        spoken = mouth(synth, source, (wide, (beak[1], 800, 0.8), (beak[2], 1300, 0.45)), 0.06)
        return band(synth, spoken, 450, 9000) * ease(t, 0.015, 0.3 * t[-1])

    for i in range(len(synth.at)):
        own = synth.rng(f"squawk{i}")
        many = 1 + (0.6, 0.4, 5.0)[sort] * (0.5 + synth.b) * own.uniform(0, 1.6)
        long = float(own.uniform(*((0.25, 0.6), (0.4, 0.85), (0.06, 0.13))[sort]))
        step = long * own.uniform(1.25, 1.6)
        pitch, loud = np.exp(own.normal(0, 0.06, MOST)), own.uniform(0.7, 1, MOST)
        length = long * own.uniform(0.8, 1.1, MOST)
        loud = loud * np.clip(many - np.arange(MOST), 0, 1)
        notes = [(j * step, float(length[j]), float(pitch[j]), float(loud[j])) for j in range(MOST)]
        phrase(synth, out, i, notes, call)
    return afar(synth, out, 0.7, 0.3)


def gull(synth: Synth) -> Array:
    """Cries that leap up and slide down, mewing, or laughing in a row; others answer far off.

    a: pitch, b: how many.
    """
    rng = synth.rng("gull")
    base = synth.mix(760, 1150, synth.a) * rng.uniform(0.9, 1.1)
    harsh = rng.uniform(0.05, 0.35)
    near = np.zeros(synth.n)

    def call(part: str, note: Syllable) -> Array:
        own = synth.rng(part)
        t, x = time_axis(synth, note[1])
        bend = (0.62, 1.12, 1.08, 0.95, 0.78) if note[1] < 0.45 else (0.66, 1.0, 1.14, 1.02, 0.72)
        hz = base * note[2] * through(x, *bend)
        source = voiced(synth, part, hz, 0.55, 0.012, harsh * own.uniform(0.4, 1.4), 0.1)
        spoken = mouth(
            synth,
            source,
            (((1200, 1900, 1300), 800, 1.0), ((2600, 3300, 2800), 900, 0.7), (4800, 1200, 0.3)),
            0.06,
        )
        return band(synth, spoken, 500, 9000) * ease(t, 0.015, 0.35 * t[-1])

    for i in range(len(synth.at)):
        phrase(synth, near, i, _gull_cry(synth.rng(f"cry{i}")), call)
    others = np.zeros(synth.n)
    late = (rng.uniform(0.1, 2.5, 3) * synth.rate).astype(np.int64)
    for k, shift in enumerate(late):
        strength = np.clip(2.4 * synth.b - 0.7 * k, 0, 1) * rng.uniform(0.05, 0.16)
        place(synth, others, int(shift), strength * near)
    return afar(synth, near + dull(synth, others, 2500), 1.2, 0.25)


def _gull_cry(own: np.random.Generator) -> list[Syllable]:
    """The notes of a cry: a mew, one to three kyows, or a laugh that starts long and quickens."""
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


OWLS: tuple[tuple[float, tuple[Syllable, ...]], ...] = (
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


DOVES: tuple[tuple[float, tuple[Syllable, ...]], ...] = (
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


def owl(synth: Synth) -> Array:
    """Hoots, nearly pure and hollow, in an owl's phrases; some seeds are doves that coo.

    a: pitch, b: pace.
    """
    rng = synth.rng("owl")
    dove = rng.uniform() < 0.35
    sort = int(rng.integers(0, 4))
    high, notes = (DOVES if dove else OWLS)[sort]
    base = high * synth.mix(0.86, 1.2, synth.a) * rng.uniform(0.93, 1.07) * (500 if dove else 345)
    pace = synth.mix(1.12, 0.82, synth.b) * rng.uniform(0.94, 1.06)
    airy, trill = rng.uniform(0.02, 0.07), rng.uniform(19, 28)
    shaken = rng.uniform(0.15, 0.5) if dove else 0.0
    out = np.zeros(synth.n)

    def hoot(part: str, note: Syllable) -> Array:
        own = synth.rng(part)
        t, x = time_axis(synth, note[1])
        bend = (0.86, 1.0, 1.03, 0.98, 0.9) if dove else (0.92, 1.0, 1.01, 0.99, 0.93)
        hz = base * note[2] * np.exp(0.012 * own.standard_normal()) * through(x, *bend)
        if high > 2 and note[1] > 0.9:
            hz = hz * (1 + 0.035 * np.sin(2 * np.pi * (13 + 2 * x) * t) * np.clip(3 - 3 * x, 0, 1))
        source = voiced(synth, part, hz, 2.1, 0.004, 0.0, airy)
        top = float(hz.max())
        spoken = mouth(synth, source, ((top, 0.5 * top, 1.0), (2 * top, top, 0.15)), 0.006)
        shape = ease(t, min(0.07, 0.3 * t[-1]), 0.5 * t[-1])
        return spoken * shape * flutter(synth, f"{part}/trill", len(t), trill, shaken)

    for i in range(len(synth.at)):
        timed = [(s * pace, n * pace, p, g) for s, n, p, g in notes]
        phrase(synth, out, i, timed, hoot)
    return afar(synth, out, 1.6, 0.45)
