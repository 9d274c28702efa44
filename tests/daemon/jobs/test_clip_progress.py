"""A job's progress is that of all its clips, and never goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from v2a.api.job_types import JobProgress
from v2a.api.progress_clock import WEIGHTS
from v2a_daemon.jobs.clip_progress import ClipClocks
from v2a_daemon.jobs.take_plan import TakesProgress

steps = st.tuples(st.integers(1, 3), st.sampled_from(sorted(WEIGHTS)), st.floats(0, 1))


@given(st.lists(steps, max_size=40))
def test_the_whole_never_goes_back_and_ends_at_one(heard: list[tuple[int, str, float]]) -> None:
    told: list[JobProgress] = []
    clocks = ClipClocks([5, 60, 0], told.append)
    for clip, stage, fraction in heard:
        clocks.told(clip, stage, fraction)
    for clip in (1, 2, 3):
        clocks.told(clip, "tracks", 1.0)
    wholes = [progress.whole for progress in told]
    assert wholes == sorted(wholes)
    assert abs(wholes[-1] - 1) < 1e-9


def test_a_later_stage_means_that_the_earlier_are_over() -> None:
    told: list[JobProgress] = []
    ClipClocks([1], told.append).told(1, "generate", 0.0)
    before = WEIGHTS["frames"] + WEIGHTS["scenes"] + WEIGHTS["sounds"]
    assert abs(told[0].whole - before / sum(WEIGHTS.values())) < 1e-9


makings = st.integers(1, 9).flatmap(
    lambda scenes: st.tuples(
        st.just(scenes),
        st.integers(1, 3),
        st.lists(st.tuples(st.integers(0, 9 * 3 - 1), st.floats(0, 1)), max_size=40),
        st.integers(0, 9 * 3),
    )
)


@given(makings)
def test_the_scene_told_is_the_one_that_is_made(
    making: tuple[int, int, list[tuple[int, float]], int],
) -> None:
    scenes, takes, heard, there = making
    waves: Any = [None] * (scenes * takes)
    missing = max(0, len(waves) - there)
    told: list[JobProgress] = []
    clocks = ClipClocks([1], told.append)
    clocks.told(1, "sounds", 1.0)
    on_done = TakesProgress(waves, missing, lambda f: clocks.told(1, "generate", f, scenes))
    for wave, fraction in heard:
        if wave < missing:  # a batch hears of all of its files at once, over and over
            on_done(Path(str(wave)), fraction)
    for wave in range(missing):
        on_done(Path(str(wave)), 1.0)
    made = [step for step in told if step.stage == "generate"]
    numbers = [step.scene for step in made]
    assert numbers == sorted(numbers) and numbers[-1] == scenes
    assert missing < len(waves) or numbers[0] == 1
    assert all(step.scenes == scenes for step in made)
    assert all(abs(step.scene - step.fraction * scenes) <= 1 + 1e-9 for step in made)
    fractions = [step.fraction for step in made]
    assert fractions == sorted(fractions) and abs(fractions[-1] - 1) < 1e-9


def test_time_left_is_known_once_there_is_something_to_go_by() -> None:
    told: list[JobProgress] = []
    now = [0.0]
    clocks = ClipClocks([1], told.append, lambda: now[0])
    clocks.told(1, "frames", 0.0)
    now[0] = 10.0
    clocks.told(1, "generate", 0.3846153846)
    assert told[0].eta_s is None
    assert told[1].eta_s is not None and abs(told[1].eta_s - 10.0) < 0.1
