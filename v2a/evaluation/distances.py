"""How far one set of sounds lies from another: distances between two sets of embeddings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist, pdist

Array = NDArray[np.float64]
PERCENT = 100.0
"""Factor of the kernel distance, so that it compares with kadtk's numbers."""


def _gaussian(rows: Array) -> tuple[Array, Array]:
    return rows.mean(axis=0), np.atleast_2d(np.cov(rows, rowvar=False))


def frechet_distance(made: ArrayLike, real: ArrayLike) -> float:
    """Distance of the Gaussians fitted to (N, D) and (M, D): |m - n|² + tr(A + B - 2 (AB)^½).

    Grows as N or M shrinks, so compare only sets of one size.
    """
    (mean, cov), (other, spread) = (_gaussian(np.asarray(x, np.float64)) for x in (made, real))
    # tr (AB)^½ is the sum of the roots of the eigenvalues of AB, none of which is below 0.
    roots = np.sqrt(np.maximum(np.linalg.eigvals(cov @ spread).real, 0)).sum()
    return float(((mean - other) ** 2).sum() + np.trace(cov) + np.trace(spread) - 2 * roots)


def _kernels(made: ArrayLike, real: ArrayLike) -> tuple[Array, Array, Array]:
    """Gaussian kernels made-made, real-real, made-real; sigma: the median distance in `real`."""
    x, y = np.asarray(made, np.float64), np.asarray(real, np.float64)
    width = 2 * float(np.median(pdist(y))) ** 2 + 1e-8
    pairs = ((x, x), (y, y), (x, y))
    within, beyond, across = (np.exp(-cdist(a, b, "sqeuclidean") / width) for a, b in pairs)
    np.fill_diagonal(within, 0)
    np.fill_diagonal(beyond, 0)
    return within, beyond, across


def _discrepancy(within: Array, beyond: Array, across: Array, n: Array, m: Array) -> float:
    """Unbiased MMD² where item i of the first set counts n[i] times, of the second m[i] times.

    An item is never compared with itself, however often it counts.
    """
    own = n @ within @ n / (n.sum() ** 2 - n @ n)
    other = m @ beyond @ m / (m.sum() ** 2 - m @ m)
    return float(PERCENT * (own + other - 2 * n @ across @ m / (n.sum() * m.sum())))


def kernel_distance(made: ArrayLike, real: ArrayLike) -> float:
    """KAD of (N, D) and (M, D): 100 times the unbiased MMD², about 0 for sets of one kind.

    Gaussian kernel whose sigma is the median pairwise distance of the second set.
    """
    kernels = _kernels(made, real)
    n, m = (np.ones(len(k)) for k in kernels[:2])
    return _discrepancy(*kernels, n, m)


def kernel_interval(
    made: ArrayLike, real: ArrayLike, draws: int = 500, seed: int = 0
) -> tuple[float, float]:
    """95 % of KAD over bootstrap draws of the items of both sets."""
    kernels, rng = _kernels(made, real), np.random.default_rng(seed)
    sizes = [len(k) for k in kernels[:2]]
    found = []
    for _ in range(draws):
        n, m = (np.bincount(rng.integers(0, s, s), minlength=s).astype(float) for s in sizes)
        found.append(_discrepancy(*kernels, n, m))
    return percentiles(np.array(found))


def percentiles(draws: Array) -> tuple[float, float]:
    """The middle 95 % of bootstrap draws."""
    low, high = np.percentile(draws, (2.5, 97.5))
    return float(low), float(high)


def mean_draws(values: ArrayLike, draws: int = 2000, seed: int = 0) -> Array:
    """(draws,) bootstrap means of one value an item."""
    x, rng = np.asarray(values, np.float64), np.random.default_rng(seed)
    return x[rng.integers(0, len(x), (draws, len(x)))].mean(axis=1)
