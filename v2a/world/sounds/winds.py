"""Blown tones: brass and woodwinds."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, dull, white
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import (
    Note,
    Peaks,
    age,
    body,
    harmonics,
    held,
    level,
    pitches,
    trembling,
)
from v2a.world.sounds.tunes import (
    Tune,
    melodic_line,
    second_part,
    tune,
)

HORNS: tuple[tuple[int, float, float, float, Peaks], ...] = (
    (62, 1.3, 0.2, 0.02, ((1200, 700, 1.4), (2300, 1100, 1.0))),
    (50, 1.5, 0.35, 0.02, ((600, 400, 1.0), (1400, 800, 0.8))),
    (48, 2.6, 1.5, 0.015, ((450, 300, 1.2), (900, 500, 0.3))),
    (36, 2.5, 1.3, 0.02, ((230, 160, 1.2), (450, 300, 0.5))),
    (54, 1.5, 0.7, 0.09, ((550, 260, 1.2), (1150, 350, 0.9), (2500, 600, 0.5))),
    (65, 1.3, 0.3, 0.04, ((1500, 500, 1.6), (3000, 700, 1.0))),
)
"""Trumpet, trombone, horn, tuba, saxophone, muted trumpet.

Lowest key, slope of the spectrum when soft and when loud, breath, formants.
"""


def brass(synth: Synth) -> Array:
    """Melodies, fanfares, a section in chords; a: how loud and brassy, b: how short the notes."""
    rng = synth.rng("brass")
    which = int(rng.choice(6, p=(0.34, 0.18, 0.12, 0.08, 0.18, 0.1)))
    style, song = int(rng.choice(3, p=(0.55, 0.2, 0.25))), tune(synth)
    base = HORNS[which][0] + int(rng.integers(0, 8))
    if not len(synth.at):
        return np.zeros(synth.n)
    share = 0.96 - 0.5 * synth.b
    notes = melodic_line(synth, "horn", song, synth.at, 1.6, base, 8, song.bar, share)
    if style == 1:
        steps = synth.rng("fanfare").choice([0, 4, 7, 12, 12, 7], len(notes))
        root = base + song.key % 5
        notes = [n._replace(pitch=root + float(s)) for n, s in zip(notes, steps, strict=True)]
    if rng.uniform() < 0.45:
        notes = _tongued(synth, notes, song)
    out = _horn(synth, "first", notes, which)
    for j, drop in enumerate((3, 8) if style == 2 else ()):
        lower = second_part(song, notes, -drop - 3, force=0.8)
        out += _horn(synth, f"horn{j}", lower, 1 if j == 1 and which == 0 else which)
    return out


def _tongued(synth: Synth, notes: list[Note], song: Tune) -> list[Note]:
    """Some of the notes in two or three: repeated on the tongue or led by their neighbours."""
    rng, out = synth.rng("tongue"), []
    for note in notes:
        parts = int(rng.choice([1, 2, 3], p=(0.5, 0.35, 0.15)))
        if note.length < 0.16 * parts * synth.rate:
            parts = 1
        move = float(rng.choice([0, 0, 2, -2, 3]))
        for j in range(parts):
            at = note.at + j * note.length // parts
            span = int(note.length // parts * (1.0 if parts == 1 else 0.85))
            out.append(
                Note(at, span, note.pitch + move * (j % 2), note.force * (1 if j == 0 else 0.85))
            )
    return out


def _horn(synth: Synth, part: str, notes: list[Note], which: int) -> Array:
    """Lips or a reed: loud is bright, the start is scooped and blips, the breath leaks."""
    _, soft, loud_tilt, breath, peaks = HORNS[which]
    rng = synth.rng(f"{part}/horn")
    loud = level(synth, notes, rng.uniform(0.02, 0.035), 0.06, -0.25)
    scoop = -rng.uniform(0.2, 1.2) * np.exp(-age(synth, notes) / 0.03)
    depth = rng.uniform(0.0, 0.3) if which != 4 else rng.uniform(0.15, 0.4)
    path = (
        pitches(synth, notes, 0.012)
        + scoop
        + trembling(synth, part, notes, depth, rng.uniform(4.6, 6), 0.35)
    )
    shine = np.clip(loud * (0.45 + 0.7 * synth.a), 0, 1) ** 1.2
    tone = held(
        synth,
        path,
        harmonics(synth, part, soft, count=40),
        harmonics(synth, part, loud_tilt, count=40),
        shine,
    )
    flutter = dull(synth, white(synth, f"{part}/flutter"), 150)
    noise = coloured(synth, f"{part}/breath", (80, 250, 800, 2500, 6000), (-40, -16, -3, 0, -6))
    chiff = 1 + 3 * np.exp(-age(synth, notes) / 0.02)
    return body(synth, (tone * (1 + 0.4 * flutter) + breath * chiff * noise) * loud, peaks, 0.45)


REEDS: tuple[tuple[int, float, float, float, float, Peaks], ...] = (
    (67, 2.3, 1.0, 0.30, 0.25, ((900, 700, 0.5),)),
    (79, 2.9, 0.8, 0.22, 0.2, ((1500, 900, 0.4),)),
    (72, 2.2, 0.35, 0.12, 0.0, ((1300, 900, 0.4),)),
    (64, 2.0, 0.25, 0.55, 0.1, ((800, 600, 0.5),)),
    (62, 0.9, 1.0, 0.03, 0.2, ((1050, 350, 1.6), (2900, 600, 0.9))),
    (52, 1.15, 0.12, 0.04, 0.05, ((1400, 900, 0.6),)),
    (41, 1.1, 1.0, 0.04, 0.12, ((480, 180, 1.8), (1150, 350, 0.8))),
)
"""Flute, piccolo, recorder, panpipes, oboe, clarinet, bassoon.

Lowest key, slope, even harmonics' share, breath, vibrato (semitones), formants.
"""


def flute(synth: Synth) -> Array:
    """Melodies with trills, runs and grace notes; a: how much breath and edge, b: how tied."""
    rng = synth.rng("flute")
    which = int(rng.choice(7, p=(0.36, 0.08, 0.12, 0.16, 0.11, 0.11, 0.06)))
    low, tilt, even, breath, depth, peaks = REEDS[which]
    song = tune(synth)
    if not len(synth.at):
        return np.zeros(synth.n)
    base, share = low + int(rng.integers(0, 8)), 0.6 + 0.4 * synth.b
    notes = melodic_line(synth, "flute", song, synth.at, 1.8, base, 10, song.bar, share, 0.15)
    notes = _ornaments(synth, notes)
    loud = level(synth, notes, (0.025 if which in (3, 4) else 0.04), 0.09, 0.15)
    vibrato = trembling(
        synth, "flute", notes, depth * rng.uniform(0.5, 1.5), rng.uniform(4.4, 5.8), 0.3
    )
    path = pitches(synth, notes, 0.008) + vibrato - 0.4 * np.exp(-age(synth, notes) / 0.02)
    dark = harmonics(synth, "flute", tilt + 0.5, even, 24)
    tone = held(
        synth,
        path,
        dark,
        harmonics(synth, "flute", tilt - 0.4, even, 24),
        np.clip(loud * synth.mix(0.4, 1.1, synth.a), 0, 1),
    )
    rush = dull(synth, white(synth, "rush"), 90) * 5
    air = coloured(synth, "air/flute", (80, 300, 1000, 2500, 5000, 8000), (-40, -18, -3, 0, -3, -8))
    chiff = 1 + 2.5 * np.exp(-age(synth, notes) / 0.025)
    strong = synth.mix(0.5, 1.5, synth.a) * breath
    pulse = 1 + 0.6 * depth * vibrato
    wave = tone * (1 + 0.35 * breath * rush) * pulse + 0.22 * strong * chiff * air
    return body(synth, wave * loud, peaks, 0.6)


def _ornaments(synth: Synth, notes: list[Note]) -> list[Note]:
    """Some notes trilled, some run up to, some in two."""
    rng, out = synth.rng("ornaments"), []
    wild = rng.uniform(0.1, 0.6)
    for note in notes:
        kind = int(rng.choice(4, p=(1 - wild, 0.3 * wild, 0.3 * wild, 0.4 * wild)))
        step, quick = float(rng.choice([1, 2, 2])), round(0.075 * synth.rate)
        if kind == 1 and note.length > 5 * quick:
            count = min(12, note.length // quick)
            out += [
                note._replace(
                    at=note.at + j * quick, length=quick, pitch=note.pitch + step * (j % 2)
                )
                for j in range(count)
            ]
            out[-1] = out[-1]._replace(length=note.length - (count - 1) * quick)
        elif kind == 2 and note.length > 4 * quick:
            out += [
                note._replace(at=note.at + j * quick, length=quick, pitch=note.pitch - 2 * (2 - j))
                for j in range(2)
            ]
            out.append(note._replace(at=note.at + 2 * quick, length=note.length - 2 * quick))
        elif kind == 3 and note.length > 3 * quick:
            half = note.length // 2
            out += [
                note._replace(length=half),
                note._replace(at=note.at + half, length=half, pitch=note.pitch + step),
            ]
        else:
            out.append(note)
    return out
