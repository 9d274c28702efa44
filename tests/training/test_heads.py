"""The heads over public networks: what classes sound like, what phrases mean, where kinds lie."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from v2a.embedding.trunk_tower import TrunkTower
from v2a.mapping.word_meanings import WordMeanings
from v2a.packs.locate import find_pack
from v2a.packs.part_loaders import tensors
from v2a.training import eyes_features
from v2a.training.eyes_head import class_prior, class_table, eyes_head
from v2a.training.sound_kinds import SOUND_KINDS
from v2a.training.sound_space import SoundSpace
from v2a.training.words_head import phrase_bank, words_head

LABELS = [kind.label for kind in SOUND_KINDS.values()]
FEATURES = 512
RETRIEVER = 207
"""ImageNet's number of the golden retriever."""


def read(texts: Sequence[str]) -> torch.Tensor:
    """A sentence encoder that knows words apart and no meaning: (N, 384) unit vectors."""
    seeds = [crc32(text.encode()) for text in texts]
    rows = [np.random.default_rng(seed).normal(size=384) for seed in seeds]
    return functional.normalize(torch.tensor(np.array(rows)).float(), dim=-1)


@pytest.fixture(scope="module")
def space() -> SoundSpace:
    return SoundSpace(list(SOUND_KINDS.values()), read)


def test_every_class_suggests_shares_of_sounds_or_none() -> None:
    table = class_table()
    assert table.shape == (1000, len(SOUND_KINDS) + 1) and float(table.min()) >= 0
    assert torch.allclose(table.sum(1), torch.ones(1000))
    assert int(table[RETRIEVER].argmax()) == list(SOUND_KINDS).index("dog")


def test_a_class_weighs_less_the_more_classes_sound_like_it() -> None:
    table = class_table()
    prior, (surest, kind) = class_prior(table), table[:, :-1].max(1)
    assert torch.equal(prior[surest == 0], torch.ones(int((surest == 0).sum())))
    numbers = {name: list(SOUND_KINDS).index(name) for name in ("dog", "sheep", "pig")}
    classes = {name: (kind == number) & (surest > 0) for name, number in numbers.items()}
    dogs = float(prior[classes["dog"]].max())
    assert all(float(prior[classes[name]].min()) > 2 * dogs for name in ("sheep", "pig"))
    assert float(prior.min()) > 0 and float(prior.max()) == 1.0


def test_drawings_have_a_head_of_their_own_and_film_goes_by_the_table() -> None:
    generator = torch.Generator().manual_seed(1)
    names = ["rain", "dog", "clock"] * 20
    middles = 3 * torch.randn((3, FEATURES), generator=generator)
    drawn = middles.repeat(20, 1) + torch.randn((60, FEATURES), generator=generator)
    film = torch.randn((60, FEATURES), generator=generator) - 1
    head = eyes_head(drawn[:45].numpy(), names[:45], film[:45].numpy())
    eyes = TrunkTower(nn.Identity(), head, 192)
    classes = torch.eye(1000)[[RETRIEVER]].expand(15, -1)
    told = eyes.shares(drawn[45:], classes)
    assert [list(SOUND_KINDS)[row] for row in told.argmax(1).tolist()] == names[45:]
    expected = head["table"][[RETRIEVER]].expand(15, -1)
    assert torch.allclose(eyes.shares(film[45:], classes), expected, atol=0.05)
    assert torch.allclose(told.sum(1), torch.ones(15), atol=1e-5)
    assert torch.allclose(eyes.sketch(film).norm(dim=-1), torch.ones(60), atol=1e-5)


@pytest.mark.slow
def test_the_pack_tells_drawn_frames_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """On frames that it was not taught on."""
    monkeypatch.setattr(eyes_features, "SEED", 9_000_000)
    monkeypatch.setattr(eyes_features, "STRANGE_SEED", 9_000_000)
    looked = eyes_features.look_at_drawings(84)
    head = tensors(find_pack("pocket").folder / "clip" / "head.safetensors")
    drawn, others = (
        np.pad(rows, ((0, 0), (0, 1)), constant_values=1) @ head["gate"] > 0
        for rows in (looked.drawn, looked.others)
    )
    assert drawn.mean() > 0.75 and others.mean() < 0.25


def test_kinds_lie_apart_and_kindred_ones_nearer(space: SoundSpace) -> None:
    kinds = space.kinds.float()
    assert kinds.shape == (len(SOUND_KINDS), 512)
    assert torch.allclose(kinds.norm(dim=1), torch.ones(len(kinds)), atol=1e-5)
    between = kinds @ kinds.T - torch.eye(len(kinds))
    assert float(between.max()) < 0.8
    means = torch.stack([read([k.label, *k.words]).mean(0) for k in SOUND_KINDS.values()])
    words = functional.normalize(means - means.mean(0), dim=-1)
    kin = torch.corrcoef(torch.stack([(words @ words.T).flatten(), (kinds @ kinds.T).flatten()]))
    assert float(kin[0, 1]) > 0.9


def test_a_texts_own_wording_bends_its_vector_a_little(space: SoundSpace) -> None:
    shares = torch.eye(len(SOUND_KINDS))[[0, 0]]
    one, other = space.place(shares, read(["a heavy dog", "a tiny dog"]))
    own = space.kinds[0].float()
    assert 0.85 < float(one @ own) < 1 and 0.8 < float(one @ other) < 0.999
    assert float(one.norm()) == pytest.approx(1, abs=1e-5)
    wording = space.wording(read(["a heavy dog"]))[0].float()
    assert float(one @ wording) > float(other @ wording)


def test_the_bank_gives_every_phrase_its_kinds() -> None:
    bank = phrase_bank()
    assert bank.shares.shape == (len(bank.texts), len(SOUND_KINDS) + 1)
    assert float(bank.shares.min()) >= 0 and float(bank.shares.sum(1).min()) > 0.5
    assert float(bank.shares.sum(1).max()) <= 1 + 1e-6
    by_text = dict(zip(bank.texts, bank.shares, strict=True))
    assert all(int(by_text[label].argmax()) == row for row, label in enumerate(LABELS))
    assert int((bank.shares[:, -1] == 1).sum()) > 50


def test_words_mean_the_kinds_they_name(space: SoundSpace) -> None:
    meanings = WordMeanings(words_head(space, read), read)
    vectors = meanings(LABELS)
    kinds = space.kinds.float()
    assert torch.equal((vectors @ kinds.T).argmax(1), torch.arange(len(LABELS)))
    placed = space.place(torch.eye(len(LABELS)), read(LABELS))
    assert float((vectors * placed).sum(1).min()) > 0.98
    assert float(meanings.known(LABELS).min()) > 0.9
