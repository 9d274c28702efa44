"""Packs whose eyes tell shares of sounds: how sure they are, what is heard, what is called what."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from v2a.mapping.mappers import LEAST, SharesMapper, known_shares, label_scores, sureness
from v2a.mapping.scene_labels import UNSURE
from v2a.mapping.vocabulary import Vocabulary, VocabularyEntry
from v2a.mapping.word_bank import WordBank, unit
from v2a.packs.manifest import ShareScale

SOUNDS = 6
UNKNOWN = SOUNDS - 1
SCALE = ShareScale(1.15, 0.05, 0.4)
USUAL = 0.1


def bank() -> WordBank:
    """Six entries, the last for what is unknown; the first has a usual share."""
    entries = tuple(
        VocabularyEntry(str(i), str(i), (str(i),), "", USUAL if i == 0 else 0.0, i == UNKNOWN)
        for i in range(SOUNDS)
    )
    clap = unit(np.random.default_rng(0).normal(size=(SOUNDS, 512)))
    return WordBank(Vocabulary(entries), np.eye(SOUNDS, 512, dtype=np.float32), clap)


def pooled(*rows: list[float], sketch: float = 0.6) -> NDArray[np.float32]:
    """Scenes whose vectors hold these shares, beside a sketch that tells no sound."""
    found = np.zeros((len(rows), 512), np.float32)
    found[:, :SOUNDS] = rows
    found[:, 300] = sketch
    return found


SURE = [0.0, 0.95, 0.0, 0.0, 0.0, 0.05]
LOST = [0.0, 0.02, 0.01, 0.0, 0.0, 0.97]
BLIND = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]


class TestKnownShares:
    def test_shares_above_the_usual_without_the_unknown(self) -> None:
        found = known_shares(pooled([0.3, 0.5, 0, 0, 0, 0.2]), bank())[0]
        np.testing.assert_allclose(found, [0.3 - USUAL, 0.5, 0, 0, 0, 0], atol=1e-6)

    def test_a_usual_share_tells_nothing(self) -> None:
        assert known_shares(pooled([USUAL, 0, 0, 0, 0, 1 - USUAL]), bank()).max() < 1e-6

    def test_the_length_of_a_vector_and_its_sketch_do_not_matter(self) -> None:
        one = known_shares(pooled(SURE), bank())
        np.testing.assert_allclose(known_shares(pooled(SURE, sketch=5) * 7, bank()), one, atol=1e-6)

    def test_no_vector_at_all_does_no_harm(self) -> None:
        assert known_shares(np.zeros((1, 512), np.float32), bank()).tolist() == [[0.0] * SOUNDS]


class TestSureness:
    shares = st.lists(st.floats(0, 1), min_size=SOUNDS, max_size=SOUNDS)

    @given(shares)
    def test_it_is_a_probability(self, row: list[float]) -> None:
        found = sureness(np.array([row]), SCALE)
        assert found.shape == (1,) and 0 <= found[0] <= 1

    @given(st.floats(0.0, 0.4), st.floats(0.4, 1.0), st.floats(0.0, 0.5))
    def test_the_greater_the_share_and_its_lead_the_surer(
        self, second: float, first: float, more: float
    ) -> None:
        one, greater = (
            sureness(np.array([[second, value, 0.0]]), SCALE)[0]
            for value in (first, min(first + more, 1.0))
        )
        assert greater >= one - 1e-12
        rival = sureness(np.array([[min(second + 0.1, first), first, 0.0]]), SCALE)[0]
        assert rival <= one + 1e-12

    def test_nothing_known_is_as_unsure_as_can_be(self) -> None:
        found = sureness(np.array([[0.0] * SOUNDS, [0.5] + [LEAST] * 5]), SCALE)
        assert found[0] < 0.001 < found[1]


class TestScores:
    def test_the_first_scores_its_sureness_and_others_their_part(self) -> None:
        row = pooled([0, 0.6, 0.3, 0, 0, 0.1])
        found = label_scores(row, bank(), SCALE)[0]
        assert found[1] == pytest.approx(sureness(known_shares(row, bank()), SCALE)[0])
        assert found[2] == pytest.approx(found[1] / 2)
        assert found[UNKNOWN] == 0 and (found >= 0).all() and (found <= 1).all()

    def test_a_sure_scene_and_one_of_nothing_that_is_known(self) -> None:
        sure, lost, blind = label_scores(pooled(SURE, LOST, BLIND), bank(), SCALE)
        assert sure.argmax() == 1 and sure.max() > 0.9
        assert lost.max() < UNSURE and blind.max() < 0.02


class TestMapper:
    def test_unsure_scenes_get_the_quiet_bed(self) -> None:
        found = SharesMapper(bank(), SCALE)(pooled(LOST, BLIND))
        np.testing.assert_allclose(found, bank().clap[[UNKNOWN, UNKNOWN]], atol=1e-6)

    def test_a_sure_scene_gets_its_sound(self) -> None:
        found = SharesMapper(bank(), SCALE)(pooled(SURE, BLIND))
        np.testing.assert_allclose(found[0], bank().clap[1], atol=1e-6)
        assert found.dtype == np.float32

    def test_a_sound_that_is_nearly_as_sure_comes_in(self) -> None:
        mapper = SharesMapper(bank(), SCALE)
        nearly, hardly = mapper(pooled([0, 0.5, 0.45, 0, 0, 0.05], [0, 0.7, 0.1, 0, 0, 0.2]))
        assert nearly @ bank().clap[2] > 0.5 > hardly @ bank().clap[2]
        np.testing.assert_allclose(np.linalg.norm([nearly, hardly], axis=1), 1, atol=1e-5)

    def test_no_vector_at_all_gets_the_quiet_bed(self) -> None:
        found = SharesMapper(bank(), SCALE)(np.zeros((1, 512), np.float32))
        np.testing.assert_allclose(found, bank().clap[[UNKNOWN]], atol=1e-6)
