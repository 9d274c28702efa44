"""Where labels begin to count: strange pictures score low, new scenes of the world high."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.synthetic_footage import draw_film
from v2a.frames_to_embeddings import ImageEncoder
from v2a.packs import Pack, find_pack
from v2a.scenes_to_clap import SceneListener
from v2a.training.label_scale import label_scale, strange_nearness, world_nearness
from v2a.training.strange_pictures import PAINTERS, strange_pictures
from v2a.types import SceneText
from v2a.words.labels import UNSURE, unsure

NEW = 9_000_000
"""A seed that neither the parts nor their scale were taken from."""


@pytest.fixture(scope="module")
def pocket() -> Pack:
    return find_pack("pocket")


def trust(pack: Pack, near: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = pack.manifest.labels
    assert scale is not None
    return np.clip((near - scale.strange) / (scale.known - scale.strange), 0, 1)


def test_strange_pictures_are_varied_and_come_again_from_a_seed() -> None:
    pictures = strange_pictures(2 * len(PAINTERS), 32, 3)
    assert pictures.shape == (12, 32, 32, 3) and pictures.dtype == np.uint8
    np.testing.assert_array_equal(pictures, strange_pictures(12, 32, 3))
    assert len({picture.tobytes() for picture in pictures}) == 12
    assert len({picture.tobytes() for picture in strange_pictures(12, 32, 4)}) == 12


@pytest.mark.parametrize(("strange", "seen"), [((0.4, 0.6), (0.7, 0.9)), ((0.7, 0.9), (0.4, 0.6))])
def test_towers_that_tell_nothing_apart_get_no_scale(
    monkeypatch: pytest.MonkeyPatch,
    pocket: Pack,
    strange: tuple[float, float],
    seen: tuple[float, float],
) -> None:
    def even(ends: tuple[float, float]) -> Callable[..., NDArray[np.float64]]:
        return lambda pack, count, *_: np.linspace(*ends, count)

    monkeypatch.setattr("v2a.training.label_scale.strange_nearness", even(strange))
    monkeypatch.setattr("v2a.training.label_scale.world_nearness", even(seen))
    scale = label_scale(pocket, 13)
    assert (scale is None) == (strange > seen)
    if scale is not None:
        assert (scale.strange, scale.known) == (0.533, 0.75)


def test_the_pocket_pack_knows_the_world_and_little_else(pocket: Pack) -> None:
    seen = trust(pocket, world_nearness(pocket, 21, NEW))
    strange = trust(pocket, strange_nearness(pocket, 60, NEW))
    assert np.mean(seen >= UNSURE) > 0.75 and np.median(seen) > 0.9
    assert np.mean(strange < UNSURE) > 0.6 and np.median(strange) == 0


@pytest.mark.slow
def test_footage_of_another_kind_is_mostly_a_guess(pocket: Pack) -> None:
    encoder = ImageEncoder(pocket, "cpu")
    side = (encoder.size, encoder.size)
    pooled = []
    for seed in range(24):
        frames = draw_film(NEW + seed, cuts=False).frames[::12]
        small = np.stack([np.asarray(Image.fromarray(frame).resize(side)) for frame in frames])
        pooled.append(encoder(small).mean(axis=0))
    told = SceneListener(pocket, None, "cpu")(np.stack(pooled), [SceneText()] * 24)
    assert np.mean([unsure(sound.labels) for sound in told]) > 0.5
