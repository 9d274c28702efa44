"""Coarse pictures of every frame: how far apart two are, and which frames are flashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LUMA, CHROMA = (16, 16), (8, 8)
"""Rows and columns of a signature's planes: luma, then Cb, then Cr; see `video_to_frames`."""
LEVEL = 0.3
"""Weight of a change of overall brightness beside that of the picture, 0..1. Chosen below 1, as
flashes and lamps change brightness without a cut; above 0, as some cuts change little else."""
_CHUNK = 4096
"""Frames handled at a time. Chosen: 4 MB of luma as float32."""


class CoarsePictures:
    """Distances between frames, in levels of 0..255, from their signatures (N, K) uint8."""

    def __init__(self, signatures: NDArray[np.uint8]) -> None:
        self.signatures = signatures
        luma = LUMA[0] * LUMA[1]
        if signatures.shape[1] == luma + 2 * CHROMA[0] * CHROMA[1]:
            self._luma, self._chroma = LUMA, CHROMA
        else:  # a maker with another layout: one row of cells, nothing known of their places
            self._luma, self._chroma = (1, signatures.shape[1]), (0, 0)

    def __len__(self) -> int:
        return len(self.signatures)

    def luma(self, frames: NDArray[np.integer]) -> NDArray[np.float32]:
        """(n,) frame numbers -> (n, rows, columns) brightness."""
        size = self._luma[0] * self._luma[1]
        return self.signatures[frames, :size].reshape(-1, *self._luma).astype(np.float32)

    def chroma(self, frames: NDArray[np.integer]) -> NDArray[np.float32]:
        """(n,) frame numbers -> (n, 2, rows, columns) colour differences."""
        size = self._luma[0] * self._luma[1]
        return self.signatures[frames, size:].reshape(-1, 2, *self._chroma).astype(np.float32)

    def difference(
        self, a: NDArray[np.integer], b: NDArray[np.integer], tolerant: bool = False
    ) -> NDArray[np.float64]:
        """(n,) pairs of frames -> (n,) mean absolute difference in levels of 255.

        The change of overall brightness counts by `LEVEL`. `tolerant` allows the picture to have
        moved by a cell in any direction.
        """
        a, b = np.atleast_1d(a), np.atleast_1d(b)
        out = np.empty(len(a))
        for k in range(0, len(a), _CHUNK):
            part = slice(k, k + _CHUNK)
            out[part] = self._difference(a[part], b[part], tolerant)
        return out

    def _difference(
        self, a: NDArray[np.integer], b: NDArray[np.integer], tolerant: bool
    ) -> NDArray[np.float32]:
        first, second = self.luma(a), self.luma(b)
        level = np.median((second - first).reshape(len(first), -1), axis=1)
        first += level[:, None, None]
        best = np.abs(first - second).mean(axis=(1, 2))
        if tolerant and min(self._luma) > 4:
            inner = first[:, 1:-1, 1:-1]
            rows, columns = self._luma
            for dy in range(3):
                for dx in range(3):
                    moved = second[:, dy : rows - 2 + dy, dx : columns - 2 + dx]
                    best = np.minimum(best, np.abs(inner - moved).mean(axis=(1, 2)))
        if self._chroma[0]:
            best = best + np.abs(self.chroma(a) - self.chroma(b)).mean(axis=(1, 2, 3))
        return best + LEVEL * np.abs(level)

    def replaced(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) pairs of frames -> (n,) share 0..1 of cells that changed, (n,) likeness -1..1.

        A cell changed when it moved by more than a quarter of the pictures' contrast, beyond the
        change of overall brightness. Likeness is the best correlation of the pictures, one of
        them moved by up to a cell.
        """
        share, alike = np.empty(len(a)), np.empty(len(a))
        for k in range(0, len(a), _CHUNK):
            part = slice(k, k + _CHUNK)
            first, second = self.luma(a[part]), self.luma(b[part])
            share[part], alike[part] = _changed(first, second), _likeness(first, second)
        return share, alike

    def colours(self, frames: NDArray[np.integer]) -> NDArray[np.float32]:
        """(n,) frames -> (n, 48) square roots of histograms of Y, Cb and Cr, each summing to 1."""
        luma = self._luma[0] * self._luma[1]
        half = (self.signatures.shape[1] - luma) // 2
        planes = ((0, luma), (luma, luma + half), (luma + half, luma + 2 * half))
        shares = [_histogram(self.signatures[frames, low:high]) for low, high in planes]
        return np.sqrt(np.concatenate(shares, axis=1))

    def contrast(self, frames: NDArray[np.integer]) -> tuple[NDArray, NDArray]:
        """(n,) frames -> (n,) mean brightness and (n,) mean absolute deviation, levels of 255."""
        mean, spread = np.empty(len(frames)), np.empty(len(frames))
        for k in range(0, len(frames), _CHUNK):
            cells = self.luma(frames[k : k + _CHUNK])
            mean[k : k + _CHUNK] = middle = cells.mean(axis=(1, 2))
            spread[k : k + _CHUNK] = np.abs(cells - middle[:, None, None]).mean(axis=(1, 2))
        return mean, spread


def _histogram(cells: NDArray[np.uint8], bins: int = 16) -> NDArray[np.float32]:
    """(n, k) bytes -> (n, bins) shares; a cell between two bins counts for both."""
    out = np.zeros((len(cells), bins), np.float32)
    if not cells.shape[1]:
        return out
    place = cells.astype(np.float32) * ((bins - 1) / 255)
    low = np.minimum(place.astype(np.int64), bins - 2)
    upper = place - low
    row = np.repeat(np.arange(len(cells)), cells.shape[1]) * bins
    for offset, weight in ((0, 1 - upper), (1, upper)):
        held = np.bincount(row + low.ravel() + offset, weight.ravel(), len(cells) * bins)
        out += held.reshape(out.shape).astype(np.float32)
    return out / cells.shape[1]


def _changed(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    apart = (second - first).reshape(len(first), -1)
    apart = np.abs(apart - np.median(apart, axis=1, keepdims=True))
    contrast = np.zeros(len(first), np.float32)
    for plane in (first, second):
        contrast += np.abs(plane - plane.mean(axis=(1, 2), keepdims=True)).mean(axis=(1, 2)) / 2
    return (apart > contrast[:, None] / 4 + 2).mean(axis=1)


def _likeness(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    if min(first.shape[1:]) <= 4:
        return _correlation(first, second)
    rows, columns = first.shape[1:]
    best = np.full(len(first), -1, np.float32)
    for dy in range(3):
        for dx in range(3):
            moved = second[:, dy : rows - 2 + dy, dx : columns - 2 + dx]
            best = np.maximum(best, _correlation(first[:, 1:-1, 1:-1], moved))
    return best


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    first = first - first.mean(axis=(1, 2), keepdims=True)
    second = second - second.mean(axis=(1, 2), keepdims=True)
    power = (first * first).mean(axis=(1, 2)) * (second * second).mean(axis=(1, 2))
    return (first * second).mean(axis=(1, 2)) / (np.sqrt(power) + 4)


def frame_steps(pictures: CoarsePictures, look: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) difference in levels between each frame's `look` and the one before; 0 for the first."""
    steps = np.zeros(len(look))
    steps[1:] = pictures.difference(look[:-1], look[1:])
    return steps


def without_blends(
    pictures: CoarsePictures, look: NDArray[np.int64], floor: float = 8.0
) -> NDArray[np.int64]:
    """(N,) `look` in which a blended frame at a cut is replaced by the shot it shows more of.

    A change of frame rate or of fields blends the last frame of a shot with the first of the next,
    in one or two frames, which makes two half steps of one cut. `floor` is the least step of such
    a cut in levels; it and the factors of 4 below are chosen, a cut's step being many times the
    steps beside it.
    """
    look = look.copy()
    total = len(look)
    steps = frame_steps(pictures, look)
    for held in (1, 2):
        t = np.arange(1, total - held - 2)
        if not len(t):
            break
        inner = np.lib.stride_tricks.sliding_window_view(steps, held + 1)[t + 1]
        outer = np.maximum(steps[t], steps[t + held + 2])
        t = t[(inner.min(axis=1) > floor / 4) & (outer * 4 < inner.sum(axis=1))]
        whole = pictures.difference(look[t], look[t + held + 1])
        t = t[(whole > floor) & (whole > 4 * np.maximum(steps[t], steps[t + held + 2]))]
        for k in t.tolist():
            _send_home(pictures, look, k, k + held + 1)
    return look


def _send_home(pictures: CoarsePictures, look: NDArray[np.int64], before: int, after: int) -> None:
    cells = pictures.signatures[look[before : after + 1]].astype(np.float32)
    line, away = cells[-1] - cells[0], cells[1:-1] - cells[0]
    weights = away @ line / max(float(line @ line), 1.0)
    rest = np.abs(away - weights[:, None] * line).mean(axis=1) / max(np.abs(line).mean(), 1e-3)
    if rest.max() < 0.2 and weights.min() > 0.05 and weights.max() < 0.95:
        look[before + 1 : after] = np.where(weights < 0.5, look[before], look[after])


def without_flashes(
    pictures: CoarsePictures, longest: int, floor: float = 4.0
) -> NDArray[np.int64]:
    """(N,) for every frame the frame to look at: itself, or the last one before a flash.

    A flash is a run of at most `longest` frames after which the picture is again what it was: it
    came and went by steps three times larger than what remains, the factor that took nearly all
    false cuts of flashes out of trials on simulated embeddings. `floor`, in levels, is the least
    such step; chosen above the noise of codecs.
    """
    total = len(pictures)
    look = np.arange(total)
    steps = pictures.difference(look[:-1], look[1:])
    starts = np.flatnonzero(steps > floor)
    back_at = np.zeros(total, np.int64)
    for held in range(longest, 0, -1):
        t = starts[starts + held + 1 < total]
        left = pictures.difference(t, t + held + 1, tolerant=True)
        t = t[left * 3 < np.minimum(steps[t], steps[t + held])]
        back_at[t] = t + held + 1
    reach = 0
    for t in np.flatnonzero(back_at):
        if t >= reach:
            reach = int(back_at[t])
            look[t + 1 : reach] = t
    return look
