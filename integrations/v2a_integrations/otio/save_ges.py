"""Fits a timeline to GStreamer Editing Services, before its adapter writes it.

Its projects know no timecode of media, and no rate but that of their tracks. One link that is no
URI keeps a whole project from loading, and hangs whoever renders it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from v2a.errors import V2AError
from v2a_integrations.otio.media import link_of
from v2a_integrations.otio.timeline_facts import rate_of

if TYPE_CHECKING:
    import opentimelineio as otio

OURS = "XGES"
"""Key of the metadata that the adapter reads."""
PICTURE = "video/x-raw, framerate=(fraction){rate}"
SOUND = (
    "audio/x-raw, format=(string)S32LE, channels=(int)2, rate=(int)48000, "
    "layout=(string)interleaved"
)
"""Caps of sound tracks. GES's own default is 44.1 kHz, which would resample every stem."""


def for_ges(timeline: otio.schema.Timeline) -> otio.schema.Timeline:
    """Give a timeline's media clocks that begin at 0, and its tracks its own rate; returns it."""
    import opentimelineio as otio

    for clip in timeline.find_clips():
        _from_zero(clip)
    try:
        rate = rate_of(timeline)
    except V2AError:  # nothing says one: the adapter's own will do
        return timeline
    stacks = timeline.tracks.find_children(descended_from_type=otio.schema.Stack)
    for stack in (timeline.tracks, *stacks):
        _say_rate(stack, rate)
    return timeline


def _from_zero(clip: otio.schema.Clip) -> None:
    """Count the range of a clip from the first frame of its file, as GES does."""
    import opentimelineio as otio

    reference, span = clip.media_reference, clip.source_range
    told = reference.available_range if link_of(reference) else None
    if span is None or told is None or span.start_time < told.start_time:
        return
    clip.source_range = otio.opentime.TimeRange(span.start_time - told.start_time, span.duration)
    zero = otio.opentime.RationalTime(0, told.duration.rate)
    reference.available_range = otio.opentime.TimeRange(zero, told.duration)


def _say_rate(stack: otio.schema.Stack, rate: Fraction) -> None:
    """Add the GES tracks that a stack lacks, at `rate`; those that a project brought stay."""
    import opentimelineio as otio

    module: Any = otio.adapters.from_name("xges").module()
    known = dict(stack.metadata.get(OURS) or {})
    tracks = list(known.get("tracks") or [])
    there = {track.track_type for track in tracks}
    kinds = {
        module.GESTrackType.from_otio_kind(track.kind)
        for track in stack.find_children(descended_from_type=otio.schema.Track)
    }
    for kind in sorted(kinds - there, reverse=True):
        track = module.XgesTrack.new_from_track_type(kind)
        is_picture = kind == module.GESTrackType.VIDEO
        spelt = f"{rate.numerator}/{rate.denominator}"
        caps = PICTURE.format(rate=spelt) if is_picture else SOUND
        track.properties.set("restriction-caps", "string", caps)
        tracks.append(track)
    if tracks:
        stack.metadata[OURS] = {**known, "tracks": tracks}
