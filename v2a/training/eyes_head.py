"""Teaching the eyes: the table of what classes sound like, and a head for drawn pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from v2a.embedding.trunk_tower import SKETCH
from v2a.training.sound_kinds import SOUND_KINDS, table

SEED = 21
"""Of the sketch's directions; any will do, and a pack keeps its own."""
STEPS, RATE, SHRINK = 300, 0.02, 1e-3
"""Steps, learning rate and weight decay of AdamW over full batches. Chosen: drawn pictures are told
from film almost at once."""

MARGIN = 3.0
"""Log odds beyond even ones from which a picture counts as drawn. Chosen: a filmed one taken for a
drawing gets a sure and wrong name, a drawn one taken for film gets an unsure one."""

EVENING = 0.3
"""How far classes that sound alike share one prior: 0 leaves each its own, 1 gives their sound the
prior of one class. Measured: of photographs put into frames like film, the mean of the kinds'
shares named right is 67.3 % at 0, 69.5 at 0.3, 68.2 at 1; of all photographs 81.2, 81.2, 77.3 %."""

Features = NDArray[np.float32]


def class_table() -> torch.Tensor:
    """(1000, K + 1) shares of the K sounds that each class of ImageNet suggests, then of none."""
    names = list(SOUND_KINDS)
    rows = torch.zeros(1000, len(names) + 1)
    for entry in table("imagenet")["classes"]:
        for name, share in entry["sounds"].items():
            rows[entry["index"], names.index(name)] = share
    rows[:, -1] = (1 - rows.sum(1)).clamp_min(0)
    return rows / rows.sum(1, keepdim=True)


def class_prior(shares: torch.Tensor) -> torch.Tensor:
    """(C,) weights of classes from (C, K + 1) `class_table`: less where many classes sound alike.

    ImageNet has 118 breeds of dog, so that fur of any sort has a dog among its likely classes;
    film has not 118 times as many dogs as goats.
    """
    alike = shares[:, :-1].sum(0)
    surest, kind = shares[:, :-1].max(1)
    return torch.where(surest > 0, alike[kind].clamp_min(1) ** -EVENING, 1.0)


def eyes_head(drawn: Features, kinds: Sequence[str], others: Features) -> dict[str, torch.Tensor]:
    """The tensors of a `TrunkTower` from features of drawn frames, their kinds, and of film.

    drawn: (N, F) features of frames of the world; others: (M, F) of pictures that it did not draw.
    """
    names = list(SOUND_KINDS)
    known = torch.tensor([names.index(kind) for kind in kinds])
    x, y = torch.from_numpy(np.array(drawn)), torch.from_numpy(np.array(others))
    is_drawn = torch.cat([torch.ones(len(x)), torch.zeros(len(y))])
    gate = _fit(torch.cat([x, y]), is_drawn[:, None])[:, 0]
    gate[-1] -= MARGIN
    return {
        "table": class_table(),
        "prior": class_prior(class_table()),
        "gate": gate,
        "drawn": _fit(x, functional.one_hot(known, len(names) + 1).float()),
        "middle": y.mean(0),
        "turn": _turn(x.shape[1]),
    }


def _fit(features: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """(F + 1, n) weights and offset of a softmax, or of a sigmoid if n is 1."""
    middle, spread = features.mean(0), features.std(0) + 0.05
    x = functional.pad((features - middle) / spread, (0, 1), value=1.0)
    weight = torch.zeros(x.shape[1], wanted.shape[1], requires_grad=True)
    optimiser = torch.optim.AdamW([weight], RATE, weight_decay=SHRINK)
    one = wanted.shape[1] == 1
    balance = (
        torch.where(wanted > 0, 0.5 / wanted.mean(), 0.5 / (1 - wanted.mean())) if one else None
    )
    for _ in range(STEPS):
        logits = x @ weight
        loss = (
            functional.binary_cross_entropy_with_logits(logits, wanted, balance)
            if one
            else functional.cross_entropy(logits, wanted)
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    found = weight.detach()
    inner = found[:-1] / spread[:, None]
    return torch.cat([inner, found[-1:] - middle[None] @ inner])


def _turn(features: int) -> torch.Tensor:
    """(F, 384) random directions, orthogonal: they keep most of the angles between features."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.linalg.qr(torch.randn((features, SKETCH), generator=generator)).Q
