"""Struck bodies: modes that ring, resonances, grains from a bank, tones that glide."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    REFERENCE,
    hits,
    recursive,
    resonance,
)
from v2a.world.sounds.stage import Array, Places, Stage


def ring(stage: Stage, at: Places, gains: Array, hz: Array, decay: Array) -> Array:
    """A body with modes `hz` (M,) that die by 60 dB in `decay` (M,) seconds, struck at `at` (N,).

    gains: (N, M), how much each strike excites each mode. Modes above the band stay silent.
    """
    out = np.zeros(stage.n)
    for m in range(len(hz)):
        if hz[m] > 0.46 * stage.rate:
            continue
        r = np.exp(-6.91 / (decay[m] * stage.rate))
        w = 2 * np.pi * hz[m] / stage.rate
        impulses = hits(stage, at, gains[:, m])
        out += recursive([float(np.sin(w))], [1.0, -2 * r * np.cos(w), r * r], impulses)
    return out


def resonant(stage: Stage, x: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) sum of resonances (M,) that `x` excites."""
    out = np.zeros(stage.n)
    for one, wide, share in zip(hz, width, gain, strict=True):
        out += share * resonance(stage, x, float(one), float(wide))
    return out


def struck(stage: Stage, blows: Array, hz: Array, width: Array, gain: Array) -> Array:
    """(n,) modes (M,) of a body that bare impulses excite, alike at every rate."""
    return resonant(stage, blows * (stage.rate / REFERENCE), hz, width, gain)


def bubble_bank(stage: Stage, hz: Array, rise: Array, damping: Array, seconds: float) -> Array:
    """(K, length) bank of bubbles: sines at Minnaert's pitch that rise and die.

    hz: (K,) first pitch; rise: relative rise a second; damping: (K,) a second (van den Doel,
    *Physically based models for liquid sounds*, 2005).
    """
    t = np.arange(round(seconds * stage.rate)) / stage.rate
    phase = 2 * np.pi * hz[:, None] * (t + 0.5 * rise[:, None] * t * t)
    bank = np.sin(phase) * np.exp(-damping[:, None] * t)
    edge = max(2, len(t) // 10)
    bank[:, -edge:] *= np.linspace(1, 0, edge)
    bank[hz * (1 + rise * seconds / 2) > 0.45 * stage.rate] = 0
    return bank


def strew(stage: Stage, at: Places, bank: Array, which: Places, gains: Array) -> Array:
    """(n,) sum of grains: row `which` of the bank times `gains`, from sample `at` on."""
    length = bank.shape[1]
    sounding = gains != 0
    index = at[sounding, None] + np.arange(length)
    values = bank[which[sounding]] * gains[sounding, None]
    return np.bincount(index.ravel(), values.ravel(), stage.n + length)[: stage.n]


def place(stage: Stage, out: Array, at: int, wave: Array) -> None:
    """Add `wave` to `out` from sample `at` on, in place; what hangs over the ends is cut."""
    skip = max(0, -at)
    end = min(stage.n, at + len(wave))
    if end > at + skip:
        out[at + skip : end] += wave[skip : end - at]


def pulses(stage: Stage, cycles: Array, part: str, shake: float, per_cycle: int = 1) -> Array:
    """(n,) impulse a firing: `cycles` (n,) counts engine cycles, each with `per_cycle` firings.

    Every firing differs in strength by `shake`, each place in the cycle by a lasting half of that;
    impulses between samples are shared by two.
    """
    count = cycles * per_cycle
    numbers = np.arange(int(np.ceil(count[0])), int(np.floor(count[-1])) + 1)
    times = np.interp(numbers, count, np.arange(stage.n, dtype=np.float64))
    rng = stage.rng(part)
    own = 1 + 0.5 * shake * rng.standard_normal(64)
    gains = own[numbers % max(1, per_cycle)] * (1 + shake * rng.standard_normal(len(numbers)))
    left = times.astype(np.int64)
    f = times - left
    return hits(stage, left, gains * (1 - f)) + hits(stage, left + 1, gains * f)


def turns(stage: Stage, hz: Array) -> Array:
    """(n,) revolutions since the start of something that turns `hz` (n,) times a second."""
    return np.cumsum(hz) / stage.rate


def waveform(stage: Stage, phase: Array, harmonics: Array, highest: float) -> Array:
    """(n,) periodic tone: `phase` in turns, harmonics (H,) complex, greatest pitch `highest` Hz."""
    size = 4096
    spectrum = np.zeros(size // 2 + 1, np.complex128)
    count = min(len(harmonics), int(0.46 * stage.rate / highest), size // 8)
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
