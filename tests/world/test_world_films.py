"""The world's films: what the truth says of cuts, scenes and events is what is seen and heard."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from v2a.world.film_plan import GRADUAL
from v2a.world.film_reel import frame
from v2a.world.films import (
    FILM_RATES,
    FilmPlan,
    demo_plan,
    frames,
    plan_film,
    sound,
    truth,
    write_film,
    write_truth,
)
from v2a.world.kinds import KINDS

SMALL = (36, 64)
SHORT = (0.8, 1.6)


@cache
def small(seed: int, **more: object) -> FilmPlan:
    options: dict[str, object] = {"scenes": (2, 5), "size": SMALL, "seconds": SHORT, **more}
    return plan_film(seed, **options)  # type: ignore[arg-type]


def step(plan: FilmPlan, number: int) -> float:
    """How much the picture changes into a frame."""
    before, after = frame(plan, number - 1), frame(plan, number)
    return float(np.abs(before.astype(np.float32) - after.astype(np.float32)).mean())


@pytest.mark.parametrize("seed", range(6))
def test_scenes_tile_the_film_and_cuts_lie_between_them(seed: int) -> None:
    plan = small(seed, frame_rate=FILM_RATES[seed % len(FILM_RATES)])
    told = truth(plan)
    assert told.scenes[0].start_frame == 0 and told.scenes[-1].end_frame == told.frames
    for cut, before, after in zip(told.cuts, told.scenes[:-1], told.scenes[1:], strict=True):
        assert before.end_frame == after.start_frame == cut.frame
        first, last = cut.extent
        assert before.start_frame < first <= cut.frame <= last < after.end_frame
        assert (cut.kind == "hard") == (first == last)
        if cut.kind != "hard":
            assert abs((first + last) / 2 - cut.frame) <= 0.5
            length = (last - first + 1) / plan.frame_rate
            assert GRADUAL[0] - Fraction(1, 20) <= length <= GRADUAL[1] + Fraction(1, 20)
    assert told.duration == told.frames / told.frame_rate
    again = plan_film(seed, (2, 5), SMALL, plan.frame_rate, SHORT)
    assert plan == again


def test_extents_of_neighbouring_cuts_do_not_meet() -> None:
    for seed in range(12):
        cuts = truth(small(seed, transitions=(0.0, 0.5, 0.5))).cuts
        for before, after in zip(cuts, cuts[1:], strict=False):
            assert before.extent[1] < after.extent[0]


def test_every_shot_is_drawn_within_its_scenes_time() -> None:
    for seed in range(24):
        plan = small(seed)
        for k, shot in enumerate(plan.shots):
            after = plan.shots[k + 1].extent[1] if k + 1 < len(plan.shots) else plan.frames - 1
            assert shot.extent[0] / plan.frame_rate >= shot.begin
            assert (after + 1) / plan.frame_rate <= shot.begin + shot.scene.duration


@pytest.mark.parametrize("seed", range(4))
def test_hard_cuts_are_seen_on_their_frame(seed: int) -> None:
    plan = small(seed, transitions=(1.0, 0.0, 0.0), cut_backs=False)
    for cut in truth(plan).cuts:
        around = [step(plan, cut.frame + k) for k in (-1, 1)]
        assert step(plan, cut.frame) > 1.5 * max(around)


def test_a_dissolve_mixes_and_a_fade_passes_black() -> None:
    plan = small(3, scenes=(2, 2), transitions=(0.0, 1.0, 0.0), seconds=(2.0, 2.0))
    first, last = truth(plan).cuts[0].extent
    whole = step(plan, first), step(plan, last + 1)
    ends = frame(plan, first - 1).astype(np.float32), frame(plan, last + 1).astype(np.float32)
    middle = frame(plan, (first + last) // 2).astype(np.float32)
    assert np.abs(middle - (ends[0] + ends[1]) / 2).mean() < 0.5 * np.abs(ends[0] - ends[1]).mean()
    assert max(whole) < 0.5 * np.abs(ends[0] - ends[1]).mean()
    plan = small(3, scenes=(2, 2), transitions=(0.0, 0.0, 1.0), seconds=(2.0, 2.0))
    first, last = truth(plan).cuts[0].extent
    levels = [frame(plan, n).mean() for n in range(first - 1, last + 2)]
    assert min(levels) < 2 and levels[0] > 10 and levels[-1] > 10


def test_cut_backs_go_on_in_time() -> None:
    found = 0
    for seed in range(24):
        plan = small(seed)
        for k, scene in enumerate(truth(plan).scenes):
            if scene.back_to is not None:
                earlier = plan.shots[scene.back_to - 1]
                assert earlier.scene == plan.shots[k].scene and earlier.begin == plan.shots[k].begin
                found += 1
    assert found > 0
    assert all(s.back_to is None for n in range(4) for s in truth(small(n, cut_backs=False)).scenes)


def test_neighbours_of_one_kind_happen_and_stay_visible() -> None:
    same = [
        (a, b)
        for seed in range(24)
        for a, b in zip(truth(small(seed)).scenes, truth(small(seed)).scenes[1:], strict=False)
        if a.kind == b.kind
    ]
    assert same and all(a.seed != b.seed for a, b in same)


def test_events_are_told_in_the_films_time() -> None:
    plan = small(2, kinds=("hammer", "clock", "bell"), seconds=(2.0, 3.0))
    for scene in truth(plan).scenes:
        assert all(scene.start <= t < scene.end for t in scene.onsets)
    assert len(truth(plan).onsets) > 3
    assert list(truth(plan).onsets) == sorted(truth(plan).onsets)


@pytest.mark.parametrize("seed", range(2))
def test_lightning_is_bright_short_and_away_from_cuts(seed: int) -> None:
    plan = small(seed, flash=True, kinds=("wind", "fire"), seconds=(2.0, 3.0))
    assert any(s.scene.kind == "rain" for s in plan.shots) and plan.flashes
    touched = {n for c in truth(plan).cuts for n in range(c.extent[0], c.extent[1] + 1)}
    for flash in plan.flashes:
        assert frame(plan, flash.frame).mean() > frame(plan, flash.frame - 1).mean() + 20
        assert not touched & set(range(flash.frame - 3, flash.frame + flash.length + 3))
        assert flash.length <= plan.frame_rate / 5


def test_stems_add_up_and_change_over_on_the_cuts() -> None:
    plan = small(5, scenes=(2, 2), transitions=(1.0, 0.0, 0.0), kinds=("clock", "bell"))
    mix, stems = sound(plan, 8_000)
    assert len(mix) == round(plan.duration * 8_000) and mix.dtype == np.float32
    np.testing.assert_allclose(stems.sum(0), mix, atol=1e-6)
    assert np.abs(mix).max() <= 1
    for stem, shot in zip(stems, plan.shots, strict=True):
        low = round(shot.start_frame / plan.frame_rate * 8_000)
        high = round(shot.end_frame / plan.frame_rate * 8_000)
        assert not stem[: max(0, low - 1)].any() and not stem[high + 1 :].any()
        assert np.abs(stem[low:high]).max() > 0.01


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001)])
def test_a_written_film_has_its_exact_rate_and_frames(rate: Fraction, tmp_path: Path) -> None:
    plan = small(1, scenes=(2, 2), seconds=(0.6, 0.8), frame_rate=rate)
    path = write_film(plan, tmp_path / "film.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.height, stream.width) == SMALL and stream.pix_fmt == "yuv420p"
        assert stream.average_rate == rate
        times = []
        for number, shown in enumerate(container.decode(stream)):
            assert shown.pts is not None and shown.time_base is not None
            times.append(shown.pts * shown.time_base)
            if number in (0, plan.shots[1].extent[1] + 1):
                pixels = shown.to_ndarray(format="rgb24").astype(np.float32)
                assert np.abs(pixels - frame(plan, number)).mean() < 12
    assert times == [n / rate for n in range(plan.frames)]


def test_a_written_film_can_have_sound(tmp_path: Path) -> None:
    plan = small(4, scenes=(2, 2), kinds=("clock", "hammer"))
    path = write_film(plan, tmp_path / "film.mp4", with_sound=True)
    with av.open(str(path)) as container:
        voice = container.streams.audio[0]
        heard = np.concatenate([f.to_ndarray()[0] for f in container.decode(voice)])
    assert abs(len(heard) / 48_000 - float(plan.duration)) < 0.06
    assert np.abs(heard).max() > 0.01


def test_the_written_truth_reads_like_the_scenes_command(tmp_path: Path) -> None:
    plan = small(7, frame_rate=Fraction(24000, 1001))
    told = json.loads(write_truth(plan, tmp_path / "film.json").read_text())
    assert told["frame_rate"] == "24000/1001" and told["frames"] == plan.frames
    assert [c["frame"] for c in told["cuts"]] == [s.start_frame for s in plan.shots[1:]]
    assert all(Fraction(c["time"]) == c["frame"] * Fraction(1001, 24000) for c in told["cuts"])
    assert all(s["kind"] in KINDS and s["label"] for s in told["scenes"])


def test_frames_come_in_order() -> None:
    plan = small(8, scenes=(2, 2))
    reel = list(frames(plan))
    assert len(reel) == plan.frames
    np.testing.assert_array_equal(reel[plan.frames // 2], frame(plan, plan.frames // 2))


def test_the_demo_is_five_kinds_in_twenty_seconds() -> None:
    plan = demo_plan()
    told = truth(plan)
    assert plan.size == (360, 640) and told.duration == 20 and told.frame_rate == 25
    assert len({s.kind for s in told.scenes}) == 5 and {c.kind for c in told.cuts} == {
        "hard",
        "dissolve",
        "fade",
    }
    assert demo_plan(8) != plan
