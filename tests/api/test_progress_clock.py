"""A job's clock: progress never goes back, ends at one, and its guess of the rest is sane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.api.progress_clock import WEIGHTS, JobClock, parts
from v2a.errors import V2AError
from v2a.types import Progress


class FakeTime:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def play(paces: dict[str, float], steps: int = 10) -> tuple[list[Progress], JobClock, float]:
    """A job whose stages take `paces` seconds; its progress, its clock and when it ended."""
    seen: list[tuple[float, Progress]] = []
    time = FakeTime()
    job = JobClock(lambda step: seen.append((time.now, step)), None, WEIGHTS, time)
    for name, seconds in paces.items():
        with job.stage(name, scenes=4) as report:
            for step in range(1, steps + 1):
                time.now += seconds / steps
                report(step / steps)
    return [step for _, step in seen], job, time.now


@given(st.lists(st.floats(0, 1000), min_size=5, max_size=5))
def test_the_whole_grows_to_one(seconds: list[float]) -> None:
    steps, job, _ = play(dict(zip(WEIGHTS, seconds, strict=True)))
    wholes = [step.whole for step in steps]
    assert wholes == sorted(wholes) and wholes[0] == 0 and wholes[-1] == pytest.approx(1)
    assert all(step.of == 4 and step.scene for step in steps)
    for stage in WEIGHTS:
        numbers = [step.scene or 0 for step in steps if step.stage == stage]
        assert numbers == sorted(numbers) and (numbers[0], numbers[-1]) == (1, 4)
    assert all(abs((step.scene or 0) - step.fraction * 4) <= 1 for step in steps)
    assert all(step.eta_s is None or step.eta_s >= 0 for step in steps)
    assert job.seconds == pytest.approx(dict(zip(WEIGHTS, seconds, strict=True)), abs=1e-6)


def test_the_time_left_is_right_when_the_usual_shares_are() -> None:
    steps, _, end = play({name: 2 * share for name, share in WEIGHTS.items()})
    total = sum(2 * share for share in WEIGHTS.values())
    for step in steps:
        if step.eta_s is not None:
            assert step.eta_s == pytest.approx(total * (1 - step.whole), abs=1e-6)
    assert steps[-1].eta_s == 0 and end == pytest.approx(100 + total)


def test_every_report_asks_whether_to_stop() -> None:
    stop = False
    job = JobClock(should_stop=lambda: stop)
    with pytest.raises(V2AError, match="was cancelled"), job.stage("frames") as report:
        report(0.1)
        stop = True
        report(0.2)
    with pytest.raises(V2AError), job.timed("load"):
        pass


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=8))
def test_parts_cover_a_stage(sizes: list[float]) -> None:
    heard: list[float] = []
    for part in parts(heard.append, sizes):
        part(0.0)
        part(1.0)
    assert heard[0] == 0 and heard[-1] == pytest.approx(1) and heard == sorted(heard)
