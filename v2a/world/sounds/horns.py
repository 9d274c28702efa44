"""Calls over a distance: a locomotive's whistle, a ship's horn."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, dull, white
from v2a.world.sounds.strikes import turns, waveform
from v2a.world.sounds.synth import Array, Positions, Synth
from v2a.world.sounds.tones import (
    Note,
    age,
    body,
    harmonics,
    hertz,
    lengths,
    level,
    pitches,
)

CHORDS = ((0, 3, 7), (0, 4, 7, 9), (0, 3, 6, 10), (0, 4, 7), (0, 3, 7, 10, 14), (0, 3, 8))
"""Tones of a locomotive's whistle above its lowest; builders tuned them to such chords."""


def whistle(synth: Synth) -> Array:
    """Blasts of a steam whistle: a chord that swells in with steam and sags; a: pressure, b: pitch."""
    rng = synth.rng("whistle")
    tones = np.array(CHORDS[int(rng.integers(len(CHORDS)))]) + 0.15 * rng.standard_normal(1)
    base = rng.uniform(61, 73) + 5 * (synth.b - 0.5)
    share, rise = rng.uniform(0.45, 0.85), rng.uniform(0.06, 0.16)
    notes = _blasts(synth, base, share, 2.6, double=bool(rng.uniform() < 0.3))
    if not notes:
        return np.zeros(synth.n)
    loud = level(synth, notes, rise, 0.25, 0.2)
    sag = 2.0 * np.clip(loud, 0, 1) ** 0.6 - 2.0
    path = (
        pitches(synth, notes, 0.01) + rng.uniform(0.5, 1.3) * sag + 0.05 * synth.drift("steam", 6)
    )
    out = np.zeros(synth.n)
    slope = rng.uniform(1.3, 1.9) - 0.5 * synth.a
    hz = hertz(path)
    phase, top = turns(synth, hz), float(hz.max())
    for i, tone in enumerate(tones + 0.1 * rng.standard_normal(len(tones))):
        ratio = float(2 ** (tone / 12))
        gain = rng.uniform(0.6, 1) * (1 + 0.15 * synth.drift(f"pipe{i}", 5))
        table = harmonics(synth, f"pipe{i}", slope, 0.7, 16)
        out += gain * waveform(synth, phase * ratio, table, top * ratio)
    steam = coloured(
        synth, "steam/noise", (60, 250, 700, 2000, 5000, 8000), (-40, -18, -5, 0, -1, -4)
    )
    rush = 1 + 1.1 * dull(synth, white(synth, "rush"), 60)
    lead = 1 + 2 * np.exp(-age(synth, notes) / 0.12)
    return out * loud * rush + synth.mix(0.12, 0.4, synth.a) * steam * lead * np.sqrt(
        np.maximum(loud, 0)
    )


def ship_horn(synth: Synth) -> Array:
    """Long low blasts that grow and die slowly; a: how rough and loud, b: how small the ship."""
    rng = synth.rng("horn")
    base = rng.uniform(31, 46) + 8 * (synth.b - 0.5)
    second = rng.uniform() < 0.45
    notes = _blasts(synth, base, rng.uniform(0.55, 0.85), 4.0, double=bool(rng.uniform() < 0.15))
    if not notes:
        return np.zeros(synth.n)
    grunt = rng.uniform() < 0.25
    loud = level(synth, notes, rng.uniform(0.05, 0.2), rng.uniform(0.3, 0.7), 0.1)
    old = age(synth, notes)
    fall = 5.0 * np.clip(1 - np.maximum(loud, 0) / 0.5, 0, 1) * (1.0 if grunt else 0.06)
    path = (
        pitches(synth, notes, 0.01)
        - 1.2 * np.exp(-old / 0.07)
        - fall
        + 0.04 * synth.drift("reed", 8)
    )
    out = np.zeros(synth.n)
    for i, (up, gain) in enumerate(
        ((0.0, 1.0), (float(rng.choice([0.12, 3, 4, 7])), 0.8 * second))
    ):
        hz = hertz(path + up)
        table = harmonics(synth, f"membrane{i}", 0.85 - 0.35 * synth.a)
        out += gain * waveform(synth, turns(synth, hz), table, float(hz.max()))
    size = rng.uniform(0.8, 1.3)
    out = body(
        synth, out, ((170 * size, 90, 1.0), (340 * size, 150, 1.6), (700 * size, 300, 1.3)), 0.15
    )
    rough = 1 + 0.25 * dull(synth, white(synth, "rattle"), 60) * 5
    return dull(synth, out * rough * loud, synth.mix(1300, 3500, synth.a)) + _far(synth, loud)


def _far(synth: Synth, loud: Array) -> Array:
    """The air that leaks beside the tone."""
    return 0.012 * loud * coloured(synth, "leak", (100, 400, 1500, 5000), (0, 0, -4, -14))


def _blasts(synth: Synth, pitch: float, share: float, longest: float, double: bool) -> list[Note]:
    """One blast an onset for a share of the time to the next, or a short one and a long one."""
    spans: Positions = lengths(synth, synth.at, longest / share)
    notes: list[Note] = []
    for i, (a, s) in enumerate(zip(synth.at.tolist(), spans.tolist(), strict=True)):
        own = synth.rng(f"blast{i}")
        length = int(min(s * share * own.uniform(0.7, 1.1), longest * synth.rate, 0.92 * s))
        if double and length > 0.8 * synth.rate:
            notes.append(Note(a, length // 4, pitch, 0.9))
            a, length = a + round(0.36 * length), round(0.64 * length)
        notes.append(Note(a, length, pitch, own.uniform(0.85, 1)))
    return notes
