"""The acoustics of a place: its echo, the tone of the microphone, its background, and Doppler's shift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a.world.sounds.shaped_noise import (
    REFERENCE,
    coloured,
    fast_length,
)
from v2a.world.sounds.synth import Array, Synth


@dataclass(frozen=True)
class Acoustics:
    """The acoustics of a place."""

    echo: float = 0.25
    """Seconds in which the echo falls by 60 dB ..."""
    wet: float = 0.25
    """... and its amplitude beside the direct sound."""
    quiet: float = -60.0
    """Level of the background, dBFS."""


def reverberant(synth: Synth, wave: Array, place: Acoustics) -> Array:
    """The wave in a room: direct sound, an echo with a darker tail, a microphone's gentle tilt."""
    rng = synth.rng("place")
    echo = place.echo * float(np.exp(rng.uniform(-0.4, 0.4)))
    wet = place.wet * float(np.exp(rng.uniform(-0.6, 0.4)))
    corner = 3500 * float(np.exp(rng.uniform(-0.4, 0.6)))
    tone = _tone(synth, rng)
    tail = _tail(synth, echo)
    size = fast_length(synth.n + len(tail))
    bins = np.arange(size // 2 + 1) * (synth.rate / size)
    dark = wet / (1 + (bins / corner) ** 2)
    path = np.fft.rfft(tone, size) * (1 + dark * np.fft.rfft(tail, size))
    return np.fft.irfft(np.fft.rfft(wave, size) * path, size)[: synth.n]


def _tone(synth: Synth, rng: np.random.Generator) -> Array:
    """Impulse response of a microphone: a slope, a dull top and a thin bottom, nothing before time.

    Of minimum phase, by folding the cepstrum (Oppenheim and Schafer, *Discrete-Time Signal
    Processing*, 13), so that an attack stays on its sample.
    """
    slope, top, low = rng.uniform(-1.6, 1.0), rng.uniform(0, 0.7), rng.uniform(20, 60)
    size = 2 << (synth.rate // 16).bit_length()
    bins = np.maximum(np.arange(size // 2 + 1) * (synth.rate / size), 1)
    octaves = np.log2(np.maximum(bins, 50) / 1000)
    db = slope * octaves - top * np.maximum(octaves, 0) ** 2
    logs = db * (np.log(10) / 20) - np.log1p((low / bins) ** 4)
    cepstrum = np.fft.irfft(np.maximum(logs, -9), size)
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    return np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), size)[: size // 2]


def _tail(synth: Synth, echo: float) -> Array:
    """Noise that dies away after a short gap and a few early reflections, of unit energy."""
    rng = synth.rng("tail")
    gap, early = rng.uniform(0.002, 0.008), rng.uniform(0.008, 0.03, 5)
    signs = rng.choice([-1.0, 1.0], 5)
    length = max(8, round(min(echo, synth.seconds) * synth.rate))
    t = np.arange(length) / synth.rate
    tail = synth.rng("tail/noise").standard_normal(length) * np.exp(-6.91 * t / echo)
    tail[: round(float(gap) * synth.rate)] = 0
    places = np.minimum((early * synth.rate).astype(np.int64), length - 1)
    tail[places] += signs * 4 * np.sqrt(synth.rate / REFERENCE) * np.exp(-6.91 * early / echo)
    return tail / max(1e-9, float(np.sqrt((tail**2).sum())))


def background(synth: Synth, dbfs: float) -> Array:
    """Soft air of a room or a field at this level, so that no gap is digital silence."""
    rng = synth.rng("air")
    slope = rng.uniform(-7, -3)
    top = rng.uniform(-4, 4)
    hz = (30, 100, 400, 1600, 5000, 12000)
    air = coloured(
        synth, "air/noise", hz, [-3 - slope, -slope, 0, slope, 2 * slope + top, 3 * slope]
    )
    return air * 10 ** ((dbfs + rng.uniform(-6, 8)) / 20) / max(1e-9, float(air.std()))


def room(synth: Synth) -> Array:
    """Room tone: warm noise with a hum; warmth darkens it, a larger room rumbles."""
    rng = synth.rng("room")
    dark, size = synth.a, synth.b
    hz = (30, 80, 250, 800, 2500, 8000)
    low = 4 + 10 * size + 4 * dark
    noise = coloured(
        synth, "noise", hz, [low, low, 3, -6 - 5 * dark, -12 - 10 * dark, -18 - 16 * dark]
    )
    noise *= 1 + 0.1 * synth.drift("breath", 0.7)
    mains = 50.0 if rng.uniform() < 0.6 else 60.0
    hum = sum(
        rng.uniform(0.3, 1) / k * np.sin(2 * np.pi * (k * mains * synth.t + rng.uniform()))
        for k in (1, 2, 3, 4, 6)
    )
    return noise / noise.std() + rng.uniform(0.1, 0.5) * hum


SOUND_SPEED = 343.0
"""Metres a second."""


def passing(t: Array, closest: float, speed: float, near: float) -> tuple[Array, Array]:
    """Doppler's pitch ratio and loudness (1 at the nearest) of a vehicle that is closest at `closest`.

    t: seconds; speed: metres a second; near: metres at the nearest point.
    """
    along = speed * (t - closest)
    away = np.sqrt(near**2 + along**2)
    return 1 / (1 + speed * along / away / SOUND_SPEED), near / away
