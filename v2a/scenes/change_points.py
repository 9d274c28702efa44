"""Where Delta-S exceeds its limit: the paper's rule, and the robust rule's curve and limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import median_filter

from v2a.scenes.delta_s import delta_s, windowed_delta_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.scenes.coarse_pictures import CoarsePictures

EXACT_SECONDS = 60
"""Longer films have Delta-S over a window of this length around each sample: cost T, not T x T.
In trials on simulated embeddings 30 s on either side raised F1 on three of four sorts of film."""
BASE_SECONDS, GUARD_SECONDS = 8, 1
"""Seconds over which the median and MAD are taken, and the median of the nearest samples. Chosen:
a dissolve of under 4 s cannot lift a median over 8 s; half a second on either side is the guard of
the trials on simulated embeddings."""
SPREAD = 1.5
"""Robust standard deviations (1.4826 MAD) above the local median, at threshold 5. Chosen low: the
curve only says where dissolves are looked for, so a sample too many costs time and no false cut."""
FLOOR = 1e-6
"""Least limit, in the unit of the curve. Chosen: rounding in an unmoving film stays below it."""
COLOURS = 48
"""Numbers of `CoarsePictures.colours`: 16 bins of Y, Cb and Cr each."""
_CHUNK = 4096
"""Samples handled at a time. Chosen: 15 MB of rows of the pocket pack."""


def paper_rule(
    embeddings: NDArray[np.floating], threshold: float, centre: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """Section II-A to the letter: first samples of new scenes, the curve (T - 1,), tau * sigma.

    The curve's peak at numpy index k lies between samples k and k + 1, so the scene that it opens
    begins at sample k + 1 (the paper counts Delta-S from 1 and scenes from 0). sigma is the
    population standard deviation; there is no mean term, no local maximum, no shortest scene.
    """
    curve = delta_s(embeddings, centre)
    limit = threshold * float(curve.std()) if len(curve) else 0.0
    return np.flatnonzero(curve > limit) + 1, curve, limit


@dataclass(frozen=True)
class ChangeCurve:
    """Delta-S at one lag and the limit of every value."""

    lag: int
    """Samples between the two that are compared."""
    values: NDArray[np.float64]
    """(T - lag,) mean over columns, so that limits do not depend on the film's length."""
    limit: NDArray[np.float64]
    """(T - lag,) in the unit of `values`."""

    @property
    def above(self) -> NDArray[np.bool_]:
        """(T - lag,) where the curve exceeds its limit."""
        return self.values > self.limit


def robust_curve(
    rows: NDArray[np.float32], rate: float, threshold: float, centre: bool = True, lag: int = 1
) -> ChangeCurve:
    """Delta-S against a local baseline and spread, in place of the film's own sigma.

    `rows` is (T, D), `rate` in samples per second, `lag` in samples. The limit is the local median
    plus a multiple of the local MAD; at lag 1 no less than 1.2 times (chosen) the median of the
    samples nearest by. Both grow with threshold / 5.
    """
    total = len(rows)
    if total <= lag:
        return ChangeCurve(lag, np.empty(0), np.empty(0))
    reach = round(EXACT_SECONDS / 2 * rate)
    exact = total <= 2 * reach
    sums = (
        delta_s(rows, centre, lag=lag) if exact else windowed_delta_s(rows, reach, centre, lag=lag)
    )
    values = sums / total
    wide, near = _odd(BASE_SECONDS * rate, lag), _odd(GUARD_SECONDS * rate, lag)
    base = median_filter(values, wide, mode="reflect")
    spread = 1.4826 * median_filter(np.abs(values - base), wide, mode="reflect")
    guard = 1.2 * median_filter(values, near, mode="reflect") if lag == 1 else base
    limit = np.maximum(base + SPREAD * spread, guard) * (threshold / 5) + FLOOR
    return ChangeCurve(lag, values, limit)


def rows_of(
    embeddings: NDArray[np.floating],
    samples: NDArray[np.int64],
    pictures: CoarsePictures,
    look: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The rows that Delta-S compares: unit embedding, coarse picture and colours of each sample.

    (T, D) embeddings, (T,) frame numbers and (N,) `look` -> (T, D + K + 48). Coarse pictures make
    up for a weak tower; a strong one still decides where pixels show no difference. A sample that
    falls on a flash is replaced by the last frame before it. Colours count half: chosen.
    """
    seen = look[samples]
    held = np.searchsorted(samples, seen, side="right") - 1
    size = embeddings.shape[1], pictures.signatures.shape[1]
    rows = np.empty((len(samples), sum(size) + COLOURS), np.float32)
    # In parts: the whole of two hours has room for no second copy.
    for k in range(0, len(rows), _CHUNK):
        part, here = rows[k : k + _CHUNK], seen[k : k + _CHUNK]
        unit = np.asarray(embeddings[np.maximum(held[k : k + _CHUNK], 0)], np.float32)
        length = np.linalg.norm(unit, axis=1, keepdims=True)
        part[:, : size[0]] = unit / np.where(length > 0, length, 1)
        cells = pictures.signatures[here].astype(np.float32) / 255
        cells = (cells - cells.mean(axis=1, keepdims=True)) / np.sqrt(cells.shape[1] / 4)
        part[:, size[0] : sum(size)] = cells
        part[:, sum(size) :] = 0.5 * pictures.colours(here)
    return rows


def _odd(samples: float, lag: int) -> int:
    return max(3, 2 * lag + 1, 2 * round(samples / 2) + 1)
