"""Birdsong: a bird of its own notes, sung in calls."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.stage import Array, Stage
from v2a.world.sounds.strikes import ease, place, turns


def birds(stage: Stage) -> Array:
    """One bird with a few notes of its own, sung in calls of one to seven."""
    high, busy = stage.a, stage.b
    rng = stage.rng("bird")
    base = stage.mix(1900, 4600, high) * rng.uniform(0.9, 1.12)
    notes = [_note(stage, rng, base) for _ in range(4)]
    out = np.zeros(stage.n)
    for i, start in enumerate(stage.at):
        song = stage.rng(f"call{i % 3}")
        sung = stage.rng(f"sung{i}")
        count = 1 + round((1.5 + 4.5 * busy) * float(song.uniform(0.4, 1)))
        kind, at = int(song.integers(0, 4)), int(start)
        gain, pitch = sung.uniform(0.55, 1), np.exp(0.03 * sung.standard_normal())
        end = int(stage.at[i + 1]) if i + 1 < len(stage.at) else stage.n
        for _ in range(count):
            if start < at > end - round(0.06 * stage.rate):
                break
            note = _sing(stage, notes[kind], float(pitch))
            place(stage, out, at, note * gain)
            at += len(note) + round(float(song.uniform(0.015, 0.07)) * stage.rate)
            kind = kind if song.uniform() < 0.55 else int(song.integers(0, 4))
    return out


def _note(stage: Stage, rng: np.random.Generator, base: float) -> tuple[float, ...]:
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


def _sing(stage: Stage, note: tuple[float, ...], pitch: float) -> Array:
    seconds, hz, sweep, arch, rate, depth, over = note
    t = np.arange(round(seconds * stage.rate)) / stage.rate
    x = t / seconds
    path = sweep * (x - 0.5) + arch * (1 - (2 * x - 1) ** 2)
    wave = np.sin(2 * np.pi * rate * t)
    line = np.clip(hz * pitch * np.exp(path + depth * wave), 300, 0.46 * stage.rate)
    phase = 2 * np.pi * turns(stage, line)
    second = np.where(line < 0.23 * stage.rate, over, 0.0)
    loud = ease(t, 0.004, 0.35 * seconds) * (1 + 2.5 * depth * wave)
    return (np.sin(phase) + second * np.sin(2 * phase)) * loud
