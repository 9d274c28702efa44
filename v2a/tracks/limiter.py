"""A true-peak ceiling held by a smooth gain that sees the peak coming; never by clipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from v2a.tracks.loudness import TAPS, is_below, peaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK = 960
"""Samples of look-ahead and of release, 20 ms at 48 kHz. Chosen: a period of 50 Hz, so that the
gain does not follow a bass wave, and short enough to be heard around the peak alone."""
REACH = 2 * LOOK + TAPS
"""Samples on each side that the gain of one sample depends on: minimum, smoothing, oversampling."""


def limit(samples: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """(n,) samples -> (n,) with true peaks no higher than a linear ceiling (to about 0.01 dB).

    The gain of a sample depends on `REACH` samples around it and on nothing else, so a long
    sound can be limited in parts that overlap by that much.
    """
    from scipy.ndimage import minimum_filter1d
    from scipy.signal import oaconvolve

    if is_below(samples, ceiling):
        return samples
    needed = np.minimum(1.0, ceiling / np.maximum(peaks(samples), 1e-9))
    if needed.min() >= 1:
        return samples
    held = minimum_filter1d(needed, 2 * LOOK + 1, mode="nearest")
    window = np.hanning(2 * LOOK + 1)
    smooth = oaconvolve(np.pad(held, LOOK, mode="edge"), window / window.sum(), "valid")
    return samples * np.minimum(smooth, 1.0).astype(np.float32)
