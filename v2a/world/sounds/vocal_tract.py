"""Vocal folds and mouths: a call is a pitch path through formants that move."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from v2a.world.sounds.shaped_noise import (
    dull,
    fast_length,
    grain,
)
from v2a.world.sounds.strikes import place, turns, waveform
from v2a.world.sounds.synth import Array, Synth

Formants = Sequence[tuple[float | Sequence[float] | Array, float, float]]
"""Centre in Hz, or centres at even steps over the call; width in Hz; amplitude."""


Syllable = tuple[float, float, float, float]
"""One note of a phrase: start and length in seconds, relative pitch, relative loudness."""


GRID = 0.008
"""Seconds between the frames of a mouth: formants move no faster than muscles do."""


BANDS = 6
"""Tables a tone has for each octave of pitch, so that it loses little at the top of the band."""


LONG = 9.0
"""Seconds that the last call of a scene may take."""


def time_axis(synth: Synth, seconds: float) -> tuple[Array, Array]:
    """Seconds from 0, and the same as a share of the whole."""
    t = np.arange(max(16, round(seconds * synth.rate))) / synth.rate
    return t, t / t[-1]


def through(x: Array, *values: float) -> Array:
    """A smooth curve over x in 0..1 through positive values at even steps, in equal ratios."""
    knots = np.linspace(0, 1, len(values))
    return np.exp(PchipInterpolator(knots, np.log(values))(x))


def wander(synth: Synth, part: str, count: int, hz: float) -> Array:
    """(count,) a random curve, mean 0, spread about 1, that turns `hz` times a second."""
    at = np.arange(count) * (hz / synth.rate)
    knots = synth.rng(part).standard_normal(int(at[-1]) + 2)
    return 1.2 * np.interp(at, np.arange(len(knots)), knots)


def voiced(
    synth: Synth,
    part: str,
    hz: Array,
    tilt: float = 1.0,
    jitter: float = 0.01,
    rough: float = 0.0,
    breath: float = 0.1,
) -> Array:
    """(n,) the sound of vocal folds along a pitch path `hz` (n,): a tone of about unit power and breath.

    Harmonics fall as k**-tilt. The pitch shakes by `jitter`; roughness makes every other beat
    weaker and the strength of all unruly, 0..1.
    """
    shaken = jitter * (
        wander(synth, f"{part}/shake", len(hz), 140) + wander(synth, f"{part}/slow", len(hz), 9)
    )
    bent = np.clip(hz * np.exp(shaken), 8, 0.45 * synth.rate)
    phase = turns(synth, bent)
    tone = _tone(synth, phase, bent, tilt)
    if rough > 0:
        split = 0.5 + 0.5 * np.cos(np.pi * phase + wander(synth, f"{part}/split", len(hz), 12))
        unruly = wander(synth, f"{part}/unruly", len(hz), 110)
        tone = tone * (1 - 0.85 * rough * split) * np.exp(0.8 * rough * np.tanh(unruly))
    air = grain(synth, synth.rng(f"{part}/breath"), len(hz))
    return tone + breath * air * (0.7 + 0.4 * np.cos(2 * np.pi * phase))


def _tone(synth: Synth, phase: Array, hz: Array, tilt: float) -> Array:
    """A rich tone; each step of pitch has its own harmonics, so that none leaves the band."""
    k = np.arange(1, 301)
    harmonics = k**-tilt * np.exp(0.6j * k**1.3)
    harmonics *= np.sqrt(2 / (np.abs(harmonics) ** 2).sum())
    place_ = BANDS * np.log2(hz / float(hz.min()))
    left = place_.astype(np.int64)
    out = np.zeros(len(hz))
    for level in range(int(left.max()) + 3):
        share = np.clip(1 - np.abs(place_ + 1 - level), 0, 1)
        now = share > 0
        if now.any():
            highest = float(hz.min()) * 2.0 ** (level / BANDS)
            out[now] += share[now] * waveform(synth, phase[now], harmonics, highest)
    return out


def mouth(synth: Synth, x: Array, formants: Formants, floor: float = 0.03) -> Array:
    """(n,) `x` through resonances that move; `floor` is the amplitude that passes anywhere."""
    hop = round(GRID * synth.rate)
    count = -(-len(x) // hop) + 1
    padded = np.zeros((count + 1) * hop)
    padded[hop : hop + len(x)] = x
    cut = padded.reshape(-1, hop)
    window = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop))
    frames = np.fft.rfft(np.hstack([cut[:-1], cut[1:]]) * window)
    bins = np.arange(hop + 1) * (synth.rate / (2 * hop))
    gain = np.full((count, hop + 1), floor)
    for hz, width, strength in formants:
        centre = np.atleast_1d(np.asarray(hz, np.float64))
        moved = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(centre)), centre)
        gain += strength / np.sqrt(1 + ((bins[None] - moved[:, None]) / (0.5 * width)) ** 2)
    shaped = np.fft.irfft(frames * gain, 2 * hop) * window
    out = np.zeros((count + 1, hop))
    out[:-1] += shaped[:, :hop]
    out[1:] += shaped[:, hop:]
    return out.ravel()[hop : hop + len(x)]


def flutter(synth: Synth, part: str, count: int, hz: float, depth: float) -> Array:
    """(count,) strength that beats unevenly `hz` times a second, 1 - depth to 1."""
    phase = np.cumsum(hz * np.exp(0.12 * wander(synth, part, count, 0.7 * hz))) / synth.rate
    return 1 - depth * (0.5 - 0.5 * np.cos(2 * np.pi * phase)) ** 0.7


def afar(synth: Synth, x: Array, seconds: float, wet: float) -> Array:
    """(n,) `x` from a distance that the seed draws: duller, with up to `wet` of an open echo."""
    far = float(synth.rng("distance").uniform()) ** 1.5
    length = max(8, round(min(seconds, synth.seconds) * synth.rate))
    t = np.arange(length) / synth.rate
    tail = synth.rng("distance/echo").standard_normal(length) * np.exp(-6.91 * t / seconds)
    tail *= np.minimum(1, t / 0.03)
    tail = dull(synth, tail, 2200)
    size = fast_length(synth.n + length)
    echo = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: synth.n]
    echo *= wet * (0.15 + 0.85 * far) / max(1e-9, float(np.sqrt((tail**2).sum())))
    return dull(synth, x, synth.mix(14_000, 2200, far)) + echo


def gap(synth: Synth, i: int) -> float:
    """Seconds from call i to the next; LONG after the last."""
    return float(synth.at[i + 1] - synth.at[i]) / synth.rate if i + 1 < len(synth.at) else LONG


def phrase(
    synth: Synth,
    out: Array,
    i: int,
    notes: Sequence[Syllable],
    sing: Callable[[str, Syllable], Array],
) -> None:
    """Sing the notes of call i into `out`; notes that would run into the next call fade or go."""
    free = gap(synth, i)
    for j, note in enumerate(notes):
        share = (
            float(np.clip((free - note[0] - 0.6 * note[1]) / (0.3 * note[1]), 0, 1)) if j else 1.0
        )
        at = int(synth.at[i]) + round(note[0] * synth.rate)
        if share * note[3] > 0 and at < synth.n:
            place(synth, out, at, sing(f"call{i}.{j}", note) * (share * note[3]))
