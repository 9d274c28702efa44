"""What texts mean as sounds: by a sentence encoder, and by the words they share alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch.nn import functional

from v2a.mapping.word_meanings import CommonWords, WordMeanings

PHRASES = ["rain falling on a roof", "a dog barking", "barking puppies", "quarterly report"]
MEANINGS = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
WIDTH = 16


def vectors(texts: Sequence[str]) -> torch.Tensor:
    """A made-up encoder: a text's own random direction, near none of the others."""
    rows = [
        torch.randn(WIDTH, generator=torch.Generator().manual_seed(sum(map(ord, text))))
        for text in texts
    ]
    return functional.normalize(torch.stack(rows), dim=-1)


def head() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "phrases": vectors(PHRASES),
        "meanings": MEANINGS,
        "sounds": functional.normalize(torch.randn((2, 512), generator=generator), dim=-1),
        "middle": torch.zeros(WIDTH),
        "turn": torch.randn((WIDTH, 512), generator=generator) / 512**0.5,
    }


@pytest.fixture(params=["encoder", "common words"])
def meanings(request: pytest.FixtureRequest) -> WordMeanings:
    return WordMeanings(head(), vectors if request.param == "encoder" else CommonWords(PHRASES))


def test_vectors_are_unit_and_lean_to_what_is_meant(meanings: WordMeanings) -> None:
    found = meanings([*PHRASES, "something else"])
    torch.testing.assert_close(found.norm(dim=1), torch.ones(5))
    assert (found[:3] @ head()["sounds"].T).argmax(1).tolist() == [0, 1, 1]


def test_what_is_seen_are_shares_along_the_first_dimensions(meanings: WordMeanings) -> None:
    found = meanings.seen(PHRASES)
    assert found.shape == (4, 512) and float(found[:, 3:].abs().max()) == 0
    torch.testing.assert_close(found.norm(dim=1), torch.ones(4))
    assert found[:, :3].argmax(1).tolist() == [0, 1, 1, 2]


def test_known_is_a_share_that_far_phrases_do_not_have(meanings: WordMeanings) -> None:
    known = meanings.known(PHRASES)
    assert float(known.min()) >= 0 and float(known.max()) <= 1
    assert float(known[:3].min()) > 0.9 and float(known[3]) < 0.2


def test_a_text_without_a_known_word_is_not_known() -> None:
    meanings = WordMeanings(head(), CommonWords(PHRASES))
    assert meanings.known(["xyzzy", "", "!?"]).tolist() == [0, 0, 0]
    torch.testing.assert_close(meanings(["xyzzy"]).norm(dim=1), torch.ones(1))


class TestCommonWords:
    def test_the_same_words_are_as_near_as_can_be(self) -> None:
        near = CommonWords(PHRASES)(PHRASES)
        torch.testing.assert_close(near.diagonal(), torch.ones(4))
        assert float(near.min()) >= 0 and float(near.max()) <= 1 + 1e-6

    def test_case_endings_and_order_do_not_matter(self) -> None:
        read = CommonWords(PHRASES)
        assert torch.equal(read(["Dogs BARKED, a!"]), read(["a dog barking"]))

    def test_more_words_in_common_are_nearer_and_rare_words_count_more(self) -> None:
        near = CommonWords(PHRASES)(["rain on a roof", "rain", "a"])
        assert near[0, 0] > near[1, 0] > near[2, 0] > 0

    def test_no_word_in_common_is_not_near_at_all(self) -> None:
        assert CommonWords(PHRASES)(["xyzzy", ""]).tolist() == [[0.0] * 4] * 2


@pytest.mark.parametrize("name", ["phrases", "meanings", "sounds", "middle", "turn"])
def test_a_head_whose_parts_do_not_fit_is_refused(name: str) -> None:
    odd = head()
    odd[name] = torch.cat([odd[name], odd[name]])
    with pytest.raises(ValueError, match="do not fit"):
        WordMeanings(odd, vectors)
    with pytest.raises(KeyError):
        WordMeanings({n: v for n, v in head().items() if n != name}, vectors)
