"""Fits a timeline to AAF: whole frames of one rate, every clip with a range of its media.

A cut of mixed rates is conformed as editors conform it on export: each edge goes to the nearest
frame of the timeline, and the picture stays in time with itself.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.errors import V2AError
from v2a_integrations.otio.editor_time import frames, nearest_frame, seconds
from v2a_integrations.otio.timeline_facts import rate_of, spelled

if TYPE_CHECKING:
    import opentimelineio as otio

NONE = Fraction(0)


def for_aaf(timeline: otio.schema.Timeline) -> otio.schema.Timeline:
    """Conform a timeline to one rate and return it; one without a known rate stays as it is."""
    import opentimelineio as otio

    try:
        rate = rate_of(timeline)
    except V2AError:
        return timeline
    spelt = spelled(timeline, rate)
    for stack in timeline.tracks.find_children(descended_from_type=otio.schema.Stack):
        _trim(stack)
    for clip in timeline.find_clips():
        _fill_in(clip)
    for track in timeline.find_children(descended_from_type=otio.schema.Track):
        _conform(track, rate, spelt)
    return timeline


def _trim(stack: otio.schema.Stack) -> None:
    """Apply a nested part's trim to its tracks: the adapter writes nested parts whole."""
    import opentimelineio as otio

    span = stack.source_range
    if span is None or not all(isinstance(track, otio.schema.Track) for track in stack):
        return
    try:
        trimmed = [otio.algorithms.track_trimmed_to_range(track, span) for track in stack]
    except otio.exceptions.CannotTrimTransitionsError:
        return
    stack[:] = trimmed
    stack.source_range = None


def _fill_in(clip: otio.schema.Clip) -> None:
    """Give media without an available range the range that its clip uses."""
    import opentimelineio as otio

    reference = clip.media_reference
    if clip.source_range is not None and reference is not None and not reference.available_range:
        reference.available_range = clip.source_range
        clip.media_reference = reference
    elif clip.source_range is not None and reference is None:
        clip.media_reference = otio.schema.MissingReference(available_range=clip.source_range)


def _conform(track: otio.schema.Track, rate: Fraction, spelt: float) -> None:
    """Conform every item of a track to whole frames, without adding up rounding errors."""
    import opentimelineio as otio

    time = NONE
    for item in track:
        if not isinstance(item, otio.core.Item):
            continue
        span = item.trimmed_range()
        length = seconds(span.duration) or NONE
        first, last = nearest_frame(time, rate), nearest_frame(time + length, rate)
        begin = nearest_frame(seconds(span.start_time) or NONE, rate)
        item.source_range = frames(begin, begin + last - first, spelt)
        if isinstance(item, otio.schema.Clip):
            _conform_media(item, rate, spelt)
        time += length


def _conform_media(clip: otio.schema.Clip, rate: Fraction, spelt: float) -> None:
    for reference in clip.media_references().values():
        if told := reference.available_range:
            first = nearest_frame(seconds(told.start_time) or NONE, rate)
            length = nearest_frame(seconds(told.duration) or NONE, rate)
            reference.available_range = frames(first, first + length, spelt)
