"""Scores of labels: honest shares, and what people are told of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import scores
from v2a.mapping.mappers import label_scores, likeness, nearness
from v2a.mapping.scene_labels import QUIET, UNSURE, doubt, name_quiet, title_words, unsure
from v2a.mapping.vocabulary import Vocabulary, VocabularyEntry
from v2a.mapping.word_bank import WordBank, unit
from v2a.packs.manifest import LabelScale
from v2a.types import Scene

RNG = np.random.default_rng(4)
WORDS = Vocabulary(tuple(VocabularyEntry(str(i), str(i), (str(i),), "") for i in range(12)))
BANK = WordBank(WORDS, unit(RNG.normal(size=(12, 512))), unit(RNG.normal(size=(12, 512))))
POOLED = unit(BANK.clip + RNG.uniform(0, 0.2, (12, 1)) * RNG.normal(size=(12, 512)))
"""Twelve scenes, each like one entry, from very like to hardly."""
SCALES = st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)).filter(lambda s: s[0] + 1e-6 < s[1])


@settings(deadline=None)
@given(SCALES)
def test_a_scale_lowers_scores_and_keeps_their_order(scale: tuple[float, float]) -> None:
    found, shares = label_scores(POOLED, BANK, LabelScale(*scale)), likeness(POOLED, BANK)
    assert (found >= 0).all() and (found <= shares).all() and (shares <= 1).all()
    for row, share in zip(found, shares, strict=True):
        assert (np.diff(row[np.argsort(-share)]) <= 0).all()


@settings(deadline=None)
@given(SCALES)
def test_the_nearer_a_picture_the_more_of_its_share_counts(scale: tuple[float, float]) -> None:
    kept = label_scores(POOLED, BANK, LabelScale(*scale)).sum(1)
    near = nearness(POOLED, BANK)
    assert (np.diff(kept[np.argsort(near)]) >= -1e-9).all()
    np.testing.assert_allclose(kept[near <= scale[0]], 0, atol=1e-12)
    np.testing.assert_allclose(kept[near >= scale[1]], 1, atol=1e-9)


def test_without_a_scale_scores_are_shares() -> None:
    np.testing.assert_array_equal(label_scores(POOLED, BANK, None), likeness(POOLED, BANK))


def test_nearness_is_of_directions() -> None:
    np.testing.assert_allclose(nearness(BANK.clip * 7, BANK), 1, atol=1e-6)
    np.testing.assert_allclose(nearness(np.zeros((1, 512)), BANK), 0)


@pytest.mark.parametrize(
    ("labels", "guess"), [((), True), ((("a", UNSURE),), False), ((("a", 0.29), ("b", 0.0)), True)]
)
def test_a_low_best_score_or_none_is_a_guess(
    labels: tuple[tuple[str, float], ...], guess: bool
) -> None:
    assert unsure(labels) == guess


def test_quiet_scenes_are_called_what_they_will_sound_like() -> None:
    sounds = scores.sounds(2, prompt="thunder")
    loud, quiet = name_quiet([Scene(1, 0, 9), Scene(2, 9, 20, quiet=True)], sounds)
    assert loud is sounds[0] and quiet.labels == QUIET
    assert quiet.prompt == "thunder" and quiet.vector is sounds[1].vector


def test_a_stem_is_called_after_what_was_asked_for_or_what_was_seen() -> None:
    assert title_words("a bell", (("rain", 0.9),)) == title_words("a bell", ()) == "a bell"
    assert title_words("", (("rain", UNSURE), ("wind", 0.2))) == "rain"
    assert title_words("", (("rain", UNSURE - 0.01),)) == "rain?"
    assert title_words(None, ()) == title_words("", ()) == "unsure"


def test_doubts_name_what_is_nearest_or_ask() -> None:
    assert doubt((("rain", 0.2), ("wind", 0.1), ("sea", 0.0))) == "unsure; nearest: rain, wind"
    assert doubt((("rain", 0.2),)) == "unsure; nearest: rain"
    assert doubt(()) == "unsure; say what you hear"
