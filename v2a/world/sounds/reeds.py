"""Reeds and pipes under keys: accordion, harmonica, organ."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured
from v2a.world.sounds.strikes import turns, waveform
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import (
    Note,
    age,
    body,
    harmonics,
    hertz,
    lengths,
    level,
    pitches,
    trembling,
)
from v2a.world.sounds.tunes import (
    LEGATO,
    LIVELY,
    LONG,
    Tune,
    melodic_line,
    rhythm,
    second_part,
    tune,
)


def accordion(synth: Synth) -> Array:
    """Accordion, harmonica or organ; a: how loud and bright, b: how far its reeds beat."""
    rng = synth.rng("accordion")
    kind = int(rng.choice(4, p=(0.5, 0.18, 0.2, 0.12)))
    song, beat = tune(synth), rng.uniform(0.2, 0.36) * (1.7 if kind > 1 else 1)
    at = rhythm(synth, "right", beat, LONG if kind == 2 else (*LIVELY, *LEGATO))
    base, share = int(rng.integers(58, 70)), 0.9 if kind < 2 else 0.98
    notes = melodic_line(synth, "right", song, at, 4.0, base, 8, 2, share, 0.15)
    out = _reed(synth, "right", notes, kind)
    if kind == 1 or rng.uniform() < 0.5:
        out += 0.7 * _reed(synth, "third", second_part(song, notes, 3, song.bar), kind)
    if kind != 1:
        out += (0.4 if kind > 1 else 0.6) * _left_hand(synth, song, 2 * beat, kind, base)
    swell = 1 + 0.25 * np.clip(synth.drift("bellows", 0.8), -2, 2) if kind < 2 else 1.0
    return body(synth, out * swell, ((750, 500, 0.6), (1800, 900, 0.6)), 0.6)


def _left_hand(synth: Synth, song: Tune, beat: float, kind: int, base: int) -> Array:
    """A bass and its chords in turn, or, of an organ, held chords over a pedal."""
    at = rhythm(synth, "left", beat * (4 if kind > 1 else 1), ((1.0,),))
    spans = lengths(synth, at, 6.0)
    out, low = np.zeros(synth.n), base - 14
    waltz = 3 if synth.rng("left").uniform() < 0.4 else 2
    parts: list[list[Note]] = [[], [], [], []]
    for i in range(len(at)):
        chord, root = song.chord(i // (1 if kind > 1 else 2 * waltz), low), i % waltz == 0
        tones = [chord[0] - 12, *chord]
        for j in range(4):
            if kind > 1 or root == (j == 0):
                parts[j].append(
                    Note(int(at[i]), int(spans[i] * (0.97 if kind > 1 else 0.45)), tones[j], 0.9)
                )
    for j, notes in enumerate(parts):
        if notes:
            out += _reed(synth, f"left{j}", notes, kind)
    return out


def _reed(synth: Synth, part: str, notes: list[Note], kind: int) -> Array:
    """A note's reeds or pipes: two or three a little apart, or octaves of pipes or of drawbars."""
    rng = synth.rng("stops")
    loud = level(synth, notes, 0.03 if kind != 2 else 0.07, 0.06 if kind != 2 else 0.12, 0.0)
    apart = synth.mix(0.015, 0.14, synth.b)
    path = pitches(synth, notes, 0.004)
    if kind == 2:
        stops = [
            (0, 1.0),
            (12, rng.uniform(0.3, 0.8)),
            (19, rng.uniform(0, 0.4)),
            (24.04, rng.uniform(0, 0.5)),
        ]
        tilt = rng.uniform(1.3, 2.2) - 0.4 * synth.a
    elif kind == 3:
        stops = [
            (-12, 0.7),
            (7, 0.5),
            (0, 1.0),
            (12, rng.uniform(0, 0.6)),
            (24, rng.uniform(0, 0.4)),
        ]
        tilt = 3.2 - 0.5 * synth.a
        path = path + synth.mix(0.03, 0.2, synth.b) * np.sin(2 * np.pi * 6.4 * synth.t)
    else:
        stops = [(0, 1.0), (apart, 0.8), (-12, rng.uniform(0, 0.8)) if kind == 0 else (12, 0.05)]
        tilt = 0.95 - 0.3 * synth.a
        if kind == 1:
            wah = 0.3 * np.exp(-age(synth, notes) / 0.06) * rng.uniform(0.3, 1.5)
            path = path - wah + trembling(synth, part, notes, 0.12, 5.2)
            loud *= 1 + 0.25 * np.sin(2 * np.pi * 5.2 * synth.t)
    out = np.zeros(synth.n)
    hz = hertz(path)
    phase, top = turns(synth, hz), float(hz.max())
    for i, (up, gain) in enumerate(stops):
        ratio = float(2 ** ((up + 0.01 * i) / 12))
        table = harmonics(synth, f"reed{i}", tilt, count=30)
        out += gain * waveform(synth, phase * ratio + 0.37 * i, table, top * ratio)
    air = coloured(synth, f"{part}/air", (200, 1000, 4000), (-10, 0, -4))
    chiff = 1 + 6 * np.exp(-age(synth, notes) / 0.02)
    return loud * (out + 0.012 * chiff * air)
