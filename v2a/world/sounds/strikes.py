"""Struck bodies: modes that ring, resonances, grains from a bank, tones that glide."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    REFERENCE,
    hits,
    recursive,
    resonance,
)
from v2a.world.sounds.synth import Array, Positions, Synth


def ring(synth: Synth, at: Positions, gains: Array, hz: Array, decay: Array) -> Array:
    """A body with modes `hz` (M,) that die by 60 dB in `decay` (M,) seconds, struck at `at` (N,).

    gains: (N, M), how much each strike excites each mode. Modes above the band stay silent.
    """
    out = np.zeros(synth.n)
    for m in range(len(hz)):
        if hz[m] > 0.46 * synth.rate:
            continue
        r = np.exp(-6.91 / (decay[m] * synth.rate))
        w = 2 * np.pi * hz[m] / synth.rate
        impulses = hits(synth, at, gains[:, m])
        out += recursive([float(np.sin(w))], [1.0, -2 * r * np.cos(w), r * r], impulses)
    return out


def resonant(synth: Synth, x: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) sum of resonances (M,) that `x` excites."""
    out = np.zeros(synth.n)
    for one, wide, share in zip(hz, width, gain, strict=True):
        out += share * resonance(synth, x, float(one), float(wide))
    return out


def struck(synth: Synth, blows: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) modes (M,) of a body that bare impulses excite, alike at every rate."""
    return resonant(synth, blows * (synth.rate / REFERENCE), hz, width, gain)


def bubble_damping(hz: Array) -> Array:
    """(K,) damping a second of bubbles that sing at `hz` (K,): heat and radiation (van den Doel).

    A bubble of radius r metres sings at about 3.26 / r Hz (Minnaert).
    """
    radius = 3.26 / hz
    return 0.13 / radius + 0.0072 * radius**-1.5


def bubble_bank(synth: Synth, hz: Array, rise: Array, damping: Array, seconds: float) -> Array:
    """(K, length) bank of bubbles: sines at Minnaert's pitch that rise and die.

    hz: (K,) first pitch; rise: relative rise a second; damping: (K,) a second (van den Doel,
    *Physically based models for liquid sounds*, 2005).
    """
    t = np.arange(round(seconds * synth.rate)) / synth.rate
    phase = 2 * np.pi * hz[:, None] * (t + 0.5 * rise[:, None] * t * t)
    bank = np.sin(phase) * np.exp(-damping[:, None] * t)
    edge = max(2, len(t) // 10)
    bank[:, -edge:] *= np.linspace(1, 0, edge)
    bank[hz * (1 + rise * seconds / 2) > 0.45 * synth.rate] = 0
    return bank


def strew(synth: Synth, at: Positions, bank: Array, which: Positions, gains: Array) -> Array:
    """(n,) sum of grains: row `which` of the bank times `gains`, from sample `at` on."""
    length = bank.shape[1]
    sounding = gains != 0
    index = at[sounding, None] + np.arange(length)
    values = bank[which[sounding]] * gains[sounding, None]
    return np.bincount(index.ravel(), values.ravel(), synth.n + length)[: synth.n]


def place(synth: Synth, out: Array, at: int, wave: Array) -> None:
    """Add `wave` to `out` from sample `at` on, in place; what hangs over the ends is cut."""
    skip = max(0, -at)
    end = min(synth.n, at + len(wave))
    if end > at + skip:
        out[at + skip : end] += wave[skip : end - at]


def pulses(synth: Synth, cycles: Array, part: str, shake: float, per_cycle: int = 1) -> Array:
    """(n,) impulse a firing: `cycles` (n,) counts engine cycles, each with `per_cycle` firings.

    Every firing differs in strength by `shake`, each place in the cycle by a lasting half of that;
    impulses between samples are shared by two.
    """
    count = cycles * per_cycle
    numbers = np.arange(int(np.ceil(count[0])), int(np.floor(count[-1])) + 1)
    times = np.interp(numbers, count, np.arange(synth.n, dtype=np.float64))
    rng = synth.rng(part)
    own = 1 + 0.5 * shake * rng.standard_normal(64)
    gains = own[numbers % max(1, per_cycle)] * (1 + shake * rng.standard_normal(len(numbers)))
    left = times.astype(np.int64)
    f = times - left
    return hits(synth, left, gains * (1 - f)) + hits(synth, left + 1, gains * f)


def turns(synth: Synth, hz: Array) -> Array:
    """(n,) revolutions since the start of something that turns `hz` (n,) times a second."""
    return np.cumsum(hz) / synth.rate


def waveform(synth: Synth, phase: Array, harmonics: Array, highest: float) -> Array:
    """(n,) periodic tone: `phase` in turns, harmonics (H,) complex, greatest pitch `highest` Hz."""
    size = 4096
    spectrum = np.zeros(size // 2 + 1, np.complex128)
    count = min(len(harmonics), int(0.46 * synth.rate / highest), size // 8)
    spectrum[1 : count + 1] = harmonics[:count] * size / 2
    table = np.fft.irfft(spectrum)
    place = (phase % 1.0) * size
    left = place.astype(np.int64)
    f = place - left
    return table[left % size] * (1 - f) + table[(left + 1) % size] * f


def ease(t: Array, rise: float, fall: float) -> Array:
    """An envelope over `t` (from 0): up in `rise` seconds, down in the last `fall`."""
    end = t[-1] if len(t) else 0.0
    up = np.clip(t / rise, 0, 1)
    down = np.clip((end - t) / fall, 0, 1)
    return np.sin(np.pi / 2 * np.minimum(up, down)) ** 1.5


def unit_level(wave: Array) -> Array:
    """The wave at unit root mean square."""
    return wave / (float(wave.std()) + 1e-9)
