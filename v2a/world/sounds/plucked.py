"""Struck and plucked strings: piano, guitar, harp."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import (
    Peaks,
    bursts,
    damped,
    hertz,
    lengths,
    modes,
    put,
    soften,
    spoken,
)
from v2a.world.sounds.tunes import Tune, accents, melody, tune

LONGEST = 2.2
"""Seconds a string is followed: beyond it is 20 dB down or damped."""
Struck = list[tuple[int, int, float, float]]
"""Notes of a plucked part: first sample, samples held, semitones, force."""


def piano(synth: Synth) -> Array:
    """Grand, upright, honky-tonk or soft: melody, chords, broken chords; a: how hard, b: pedal."""
    rng = synth.rng("piano")
    kind = int(rng.choice(4, p=(0.45, 0.25, 0.15, 0.15)))
    mistuned = (0.0006, 0.0012, 0.006, 0.0006)[kind] * rng.uniform(0.6, 1.4)
    tilt = (0.75, 0.9, 0.6, 1.35)[kind] + rng.uniform(-0.15, 0.15) - 0.45 * (synth.a - 0.5)
    spot = rng.uniform(0.1, 0.14)
    out = np.zeros(synth.n)
    for at, length, pitch, force in _played(synth, tune(synth)):
        count = min(synth.n - at, round((0.4 + LONGEST) * synth.rate))
        wave = _piano_string(synth, count, pitch, tilt - 0.3 * (force - 0.7), spot, mistuned)
        wave = soften(synth, wave, synth.mix(0.004, 0.0015, synth.a) * (1 + (pitch < 50)))
        held = int(length * (1 + 1.2 * synth.b))
        put(synth, out, at, damped(synth, wave, held, 0.18), force)
    thump = bursts(synth, "thump", synth.at, np.ones(len(synth.at)), 0.05,
                   (60, 120, 300, 900, 3000), (-6, 0, -6, -22, -34))  # fmt: skip
    return out + synth.mix(0.04, 0.12, synth.a) * thump


def _piano_string(
    synth: Synth, count: int, pitch: float, tilt: float, spot: float, mistuned: float
) -> Array:
    """Stiff strings, two a note: each partial dies quickly at first and slowly after, and beats."""
    f = float(hertz(pitch))
    k = np.arange(1, int(np.clip(5500 / f, 5, 32)) + 1)
    stiff = 2.2e-4 * 2 ** ((pitch - 48) / 9)  # inharmonicity doubles in some nine semitones
    hz = k * f * np.sqrt(1 + min(stiff, 0.01) * k * k)
    share = (0.25 + np.abs(np.sin(np.pi * k * spot))) * k**-tilt / (1 + (hz / 4600) ** 2)
    share *= np.minimum(1, hz / 170)  # the soundboard radiates little below some 170 Hz
    long = float(np.clip(9.0 * 2 ** (-(pitch - 40) / 17), 0.5, 11)) / (1 + 0.12 * k)
    both = np.concatenate([hz, hz * (1 + mistuned)])
    return modes(synth, count, both, np.concatenate([share, 0.45 * share]),
                 np.concatenate([0.45 * long, 1.1 * long]))  # fmt: skip


def _played(synth: Synth, song: Tune) -> Struck:
    """The notes of two hands: one of six figures on the onsets, some with notes between them."""
    rng = synth.rng("hands")
    style = int(rng.integers(6))
    base = int(rng.integers(55, 72))
    at, spans = synth.at, lengths(synth, synth.at, 2.0)
    force = accents(synth, "hands", len(at), song.bar)
    tones = melody(synth, "right", song, len(at), base)
    run = bool(rng.uniform() < 0.6)
    out: Struck = []
    for i in range(len(at)):
        a, s, f = int(at[i]), int(spans[i]), force[i]
        own = synth.rng(f"hand{i}")
        late = [int(x) for x in own.integers(0, max(2, round(0.012 * synth.rate)), 6)]
        chord, low = song.chord(i, base - 9), song.chord(i, base - 23)[0]
        down = i % song.bar == 0
        if style == 0:
            out += [(a, s, tones[i], f)]
            out += [
                (a + late[j], s * (2 if down else 1), p, 0.5 * f)
                for j, p in enumerate(chord)
                if down
            ]
        elif style == 1:
            out += [(a + late[j] * (j > 0), s, p, 0.7 * f) for j, p in enumerate([low, *chord])]
            out += [(a, s, chord[-1] + (12 if i % 2 else 5), 0.4 * f)] * int(own.uniform() < 0.4)
        elif style == 2:
            order = [low, chord[0], chord[2], chord[0] + 12, chord[2], chord[1] + 12, chord[0] + 12]
            steps = 4 if s > 0.5 * synth.rate else 2
            for j in range(steps):
                out += [
                    (
                        a + j * s // steps,
                        s,
                        order[(i % 2 * steps + j) % 7],
                        f * (0.75 + 0.25 * (j == 0)),
                    )
                ]
        elif style == 3:
            out += [(a, s, tones[i], f), (a + late[0], s, tones[i] + 12, 0.7 * f)]
            out += [(a + late[1], 2 * s, low, 0.7 * f), (a, 2 * s, low - 12, 0.5 * f)] * int(down)
        elif style == 4:
            bass = [low, chord[2] - 12][i % 2]
            out += (
                [(a, s // 2, bass, f)] if i % 2 == 0 else [(a, s // 2, p, 0.6 * f) for p in chord]
            )
            out += [(a, s, tones[i] + 12, 0.8 * f)]
        else:
            out += [(a, s, tones[i], f)]
        if run and style in (0, 3, 5) and s > 0.3 * synth.rate and own.uniform() < 0.5:
            out += [(a + s // 2, s // 2, song.pitch(int(own.integers(0, 9)), base), 0.6 * f)]
    return [note for note in out if note[0] < synth.n - 64 and note[2] > 24]


GUITARS: tuple[tuple[tuple[int, ...], float, float, Peaks], ...] = (
    ((40, 45, 50, 55, 59, 64), 0.75, 4.5, ((105, 45, 1.6), (205, 50, 1.5), (410, 120, 0.8), (2600, 1800, 0.5))),
    ((40, 45, 50, 55, 59, 64), 1.25, 2.8, ((98, 40, 1.8), (190, 50, 1.6), (370, 110, 0.8), (900, 500, 0.3))),
    ((67, 60, 64, 69), 1.15, 1.5, ((240, 70, 1.6), (420, 90, 1.4), (780, 200, 0.8), (1900, 900, 0.4))),
    ((67, 50, 55, 59, 62), 0.5, 0.9, ((350, 250, 1.0), (750, 350, 1.5), (1500, 700, 1.4), (3000, 1500, 0.8))),
    ((55, 62, 69, 76), 0.6, 1.6, ((280, 90, 1.3), (540, 160, 1.2), (2200, 1500, 0.7))),
)  # fmt: skip
"""Steel, nylon, ukulele, banjo, mandolin: open strings, tilt, decay of the lowest, body."""


def guitar(synth: Synth) -> Array:
    """Strummed, picked or played in single notes; a: how hard, b: from the soundhole to the bridge."""
    rng = synth.rng("guitar")
    which = int(rng.choice(5, p=(0.36, 0.26, 0.14, 0.14, 0.1)))
    strings, tilt, long, peaks = GUITARS[which]
    size = rng.uniform(0.88, 1.14)
    peaks = tuple((hz * size, width, gain * rng.uniform(0.6, 1.4)) for hz, width, gain in peaks)
    spot = synth.mix(0.28, 0.09, synth.b) * rng.uniform(0.85, 1.15)
    tilt = tilt + rng.uniform(-0.1, 0.1) + 0.35 - 0.6 * synth.a
    course = rng.uniform(0.0008, 0.002) if which == 4 or rng.uniform() < 0.15 else 0.0
    out = np.zeros(synth.n)
    notes = _fingers(synth, tune(synth), strings)
    for at, length, pitch, force in notes:
        count = min(synth.n - at, length + round(0.1 * synth.rate), round(LONGEST * synth.rate))
        wave = _pluck(synth, count, pitch, spot, tilt, long, peaks, course)
        wave = soften(synth, wave, 0.002 - 0.001 * synth.a)
        put(synth, out, at, damped(synth, wave, length, 0.08), force)
    places = np.array([n[0] for n in notes], np.int64)
    forces = np.array([n[3] for n in notes])
    pick = bursts(synth, "pick", places, forces, 0.012, (150, 600, 2000, 5000), (-8, -8, -3, -4))
    knock = bursts(
        synth, "knock", places, forces, 0.06, (60, 110, 240, 600, 2000), (-8, 0, -2, -18, -34)
    )
    return out + synth.mix(0.03, 0.12, synth.a) * pick + 0.07 * knock


def _pluck(
    synth: Synth,
    count: int,
    pitch: float,
    spot: float,
    tilt: float,
    long: float,
    peaks: Peaks,
    course: float,
) -> Array:
    """A string plucked at a share `spot` of its length, heard through a body; a course is two."""
    f = float(hertz(pitch))
    k = np.arange(1, int(np.clip(6500 / f, 6, 40)) + 1)
    hz = k * f * np.sqrt(1 + 6e-5 * k * k)
    share = (0.12 + np.abs(np.sin(np.pi * k * spot))) * k**-tilt * spoken(peaks, hz, 0.35)
    decay = long * 2 ** (-(pitch - 45) / 30) / (1 + 0.05 * k + (hz / 3500) ** 2)
    if course:
        hz, share, decay = (np.concatenate([x, x]) for x in (hz, share, decay))
        hz[len(k) :] *= 1 + course
    return modes(synth, count, hz, share, decay)


def _fingers(synth: Synth, song: Tune, strings: tuple[int, ...]) -> Struck:
    """Strums, picked figures or a melody over a bass; a string sounds until it is struck again."""
    rng = synth.rng("fingers")
    style, slow = int(rng.choice(4, p=(0.42, 0.28, 0.15, 0.15))), rng.uniform(0.004, 0.014)
    capo = int(rng.integers(0, 5))
    at, spans = synth.at, lengths(synth, synth.at, 2.0)
    force = accents(synth, "fingers", len(at), song.bar)
    tones = melody(synth, "lead", song, len(at), strings[-2] + capo, 10)
    figure = rng.permutation(len(strings))
    between = bool(rng.uniform() < 0.55)
    out: Struck = []
    for i in range(len(at)):
        a, s, f = int(at[i]), int(spans[i]), force[i]
        frets = [song.near(i, n + capo) for n in strings]
        own = synth.rng(f"finger{i}")
        if style == 0:
            out += _strum(synth, frets, a, s, f, slow, up=False)
            if between and s > 0.25 * synth.rate and own.uniform() < 0.75:
                out += _strum(synth, frets[-4:], a + s // 2, s // 2, 0.6 * f, slow, up=True)
        elif style == 1:
            out += [(a, 3 * s, frets[0 if i % 2 == 0 else 1], f)]
            steps = 3 if s > 0.45 * synth.rate else 1
            for j in range(steps):
                string = int(figure[(i * steps + j) % len(strings)])
                out += [(a + j * s // (steps + 1) + (j > 0) * 1, 2 * s, frets[string], 0.75 * f)]
        elif style == 2:
            out += [(a, s, tones[i], f)] + [(a, 2 * s, frets[0], 0.6 * f)] * int(i % song.bar == 0)
            out += [(a + s // 2, s // 2, song.near(i, tones[i] + 1), 0.6 * f)] * int(
                own.uniform() < 0.4
            )
        else:
            out += [
                (a + round(slow * j * synth.rate), s, p, 0.8 * f) for j, p in enumerate(frets[-4:])
            ]
    return [note for note in out if note[0] < synth.n - 64]


def _strum(
    synth: Synth, frets: list[float], at: int, length: int, force: float, slow: float, up: bool
) -> Struck:
    """All strings one after another, from the lowest or, going up, from the highest."""
    order = frets[::-1] if up else frets
    lag = slow * synth.rate
    return [
        (at + round(lag * j), max(64, length - round(lag * j)), p, force * 0.8)
        for j, p in enumerate(order)
    ]


def harp(synth: Synth) -> Array:
    """Rolled chords, broken chords, glissandi; a: how hard, b: how high."""
    rng = synth.rng("harp")
    song, style = tune(synth), int(rng.integers(4))
    at, spans = synth.at, lengths(synth, synth.at, 2.2)
    force = accents(synth, "harp", len(at), song.bar)
    base = int(rng.integers(50, 58))
    tones = melody(synth, "harp", song, len(at), base + 12, 10)
    rising = rng.uniform() < 0.6
    lift = 5.0 * synth.b
    spot, tilt = rng.uniform(0.3, 0.45), 1.55 - 0.6 * synth.a + rng.uniform(-0.1, 0.1)
    notes: Struck = []
    for i in range(len(at)):
        a, s, f = int(at[i]), int(spans[i]), force[i]
        chord = song.chord(i, base)
        wide = [chord[0] - 12, chord[2] - 12, *chord, chord[0] + 12, chord[1] + 12, chord[2] + 12]
        if style == 0:
            lag = 0.028 * synth.rate
            notes += [
                (a + round(lag * j), 3 * s, p, 0.7 * f) for j, p in enumerate(wide[i % 3 :: 2])
            ]
        elif style == 1:
            steps = int(np.clip(s / (0.11 * synth.rate), 2, 8))
            notes += [
                (a + j * s // steps, 2 * s, wide[j % 8], f * (0.7 + 0.3 * (j == 0)))
                for j in range(steps)
            ]
        elif style == 2:
            steps = int(np.clip(s / (0.055 * synth.rate), 6, 20))
            order = range(steps) if rising == (i % 2 == 0) else range(steps)[::-1]
            run = [song.pitch(j, base - 5) for j in order]
            notes += [(a + j * s * 3 // (4 * steps), s, p, 0.6 * f) for j, p in enumerate(run)]
        else:
            notes += [(a, 2 * s, tones[i], f), (a, 3 * s, wide[i % 3], 0.6 * f)]
    out = np.zeros(synth.n)
    peaks = ((160, 120, 0.8), (320, 200, 0.9), (700, 400, 0.5))
    for at_, length, pitch, f in notes:
        if at_ < synth.n - 64:
            count = min(synth.n - at_, length, round(LONGEST * synth.rate))
            wave = _pluck(synth, count, pitch + lift, spot, tilt, 5.5, peaks, 0.0)
            put(synth, out, at_, damped(synth, soften(synth, wave, 0.003), length, 0.3), f)
    return out
