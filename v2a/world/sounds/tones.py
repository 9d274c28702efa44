"""Parts of instruments: strings and bars that die away, held tones, resonant bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, dull, fade, fast_length, hits, resonance
from v2a.world.sounds.strikes import place, turns, waveform
from v2a.world.sounds.synth import Array, Positions, Synth

BLOCK = 256
"""Samples a row of the product that adds modes up; near the root of usual lengths."""
Peaks = Sequence[tuple[float, float, float]]
"""Resonances of a body: Hz, width in Hz, gain."""


class Note(NamedTuple):
    """One note of a part."""

    at: int
    """First sample."""
    length: int
    """Samples until it is let go."""
    pitch: float
    """Semitones, 69 = 440 Hz."""
    force: float
    """0..1."""


def hertz(pitch: Array | float) -> Array:
    """Hz of pitches in semitones, 69 = 440 Hz."""
    return 440.0 * 2.0 ** ((np.asarray(pitch, np.float64) - 69) / 12)


def lengths(synth: Synth, at: Positions, last: float) -> Positions:
    """(N,) samples from each place to the next; the last one has `last` seconds at most."""
    end = min(synth.n, int(at[-1]) + round(last * synth.rate)) if len(at) else 0
    return np.maximum(np.diff(np.append(at, end)), 8)


def modes(synth: Synth, count: int, hz: Array, gains: Array, decay: Array) -> Array:
    """(count,) sum of sines `hz` (M,) from phase 0 that die by 60 dB in `decay` (M,) seconds.

    e**(s(b+j)) is e**(sb) e**(sj): a product of a tall and a wide matrix sums all modes at once.
    """
    keep = (hz < 0.46 * synth.rate) & (np.abs(gains) > 1e-4 * np.abs(gains).max())
    s = (2j * np.pi * hz[keep] - 6.91 / decay[keep]) / synth.rate
    rows = np.exp(np.arange(-(-count // BLOCK))[:, None] * BLOCK * s)
    columns = gains[keep, None] * np.exp(s[:, None] * np.arange(BLOCK))
    tall = np.concatenate([np.real(rows), np.imag(rows)], axis=1).astype(np.float32)
    wide = np.concatenate([np.imag(columns), np.real(columns)]).astype(np.float32)
    return (tall @ wide).ravel()[:count].astype(np.float64)


def damped(synth: Synth, wave: Array, length: int, seconds: float) -> Array:
    """The wave, let go at sample `length`: it falls by 60 dB in `seconds` and ends there.

    A length below 0 is that of a string struck again before it sounded: it falls from its start.
    """
    length = max(0, length)
    tail = max(2, round(seconds * synth.rate))
    if length >= len(wave):
        edge = min(len(wave), max(2, round(0.004 * synth.rate)))
        wave[-edge:] *= np.linspace(1, 0, edge)
        return wave
    cut = wave[: length + tail]
    fall = np.exp(-6.91 * np.arange(len(cut) - length) / tail) * np.linspace(
        1, 0, len(cut) - length
    )
    cut[length:] *= fall
    return cut


def soften(synth: Synth, wave: Array, seconds: float) -> Array:
    """The wave with its first `seconds` faded in: a soft mallet, a thumb, a felt hammer."""
    edge = min(len(wave), max(2, round(seconds * synth.rate)))
    wave[:edge] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    return wave


def spoken(peaks: Peaks, hz: Array, floor: float) -> Array:
    """Gain of a body at `hz`: its resonances over a floor."""
    out = np.full(np.shape(hz), floor)
    for middle, width, gain in peaks:
        out += gain / (1 + ((hz - middle) / (0.5 * width)) ** 2)
    return out


def body(synth: Synth, x: Array, peaks: Peaks, floor: float) -> Array:
    """(n,) `x` through a body's resonances, over a share of itself."""
    out = floor * x
    for hz, width, gain in peaks:
        out = out + gain * resonance(synth, x, hz, width)
    return out


def filtered(synth: Synth, x: Array, hz: Sequence[float], db: Sequence[float]) -> Array:
    """(n,) `x` through a spectrum that goes through `db` at `hz`; symmetric in time."""
    size = fast_length(len(x) + synth.rate // 10)
    bins = np.maximum(np.arange(size // 2 + 1) * (synth.rate / size), 20.0)
    gain = 10 ** (np.interp(np.log(bins), np.log(np.asarray(hz, np.float64)), db) / 20)
    return np.fft.irfft(np.fft.rfft(x, size) * gain, size)[: len(x)]


def bursts(
    synth: Synth, part: str, at: Positions, gains: Array, seconds: float,
    hz: Sequence[float], db: Sequence[float],
) -> Array:  # fmt: skip
    """(n,) coloured noise that jumps up at each place and falls by 60 dB in `seconds`."""
    return fade(synth, hits(synth, at, gains), seconds) * coloured(synth, part, hz, db)


def level(synth: Synth, notes: Sequence[Note], rise: float, fall: float, swell: float) -> Array:
    """(n,) loudness of a line: each note up in `rise` and down in about `fall` seconds.

    swell: how far a note grows after its start (above 0) or dies from a stressed start (below).
    """
    target = np.zeros(synth.n)
    for note in notes:
        end = min(synth.n, note.at + note.length)
        x = np.linspace(0, 1, max(0, end - note.at))
        shape = 1 + swell * np.sin(np.pi * x) if swell >= 0 else 1 + swell * (1 - np.exp(-4 * x))
        target[note.at : end] = note.force * shape
    fast = dull(synth, dull(synth, target, 0.45 / rise), 0.45 / rise)
    slow = dull(synth, dull(synth, target, 0.45 / fall), 0.45 / fall)
    return np.maximum(fast, slow) if fall > rise else fast


def pitches(synth: Synth, notes: Sequence[Note], glide: float) -> Array:
    """(n,) semitones of a line: each note's pitch, slid into within `glide` seconds."""
    starts = np.array([0, *(n.at for n in notes[1:]), synth.n])
    steps = np.repeat([n.pitch for n in notes], np.maximum(np.diff(starts), 0))[: synth.n]
    steps = np.pad(steps, (0, synth.n - len(steps)), mode="edge")
    return notes[0].pitch + dull(synth, steps - notes[0].pitch, 0.35 / glide)


def age(synth: Synth, notes: Sequence[Note]) -> Array:
    """(n,) seconds since the current note began; 0 before the first."""
    last = np.zeros(synth.n)
    for note in notes:
        last[note.at :] = note.at / synth.rate
    return np.maximum(synth.t - last, 0) * (synth.t >= notes[0].at / synth.rate)


def trembling(
    synth: Synth, part: str, notes: Sequence[Note], depth: float, hz: float, delay: float = 0.25
) -> Array:
    """(n,) semitones of vibrato `depth`, which comes `delay` seconds into a note, and of unrest."""
    rng = synth.rng(f"{part}/vibrato")
    phase = turns(synth, hz * (1 + 0.06 * synth.drift(f"{part}/pace", 2.0)))
    come = np.clip((age(synth, notes) - 0.4 * delay) / delay, 0, 1)
    wave = np.sin(2 * np.pi * (phase + rng.uniform()))
    unrest = 0.03 * synth.drift(f"{part}/unrest", 9.0) + 0.03 * synth.drift(f"{part}/tune", 1.5)
    return depth * come * wave + unrest


def held(synth: Synth, semitones: Array, dark: Array, bright: Array, shine: Array | float) -> Array:
    """(n,) tone along a pitch path; from harmonics `dark` (H,) to `bright` (H,) as shine goes 0..1."""
    hz = hertz(semitones)
    phase, top = turns(synth, hz), float(hz.max())
    tone = waveform(synth, phase, dark, top)
    return tone + shine * (waveform(synth, phase, bright, top) - tone)


def harmonics(synth: Synth, part: str, tilt: float, odd: float = 1.0, count: int = 60) -> Array:
    """(count,) complex harmonics that fall as k**-tilt; even ones times `odd`, phases by the part."""
    rng = synth.rng(f"{part}/phases")
    k = np.arange(1, count + 1)
    gains = k**-tilt * np.where(k % 2 == 0, odd, 1.0) * np.exp(0.25 * rng.standard_normal(count))
    return -1j * gains * np.exp(0.5j * rng.standard_normal(count))


def put(synth: Synth, out: Array, at: int, wave: Array, gain: float = 1.0) -> None:
    """Add gain * wave to `out` from sample `at` on, in place."""
    place(synth, out, at, gain * wave)
