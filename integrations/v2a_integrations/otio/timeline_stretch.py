"""Parses a stretch of a timeline as editors write it: in seconds, frames, or timecode.

Its meaning may depend on the timeline: its rate, and where its own clock begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from v2a.api.job_types import Span
from v2a.errors import V2AError
from v2a_integrations.otio.editor_time import clock

HINT = "write seconds (10-25.5), frames (250f-637f) or timecode (01:00:10:00-01:00:25:12)"
SECONDS = re.compile(r"\d+(?:\.\d*)?(?:/\d+)?|\.\d+")
FRAMES = re.compile(r"(\d+)f")
TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})")
Moment = Callable[[Fraction, Fraction], Fraction]
"""Function of a timeline's rate and its clock's start (seconds): seconds from the start."""


@dataclass(frozen=True)
class TimelineStretch:
    """A stretch of a timeline, half-open, as it was written."""

    words: str
    start: Moment
    end: Moment

    def on(self, rate: Fraction, begin: Fraction, length: Fraction) -> Span:
        """The stretch in seconds of a timeline with this rate, clock's start and length (seconds).

        Raises BAD_OPTION for a stretch that is empty, or that lies outside the timeline.
        """
        start, end = (moment(rate, begin) for moment in (self.start, self.end))
        if start >= end:
            raise _bad(self.words, "is not a stretch of time")
        if end <= 0 or start >= length:
            first, last = clock(begin, rate), clock(begin + length, rate)
            raise _bad(self.words, f"lies outside the timeline, which goes from {first} to {last}")
        return Span(start, end - start)


def stretch(words: str) -> TimelineStretch:
    """Parse `10-25.5`, `250f-637f` or `01:00:10:00-01:00:25:12`; raises BAD_OPTION."""
    start, dash, end = words.strip().partition("-")
    if not dash:
        raise _bad(words, "is not a stretch of time")
    return TimelineStretch(words, _moment(start, words), _moment(end, words))


def _moment(said: str, words: str) -> Moment:
    said = said.strip()
    if found := TIMECODE.fullmatch(said):
        hours, minutes, seconds, sign, frame = found.groups()
        count = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        if int(minutes) > 59 or int(seconds) > 59:
            raise _bad(words, f"holds {said}, which is no timecode")
        return _timecode(words, said, count, int(frame), sign == ";")
    if found := FRAMES.fullmatch(said):
        number = int(found[1])
        return lambda rate, begin: number / rate
    try:
        time = Fraction(said) if SECONDS.fullmatch(said) else None
    except ZeroDivisionError:
        time = None
    if time is None:
        raise _bad(words, "is not a stretch of time")
    return lambda rate, begin: time


def _timecode(words: str, said: str, seconds: int, frame: int, drop: bool) -> Moment:
    """The moment of a timecode; with `drop` (a semicolon) it leaves numbers out, as NTSC does."""

    def moment(rate: Fraction, begin: Fraction) -> Fraction:
        whole = round(rate)
        if frame >= whole:
            raise _bad(words, f"has a frame {frame} in {said}, and a second has {whole}")
        count = seconds * whole + frame
        if drop:
            minutes = seconds // 60
            count -= (minutes - minutes // 10) * (whole // 15)
        return count / rate - begin

    return moment


def _bad(words: str, detail: str) -> V2AError:
    return V2AError("BAD_OPTION", detail=f"--range {words} {detail}", hint=HINT)
