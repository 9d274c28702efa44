"""Reads facts of a whole timeline: its rate, its clock, its tracks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.errors import V2AError
from v2a_integrations.otio.editor_time import picture_rate, seconds
from v2a_integrations.otio.flatten import TrackFilter
from v2a_integrations.otio.items import is_video
from v2a_integrations.otio.pieces import NONE

if TYPE_CHECKING:
    import opentimelineio as otio


def rate_of(timeline: otio.schema.Timeline) -> Fraction:
    """A timeline's frames per second: that of its start time, or else of most of its clips."""
    begin = timeline.global_start_time
    if begin is not None and begin.rate != 1 and (rate := picture_rate(begin.rate)):
        return rate
    children = [child for track in timeline.tracks if is_video(track) for child in _parts(track)]
    spans = [span for child in children if (span := child.source_range)]
    rates = [rate for span in spans if (rate := picture_rate(span.duration.rate))]
    if not rates:
        spans = [s for clip in timeline.find_clips() if (s := _clip_span(clip))]
        rates = [rate for span in spans if (rate := picture_rate(span.duration.rate))]
    if not rates:
        raise V2AError(
            "BAD_TIMELINE",
            path=timeline.name or "timeline",
            detail="has no clip that says a frame rate that a picture has",
            hint="say it with --rate",
        )
    return Counter(rates).most_common(1)[0][0]


def spelled(timeline: otio.schema.Timeline, rate: Fraction) -> float:
    """A rate as the float that the timeline itself writes: 29.97 stays 29.97."""
    begin = timeline.global_start_time
    times = [begin] if begin is not None else []
    children = [child for track in timeline.tracks if is_video(track) for child in _parts(track)]
    times += [span.duration for child in children if (span := child.source_range)]
    written = Counter(time.rate for time in times if picture_rate(time.rate) == rate)
    return written.most_common(1)[0][0] if written else float(rate)


def _parts(track: otio.core.Composable) -> list[otio.core.Item]:
    import opentimelineio as otio

    children = track if isinstance(track, otio.core.Composition) else [track]
    return [child for child in children if isinstance(child, otio.core.Item)]


def _clip_span(clip: otio.schema.Clip) -> otio.opentime.TimeRange | None:
    reference = clip.media_reference
    return clip.source_range or (reference.available_range if reference else None)


def start_of(timeline: otio.schema.Timeline) -> Fraction:
    """Seconds on a timeline's own clock at its start; a CMX 3600 list has them on its track."""
    if timeline.global_start_time is not None:
        return seconds(timeline.global_start_time) or NONE
    starts = [track.source_range.start_time for track in timeline.tracks if track.source_range]
    return max((-(seconds(start) or NONE) for start in starts if start.value < 0), default=NONE)


def gaps_between(frames: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Frames that no range covers, from 0 to the end of the last; all ranges are half-open."""
    end = 0
    for first, last in sorted(frames):
        if first > end:
            yield end, first
        end = max(end, last)


def track_filter(wanted: Sequence[str], timeline: otio.schema.Timeline) -> TrackFilter | None:
    """A filter of video tracks by name or number from 1; raises BAD_OPTION for an unknown one."""
    if not wanted:
        return None
    video = [track for track in timeline.tracks if is_video(track)]
    known = {str(k) for k in range(1, len(video) + 1)} | {track.name for track in video}
    if missing := [name for name in wanted if name not in known]:
        raise V2AError(
            "BAD_OPTION",
            detail=f"--tracks {missing[0]} is no track of {timeline.name or 'the timeline'}",
            hint=f"it has: {', '.join(sorted(filter(None, known)))}",
        )
    return lambda number, track: str(number) in wanted or track.name in wanted
