"""Delta-S against the literal formula, the paper's rule to the letter, the robust rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.synthetic_footage import (
    HEIGHT,
    WIDTH,
    Shot,
    draw_film,
    draw_shot,
    leaves,
    render,
    signatures,
)
from v2a.embeddings_to_scenes import delta_s, find_scenes
from v2a.scenes.coarse_pictures import CHROMA, LUMA, CoarsePictures, without_flashes
from v2a.scenes.delta_s import windowed_delta_s
from v2a.scenes.hard_cuts import AROUND, CROWD, equals
from v2a.types import Clip, FrameTimes, SceneOptions, Segmentation

RATE = Fraction(25)
ROBUST = SceneOptions()


def literal(x: NDArray, centre: bool = True) -> NDArray[np.float64]:
    """The paper's equations on the whole T x T matrix, in double precision."""
    x = x.astype(np.float64)
    s = x @ x.T
    if centre:
        s = s - s.mean(axis=0, keepdims=True) - s.mean(axis=1, keepdims=True)
    return np.abs(np.diff(s, axis=0)).sum(axis=1)


def clustered(rng: np.random.Generator, count: int, size: int, jitter: float) -> NDArray:
    centres = rng.normal(size=(6, size))
    rows = centres[np.sort(rng.integers(0, 6, count))] + 5 * rng.normal(size=size)
    return (rows + jitter * rng.normal(size=(count, size))).astype(np.float32)


@pytest.mark.parametrize("centre", [True, False])
@pytest.mark.parametrize("jitter", [1.0, 0.03, 1e-3])
@pytest.mark.parametrize("count", [2, 3, 40, 777, pytest.param(2000, marks=pytest.mark.slow)])
def test_delta_s_is_the_literal_formula(count: int, centre: bool, jitter: float) -> None:
    x = clustered(np.random.default_rng(count), count, 512, jitter)
    expected = literal(x, centre)
    assert np.max(np.abs(delta_s(x, centre) - expected) / expected) <= 1e-4


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 70), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_blocks_of_any_size_agree(count: int, rows: int, columns: int, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(count, 7))
    expected = literal(x)
    assert delta_s(x, rows=rows, columns=columns) == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_delta_s_of_identical_and_no_rows() -> None:
    assert not delta_s(np.ones((5, 8), np.float32)).any()
    assert delta_s(np.ones((1, 8))).shape == (0,)
    assert delta_s(np.ones((0, 8))).shape == (0,)


def test_the_window_is_exact_where_it_holds_the_film_and_local_where_not() -> None:
    x = clustered(np.random.default_rng(4), 300, 64, 0.1)
    assert windowed_delta_s(x, 299) == pytest.approx(literal(x), rel=1e-4)
    near = windowed_delta_s(x, 50)
    k = 150
    window = x[k - 50 : k + 52].astype(np.float64)
    d = (x[k].astype(np.float64) - x[k + 1]) @ (window - window.mean(axis=0)).T
    assert near[k] == pytest.approx(np.abs(d).sum() * 300 / len(window), rel=1e-4)


def clip_of(
    pictures: NDArray[np.uint8], rate: Fraction = RATE, ticks: NDArray | None = None
) -> Clip:
    """A clip of signatures, at a steady rate unless told its times in 1/1000 s."""
    count = len(pictures)
    times = FrameTimes(np.arange(count + 1), 1 / rate)
    if ticks is not None:
        times = FrameTimes(ticks, Fraction(1, 1000))
    return Clip(Path("a.mp4"), 640, 360, rate, ticks is not None, Fraction(0), times, pictures)


def every(count: int, rate: Fraction, per_second: int = 8) -> NDArray[np.int64]:
    """Samples as the video stage takes them: the frame nearest each eighth of a second."""
    step = float(rate) / per_second
    frames = np.unique((np.arange(int(count / step) + 1) * step).round().astype(np.int64))
    return frames[frames < count]


TOWERS = ("weak", "fair", "noisy")


def tower(pictures: NDArray[np.uint8], kind: str) -> NDArray[np.float32]:
    """Stand-in embeddings: a random non-linear view of the picture in a narrow cone."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(pictures.shape[1], 512)) / np.sqrt(pictures.shape[1])
    seen = np.tanh((pictures.astype(np.float32) - 128) / 64 @ weights)
    amount, noise = {"weak": (0.0, 1e-3), "fair": (0.6, 0.02), "noisy": (0.3, 0.2)}[kind]
    cone = rng.normal(size=512)
    return (cone + amount * seen + noise * rng.normal(size=seen.shape)).astype(np.float32)


def scenes_of(
    pictures: NDArray[np.uint8],
    options: SceneOptions = ROBUST,
    rate: Fraction = RATE,
    kind: str = "fair",
    ticks: NDArray | None = None,
) -> Segmentation:
    """Everything from signatures on, checked for what must always hold."""
    samples = every(len(pictures), rate)
    clip = clip_of(pictures, rate, ticks)
    found = find_scenes(tower(pictures[samples], kind), samples, clip, options)
    assert found.scenes[0].start_frame == 0 and found.scenes[-1].end_frame == len(pictures)
    for k, scene in enumerate(found.scenes, 1):
        assert scene.index == k and scene.start_frame < scene.end_frame
        assert k == 1 or scene.start_frame == found.scenes[k - 2].end_frame
    assert [c.frame for c in found.cuts] == [s.start_frame for s in found.scenes[1:]]
    assert found.curve.shape == found.limit.shape == (len(samples) - 1,)
    for cut in found.cuts:
        assert cut.extent[0] <= cut.frame <= cut.extent[1] + 1
        assert np.isfinite(cut.score)
    return found


def frames_of(found: Segmentation) -> list[int]:
    return [c.frame for c in found.cuts]


def calm(seed: int, **changes: object) -> Shot:
    """A shot that hardly moves."""
    shot = draw_shot(np.random.default_rng(seed), calm=True)
    plain = {"style": "hand", "shake": 0.3, "grain": 1.5, "light": "even", "sprites": 0, "held": 1}
    return replace(shot, **{**plain, **changes})


def film(*parts: NDArray[np.float32]) -> NDArray[np.uint8]:
    return signatures(np.concatenate(parts).astype(np.uint8))


def mixed(a: NDArray, b: NDArray, length: int) -> tuple[NDArray, tuple[int, int]]:
    """Two shots joined by a dissolve, and its extent."""
    share = (np.arange(1, length + 1) / (length + 1))[:, None, None, None]
    blend = a[-length:] * (1 - share) + b[:length] * share
    whole = np.concatenate([a[:-length], blend, b[length:]])
    return whole, (len(a) - length, len(a) - 1)


def test_signatures_have_the_layout_that_is_read_here() -> None:
    video = pytest.importorskip("v2a.video_to_frames")
    assert (video.SIGNATURE_LUMA, video.SIGNATURE_LUMA) == LUMA
    assert (video.SIGNATURE_CHROMA, video.SIGNATURE_CHROMA) == CHROMA
    assert signatures(np.zeros((1, HEIGHT, WIDTH, 3), np.uint8)).shape[1] == video.SIGNATURE_SIZE


# The paper's rule


def test_the_papers_rule_counts_its_peaks_from_one() -> None:
    x = np.zeros((60, 16), np.float32)
    x[:30, 0], x[30:, 1] = 1, 1
    samples = np.arange(60)
    clip = clip_of(np.zeros((60, 384), np.uint8))
    found = find_scenes(x, samples, clip, SceneOptions(rule="paper"))
    assert frames_of(found) == [30]
    assert [(s.start_frame, s.end_frame) for s in found.scenes] == [(0, 30), (30, 60)]
    assert found.limit == pytest.approx(np.full(59, 5 * found.curve.std()))
    assert found.cuts[0].score > 5


@pytest.mark.parametrize(("count", "fires"), [(24, False), (25, True)])
def test_tau_five_needs_twenty_five_frames(count: int, fires: bool) -> None:
    x = np.zeros((count, 8), np.float32)
    x[: count // 2, 0], x[count // 2 :, 1] = 1, 1
    clip = clip_of(np.zeros((count, 384), np.uint8))
    found = find_scenes(x, np.arange(count), clip, SceneOptions(rule="paper"))
    assert bool(found.cuts) is fires


def test_the_papers_rule_is_raw() -> None:
    """Two peaks in a row stay two, a scene of one frame stays, whatever the shortest scene."""
    x = np.zeros((200, 8), np.float32)
    x[:100, 0], x[100, 1], x[101:, 2] = 1, 1, 1
    options = SceneOptions(rule="paper", minimum_scene=Fraction(2))
    found = find_scenes(x, np.arange(200), clip_of(np.zeros((200, 384), np.uint8)), options)
    assert frames_of(found) == [100, 101]


@pytest.mark.parametrize("tau", [1.0, 3.0, 5.0])
def test_both_readings_of_the_paper_are_there(tau: float) -> None:
    x = clustered(np.random.default_rng(1), 120, 64, 0.2)
    clip = clip_of(np.zeros((120, 384), np.uint8))
    for centre in (True, False):
        options = SceneOptions(rule="paper", threshold=tau, centre=centre)
        found = find_scenes(x, np.arange(120), clip, options)
        assert found.curve == pytest.approx(literal(x, centre), rel=1e-4)
        peaks = np.flatnonzero(found.curve > tau * found.curve.std()) + 1
        assert frames_of(found) == peaks.tolist()


# The robust rule


@pytest.mark.parametrize("kind", TOWERS)
def test_a_cut_is_found_to_the_frame(kind: str) -> None:
    for at in (31, 32, 33, 34):
        pictures = film(render(calm(1), at, 25), render(calm(2), 60, 25))
        found = scenes_of(pictures, kind=kind)
        assert frames_of(found) == [at]
        assert found.cuts[0].kind == "hard" and found.cuts[0].extent == (at, at)
        assert found.cuts[0].score > 5


@pytest.mark.parametrize("kind", TOWERS)
def test_one_shot_is_one_scene(kind: str) -> None:
    pictures = film(render(calm(3, style="pan", speed=0.6), 120, 25))
    assert frames_of(scenes_of(pictures, kind=kind)) == []


def test_there_and_back_again() -> None:
    a, b = render(calm(5), 100, 25), render(calm(6), 40, 25)
    assert frames_of(scenes_of(film(a[:50], b, a[50:]))) == [50, 90]


def test_a_cut_in_shots_drawn_on_twos() -> None:
    a, b = render(calm(7, held=2, style="pan"), 50, 25), render(calm(8, held=3), 50, 25)
    assert frames_of(scenes_of(film(a, b))) == [50]


@pytest.mark.parametrize(("share", "at"), [((0.3,), 41), ((0.7,), 40), ((0.3, 0.8), 41)])
def test_frames_blended_at_a_cut_count_to_the_shot_they_show(
    share: tuple[float, ...], at: int
) -> None:
    a, b = render(calm(34), 40, 25), render(calm(35), 50, 25)
    for k, part in enumerate(share):
        b[k] = a[-1] * np.float32(1 - part) + b[k] * np.float32(part)
    found = scenes_of(film(a, b))
    assert frames_of(found) == [at] and found.cuts[0].kind == "hard"


def test_a_burst_of_cuts_is_found_whole() -> None:
    """Eight to twelve frames apart: what is ranked among its neighbours may have equals."""
    parts = [render(calm(50 + k), n, 25) for k, n in enumerate((40, 8, 12, 9, 40))]
    found = scenes_of(film(*parts), SceneOptions(minimum_scene=Fraction(1, 4)))
    assert frames_of(found) == [40, 48, 60, 69]


def test_what_appears_in_a_still_picture_is_no_cut() -> None:
    """A caption, then a box: the picture around them stays."""
    still = np.repeat(render(calm(36), 1, 25), 100, axis=0)
    still[30:70, 54:64, 10:118] = 240
    still[60:, 8:30, 90:124] = 20
    assert frames_of(scenes_of(film(still))) == []


@pytest.mark.parametrize("length", [8, 15, 30])
def test_a_dissolve_is_one_cut_in_its_middle(length: int) -> None:
    pictures, extent = mixed(render(calm(9), 60, 25), render(calm(10), 60, 25), length)
    found = scenes_of(signatures(pictures.astype(np.uint8)))
    (cut,) = found.cuts
    assert cut.kind == "dissolve"
    assert abs(cut.frame - sum(extent) / 2) <= 2
    assert np.abs(np.subtract(cut.extent, extent)).max() <= 3


@pytest.mark.parametrize("level", [0, 255])
def test_a_fade_through_black_or_white(level: int) -> None:
    a, b = render(calm(11), 60, 25), render(calm(12), 60, 25)
    down = np.linspace(1, 0, 16)[:, None, None, None]
    a[-16:] = a[-16:] * down + level * (1 - down)
    b[:16] = b[:16] * down[::-1] + level * (1 - down[::-1])
    (cut,) = scenes_of(film(a, b)).cuts
    assert cut.kind == "fade"
    assert abs(cut.frame - 60) <= 3
    assert abs(cut.extent[0] - 44) <= 4 and abs(cut.extent[1] - 75) <= 4


def test_a_fade_in_parts_the_black_from_the_picture_when_both_last() -> None:
    picture = render(calm(13), 90, 25)
    rise = np.linspace(0, 1, 30)[:, None, None, None]
    picture[:30] *= rise
    black = np.zeros_like(picture[:10])
    (cut,) = scenes_of(film(black, picture)).cuts
    assert cut.kind == "fade" and 10 <= cut.frame <= 40
    short = render(calm(13), 60, 25)
    short[:8] *= np.linspace(0, 1, 8)[:, None, None, None]
    assert frames_of(scenes_of(film(short))) == []


@pytest.mark.parametrize("held", [1, 3, 5])
def test_flashes_are_no_cuts(held: int) -> None:
    shot = render(calm(14), 100, 25)
    for at in (20, 47, 80):
        shot[at : at + held] += 150
    assert frames_of(scenes_of(film(np.clip(shot, 0, 255)))) == []


def test_a_flash_does_not_hide_the_cut_beside_it() -> None:
    shot = np.concatenate([render(calm(15), 50, 25), render(calm(16), 50, 25)])
    shot[40:42] += 150
    assert frames_of(scenes_of(film(np.clip(shot, 0, 255)))) == [50]


@pytest.mark.parametrize("seed", [10_301, 10_302])
def test_troubled_single_shots_stay_whole(seed: int) -> None:
    shot = draw_film(seed, cuts=False)
    assert frames_of(scenes_of(signatures(shot.frames), rate=shot.rate)) == []


def test_the_higher_of_two_near_cuts_stays() -> None:
    """A glimpse of a quarter of a second is no scene, and the greater change is the cut."""
    a, b = render(calm(17), 50, 25), render(calm(18), 50, 25)
    glimpse = a[44:50] * np.float32(0.8) + leaves_frame(5) * np.float32(0.2)
    found = scenes_of(film(a[:44], glimpse, b))
    assert frames_of(found) == [50]


def leaves_frame(seed: int) -> NDArray[np.float32]:
    picture = leaves(np.random.default_rng(seed)).resize((WIDTH, HEIGHT))
    return np.asarray(picture, np.float32)


def test_minimum_scene_is_measured_in_time_not_frames() -> None:
    """Ten frames: 0.4 s at 25 a second, 1 s where the rate drops to 10."""
    parts = [render(calm(20 + k), n, 25) for k, n in enumerate((40, 10, 40))]
    pictures = film(*parts)
    options = SceneOptions(minimum_scene=Fraction(1, 2))
    assert len(scenes_of(pictures, options).cuts) == 1
    steps = np.r_[np.full(40, 40), np.full(10, 100), np.full(40, 40)]
    ticks = np.r_[0, np.cumsum(steps)]
    assert frames_of(scenes_of(pictures, options, ticks=ticks)) == [40, 50]


def test_known_cuts_are_given_and_drive_near_ones_away() -> None:
    pictures = film(render(calm(1), 50, 25), render(calm(2), 50, 25))
    known = SceneOptions(known_cuts=(20, 45, 0, 100, 4000))
    found = scenes_of(pictures, known)
    assert frames_of(found) == [20, 45]
    far = scenes_of(pictures, SceneOptions(known_cuts=(20,)))
    assert frames_of(far) == [20, 50]
    raw = scenes_of(pictures, SceneOptions(rule="paper", known_cuts=(20,)))
    assert 20 in frames_of(raw)


def test_whole_is_one_scene() -> None:
    pictures = film(render(calm(1), 50, 25), render(calm(2), 50, 25))
    found = scenes_of(pictures, SceneOptions(whole=True, known_cuts=(7,)))
    assert [(s.start_frame, s.end_frame) for s in found.scenes] == [(0, 100)]


def test_a_higher_threshold_finds_no_more() -> None:
    shots = [render(calm(k, style="pan"), 30, 25) for k in range(30, 33)]
    pictures, _ = mixed(np.concatenate(shots), render(calm(33), 40, 25), 12)
    pictures = signatures(pictures.astype(np.uint8))
    levels = (1.0, 5.0, 25.0, 1000.0)
    counts = [len(scenes_of(pictures, SceneOptions(threshold=tau)).cuts) for tau in levels]
    assert counts[1] == 3
    assert counts == sorted(counts, reverse=True) and counts[-1] == 0


@pytest.mark.parametrize("rule", ["robust", "paper"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 30])
def test_degenerate_films_are_one_scene(rule: str, count: int) -> None:
    options = SceneOptions(rule=rule)  # type: ignore[arg-type]
    rng = np.random.default_rng(count)
    for pictures in (
        np.zeros((count, 384), np.uint8),
        np.full((count, 384), 255, np.uint8),
        np.repeat(rng.integers(0, 255, (1, 384)).astype(np.uint8), count, axis=0),
    ):
        samples = every(count, RATE)
        same = np.ones((len(samples), 512), np.float32)
        for embeddings in (same, np.zeros_like(same)):
            found = find_scenes(embeddings, samples, clip_of(pictures), options)
            assert [(s.start_frame, s.end_frame) for s in found.scenes] == [(0, count)]
    scenes_of(rng.integers(0, 255, (count, 384)).astype(np.uint8), options)


def test_a_cut_after_the_last_sample_is_found() -> None:
    pictures = film(render(calm(1), 50, 25), render(calm(2), 50, 25))
    samples = np.array([0, 24, 49])
    found = find_scenes(tower(pictures[samples], "fair"), samples, clip_of(pictures), ROBUST)
    assert frames_of(found) == [50]


def test_one_sample_of_many_frames() -> None:
    pictures = film(render(calm(1), 50, 25))
    found = find_scenes(np.ones((1, 512)), np.array([0]), clip_of(pictures), SceneOptions())
    assert len(found.scenes) == 1 and found.curve.shape == (0,)


def test_flash_frames_are_passed_over() -> None:
    shot = render(calm(14), 30, 25)
    shot[10:12] = 255
    look = without_flashes(CoarsePictures(film(shot)), 5)
    assert look.tolist() == [*range(10), 9, 9, *range(12, 30)]


@pytest.mark.parametrize(("apart", "crowded"), [(2, True), (4, True), (8, False), (15, False)])
def test_many_equal_steps_are_a_flicker_and_a_few_a_burst(apart: int, crowded: bool) -> None:
    """At 30 a second: cuts every 8 frames are shots, changes every 4 are a stutter or a strobe."""
    steps = np.where(np.arange(120) % apart == 0, 12.0, 0.5)
    found = equals(steps, np.array([60 // apart * apart]), round(AROUND * 30))
    assert (found[0] > CROWD) == crowded


@pytest.mark.slow
def test_a_strobe_that_blinds_the_camera_is_no_train_of_cuts() -> None:
    """Saturated light in a picture that changes every other frame; its first real cut is at 73."""
    shown = draw_film(9_029)
    found = frames_of(scenes_of(signatures(shown.frames), rate=shown.rate))
    assert len([frame for frame in found if frame < 70]) <= 1


@pytest.mark.slow
def test_synthetic_films_in_bulk() -> None:
    """Films with every trouble at once, none of them used for fitting."""
    hits = wrong = missed = 0
    for seed in range(9_000, 9_030):
        shown = draw_film(seed)
        found = frames_of(scenes_of(signatures(shown.frames), rate=shown.rate))
        gradual = [f for f in found if any(a <= f <= b for a, b in shown.gradual)]
        hits += len(set(found) & set(shown.hard))
        missed += len(set(shown.hard) - set(found))
        wrong += len(set(found) - set(shown.hard) - set(gradual))
    assert 2 * hits / (2 * hits + wrong + missed) > 0.9


@pytest.mark.slow
def test_an_hour_takes_seconds() -> None:
    """Linear in the film's length: 3 h at 8 samples a second stay clear of T x T."""
    one = film(render(calm(1), 250, 25), render(calm(2), 250, 25))
    pictures = np.tile(one, (60, 1))
    found = scenes_of(pictures)
    assert len(found.cuts) == 119
