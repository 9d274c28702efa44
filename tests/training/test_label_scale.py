"""Where labels begin to count: an even share scores low, a great one high; pictures of nothing."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from v2a.mapping.mappers import sureness
from v2a.mapping.scene_labels import UNSURE
from v2a.packs.locate import find_pack
from v2a.packs.manifest import ShareScale
from v2a.training.label_scale import LABELS
from v2a.training.strange_pictures import PAINTERS, strange_pictures


def test_the_pocket_pack_has_the_scale() -> None:
    assert isinstance(LABELS, ShareScale)
    assert all(np.isfinite(value) for value in asdict(LABELS).values()) and LABELS.strength > 0
    assert find_pack("pocket").manifest.labels == LABELS


@pytest.mark.parametrize(("first", "second", "sure"), [(0.9, 0.05, 1), (0.15, 0.1, 0), (0, 0, 0)])
def test_labels_count_where_one_share_stands_out(first: float, second: float, sure: int) -> None:
    (score,) = sureness(np.array([[second, first, 0.0]]), LABELS)
    assert (score > UNSURE) == bool(sure)


def test_strange_pictures_are_varied_and_come_again_from_a_seed() -> None:
    pictures = strange_pictures(2 * len(PAINTERS), 32, 3)
    assert pictures.shape == (12, 32, 32, 3) and pictures.dtype == np.uint8
    np.testing.assert_array_equal(pictures, strange_pictures(12, 32, 3))
    assert len({picture.tobytes() for picture in pictures}) == 12
    assert len({picture.tobytes() for picture in strange_pictures(12, 32, 4)}) == 12
