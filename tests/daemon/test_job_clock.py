"""A job's progress is that of all its clips, and never goes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from v2a.job_clock import WEIGHTS
from v2a.jobs import JobProgress
from v2a_daemon.job_clock import ClipClocks

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


def test_time_left_is_known_once_there_is_something_to_go_by() -> None:
    told: list[JobProgress] = []
    now = [0.0]
    clocks = ClipClocks([1], told.append, lambda: now[0])
    clocks.told(1, "frames", 0.0)
    now[0] = 10.0
    clocks.told(1, "generate", 0.3846153846)
    assert told[0].eta_s is None
    assert told[1].eta_s is not None and abs(told[1].eta_s - 10.0) < 0.1
