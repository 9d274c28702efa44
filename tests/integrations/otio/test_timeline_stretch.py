"""`--range` in seconds, frames and timecode, and what is no stretch of a timeline."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.api.job_types import Span
from v2a.errors import V2AError
from v2a_integrations.otio.timeline_stretch import stretch

HOUR = Fraction(3600)
NTSC = Fraction(30000, 1001)


def frames(words: str, rate: Fraction, begin: Fraction = Fraction(0)) -> tuple[Fraction, Fraction]:
    found = stretch(words).on(rate, begin, 10 * HOUR)
    return found.start * rate, found.end * rate


@pytest.mark.parametrize(
    ("words", "rate", "begin", "expected"),
    [
        ("10-25", Fraction(25), HOUR, (250, 625)),
        ("0.5-3/2", Fraction(24), Fraction(0), (12, 36)),
        ("7f-19f", NTSC, HOUR, (7, 19)),
        ("1-50f", Fraction(25), HOUR, (25, 50)),
        ("01:00:10:00-01:00:25:12", Fraction(25), HOUR, (250, 637)),
        ("00:00:00:00 - 00:00:01:00", Fraction(25), Fraction(0), (0, 25)),
        ("00:59:50:00-01:00:02:00", Fraction(25), HOUR, (-250, 50)),
        ("00:00:10:00-00:01:00:00", NTSC, Fraction(0), (300, 1800)),
        ("00:00:59;29-00:01:00;02", NTSC, Fraction(0), (1799, 1800)),
        ("00:09:59;29-00:10:00;00", NTSC, Fraction(0), (17981, 17982)),
    ],
)
def test_words_are_frames_of_the_timeline(
    words: str, rate: Fraction, begin: Fraction, expected: tuple[int, int]
) -> None:
    assert frames(words, rate, begin) == expected


@given(st.integers(0, 80_000), st.integers(1, 5_000), st.sampled_from([24, 25, 30, 50, 60]))
def test_timecode_counts_as_the_plan_prints_it(first: int, length: int, rate: int) -> None:
    from v2a_integrations.otio.editor_time import clock

    exact = Fraction(rate)
    ends = (HOUR + Fraction(frame, rate) for frame in (first, first + length))
    words = "-".join(clock(end, exact) for end in ends)
    assert frames(words, exact, HOUR) == (first, first + length)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        *((words, "not a stretch of time") for words in ("", "5", "-", "5-2", "5-5", "1/0-2")),
        *((words, "not a stretch of time") for words in ("a-b", "1:00-2:00", "5f", "1.2.3-4")),
        ("01:60:00:00-02:00:00:00", "holds 01:60:00:00, which is no timecode"),
        ("01:00:00:25-01:00:05:00", "has a frame 25 in 01:00:00:25, and a second has 25"),
        ("00:00:10:00-00:00:20:00", "goes from 01:00:00:00 to 01:00:40:00"),
        ("40-50", "goes from 01:00:00:00 to 01:00:40:00"),
    ],
)
def test_what_is_none_is_told_with_the_ways_to_say_it(words: str, says: str) -> None:
    with pytest.raises(V2AError) as told:
        stretch(words).on(Fraction(25), HOUR, Fraction(40))
    assert says in told.value.message and "01:00:10:00-01:00:25:12" in told.value.remedy
    assert told.value.message.startswith(f"--range {words}".strip())


def test_a_stretch_that_begins_before_the_timeline_is_as_much_of_it_as_there_is() -> None:
    assert stretch("00:59:59:00-01:00:01:00").on(Fraction(25), HOUR, HOUR) == Span(
        Fraction(-1), Fraction(2)
    )
