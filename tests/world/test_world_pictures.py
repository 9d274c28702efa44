"""The world's pictures: pure, varied, on time, and each kind unlike the others."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.pictures import PAINTERS, draw
from v2a.world.pictures.augment import training_pictures
from v2a.world.pictures.fractal_noise import mix, ramp, sample, shade, tile
from v2a.world.pictures.outlines import oval, path, turned
from v2a.world.pictures.view import View

SIZE = (48, 48)
LENGTH = Fraction(5)
EVENTS = [k for k, kind in KINDS.items() if kind.form == "event"]
TEXTURES = [k for k, kind in KINDS.items() if kind.form == "texture"]


def apart(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    return float(np.abs(first.astype(np.float32) - second.astype(np.float32)).mean())


def test_every_kind_has_a_painter() -> None:
    assert set(PAINTERS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_pure_function_of_scene_and_time(kind: str) -> None:
    first = draw(scene(kind, 3, LENGTH), 1.3, SIZE)
    draw(scene("fire", 4, LENGTH), 0.2, (60, 36))
    assert first.shape == (48, 48, 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(first, draw(scene(kind, 3, LENGTH), 1.3, SIZE))


@pytest.mark.parametrize("size", [(36, 64), (64, 36), (90, 160), (33, 47), (200, 300), (420, 560)])
def test_any_size_shows_the_same_scene(size: tuple[int, int]) -> None:
    spec = scene("clock", 2, LENGTH)
    picture = draw(spec, 1.0, size)
    assert picture.shape == (*size, 3)
    assert picture.std() > 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("time", [-1.0, 60.0])
def test_time_before_and_after_the_scene_is_drawn_too(kind: str, time: float) -> None:
    assert draw(scene(kind, 5, LENGTH), time, (24, 32)).shape == (24, 32, 3)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"room"}))
def test_seeds_are_other_instances(kind: str) -> None:
    pictures = [draw(scene(kind, seed, LENGTH, (0.5, 0.5)), 1.0, SIZE) for seed in range(4)]
    distances = [apart(p, q) for i, p in enumerate(pictures) for q in pictures[:i]]
    assert np.median(distances) > 12


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"room"}))
@pytest.mark.parametrize("which", [0, 1])
def test_attributes_change_the_picture(kind: str, which: int) -> None:
    """Here nothing but the attribute differs: the events come at the same times."""
    changes = []
    for seed in range(2):
        pictures = []
        for value in (0.05, 0.95):
            a, b = (value, 0.5) if which == 0 else (0.5, value)
            spec = SceneSpec(kind, (a, b), seed, LENGTH, (0.5, 1.5))
            pictures.append(np.stack([draw(spec, t, SIZE) for t in (0.9, 1.55)]))
        changes.append(apart(*pictures))
    assert max(changes) > 1.0


@pytest.mark.parametrize("kind", TEXTURES)
def test_textures_move(kind: str) -> None:
    spec = scene(kind, 1, LENGTH, (0.7, 0.7))
    assert apart(draw(spec, 1.0, SIZE), draw(spec, 1.2, SIZE)) > 0.5


def test_a_room_stands_still() -> None:
    for seed in range(5):
        spec = scene("room", seed, LENGTH)
        assert apart(draw(spec, 0.0, SIZE), draw(spec, 3.0, SIZE)) < 5


@pytest.mark.parametrize("kind", sorted(set(EVENTS) - {"ball", "footsteps"}))
def test_an_event_is_seen_at_its_onset_to_the_frame(kind: str) -> None:
    """Two scenes whose only difference is when an event happens agree until it does."""
    now = SceneSpec(kind, (0.5, 0.5), 6, LENGTH, (0.4, 1.6, 3.0))
    shown = draw(now, 40 / 25, SIZE)
    earlier = SceneSpec(kind, (0.5, 0.5), 6, LENGTH, (0.4, 1.62, 3.0))
    held = draw(earlier, 40 / 25, SIZE)
    assert apart(shown, held) > 0.1


def test_a_ball_is_lowest_at_every_onset() -> None:
    spec = scene("ball", 11, LENGTH, (0.9, 0.8))
    for onset, following in zip(spec.onsets[:3], spec.onsets[1:4], strict=True):
        at = [_ball_height(spec, t) for t in (onset, (onset + following) / 2, following)]
        assert at[0] == pytest.approx(0, abs=1e-3) and at[2] == pytest.approx(0, abs=1e-3)
        assert at[1] > 0.02


def _ball_height(spec: SceneSpec, time: float) -> float:
    _, since, until = View(spec, time, SIZE).beat(0.8)
    return since * until / (since + until) ** 2


def test_beats_lie_outside_the_scene_where_it_has_none() -> None:
    spec = SceneSpec("hammer", (0.5, 0.5), 1, LENGTH, (0.5, 1.2))
    passed, since, until = View(spec, 0.1, SIZE).beat(0.8)
    assert passed == 0 and since == pytest.approx(0.4) and until == pytest.approx(0.4)
    passed, since, until = View(spec, 4.9, SIZE).beat(0.8)
    assert passed == 2 and since == pytest.approx(3.7) and until > 0.1
    assert View(spec, 1.2, SIZE).beat(0.8)[:2] == (2, 0.0)


def test_an_onset_between_frames_is_seen_in_the_next() -> None:
    spec = SceneSpec("clock", (0.5, 0.5), 1, LENGTH, (0.5, 1.01))
    assert View(spec, 25 / 25, SIZE).beat(0.7)[0] == 1
    assert View(spec, 26 / 25, SIZE).beat(0.7)[0] == 2


def test_kinds_are_further_apart_than_moments() -> None:
    """Coarse colour and texture alone tell many kinds apart: a hint of what a tower can learn."""
    frames, specs, _ = training_pictures(252, 24, 5)
    names = list(KINDS)
    labels = np.array([names.index(s.kind) for s in specs])
    cells = frames.reshape(252, 6, 4, 6, 4, 3).astype(np.float32)
    features = np.concatenate([cells.mean((2, 4)), cells.std((2, 4))], -1).reshape(252, -1)
    features = (features - features.mean(0)) / (features.std(0) + 1e-6)
    train = np.arange(252) < 189
    right = 0
    for row in np.flatnonzero(~train):
        nearest = np.argsort(((features[train] - features[row]) ** 2).sum(1))[:3]
        right += labels[row] in labels[train][nearest]
    assert right / 63 > 2.5 * 3 / 21


def test_training_pictures_come_in_equal_shares_and_again_from_a_seed() -> None:
    frames, specs, seconds = training_pictures(42, 32, 9)
    assert frames.shape == (42, 32, 32, 3) and frames.dtype == np.uint8
    assert sorted(s.kind for s in specs) == sorted([*KINDS, *KINDS])
    assert len({s.seed for s in specs}) == 42
    assert all(0 <= t <= s.duration for s, t in zip(specs, seconds, strict=True))
    again, same, _ = training_pictures(42, 32, 9)
    np.testing.assert_array_equal(frames, again)
    assert specs == same


def test_noise_wraps_and_interpolates() -> None:
    x = np.linspace(-1.3, 2.4, 50, dtype=np.float32)[None]
    y = np.linspace(-0.4, 1.1, 30, dtype=np.float32)[:, None]
    lattice = sample("rough1", x, y)
    free = sample("rough1", x + 0 * y, y + 0 * x)
    np.testing.assert_allclose(lattice, free, atol=2e-4)
    np.testing.assert_allclose(lattice, sample("rough1", x + 3, y - 2), atol=2e-4)
    assert tile("grit1").min() >= 0 and tile("grit1").max() <= 1


def test_colours_and_shapes() -> None:
    ends = ramp(np.array([[-1.0, 0.0, 0.5, 1.0, 9.0]], np.float32), ((0, 0, 0), (200, 100, 50)))
    assert ends[0, 0].tolist() == ends[0, 1].tolist() == [0, 0, 0]
    assert ends[0, 3].tolist() == ends[0, 4].tolist() == [200, 100, 50]
    assert abs(int(ends[0, 2, 0]) - 100) < 3
    assert mix((0, 0, 0), (10, 20, 30), 0.5) == (5, 10, 15)
    assert shade((100, 100, 100), 2.0) == (255, 255, 255)
    assert path("1,-.5 .25,2") == [(1.0, -0.5), (0.25, 2.0)]
    assert turned([(1.0, 0.0)], 1, 1, np.pi / 2)[0] == pytest.approx((1, 2))
    assert max(x for x, _ in oval(0, 0, 2, 1)) == pytest.approx(2)
