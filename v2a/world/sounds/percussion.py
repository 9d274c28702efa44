"""Things that are struck: drum kit, marimba and its kin."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import grain
from v2a.world.sounds.stage import Array, Places, Stage
from v2a.world.sounds.strikes import strew
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


def drums(stage: Stage) -> Array:
    """A kit that plays a groove with its fills on the onsets; a: how hard, b: how deep and open."""
    at, which, forces = _sticks(stage)
    out = np.zeros(stage.n)
    for piece in range(9):
        chosen = which == piece
        if chosen.any():
            bank = _piece(stage, piece)
            turn = np.arange(int(chosen.sum())) % len(bank)
            out += strew(stage, at[chosen], bank, turn, forces[chosen])
    return out


def _sticks(stage: Stage) -> tuple[Places, Array, Array]:
    """Places, pieces and forces of all strokes: a groove, a fill a phrase, strokes between."""
    rng = stage.rng("sticks")
    groove = GROOVES[int(rng.integers(len(GROOVES)))]
    phrase, solo = int(rng.choice([8, 16])), bool(rng.uniform() < 0.18)
    spans = lengths(stage, stage.at, 0.4)
    double = bool(rng.uniform() < 0.35)
    start = int(rng.choice([0, 0, phrase - 4]))
    strokes: list[tuple[int, int, float]] = []
    for i, (a, s) in enumerate(zip(stage.at.tolist(), spans.tolist(), strict=True)):
        own, step = stage.rng(f"stroke{i}"), i + start
        fill = solo or step % phrase >= phrase - 3
        if fill:
            piece = FILL[(2 * (step % phrase) + int(own.integers(3))) % 8]
            strokes += [(a, piece, own.uniform(0.8, 1)), (a, KICK, 0.8 * (own.uniform() < 0.4))]
            strokes += [(a + s // 2, piece, own.uniform(0.5, 0.9))] * int(s > 0.12 * stage.rate)
        else:
            strokes += [(a, p, f[step % 8] * own.uniform(0.85, 1)) for p, f in groove.items()]
            strokes += [(a, HAT, 0.5)] * int(not any(f[step % 8] for f in groove.values()))
            strokes += [(a + s // 2, HAT, 0.45)] * int(double and s > 0.16 * stage.rate)
        strokes += [(a, CRASH, 0.8), (a, KICK, 1.0)] * int(step % phrase == 0)
    strokes = [s for s in strokes if s[2] > 0 and s[0] < stage.n]
    table = np.array(strokes, np.float64).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]


TOM = {HIGH: 165.0, MIDDLE: 125.0, FLOOR: 85.0}


def _piece(stage: Stage, piece: int) -> Array:
    """(2, length) two strokes of a piece of the kit."""
    rng = stage.rng(f"piece{piece}")
    deep = stage.mix(1.15, 0.85, stage.b)
    if piece == KICK:
        one = _skin(
            stage, f"kick{piece}", 0.35, rng.uniform(46, 68) * deep, rng.uniform(1.5, 3), 0.3
        )
        return np.array([one, 0.95 * one]) * 0.75
    if piece in TOM:
        one = _skin(
            stage, f"tom{piece}", 0.6, TOM[piece] * rng.uniform(0.85, 1.2) * deep, 0.5, 0.45
        )
        return np.array([one, 0.9 * one]) * 0.7
    if piece == SNARE:
        return np.array([_snare(stage, i, deep) for i in range(2)])
    seconds = {HAT: 0.12, OPEN: 0.5, CRASH: 2.2, RIDE: 1.6}[piece]
    return np.array([_plate(stage, piece, i, seconds) for i in range(2)])


def _skin(stage: Stage, part: str, seconds: float, hz: float, drop: float, decay: float) -> Array:
    """A drum head whose pitch falls to `hz` from (1 + drop) times it, and the beater's click."""
    rng = stage.rng(part)
    t = np.arange(round(seconds * stage.rate)) / stage.rate
    cycles = np.cumsum(hz * (1 + drop * np.exp(-t / 0.025))) / stage.rate
    decay = decay * rng.uniform(0.7, 1.3) * (0.8 + 0.4 * stage.b)
    tone = sum(g * np.sin(2 * np.pi * r * cycles) * np.exp(-6.91 * t / (decay * d))
               for r, g, d in ((1, 1, 1), (1.59, 0.35, 0.5), (2.14, 0.25, 0.4), (2.65, 0.15, 0.3)))  # fmt: skip
    click = grain(stage, rng, len(t)) * np.exp(-t / 0.004)
    edge = np.minimum(1, np.arange(len(t))[::-1] / (0.05 * stage.rate))
    return (tone + stage.mix(0.15, 0.5, stage.a) * click) * edge


def _snare(stage: Stage, take: int, deep: float) -> Array:
    """Two heads and the rattle of the wires."""
    own, rng = stage.rng("snare"), stage.rng(f"snare{take}")
    t = np.arange(round(0.35 * stage.rate)) / stage.rate
    hz, wires = own.uniform(165, 240) * deep, own.uniform(0.1, 0.28)
    tone = sum(g * np.sin(2 * np.pi * hz * r * t * (1 + 0.1 * np.exp(-t / 0.02))) * np.exp(-6.91 * t / d)
               for r, g, d in ((1, 0.8, 0.16), (1.6, 0.5, 0.12), (2.3, 0.3, 0.09)))  # fmt: skip
    noise = grain(stage, rng, len(t))
    noise[1:] -= stage.mix(0.35, 0.6, stage.a) * noise[:-1]
    rattle = np.exp(-6.91 * t / (1.3 * wires)) + 0.3 * np.exp(-t / 0.006)
    return (0.8 * tone + 0.5 * noise * rattle) * np.minimum(1, (t[-1] - t) / 0.05)


def _plate(stage: Stage, piece: int, take: int, seconds: float) -> Array:
    """A cymbal: a crowd of high modes and a hiss, long for a crash, cut short for a closed hat."""
    own, rng = stage.rng(f"plate{piece}"), stage.rng(f"plate{piece}/{take}")
    count = round(seconds * stage.rate)
    low = {HAT: 2500, OPEN: 2500, CRASH: 500, RIDE: 700}[piece]
    hz = low * (11000 / low) ** own.uniform(0, 1, 110)
    gains = (
        own.uniform(0.2, 1, 110)
        * rng.choice([-1.0, 1.0], 110)
        / 6
        * np.minimum(1, hz / 3000) ** 1.2
    )
    long = {HAT: 0.09, OPEN: 0.6, CRASH: 2.4, RIDE: 2.0}[piece] * own.uniform(0.7, 1.3)
    wave = modes(stage, count, hz, gains, long * (3000 / hz) ** 0.35)
    if piece == RIDE:
        wave = 0.5 * wave + modes(
            stage, count, own.uniform(900, 4200, 6), own.uniform(0.1, 0.3, 6), np.full(6, 0.9)
        )
    t = np.arange(count) / stage.rate
    hiss = grain(stage, rng, count)
    hiss[1:] -= 0.9 * hiss[:-1]
    wave += (0.2 + 0.15 * stage.a) * hiss * np.exp(-6.91 * t / (0.6 * long))
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


def marimba(stage: Stage) -> Array:
    """Bars under mallets: melodies, thirds, rolls, broken chords; a: hard mallets, b: ringing."""
    rng = stage.rng("bars")
    base, ratios, shares, long, attack = BARS[
        int(rng.choice(6, p=(0.28, 0.24, 0.14, 0.14, 0.1, 0.1)))
    ]
    base += int(rng.integers(0, 8))
    song, style = tune(stage), int(rng.integers(5))
    at, spans = stage.at, lengths(stage, stage.at, 1.5)
    tones = melody(stage, "mallet", song, len(at), base, 11)
    force = accents(stage, "mallet", len(at), song.bar)
    strokes: list[tuple[int, float, float]] = []
    for i in range(len(at)):
        a, s, f = int(at[i]), int(spans[i]), force[i]
        chord = song.chord(i, base)
        strokes.append((a, tones[i] if style < 4 else chord[0], f))
        if style == 1:
            strokes.append((a, song.near(i, tones[i] + 3), 0.8 * f))
        elif style == 2:
            count = int(np.clip(s / (0.07 * stage.rate), 1, 24))
            strokes += [
                (a + j * s // count, tones[i] + 12 * (j % 2), 0.7 * f) for j in range(1, count)
            ]
        elif style == 3 and s > 0.22 * stage.rate:
            strokes.append((a + s // 2, song.near(i, tones[i] - 5), 0.75 * f))
        elif style == 4:
            steps = int(np.clip(s / (0.1 * stage.rate), 1, 6))
            strokes += [
                (a + j * s // steps, [*chord, chord[0] + 12][j % 4], 0.8 * f)
                for j in range(1, steps)
            ]
    out = np.zeros(stage.n)
    own = np.exp(0.004 * rng.standard_normal(len(ratios)))
    gains = np.array(shares) * np.arange(1, len(ratios) + 1) ** (0.8 * (stage.a - 0.5))
    for a, pitch, f in strokes:
        hz = float(hertz(pitch)) * np.array(ratios) * own
        decay = (
            long
            * stage.mix(0.7, 1.4, stage.b)
            * 2 ** (-(pitch - base) / 18)
            / np.array(ratios) ** 0.6
        )
        count = min(stage.n - a, round(min(2.0, 1.2 * float(decay[0])) * stage.rate))
        if count > 32:
            wave = soften(stage, modes(stage, count, hz, gains, decay), attack * (1.5 - stage.a))
            put(stage, out, a, damped(stage, wave, count, 0.01), f)
    places = np.array([s[0] for s in strokes], np.int64)
    knock = bursts(stage, "knock", places, np.array([s[2] for s in strokes]), 0.018,
                   (200, 500, 1500, 4000), (-4, 0, -6 + 4 * stage.a, -16 + 8 * stage.a))  # fmt: skip
    if base in range(53, 55) and long > 3:
        out *= 1 + 0.4 * np.sin(2 * np.pi * 5.2 * stage.t)
    return out + 0.12 * knock
