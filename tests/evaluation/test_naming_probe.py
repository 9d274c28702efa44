"""The probe that names sounds learns what can be learnt, and is judged on what it has not heard."""

from __future__ import annotations

import numpy as np

from v2a.evaluation.naming_probe import by_fold, fit, right_by_all, right_when_held

KINDS = ("bell", "dog", "rain")
RNG = np.random.default_rng(0)
CENTRES = RNG.normal(0, 3, (3, 10)).astype(np.float32)
WHICH = np.tile([0, 1, 2], 24)
NAMES = [KINDS[w] for w in WHICH]
FOLDS = np.repeat([1, 2, 3, 4], 18)
POINTS = CENTRES[WHICH] + RNG.normal(0, 1, (72, 10)).astype(np.float32)


def test_kinds_that_lie_apart_are_named() -> None:
    probe = fit(POINTS, NAMES)
    assert probe.kinds == KINDS and probe.scores(POINTS).shape == (72, 3)
    np.testing.assert_allclose(np.exp(probe.scores(POINTS)).sum(1), 1)
    assert (probe.name(CENTRES) == np.array(KINDS)).all()


def test_the_scale_of_a_dimension_does_not_matter() -> None:
    stretched = POINTS * np.geomspace(0.01, 100, 10).astype(np.float32)
    np.testing.assert_allclose(
        fit(stretched, NAMES).scores(stretched), fit(POINTS, NAMES).scores(POINTS), atol=0.02
    )


def test_only_kinds_in_question_are_named() -> None:
    assert set(fit(POINTS, NAMES).name(POINTS, ("dog", "rain"))) == {"dog", "rain"}


def test_every_item_is_judged_by_the_probe_that_has_not_heard_it() -> None:
    # In each fold the labels mean something else, so that only a probe of the same fold is right.
    turned = [KINDS[(w + f) % 3] for w, f in zip(WHICH, FOLDS, strict=True)]
    two = FOLDS <= 2
    names = [n for n, t in zip(turned, two, strict=True) if t]
    probes = by_fold(POINTS[two], names, FOLDS[two])
    assert set(probes) == {1, 2}
    assert right_when_held(probes, POINTS[two], names, FOLDS[two]).mean() < 0.1
    assert right_by_all(list(probes.values()), POINTS[two], names).mean() > 0.45


def test_held_folds_are_named_where_the_kinds_are_the_same_in_all() -> None:
    assert right_when_held(by_fold(POINTS, NAMES, FOLDS), POINTS, NAMES, FOLDS).mean() > 0.95
