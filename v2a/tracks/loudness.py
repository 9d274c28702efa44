"""Loudness and true peak as ITU-R BS.1770-5 and EBU Tech 3341/3342 define them, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log10, pi, tan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP, MOMENTARY, SHORT_TERM = 0.1, 4, 30
"""Seconds between measurements, and the two windows in such steps: 400 ms with 75 % overlap (ITU-R
BS.1770-5), and 3 s (EBU Tech 3341)."""
OVERSAMPLING = 4
"""Values per sample among which a true peak is sought (ITU-R BS.1770-5, annex 2)."""
TAPS = 24
"""Input samples of one oversampled value. Chosen: twice the 12 of the example in annex 2."""


@dataclass(frozen=True)
class Loudness:
    """Loudness and true peak of a sound; -inf stands for silence."""

    integrated: float
    """LUFS, gated."""
    range: float
    """LU (EBU Tech 3342)."""
    momentary: float
    """LUFS, highest over 400 ms."""
    short_term: float
    """LUFS, highest over 3 s."""
    true_peak: float
    """dBTP."""

    def louder(self, gain: float) -> Loudness:
        """The values after a gain in dB; the range stays."""
        return Loudness(
            self.integrated + gain,
            self.range,
            self.momentary + gain,
            self.short_term + gain,
            self.true_peak + gain,
        )


class Meter:
    """Measures a mono sound given in blocks; memory grows by 8 bytes per 100 ms."""

    def __init__(self, rate: int) -> None:
        self._step = round(rate * STEP)
        self._filter = k_weighting(rate)
        self._state = np.zeros((len(self._filter), 2))
        self._rest = np.zeros(0)
        self._steps: list[float] = []
        self._tail = np.zeros(TAPS, np.float32)
        self._peak = 0.0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, (n,)."""
        from scipy.signal import sosfilt

        if not len(block):
            return
        self._add_peak(block)
        weighted, self._state = sosfilt(self._filter, block.astype(np.float64), zi=self._state)
        weighted = np.concatenate([self._rest, weighted])
        whole = len(weighted) // self._step * self._step
        self._rest = weighted[whole:]
        squares = np.square(weighted[:whole]).reshape(-1, self._step)
        self._steps.extend(squares.sum(axis=1))

    def result(self) -> Loudness:
        """Loudness of all samples added; call it once, after the last block."""
        self._add_peak(np.zeros(TAPS, np.float32))
        momentary, short = self._windows(MOMENTARY), self._windows(SHORT_TERM)
        return Loudness(
            integrated=_lufs(_gate(momentary, -10)),
            range=_range(short),
            momentary=_lufs(momentary.max(initial=0)),
            short_term=_lufs(short.max(initial=0)),
            true_peak=20 * log10(self._peak) if self._peak else -inf,
        )

    def _add_peak(self, block: NDArray[np.float32]) -> None:
        joined = np.concatenate([self._tail, block])
        self._tail = joined[-TAPS:]
        if not is_below(joined, self._peak):
            inside = peaks(joined)[TAPS // 2 : -TAPS // 2]
            self._peak = max(self._peak, float(inside.max(initial=0)))

    def _windows(self, steps: int) -> NDArray[np.float64]:
        """Mean squares of sliding windows; of the whole where it is shorter than one."""
        if len(self._steps) < steps:
            count = len(self._steps) * self._step + len(self._rest)
            total = sum(self._steps) + float(np.square(self._rest).sum())
            return np.array([total / count if count else 0.0])
        sums = np.convolve(self._steps, np.ones(steps), "valid")
        return np.maximum(sums, 0) / (steps * self._step)


def measure(blocks: Iterable[NDArray[np.float32]], rate: int) -> Loudness:
    """Loudness and true peak of a mono sound given in blocks of (n,) samples."""
    meter = Meter(rate)
    for block in blocks:
        meter.add(block)
    return meter.result()


def peaks(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) highest magnitude of the four-times oversampled wave between each sample and the next.

    Outside of the block the wave is taken to be zero, so values within `TAPS` / 2 of its ends are
    not final.
    """
    from scipy.signal import oaconvolve

    found = np.abs(samples)
    for phase in _phases():
        between = oaconvolve(samples, phase)[TAPS // 2 :][: len(found)]
        np.maximum(found, np.abs(between), out=found)
    return found


def is_below(samples: NDArray[np.float32], ceiling: float) -> bool:
    """Whether no true peak can exceed a linear ceiling, by the largest sample; cheap, and safe."""
    return float(np.abs(samples).max(initial=0)) * _bound() <= ceiling


@lru_cache
def _phases() -> NDArray[np.float32]:
    """(3, TAPS) filters for the values a quarter, a half and three quarters after a sample.

    A sinc under a Kaiser window of beta 8 (chosen).
    """
    after = np.arange(1, OVERSAMPLING)[:, None] / OVERSAMPLING
    times = after - (TAPS // 2 - np.arange(TAPS))
    shape = np.i0(8.0 * np.sqrt(1 - (times / (TAPS / 2)) ** 2))
    filters = np.sinc(times) * shape
    return (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)


@lru_cache
def _bound() -> float:
    """How far, at most, an oversampled value can exceed the samples around it."""
    return max(1.0, float(np.abs(_phases()).sum(axis=1).max()))


@lru_cache
def k_weighting(rate: int) -> NDArray[np.float64]:
    """(2, 6) second-order sections: the shelf and the high-pass of BS.1770, for any sample rate.

    Gains, Q and frequencies are those of libebur128, solved from the standard's table for 48 kHz.
    """
    gain, q, k = (
        10 ** (3.999843853973347 / 20),
        0.7071752369554196,
        tan(pi * 1681.974450955533 / rate),
    )
    middle = gain**0.4996667741545416
    scale = 1 + k / q + k * k
    shelf = [
        (gain + middle * k / q + k * k) / scale,
        2 * (k * k - gain) / scale,
        (gain - middle * k / q + k * k) / scale,
        1.0,
        2 * (k * k - 1) / scale,
        (1 - k / q + k * k) / scale,
    ]
    q, k = 0.5003270373238773, tan(pi * 38.13547087602444 / rate)
    scale = 1 + k / q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]
    return np.array([shelf, high_pass])


def _lufs(mean_square: float) -> float:
    return -0.691 + 10 * log10(mean_square) if mean_square > 1e-20 else -inf


def _gate(powers: NDArray[np.float64], relative: float) -> float:
    """Mean of the windows above -70 LUFS and above the mean of those plus `relative` LU."""
    powers = powers[powers > _power(-70)]
    if not len(powers):
        return 0.0
    return float(powers[powers >= powers.mean() * 10 ** (relative / 10)].mean())


def _range(powers: NDArray[np.float64]) -> float:
    # EBU Tech 3342: gates at -70 LUFS and 20 LU below the mean, then percentiles 10 and 95.
    powers = powers[powers > _power(-70)]
    if len(powers) < 2:
        return 0.0
    low, high = np.percentile(powers[powers >= powers.mean() * 0.01], [10, 95])
    return 10 * log10(high / low)


def _power(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)
