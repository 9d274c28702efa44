"""Teaching the words: from sentence vectors to the kinds of sound that a phrase may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from v2a.training.sound_kinds import SOUND_KINDS, table
from v2a.training.sound_space import Read, SoundSpace

SEEN = 0.7
"""Weight of words for what is seen, beside 1 for words for what is heard. Chosen: a picture of a
thing means its sound, but less surely than the sound's own words do."""


@dataclass(frozen=True)
class Phrases:
    """Texts and the kinds they mean."""

    texts: tuple[str, ...]
    shares: torch.Tensor
    """(N, K + 1) weights of the kinds that each text means; the last is for no known sound."""


def phrase_bank() -> Phrases:
    """Words for sounds, for what is seen, for mixtures of sounds, and for none of them."""
    bank: dict[str, Any] = table("phrases")
    names = list(SOUND_KINDS)
    rows: list[tuple[str, dict[str, float]]] = []
    for name, kind in SOUND_KINDS.items():
        own = (kind.label, *kind.words, *bank["kinds"][name]["heard"])
        rows += [(text, {name: 1.0}) for text in dict.fromkeys(own)]
        rows += [(text, {name: SEEN}) for text in bank["kinds"][name]["seen"]]
    rows += list(bank["near"].items())
    rows += [(text, {}) for text in bank["far"]]
    shares = torch.zeros(len(rows), len(names) + 1)
    for at, (_, meant) in enumerate(rows):
        for name, share in meant.items():
            shares[at, names.index(name)] = share
    spare = torch.tensor([not meant for _, meant in rows])
    shares[spare, -1] = 1
    return Phrases(tuple(text for text, _ in rows), shares)


def words_head(space: SoundSpace, read: Read) -> dict[str, torch.Tensor]:
    """The tensors of `WordMeanings`: the bank of phrases, what they mean, where sounds lie."""
    bank = phrase_bank()
    return {
        "phrases": read(bank.texts),
        "meanings": bank.shares,
        "sounds": space.kinds.float(),
        "middle": space.middle.float(),
        "turn": space.turn.float(),
    }
