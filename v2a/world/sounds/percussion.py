"""Struck instruments: drum kit, marimba and its kin."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import grain
from v2a.world.sounds.strikes import strew
from v2a.world.sounds.synth import Array, Positions, Synth
from v2a.world.sounds.tones import bursts, damped, hertz, lengths, modes, put, soften
from v2a.world.sounds.tunes import accents, melody, tune

KICK, SNARE, HAT, OPEN, HIGH, MIDDLE, FLOOR, CRASH, RIDE = range(9)
"""Pieces of the kit."""
GROOVES: tuple[dict[int, tuple[float, ...]], ...] = (
    {KICK: (1, 0, 0, 0, 1, 0.7, 0, 0), SNARE: (0, 0, 1, 0, 0, 0, 1, 0), HAT: (1, 0.6, 0.9, 0.6, 1, 0.6, 0.9, 0.6)},
    {KICK: (1, 0, 1, 0, 1, 0, 1, 0), SNARE: (0, 0, 1, 0, 0, 0, 1, 0), HAT: (0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0), OPEN: (0, 0.8) * 4},
    {KICK: (1, 0, 0.7, 0, 0, 1, 0, 0.5), SNARE: (0, 0.2, 0, 1, 0.2, 0, 0.25, 1), HAT: (1, 0.5) * 4},
    {KICK: (1, 0, 0, 0, 0, 0, 0.6, 0), SNARE: (0, 0, 0, 0, 1, 0, 0, 0), HAT: (1, 0.5, 0.8, 0.5) * 2},
    {RIDE: (1, 0, 1, 0.7, 1, 0, 1, 0.7), HAT: (0, 0, 0.7, 0) * 2, KICK: (0.4, 0, 0, 0, 0.3, 0, 0, 0.5), SNARE: (0, 0.3, 0, 0, 0, 0.4, 0, 0)},
    {SNARE: (1, 0.4, 0.5, 0.4, 1, 0.4, 0.8, 0.8), KICK: (1, 0, 0, 0, 1, 0, 0, 0)},
    {FLOOR: (1, 0.6, 0, 0.8, 1, 0, 0.7, 0), MIDDLE: (0, 0, 1, 0, 0, 0.8, 0, 0.6), HIGH: (0, 0, 0, 0.7, 0, 0, 0, 1), KICK: (1, 0, 0, 0) * 2},
    {KICK: (1, 0.8) * 4, SNARE: (0, 0, 1, 0) * 2, CRASH: (0.7, 0, 0, 0, 0.7, 0, 0, 0), RIDE: (0.6, 0.6) * 4},
)  # fmt: skip
"""Rock, disco, funk, half time, jazz, march, toms, metal: forces on eight onsets."""
FILL = (SNARE, SNARE, HIGH, HIGH, MIDDLE, MIDDLE, FLOOR, FLOOR)
"""Pieces that a fill goes through, in turn."""


def drums(synth: Synth) -> Array:
    """A kit that plays a groove with its fills on the onsets; a: how hard, b: how deep and open."""
    at, which, forces = _sticks(synth)
    out = np.zeros(synth.n)
    for piece in range(9):
        chosen = which == piece
        if chosen.any():
            bank = _piece(synth, piece)
            turn = np.arange(int(chosen.sum())) % len(bank)
            out += strew(synth, at[chosen], bank, turn, forces[chosen])
    return out


def _sticks(synth: Synth) -> tuple[Positions, Array, Array]:
    """Places, pieces and forces of all strokes: a groove, a fill a phrase, strokes between."""
    rng = synth.rng("sticks")
    groove = GROOVES[int(rng.integers(len(GROOVES)))]
    phrase, solo = int(rng.choice([8, 16])), bool(rng.uniform() < 0.18)
    spans = lengths(synth, synth.at, 0.4)
    double = bool(rng.uniform() < 0.35)
    start = int(rng.choice([0, 0, phrase - 4]))
    strokes: list[tuple[int, int, float]] = []
    for i, (a, s) in enumerate(zip(synth.at.tolist(), spans.tolist(), strict=True)):
        own, step = synth.rng(f"stroke{i}"), i + start
        fill = solo or step % phrase >= phrase - 3
        if fill:
            piece = FILL[(2 * (step % phrase) + int(own.integers(3))) % 8]
            strokes += [(a, piece, own.uniform(0.8, 1)), (a, KICK, 0.8 * (own.uniform() < 0.4))]
            strokes += [(a + s // 2, piece, own.uniform(0.5, 0.9))] * int(s > 0.12 * synth.rate)
        else:
            strokes += [(a, p, f[step % 8] * own.uniform(0.85, 1)) for p, f in groove.items()]
            strokes += [(a, HAT, 0.5)] * int(not any(f[step % 8] for f in groove.values()))
            strokes += [(a + s // 2, HAT, 0.45)] * int(double and s > 0.16 * synth.rate)
        strokes += [(a, CRASH, 0.8), (a, KICK, 1.0)] * int(step % phrase == 0)
    strokes = [s for s in strokes if s[2] > 0 and s[0] < synth.n]
    table = np.array(strokes, np.float64).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]


TOM = {HIGH: 165.0, MIDDLE: 125.0, FLOOR: 85.0}
"""Hz of the toms."""


def _piece(synth: Synth, piece: int) -> Array:
    """(2, length) two strokes of a piece of the kit."""
    rng = synth.rng(f"piece{piece}")
    deep = synth.mix(1.15, 0.85, synth.b)
    if piece == KICK:
        one = _skin(
            synth, f"kick{piece}", 0.35, rng.uniform(46, 68) * deep, rng.uniform(1.5, 3), 0.3
        )
        return np.array([one, 0.95 * one]) * 0.75
    if piece in TOM:
        one = _skin(
            synth, f"tom{piece}", 0.6, TOM[piece] * rng.uniform(0.85, 1.2) * deep, 0.5, 0.45
        )
        return np.array([one, 0.9 * one]) * 0.7
    if piece == SNARE:
        return np.array([_snare(synth, i, deep) for i in range(2)])
    seconds = {HAT: 0.12, OPEN: 0.5, CRASH: 2.2, RIDE: 1.6}[piece]
    return np.array([_plate(synth, piece, i, seconds) for i in range(2)])


def _skin(synth: Synth, part: str, seconds: float, hz: float, drop: float, decay: float) -> Array:
    """A drum head whose pitch falls to `hz` from (1 + drop) times it, and the beater's click."""
    rng = synth.rng(part)
    t = np.arange(round(seconds * synth.rate)) / synth.rate
    cycles = np.cumsum(hz * (1 + drop * np.exp(-t / 0.025))) / synth.rate
    decay = decay * rng.uniform(0.7, 1.3) * (0.8 + 0.4 * synth.b)
    tone = sum(g * np.sin(2 * np.pi * r * cycles) * np.exp(-6.91 * t / (decay * d))
               for r, g, d in ((1, 1, 1), (1.59, 0.35, 0.5), (2.14, 0.25, 0.4), (2.65, 0.15, 0.3)))  # fmt: skip
    click = grain(synth, rng, len(t)) * np.exp(-t / 0.004)
    edge = np.minimum(1, np.arange(len(t))[::-1] / (0.05 * synth.rate))
    return (tone + synth.mix(0.15, 0.5, synth.a) * click) * edge


def _snare(synth: Synth, take: int, deep: float) -> Array:
    """Two heads and the rattle of the wires."""
    own, rng = synth.rng("snare"), synth.rng(f"snare{take}")
    t = np.arange(round(0.35 * synth.rate)) / synth.rate
    hz, wires = own.uniform(165, 240) * deep, own.uniform(0.1, 0.28)
    tone = sum(g * np.sin(2 * np.pi * hz * r * t * (1 + 0.1 * np.exp(-t / 0.02))) * np.exp(-6.91 * t / d)
               for r, g, d in ((1, 0.8, 0.16), (1.6, 0.5, 0.12), (2.3, 0.3, 0.09)))  # fmt: skip
    noise = grain(synth, rng, len(t))
    noise[1:] -= synth.mix(0.35, 0.6, synth.a) * noise[:-1]
    rattle = np.exp(-6.91 * t / (1.3 * wires)) + 0.3 * np.exp(-t / 0.006)
    return (0.8 * tone + 0.5 * noise * rattle) * np.minimum(1, (t[-1] - t) / 0.05)


def _plate(synth: Synth, piece: int, take: int, seconds: float) -> Array:
    """A cymbal: a crowd of high modes and a hiss, long for a crash, cut short for a closed hat."""
    own, rng = synth.rng(f"plate{piece}"), synth.rng(f"plate{piece}/{take}")
    count = round(seconds * synth.rate)
    low = {HAT: 2500, OPEN: 2500, CRASH: 500, RIDE: 700}[piece]
    hz = low * (11000 / low) ** own.uniform(0, 1, 110)
    gains = (
        own.uniform(0.2, 1, 110)
        * rng.choice([-1.0, 1.0], 110)
        / 6
        * np.minimum(1, hz / 3000) ** 1.2
    )
    long = {HAT: 0.09, OPEN: 0.6, CRASH: 2.4, RIDE: 2.0}[piece] * own.uniform(0.7, 1.3)
    wave = modes(synth, count, hz, gains, long * (3000 / hz) ** 0.35)
    if piece == RIDE:
        wave = 0.5 * wave + modes(
            synth, count, own.uniform(900, 4200, 6), own.uniform(0.1, 0.3, 6), np.full(6, 0.9)
        )
    t = np.arange(count) / synth.rate
    hiss = grain(synth, rng, count)
    hiss[1:] -= 0.9 * hiss[:-1]
    wave += (0.2 + 0.15 * synth.a) * hiss * np.exp(-6.91 * t / (0.6 * long))
    return 1.5 * wave * np.minimum(1, (t[-1] - t) / (0.2 * seconds))


BARS = (
    (48, (1.0, 3.93, 9.2), (1.0, 0.35, 0.12), 0.9, 0.003),
    (60, (1.0, 3.0, 6.1, 10.0), (1.0, 0.55, 0.3, 0.15), 0.35, 0.0008),
    (77, (1.0, 2.76, 5.4, 8.9), (1.0, 0.5, 0.3, 0.15), 2.4, 0.0006),
    (55, (1.0, 2.0, 3.0, 4.02, 5.1, 6.3), (1.0, 0.7, 0.45, 0.3, 0.2, 0.12), 0.9, 0.002),
    (53, (1.0, 3.98, 10.1), (1.0, 0.25, 0.06), 3.5, 0.002),
    (72, (1.0, 2.0, 3.01, 6.27, 7.8), (1.0, 0.15, 0.3, 0.15, 0.08), 1.6, 0.0006),
)
"""Marimba, xylophone, glockenspiel, steel drum, vibraphone, music box.

Lowest pitch, partials (Rossing, *The Physics of Musical Instruments*), gains, decay, attack.
"""


def marimba(synth: Synth) -> Array:
    """Bars under mallets: melodies, thirds, rolls, broken chords; a: hard mallets, b: ringing."""
    rng = synth.rng("bars")
    base, ratios, shares, long, attack = BARS[
        int(rng.choice(6, p=(0.28, 0.24, 0.14, 0.14, 0.1, 0.1)))
    ]
    base += int(rng.integers(0, 8))
    song, style = tune(synth), int(rng.integers(5))
    at, spans = synth.at, lengths(synth, synth.at, 1.5)
    tones = melody(synth, "mallet", song, len(at), base, 11)
    force = accents(synth, "mallet", len(at), song.bar)
    strokes: list[tuple[int, float, float]] = []
    for i in range(len(at)):
        a, s, f = int(at[i]), int(spans[i]), force[i]
        chord = song.chord(i, base)
        strokes.append((a, tones[i] if style < 4 else chord[0], f))
        if style == 1:
            strokes.append((a, song.near(i, tones[i] + 3), 0.8 * f))
        elif style == 2:
            count = int(np.clip(s / (0.07 * synth.rate), 1, 24))
            strokes += [
                (a + j * s // count, tones[i] + 12 * (j % 2), 0.7 * f) for j in range(1, count)
            ]
        elif style == 3 and s > 0.22 * synth.rate:
            strokes.append((a + s // 2, song.near(i, tones[i] - 5), 0.75 * f))
        elif style == 4:
            steps = int(np.clip(s / (0.1 * synth.rate), 1, 6))
            strokes += [
                (a + j * s // steps, [*chord, chord[0] + 12][j % 4], 0.8 * f)
                for j in range(1, steps)
            ]
    out = np.zeros(synth.n)
    own = np.exp(0.004 * rng.standard_normal(len(ratios)))
    gains = np.array(shares) * np.arange(1, len(ratios) + 1) ** (0.8 * (synth.a - 0.5))
    for a, pitch, f in strokes:
        hz = float(hertz(pitch)) * np.array(ratios) * own
        decay = (
            long
            * synth.mix(0.7, 1.4, synth.b)
            * 2 ** (-(pitch - base) / 18)
            / np.array(ratios) ** 0.6
        )
        count = min(synth.n - a, round(min(2.0, 1.2 * float(decay[0])) * synth.rate))
        if count > 32:
            wave = soften(synth, modes(synth, count, hz, gains, decay), attack * (1.5 - synth.a))
            put(synth, out, a, damped(synth, wave, count, 0.01), f)
    places = np.array([s[0] for s in strokes], np.int64)
    knock = bursts(synth, "knock", places, np.array([s[2] for s in strokes]), 0.018,
                   (200, 500, 1500, 4000), (-4, 0, -6 + 4 * synth.a, -16 + 8 * synth.a))  # fmt: skip
    if base in range(53, 55) and long > 3:
        out *= 1 + 0.4 * np.sin(2 * np.pi * 5.2 * synth.t)
    return out + 0.12 * knock
