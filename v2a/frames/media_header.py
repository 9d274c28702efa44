"""The header of a media file, as clients read it before any job."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class MediaFacts:
    """A file's header, which may be wrong; decoding alone is certain."""

    duration: Fraction | None
    """Seconds."""
    frame_rate: Fraction | None
    timecode: Fraction
    """Seconds of the file's start timecode, 0 where it has none."""
    has_timecode: bool


def look(path: Path) -> MediaFacts:
    """Read the header of a video; raises NOT_FOUND, NO_PERMISSION, NOT_MEDIA, NO_VIDEO and kin."""
    from v2a.frames.open_media import open_media, picture_stream, promised_duration

    with open_media(path) as container:
        stream = picture_stream(container, path)
        rate = stream.average_rate or stream.guessed_rate
        places = (stream.metadata, *(s.metadata for s in container.streams), container.metadata)
        words = next((found for place in places if (found := place.get("timecode"))), "")
        seconds = timecode_seconds(words, rate) if rate else None
        return MediaFacts(
            promised_duration(container, stream), rate, seconds or Fraction(0), seconds is not None
        )


def timecode_seconds(words: str, rate: Fraction) -> Fraction | None:
    """Seconds of "hh:mm:ss:ff" (";" before the frames: drop-frame) at a rate; None if it is none.

    Source: SMPTE ST 12-1, drop-frame compensation.
    """
    found = re.fullmatch(r"(\d\d):(\d\d):(\d\d)([:;.,])(\d\d+)", words.strip())
    if not found:
        return None
    hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
    whole = round(rate)
    if frames >= whole:
        return None
    count = ((hours * 60 + minutes) * 60 + seconds) * whole + frames
    if found[4] in ";," and rate.denominator != 1:
        passed = hours * 60 + minutes
        count -= (passed - passed // 10) * round(whole / 15)
    return count / rate
