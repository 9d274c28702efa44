"""Distances between sets of embeddings, against their literal formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from v2a.evaluation.distances import (
    frechet_distance,
    kernel_distance,
    kernel_interval,
    mean_draws,
    percentiles,
)

RNG = np.random.default_rng(0)
REAL = RNG.normal(0, 1, (90, 12))
MADE = REAL[:60] @ np.diag(RNG.uniform(0.5, 2, 12)) + 0.3


def test_frechet_is_what_torchaudio_computes() -> None:
    mu_x, mu_y = torch.from_numpy(MADE.mean(0)), torch.from_numpy(REAL.mean(0))
    x, y = torch.from_numpy(np.cov(MADE.T)), torch.from_numpy(np.cov(REAL.T))
    roots = torch.linalg.eigvals(x @ y).sqrt().real.sum()
    wanted = (mu_x - mu_y).square().sum() + x.trace() + y.trace() - 2 * roots
    assert frechet_distance(MADE, REAL) == pytest.approx(float(wanted), rel=1e-6)


def test_frechet_of_shifted_sets_is_the_square_of_the_shift() -> None:
    assert frechet_distance(REAL + 2, REAL) == pytest.approx(4 * 12, rel=1e-6)
    assert frechet_distance(REAL, REAL) == pytest.approx(0, abs=1e-4)


def test_frechet_holds_with_fewer_items_than_dimensions() -> None:
    few = np.random.default_rng(1).normal(0, 1, (5, 40))
    assert frechet_distance(few + 1, few) == pytest.approx(40, rel=1e-3)


def _literal(x: np.ndarray, y: np.ndarray) -> float:
    apart = [np.linalg.norm(y[i] - y[j]) for i in range(len(y)) for j in range(i)]
    gamma = 1 / (2 * np.median(apart) ** 2)

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.exp(-gamma * ((a - b) ** 2).sum()))

    def within(z: np.ndarray) -> float:
        n = len(z)
        pairs = sum(kernel(z[i], z[j]) for i in range(n) for j in range(n) if i != j)
        return pairs / (n * (n - 1))

    return 100 * (within(x) + within(y) - 2 * float(np.mean([kernel(a, b) for a in x for b in y])))


def test_kernel_distance_is_the_unbiased_formula() -> None:
    assert kernel_distance(MADE, REAL) == pytest.approx(_literal(MADE, REAL), rel=1e-6)


def test_kernel_distance_of_one_kind_is_about_zero_on_average() -> None:
    rng = np.random.default_rng(2)
    found = [
        kernel_distance(rng.normal(0, 1, (40, 8)), rng.normal(0, 1, (40, 8))) for _ in range(60)
    ]
    assert abs(np.mean(found)) < 0.15 and min(found) < 0


def test_the_interval_holds_the_distance() -> None:
    low, high = kernel_interval(MADE, REAL, draws=200)
    assert low < kernel_distance(MADE, REAL) < high


def test_bootstrap_means_spread_as_they_should() -> None:
    draws = mean_draws([0.0, 1.0] * 50)
    low, high = percentiles(draws)
    assert low == pytest.approx(0.4, abs=0.02) and high == pytest.approx(0.6, abs=0.02)
