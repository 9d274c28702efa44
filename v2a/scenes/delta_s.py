"""Delta-S, the paper's measure of change, in blocks: exact, without the T x T similarity matrix.

The paper (arXiv 2409.09823, section II-A) centres the frame similarity matrix S = X X' and sums the
absolute differences of neighbouring rows. The column mean cancels in a row difference, so

    dS_i = sum_j |(x_i - x_{i+lag}) . (x_j - m)|,    m the mean row (0 when not centred)

which needs one tile of the matrix at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def delta_s(
    x: NDArray[np.floating],
    centre: bool = True,
    rows: int = 512,
    columns: int = 8192,
    lag: int = 1,
) -> NDArray[np.float64]:
    """Row differences of the similarity matrix, summed: (T, D) -> (T - lag,) float64, 0 or more.

    `centre=False` is the other reading of the paper's equations (S instead of S_centered). Memory
    beyond `x` is a few tiles of `rows` x `columns` float32. The differences are taken before they
    are projected: projecting first would lose near-equal frames to cancellation.
    """
    x = np.asarray(x)
    assert x.ndim == 2 and rows > 0 and columns > 0 and lag > 0
    total = len(x)
    out = np.zeros(max(total - lag, 0))
    mean = x.mean(axis=0, dtype=np.float64) if centre and total else np.zeros(x.shape[1])
    tile = np.empty((min(rows, max(len(out), 1)), min(columns, max(total, 1))), np.float32)
    for left in range(0, total, columns):
        others = _centred(x[left : left + columns], mean)
        for top in range(0, len(out), rows):
            step = _steps(x, top, min(top + rows, len(out)), lag)
            part = tile[: len(step), : len(others)]
            if part.shape != (len(step), tile.shape[1]):
                part = np.empty(part.shape, np.float32)
            np.matmul(step, others.T, out=part)
            np.abs(part, out=part)
            out[top : top + len(step)] += part.sum(axis=1)
    return out


def windowed_delta_s(
    x: NDArray[np.floating], reach: int, centre: bool = True, rows: int = 512, lag: int = 1
) -> NDArray[np.float64]:
    """`delta_s` with row i's columns limited to samples within `reach`: (T, D) -> (T - lag,).

    Cost is T x reach. Sums are scaled to T columns, so that limits hold for both forms; centring is
    on each row's own window. Equal to `delta_s` where the window holds the whole film.
    """
    x = np.asarray(x)
    total = len(x)
    if total <= reach + 1:
        return delta_s(x, centre, rows, lag=lag)
    out = np.zeros(total - lag)
    mean = x.mean(axis=0, dtype=np.float64) if centre else np.zeros(x.shape[1])
    for top in range(0, len(out), rows):
        bottom = min(top + rows, len(out))
        first, last = max(top - reach, 0), min(bottom + lag + reach, total)
        tile = _steps(x, top, bottom, lag) @ _centred(x[first:last], mean).T
        row, column = np.arange(top, bottom)[:, None], np.arange(first, last)[None, :]
        inside = (column >= row - reach) & (column <= row + lag + reach)
        held = inside.sum(axis=1, keepdims=True)
        if centre:
            tile -= (tile * inside).sum(axis=1, keepdims=True, dtype=np.float64) / held
        tile = np.abs(tile) * inside
        out[top:bottom] = tile.sum(axis=1, dtype=np.float64) * (total / held[:, 0])
    return out


def _centred(x: NDArray[np.floating], mean: NDArray[np.float64]) -> NDArray[np.float32]:
    return (x - mean).astype(np.float32)


def _steps(x: NDArray[np.floating], top: int, bottom: int, lag: int) -> NDArray[np.float32]:
    kind = np.float64 if x.dtype == np.float64 else np.float32
    after = x[top + lag : bottom + lag].astype(kind)
    return (x[top:bottom].astype(kind) - after).astype(np.float32)
