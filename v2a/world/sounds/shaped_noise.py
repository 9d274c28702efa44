"""Noise with a shape: coloured, painted over time and frequency, or burst at given places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import fft, signal

from v2a.world.sounds.synth import Array, Positions, Synth

HOP_SECONDS = 0.016
"""Seconds between columns of painted noise: quick as a flutter, yet with bins of 31 Hz."""
REFERENCE = 16_000
"""Rate at which 0 dB at all frequencies is noise of unit power; others keep its density."""
LOWEST = 20.0
"""Hz below which a spectrum goes on as it is there: nothing lower is audible."""


def _weights(hz: Sequence[float], bins: Array) -> Array:
    """(knots, bins): linear interpolation over the logarithm of frequency."""
    at, knots = np.log(np.maximum(bins, LOWEST)), np.log(np.asarray(hz, np.float64))
    return np.array([np.interp(at, knots, row) for row in np.eye(len(knots))])


def fast_length(least: int) -> int:
    """A length of at least this that transforms quickly; even, so that its top bin is the last."""
    size = int(fft.next_fast_len(least, real=True) or least)
    return size if size % 2 == 0 else fast_length(size + 1)


def coloured(synth: Synth, part: str, hz: Sequence[float], db: Sequence[float]) -> Array:
    """(n,) steady noise whose spectrum goes through `db` at `hz`."""
    size = fast_length(synth.n)
    bins = np.arange(size // 2 + 1) * (synth.rate / size)
    curve = np.interp(np.log(np.maximum(bins, LOWEST)), np.log(np.asarray(hz, np.float64)), db)
    gain = 10 ** (curve / 20) * np.sqrt(size / 2 * synth.rate / REFERENCE)
    draws = synth.rng(part).standard_normal((2, len(bins)), np.float32)
    spectrum = (draws[0] + 1j * draws[1]) * gain.astype(np.float32)
    return np.fft.irfft(spectrum, size)[: synth.n].astype(np.float64)


def frame_times(synth: Synth) -> Array:
    """(frames,) seconds at which `painted` takes its columns."""
    hop = round(synth.rate * HOP_SECONDS)
    return np.arange(-(-synth.n // hop) + 1) * hop / synth.rate


def painted(synth: Synth, part: str, hz: Sequence[float], db: Array) -> Array:
    """(n,) noise whose spectrum moves: db (frames, knots) at `frame_times` and at `hz`."""
    hop = round(synth.rate * HOP_SECONDS)
    bins = np.arange(hop + 1) * (synth.rate / (2 * hop))
    gain = 10 ** ((db @ _weights(hz, bins)).astype(np.float32) / 20)
    gain *= np.sqrt(hop * synth.rate / REFERENCE)
    draws = synth.rng(part).standard_normal((2, *gain.shape), np.float32)
    frames = np.fft.irfft((draws[0] + 1j * draws[1]) * gain, 2 * hop, axis=1)
    frames *= np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop)).astype(np.float32)
    out = np.zeros((len(frames) + 1, hop))
    out[:-1] += frames[:, :hop]
    out[1:] += frames[:, hop:]
    return out.ravel()[hop : hop + synth.n]


def white(synth: Synth, part: str) -> Array:
    """(n,) white noise, of unit power below 8 kHz."""
    return grain(synth, synth.rng(part), synth.n)


def grain(synth: Synth, rng: np.random.Generator, count: int) -> Array:
    """(count,) white noise of the same density at every rate; draw from `rng` nothing after it."""
    noise = rng.standard_normal(count, np.float32).astype(np.float64)
    return noise * np.sqrt(synth.rate / REFERENCE)


def hits(synth: Synth, at: Positions, gains: Array) -> Array:
    """(n,) impulses of these gains at these samples; those outside are dropped."""
    inside = (at >= 0) & (at < synth.n)
    return np.bincount(at[inside], gains[inside], synth.n)


def recursive(b: Sequence[float], a: Sequence[float], x: Array) -> Array:
    """(n,) `x` through the filter b / a, from rest."""
    return np.asarray(signal.lfilter(b, a, x))


def fade(synth: Synth, impulses: Array, seconds: float) -> Array:
    """Every impulse becomes a decay that falls by 60 dB in `seconds`."""
    return recursive([1.0], [1.0, -np.exp(-6.91 / (seconds * synth.rate))], impulses)


def swell(synth: Synth, impulses: Array, rise: float, fall: float) -> Array:
    """Every impulse becomes a bump of about unit peak: up in `rise`, down by 60 dB in `fall`."""
    up = fade(synth, impulses, rise)
    both = fade(synth, up, fall)
    single = np.zeros(max(2, round(fall * synth.rate)))
    single[0] = 1.0
    return both / float(fade(synth, fade(synth, single, rise), fall).max())


def band(synth: Synth, x: Array, low: float, high: float, order: int = 1) -> Array:
    """Causal band-pass; edges beyond half the rate leave the top open."""
    top = 0.47 * synth.rate
    if high >= top:
        sos = signal.butter(order, min(low, 0.9 * top), "high", fs=synth.rate, output="sos")
    elif low <= 0:
        sos = signal.butter(order, high, "low", fs=synth.rate, output="sos")
    else:
        sos = signal.butter(order, (low, high), "band", fs=synth.rate, output="sos")
    return np.asarray(signal.sosfilt(sos, x))


def dull(synth: Synth, x: Array, hz: float) -> Array:
    """One-pole low-pass: above `hz` it falls by 6 dB an octave."""
    r = float(np.exp(-2 * np.pi * hz / synth.rate))
    return recursive([1 - r], [1.0, -r], x)


def resonance(synth: Synth, x: Array, hz: float, width: float) -> Array:
    """Two-pole resonance with about unit gain at its peak; `width` in Hz."""
    if hz > 0.46 * synth.rate:
        return np.zeros_like(x)
    r = np.exp(-np.pi * width / synth.rate)
    w = 2 * np.pi * hz / synth.rate
    gain = (1 - r) * np.sqrt(1 - 2 * r * np.cos(2 * w) + r * r)
    return recursive([gain], [1.0, -2 * r * np.cos(w), r * r], x)
