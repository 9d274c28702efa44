"""Bowed strings: violin, viola, cello, alone and in a section."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, dull, white
from v2a.world.sounds.strikes import turns
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import (
    Note,
    Peaks,
    age,
    body,
    harmonics,
    held,
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

BOWED: tuple[tuple[int, Peaks], ...] = (
    (57, ((285, 60, 1.0), (460, 70, 1.4), (560, 80, 1.2), (1100, 300, 0.5), (2400, 1100, 0.8))),
    (50, ((230, 60, 1.0), (380, 70, 1.3), (600, 150, 0.9), (1900, 900, 0.6))),
    (40, ((102, 30, 1.0), (178, 40, 1.4), (224, 50, 1.2), (420, 160, 0.9), (1300, 700, 0.5))),
)
"""Violin, viola, cello: lowest key, resonances of the box."""
BARE = 0.28
"""Share of the strings that is heard past the resonances of the box."""


def strings(synth: Synth) -> Array:
    """Solo, duet, section; slow, lively, trembling bows; a: pressure of the bow, b: vibrato."""
    rng = synth.rng("strings")
    song = tune(synth)
    style = int(rng.choice(5, p=(0.3, 0.14, 0.2, 0.26, 0.1)))
    which = int(rng.choice(3, p=(0.5, 0.12, 0.38)))
    beat = rng.uniform(0.36, 0.6)
    if style == 3:
        return _section(synth, song, beat)
    patterns = LIVELY if style == 1 else LEGATO
    at = rhythm(synth, "bow", beat, patterns)
    base, share = BOWED[which][0] + int(rng.integers(0, 15)), 0.75 if style == 1 else 1.0
    notes = melodic_line(synth, "bow", song, at, 4.0, base, 9, 2, share)
    out = body(synth, _bow(synth, "solo", notes, style == 4), BOWED[which][1], BARE)
    if style == 2:
        other = second_part(song, notes, -9, 2, 0.7)
        under = which if rng.uniform() < 0.5 else 2
        out += body(synth, _bow(synth, "second", other, False), BOWED[under][1], BARE)
    return out


def _section(synth: Synth, song: Tune, beat: float) -> Array:
    """Chords of many players: a tune over slow harmonies."""
    at = rhythm(synth, "section", beat, LONG)
    spans = lengths(synth, at, 5.0)
    out = np.zeros(synth.n)
    for part, (which, base, tone) in enumerate(((0, 64, 4), (0, 60, 2), (1, 52, 4), (2, 41, 0))):
        tones = [song.near(i, base + (song.scale[tone] + 3 * i) % 7) for i in range(len(at))]
        if part == 3:
            tones = [song.chord(i, base)[0] for i in range(len(at))]
        notes = [Note(int(a), int(s), p, 0.8) for a, s, p in zip(at, spans, tones, strict=True)]
        both = sum(_bow(synth, f"part{part}.{i}", notes, False, crowd=i + 1) for i in range(2))
        out += body(synth, np.asarray(both), BOWED[which][1], BARE)
    return out


def _bow(synth: Synth, part: str, notes: list[Note], shiver: bool, crowd: int = 0) -> Array:
    """What one player's bow hands to the box: a sawtooth, hiss and bite, vibrato that comes late.

    crowd: which player of a section it is, from 1; 0 alone.
    """
    rng = synth.rng(f"{part}/bow")
    loud = level(synth, notes, rng.uniform(0.03, 0.07) * (2 if crowd else 1), 0.14, 0.25)
    turned = np.exp(-age(synth, notes) / 0.03) * (synth.t > notes[0].at / synth.rate + 0.03)
    loud *= 1 - 0.7 * dull(synth, turned, 25)
    if shiver:
        arm = turns(synth, 9.5 * (1 + 0.1 * synth.drift(f"{part}/arm", 3)))
        loud *= 0.62 + 0.38 * np.abs(np.sin(np.pi * arm))
    depth = synth.mix(0.13, 0.5, synth.b) * rng.uniform(0.7, 1.3) * (0.6 if shiver else 1)
    vibrato = trembling(synth, part, notes, depth, rng.uniform(5, 6.4), 0.2)
    path = pitches(synth, notes, 0.03) + vibrato
    if crowd:
        path += 0.06 * rng.standard_normal() + 0.05 * synth.drift(f"{part}/crowd", 4)
    bright = 1.1 - 0.45 * synth.a
    soft, strong = harmonics(synth, part, bright + 0.55), harmonics(synth, part, bright)
    tone = held(synth, path, soft, strong, np.minimum(loud, 1))
    if crowd > 1:
        return tone * loud
    grip = 1 + 0.2 * dull(synth, white(synth, f"{part}/grip"), 300)
    bite = np.exp(-age(synth, notes) / 0.035)
    hiss = coloured(synth, f"{part}/hiss", (80, 250, 800, 2500, 6000), (-40, -18, -6, 0, -4))
    wave = tone * grip + (0.03 + 0.1 * bite) * synth.mix(0.5, 1.3, synth.a) * hiss
    return wave * loud
