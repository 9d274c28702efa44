"""Naming a sound's kind by its embedding: a linear probe taught by real recordings alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

Array = NDArray[np.float64]
DECAY = 0.01
"""Weight of the squared weights beside the mean loss. Chosen; a third of it names held folds as
well."""
ROUNDS = 200
"""Most steps of L-BFGS. Chosen: it has settled long before."""


@dataclass(frozen=True)
class Probe:
    """Multinomial logistic regression on standardised embeddings."""

    kinds: tuple[str, ...]
    mean: Array
    scale: Array
    weights: Array
    """(D + 1, kinds); the last row is the bias."""

    def scores(self, embeddings: NDArray[np.float32]) -> Array:
        """(N, D) embeddings to (N, kinds) log probabilities."""
        x = (embeddings - self.mean) / self.scale
        return log_softmax(x @ self.weights[:-1] + self.weights[-1], axis=1)

    def name(
        self, embeddings: NDArray[np.float32], among: Sequence[str] | None = None
    ) -> NDArray[np.str_]:
        """The likeliest kind of each, of all or of those in `among`."""
        scores = self.scores(embeddings)
        if among is not None:
            scores[:, [k not in set(among) for k in self.kinds]] = -np.inf
        return np.array(self.kinds)[scores.argmax(axis=1)]


def fit(embeddings: NDArray[np.float32], kinds: Sequence[str], decay: float = DECAY) -> Probe:
    """Teach a probe (N, D) embeddings and the kind of each."""
    names = tuple(sorted(set(kinds)))
    wanted = np.array([names.index(k) for k in kinds])
    mean, scale = embeddings.mean(axis=0), embeddings.std(axis=0) + 1e-6
    x = np.column_stack([(embeddings - mean) / scale, np.ones(len(wanted))]).astype(np.float64)
    shape = (x.shape[1], len(names))
    decays = np.full(shape, decay)
    decays[-1] = 0

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(shape)
        logs = log_softmax(x @ weights, axis=1)
        slope = np.exp(logs)
        slope[np.arange(len(wanted)), wanted] -= 1
        cost = -logs[np.arange(len(wanted)), wanted].mean() + (decays * weights**2).sum() / 2
        return cost, (x.T @ slope / len(wanted) + decays * weights).ravel()

    best = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    )
    return Probe(names, mean, scale, best.x.reshape(shape))


def by_fold(
    embeddings: NDArray[np.float32], kinds: Sequence[str], folds: NDArray[np.int64]
) -> dict[int, Probe]:
    """For each fold a probe fitted on all other folds."""
    names = np.array(kinds)
    return {
        int(f): fit(embeddings[folds != f], names[folds != f].tolist()) for f in np.unique(folds)
    }


def right_when_held(
    probes: dict[int, Probe],
    embeddings: NDArray[np.float32],
    kinds: Sequence[str],
    folds: NDArray[np.int64],
    among: Sequence[str] | None = None,
) -> Array:
    """(N,) 1 where the probe not fitted on an item's fold names it rightly, else 0."""
    named = np.empty(len(folds), object)
    for fold, probe in probes.items():
        named[folds == fold] = probe.name(embeddings[folds == fold], among)
    return (named == np.array(kinds)).astype(float)


def right_by_all(
    probes: Sequence[Probe],
    embeddings: NDArray[np.float32],
    kinds: Sequence[str],
    among: Sequence[str] | None = None,
) -> Array:
    """(N,) the share of probes that name an item rightly."""
    return np.mean([p.name(embeddings, among) == np.array(kinds) for p in probes], axis=0)
