"""Eyes over a classifier, and eyes without one: unit vectors whose means are means of shares."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from v2a.embedding.trunk_tower import (
    MEANT,
    SHARES,
    SKETCH,
    PlainTower,
    TrunkTower,
    check_head,
    joined,
)

FEATURES, CLASSES, SOUNDS = 20, 7, 5


class Trunk(nn.Module):
    """As much of a timm classifier as the tower asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(3 * 16, FEATURES)
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(functional.adaptive_avg_pool2d(x, 4).flatten(1))

    def forward_head(self, x: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        assert pre_logits
        return x

    def get_classifier(self) -> nn.Module:
        return self.head


def head(seed: int = 0, drawn: float = -30.0) -> dict[str, torch.Tensor]:
    """`drawn`: how surely every picture is a drawing."""
    generator = torch.Generator().manual_seed(seed)
    table = torch.rand((CLASSES, SOUNDS), generator=generator)
    gate = torch.zeros(FEATURES + 1)
    gate[-1] = drawn
    return {
        "table": table / table.sum(1, keepdim=True),
        "gate": gate,
        "drawn": torch.randn((FEATURES + 1, SOUNDS), generator=generator),
        "middle": torch.randn(FEATURES, generator=generator),
        "turn": torch.randn((FEATURES, SKETCH), generator=generator),
    }


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.randn((6, 3, 32, 32), generator=torch.Generator().manual_seed(1))


def eyes(drawn: float = -30.0) -> TrunkTower:
    torch.manual_seed(2)
    return TrunkTower(Trunk(), head(drawn=drawn), 32).eval().requires_grad_(False)


def lengths(rows: torch.Tensor) -> torch.Tensor:
    return rows.norm(dim=1)


def test_vectors_are_unit_and_hold_the_shares(pictures: torch.Tensor) -> None:
    tower = eyes()
    found = tower(pictures)
    assert found.shape == (6, 512)
    torch.testing.assert_close(lengths(found), torch.ones(6))
    shares = tower.shares(*tower.recognise(pictures))
    torch.testing.assert_close(shares.sum(1), torch.ones(6))
    torch.testing.assert_close(found[:, :SOUNDS], MEANT * shares)


def test_film_goes_by_the_table_and_drawings_by_their_own_head(pictures: torch.Tensor) -> None:
    for tower, film in ((eyes(-30.0), True), (eyes(30.0), False)):
        features, classes = tower.recognise(pictures)
        by_table = classes @ head()["table"]
        by_hand = (functional.pad(features, (0, 1), value=1.0) @ head()["drawn"]).softmax(-1)
        wanted = by_table if film else by_hand
        torch.testing.assert_close(tower.shares(features, classes), wanted)


def test_a_prior_weighs_classes_and_leaves_shares_that_sum_to_one(pictures: torch.Tensor) -> None:
    without = eyes()
    features, classes = without.recognise(pictures)
    for prior in (torch.ones(CLASSES), torch.linspace(0.1, 1, CLASSES)):
        tower = TrunkTower(without.trunk, head() | {"prior": prior}, 32)
        weighed = classes * prior / (classes * prior).sum(1, keepdim=True)
        found = tower.shares(features, classes)
        torch.testing.assert_close(found, weighed @ head()["table"])
        torch.testing.assert_close(found.sum(1), torch.ones(6))


def test_means_of_vectors_hold_means_of_shares(pictures: torch.Tensor) -> None:
    tower = eyes()
    shares = tower.shares(*tower.recognise(pictures))
    torch.testing.assert_close(tower(pictures).mean(0)[:SOUNDS], MEANT * shares.mean(0))


@pytest.mark.parametrize("spread", ["one", "even"])
def test_joined_rows_are_unit_however_spread_their_shares(spread: str) -> None:
    shares = torch.eye(SOUNDS) if spread == "one" else torch.full((SOUNDS, SOUNDS), 1 / SOUNDS)
    sketch = functional.normalize(torch.randn(SOUNDS, SKETCH), dim=1)
    found = joined(shares, sketch)
    torch.testing.assert_close(lengths(found), torch.ones(SOUNDS))
    torch.testing.assert_close(found[:, SHARES:], (1 - MEANT**2) ** 0.5 * sketch)
    assert float(found[:, : SHARES - 1].min()) >= 0


@pytest.mark.parametrize("value", [0.0, -2.1, 2.6])
@pytest.mark.parametrize("tower", [eyes(), PlainTower(SOUNDS, 32)], ids=["trunk", "plain"])
def test_a_picture_of_nothing_is_a_unit_vector(tower: nn.Module, value: float) -> None:
    found = tower(torch.full((2, 3, 32, 32), value))
    assert bool(found.isfinite().all())
    torch.testing.assert_close(lengths(found), torch.ones(2))


def test_plain_eyes_know_nothing_and_tell_pictures_apart(pictures: torch.Tensor) -> None:
    found = PlainTower(SOUNDS, 32)(pictures)
    shares = found[:, :SOUNDS] / MEANT
    torch.testing.assert_close(shares, torch.eye(SOUNDS)[[-1]].expand(6, -1))
    assert float((found @ found.T - torch.eye(6)).max()) < 0.99
    other = pictures + 0.01 * torch.randn(pictures.shape)
    assert torch.equal((PlainTower(SOUNDS, 32)(other) @ found.T).argmax(1), torch.arange(6))


def test_a_head_fits_its_trunk() -> None:
    check_head(head(), Trunk())
    check_head(head() | {"prior": torch.ones(CLASSES)}, Trunk())
    with pytest.raises(ValueError, match="another trunk: prior"):
        check_head(head() | {"prior": torch.ones(CLASSES + 1)}, Trunk())


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("table", (CLASSES + 1, SOUNDS)),
        ("gate", (FEATURES,)),
        ("drawn", (FEATURES + 1, SOUNDS + 1)),
        ("middle", (FEATURES + 1,)),
        ("turn", (FEATURES, SKETCH - 1)),
    ],
)
def test_a_head_of_another_trunk_is_refused(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"another trunk: {name}"):
        check_head(head() | {name: torch.zeros(shape)}, Trunk())
    with pytest.raises(KeyError, match=name):
        check_head({n: v for n, v in head().items() if n != name}, Trunk())


def test_a_head_with_more_sounds_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        check_head(head() | {"table": torch.zeros((CLASSES, SHARES))}, Trunk())
