"""Electric guitar: strings, a pickup, an amplifier that saturates, a cabinet."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import band, fast_length
from v2a.world.sounds.synth import Array, Positions, Synth
from v2a.world.sounds.tones import (
    damped,
    hertz,
    lengths,
    modes,
    put,
)
from v2a.world.sounds.tunes import Tune, melody, rhythm, tune

RIFFS = (
    (1, 1, 1, 1, 1, 1, 1, 1), (2, 1, 1, 2, 1, 1), (3, 3, 2), (4, 4), (1, 0.5, 0.5, 1, 0.5, 0.5),
    (1.5, 1.5, 1, 2, 2), (0.5, 0.5, 1, 0.5, 0.5, 1), (8,), (2, 2, 1, 1, 2),
)  # fmt: skip
"""Lengths of a riff's chords, in half beats."""


def electric_guitar(synth: Synth) -> Array:
    """Power chords, muted chugs, riffs, solos through an amplifier; a: drive, b: brightness."""
    rng = synth.rng("electric")
    song, style = tune(synth), int(rng.choice(4, p=(0.35, 0.25, 0.3, 0.1)))
    beat = rng.uniform(0.16, 0.3) * (2 if style == 0 and rng.uniform() < 0.4 else 1)
    at = rhythm(synth, "riff", beat, RIFFS)
    up = _grid(synth, song, style, at)
    drive = synth.mix(2.0, 30.0, synth.a) * rng.uniform(0.7, 1.4) * (0.25 if style == 3 else 1)
    return _amplifier(synth, up, drive, rng.uniform(0.85, 1.15))


def _grid(synth: Synth, song: Tune, style: int, at: Positions) -> Array:
    """(n,) the signal of the pickup: chords (0), chugs between accents (1), a solo (2), picked chords (3)."""
    rng = synth.rng("pickup")
    base = int(rng.integers(38, 45))
    spans, out = lengths(synth, at, 3.0), np.zeros(synth.n)
    solo = melody(synth, "solo", song, len(at), base + int(rng.choice([19, 24, 31])), 9)
    riff = rng.uniform(size=16) < 0.4
    for i in range(len(at)):
        a, s = int(at[i]), int(spans[i])
        root = song.chord(i // 2, base)[0]
        muted = (style == 1 and not riff[i % 16]) or (style == 0 and i % 4 == 3 and riff[i % 16])
        if style == 2:
            tones, force = [solo[i]], 1.0
        elif style == 3:
            tones, force = [root + 12, *song.chord(i // 2, base + 12)], 0.5
        else:
            tones, force = [base + song.key % 3] if muted else [root, root + 7, root + 12], 0.8
        for j, pitch in enumerate(tones):
            lag = round((0.045 if style == 3 else 0.004) * j * synth.rate)
            count = min(synth.n - a - lag, s + round(0.03 * synth.rate))
            if count > 64:
                wave = _electric_string(
                    synth, count, pitch, f"string{i}.{j}", muted, bend=style == 2
                )
                put(synth, out, a + lag, damped(synth, wave, s - lag, 0.03), force)
    return out


def _electric_string(
    synth: Synth, count: int, pitch: float, part: str, muted: bool, bend: bool
) -> Array:
    """A string over a pickup; muted by the palm it dies at once; a solo's note is bent and shaken."""
    f = float(hertz(pitch))
    k = np.arange(1, int(np.clip(4500 / f, 4, 30)) + 1)
    share = np.sin(np.pi * k * 0.13) * k**-0.9
    decay = (0.35 if muted else 6.0) / (1 + 0.06 * k * (4 if muted else 1))
    if not bend:
        return modes(synth, count, k * f * np.sqrt(1 + 4e-5 * k * k), share, decay)
    rng = synth.rng(part)
    t = np.arange(count) / synth.rate
    rise = float(rng.choice([0, 0, -1, -2])) * np.exp(-t / rng.uniform(0.04, 0.12))
    shake = 0.35 * np.clip((t - 0.15) / 0.2, 0, 1) * np.sin(2 * np.pi * rng.uniform(4.8, 6) * t)
    phase = np.cumsum(f * 2 ** ((rise + shake) / 12)) / synth.rate
    return sum((share[m] * np.sin(2 * np.pi * (m + 1) * phase) * np.exp(-t * 1.1 * (1 + 0.1 * m))
                for m in range(min(8, len(k)))), np.zeros(count))  # fmt: skip


def _amplifier(synth: Synth, x: Array, drive: float, size: float) -> Array:
    """A valve that saturates, at four times the rate lest it alias, and a loudspeaker's cabinet."""
    x = band(synth, x, 90, 0.49 * synth.rate) / max(1e-9, float(np.abs(x).max()))
    more = 4 if synth.rate < 30_000 else 2
    size_n = fast_length(len(x) + 2048)
    spectrum = np.fft.rfft(x, size_n)
    fine = np.fft.irfft(spectrum, more * size_n) * more
    bent = np.tanh(drive * fine + 0.25) - np.tanh(0.25)
    bins = np.maximum(np.arange(size_n // 2 + 1) * (synth.rate / size_n), 20.0)
    top = synth.mix(2600, 5200, synth.b)
    knots = np.log([20, 70, 110 * size, 400, 1000, 2400 * size, top, 1.6 * top, 3 * top])
    db = np.interp(np.log(bins), knots, [-40, -10, 2, -2, -3, 4 + 3 * synth.b, -2, -22, -50])
    wave = np.fft.rfft(bent)[: size_n // 2 + 1] / more * 10 ** (db / 20)
    return np.fft.irfft(wave, size_n)[: len(x)]
