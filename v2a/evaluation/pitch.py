"""How clear a sound's pitch is and for how long it can be followed: by autocorrelation, 80-2000 Hz.

Each frame of 64 ms (1024 samples at 16 kHz, every 10 ms) is freed of its mean and weighed by a Hann
window; its autocorrelation is divided by the window's own and by its value at lag 0, and read every
quarter of a sample. The frame's pitch is the first peak that reaches 0.9 of the highest within the
range; r is the height there. Harmonics to noise: 10 log10(r / (1 - r)) dB, held to -40..40. Only
frames within 20 dB of the loudest count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float32]
Array = NDArray[np.float64]
RATE = 16_000
"""Samples per second of the waves that are measured."""
FRAME, HOP = 1024, 160
"""Samples: five periods of the lowest pitch, and 10 ms."""
LOW, HIGH = 80, 2000
"""Lowest and highest pitch in Hz. Chosen: barks, cries, crows, sirens and horns lie within."""
FINE = 4
"""Readings of the autocorrelation a sample. Chosen: at 2 kHz they lie 3 % of a period apart."""
FIRST = 0.9
"""A peak of this share of the highest is taken if it comes first. Chosen: the peak an octave below
is as high."""
LOUD = 0.1
"""A frame counts if its root mean square is this share of the loudest's or more: -20 dB, chosen."""
CLEAR = 0.5
"""A frame has a pitch if r reaches this. Chosen: as much power in the harmonics as in the noise."""
STEP = 2 ** (1 / 12)
"""Ratio of pitches 10 ms apart below which a pitch goes on. Chosen: a semitone."""


@dataclass(frozen=True)
class Pitch:
    """The frames of a wave, in order."""

    hz: Array
    """Pitch; 0 where no peak lies in the range."""
    height: Array
    """r, 0..1."""
    loud: NDArray[np.bool_]

    @property
    def harmonics_to_noise(self) -> float:
        """Median over the loud frames, dB."""
        r = np.clip(self.height[self.loud], 1e-4, 1 - 1e-4)
        return float(np.median(10 * np.log10(r / (1 - r))))

    @property
    def longest(self) -> float:
        """Seconds for which one pitch is followed through loud, clear frames at most."""
        clear = self.loud & (self.height >= CLEAR)
        best = run = 0
        for at, on in enumerate(clear):
            pair = self.hz[max(at - 1, 0) : at + 1]
            run = run + 1 if on and run and pair.max() < STEP * pair.min() else int(on)
            best = max(best, run)
        return best * HOP / RATE


def _lags() -> NDArray[np.int64]:
    """Readings from the shortest period to the longest."""
    return np.arange(FINE * RATE // HIGH, FINE * RATE // LOW + 1)


def _autocorrelation(frames: Array) -> Array:
    """(F, 1024) frames to (F, lags + 2), one reading more at either end than `_lags`."""
    spectrum = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    lags = _lags()
    found = np.fft.irfft(spectrum, 2 * FRAME * FINE)[:, : lags[-1] + 2]
    return found[:, lags[0] - 1 :] / np.maximum(found[:, :1], 1e-12)


@lru_cache(maxsize=1)
def _window() -> tuple[Array, Array]:
    taper = np.hanning(FRAME)
    return taper, _autocorrelation(taper[None])


def track(wave: Wave) -> Pitch:
    """The pitch of a mono wave at 16 kHz; a short one is padded to a frame."""
    full = np.pad(wave.astype(np.float64), (0, max(0, FRAME - len(wave))))
    frames = np.lib.stride_tricks.sliding_window_view(full, FRAME)[::HOP]
    taper, own = _window()
    frames = (frames - frames.mean(axis=1, keepdims=True)) * taper
    level = np.sqrt((frames**2).mean(axis=1))
    r = _autocorrelation(frames) / own
    middle = r[:, 1:-1]
    peaks = np.where((middle > r[:, :-2]) & (middle >= r[:, 2:]), middle, 0.0)
    highest = peaks.max(axis=1)
    first = (peaks >= np.maximum(FIRST * highest, 1e-9)[:, None]).argmax(axis=1)
    height = np.clip(peaks[np.arange(len(peaks)), first], 0, 1)
    hz = np.where(height > 0, FINE * RATE / _lags()[first], 0.0)
    return Pitch(hz, height, level >= LOUD * level.max())


def medians(waves: Sequence[Wave]) -> tuple[float, float]:
    """Medians over waves at 16 kHz: harmonics to noise in dB, and longest pitch in seconds."""
    tracks = [track(w) for w in waves]
    clear, long = ([getattr(t, f) for t in tracks] for f in ("harmonics_to_noise", "longest"))
    return float(np.median(clear)), float(np.median(long))
