"""Reeds and pipes under keys: accordion, harmonica, organ."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured
from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import turns, waveform
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
    accents,
    line,
    melody,
    rhythm,
    tune,
)


def accordion(stage: Stage) -> Array:
    """Accordion, harmonica or organ; a: how loud and bright, b: how far its reeds beat."""
    rng = stage.rng("accordion")
    kind = int(rng.choice(4, p=(0.5, 0.18, 0.2, 0.12)))
    song, beat = tune(stage), rng.uniform(0.2, 0.36) * (1.7 if kind > 1 else 1)
    at = rhythm(stage, "right", beat, LONG if kind == 2 else (*LIVELY, *LEGATO))
    spans = lengths(stage, at, 4.0)
    base = int(rng.integers(58, 70))
    tones = melody(stage, "right", song, len(at), base, 8)
    notes = line(
        at, spans, tones, accents(stage, "right", len(at), 2, 0.15), 0.9 if kind < 2 else 0.98
    )
    out = _reed(stage, "right", notes, kind)
    if kind == 1 or rng.uniform() < 0.5:
        third = [
            n._replace(pitch=song.near(i // song.bar, n.pitch + 3)) for i, n in enumerate(notes)
        ]
        out += 0.7 * _reed(stage, "third", third, kind)
    if kind != 1:
        out += (0.4 if kind > 1 else 0.6) * _left_hand(stage, song, 2 * beat, kind, base)
    swell = 1 + 0.25 * np.clip(stage.drift("bellows", 0.8), -2, 2) if kind < 2 else 1.0
    return body(stage, out * swell, ((750, 500, 0.6), (1800, 900, 0.6)), 0.6)


def _left_hand(stage: Stage, song: Tune, beat: float, kind: int, base: int) -> Array:
    """A bass and its chords in turn, or, of an organ, held chords over a pedal."""
    at = rhythm(stage, "left", beat * (4 if kind > 1 else 1), ((1.0,),))
    spans = lengths(stage, at, 6.0)
    out, low = np.zeros(stage.n), base - 14
    waltz = 3 if stage.rng("left").uniform() < 0.4 else 2
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
            out += _reed(stage, f"left{j}", notes, kind)
    return out


def _reed(stage: Stage, part: str, notes: list[Note], kind: int) -> Array:
    """A note's reeds or pipes: two or three a little apart, or octaves of pipes or of drawbars."""
    rng = stage.rng("stops")
    loud = level(stage, notes, 0.03 if kind != 2 else 0.07, 0.06 if kind != 2 else 0.12, 0.0)
    apart = stage.mix(0.015, 0.14, stage.b)
    path = pitches(stage, notes, 0.004)
    if kind == 2:
        stops = [
            (0, 1.0),
            (12, rng.uniform(0.3, 0.8)),
            (19, rng.uniform(0, 0.4)),
            (24.04, rng.uniform(0, 0.5)),
        ]
        tilt = rng.uniform(1.3, 2.2) - 0.4 * stage.a
    elif kind == 3:
        stops = [
            (-12, 0.7),
            (7, 0.5),
            (0, 1.0),
            (12, rng.uniform(0, 0.6)),
            (24, rng.uniform(0, 0.4)),
        ]
        tilt = 3.2 - 0.5 * stage.a
        path = path + stage.mix(0.03, 0.2, stage.b) * np.sin(2 * np.pi * 6.4 * stage.t)
    else:
        stops = [(0, 1.0), (apart, 0.8), (-12, rng.uniform(0, 0.8)) if kind == 0 else (12, 0.05)]
        tilt = 0.95 - 0.3 * stage.a
        if kind == 1:
            wah = 0.3 * np.exp(-age(stage, notes) / 0.06) * rng.uniform(0.3, 1.5)
            path = path - wah + trembling(stage, part, notes, 0.12, 5.2)
            loud *= 1 + 0.25 * np.sin(2 * np.pi * 5.2 * stage.t)
    out = np.zeros(stage.n)
    hz = hertz(path)
    phase, top = turns(stage, hz), float(hz.max())
    for i, (up, gain) in enumerate(stops):
        ratio = float(2 ** ((up + 0.01 * i) / 12))
        table = harmonics(stage, f"reed{i}", tilt, count=30)
        out += gain * waveform(stage, phase * ratio + 0.37 * i, table, top * ratio)
    air = coloured(stage, f"{part}/air", (200, 1000, 4000), (-10, 0, -4))
    chiff = 1 + 6 * np.exp(-age(stage, notes) / 0.02)
    return loud * (out + 0.012 * chiff * air)
