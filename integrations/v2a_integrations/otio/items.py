"""Reads an item of a timeline: its length, its range of the media, whether it shows a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from v2a_integrations.otio.editor_time import seconds
from v2a_integrations.otio.item_speed import Unplayable, speed_of
from v2a_integrations.otio.pieces import NONE

if TYPE_CHECKING:
    import opentimelineio as otio

SOLID = ("black", "matte", "bars", "solid", "slug", "colour", "color", "leader", "white")
"""Words in the names of generators that hide what is below; titles do not."""


def item_length(item: otio.core.Composable) -> Fraction | None:
    """Seconds that an item takes in its parent; None where unknown; 0 for a transition."""
    import opentimelineio as otio

    if isinstance(item, otio.schema.Transition):
        return NONE
    if isinstance(item, otio.schema.Clip):
        span = clip_range(item)
        if span is None or not is_premiere(item):
            return max(span[1], NONE) if span else None
        try:
            speed = abs(speed_of(item))
        except Unplayable:
            speed = Fraction(1)
        return span[1] / speed if speed else span[1]
    if not isinstance(item, otio.core.Item):
        return None
    _, used = trim_of(item)
    if used is not None:
        return max(used, NONE)
    return _content_length(item) if isinstance(item, otio.core.Composition) else None


def _content_length(item: otio.core.Composition) -> Fraction:
    import opentimelineio as otio

    lengths = [item_length(child) or NONE for child in item]
    if not isinstance(item, otio.schema.Track):
        return max(lengths, default=NONE)
    fades = [
        child for child in (*item[:1], *item[-1:]) if isinstance(child, otio.schema.Transition)
    ]
    ends = [seconds(t.in_offset if t is item[0] else t.out_offset) or NONE for t in fades]
    return sum(lengths, NONE) + sum(ends, NONE)


def trim_of(item: otio.core.Item) -> tuple[Fraction, Fraction | None]:
    """Start and length (seconds) of an item's own range; length None is all of it."""
    span = item.source_range
    if span is None:
        return NONE, None
    return seconds(span.start_time) or NONE, seconds(span.duration)


def clip_range(clip: otio.schema.Clip) -> tuple[Fraction, Fraction] | None:
    """Start and length (seconds) on the media's own clock that a clip uses; None where unknown."""
    span = clip.source_range
    if span is None:
        reference = clip.media_reference
        span = reference.available_range if reference else None
    if span is None:
        return None
    start, length = seconds(span.start_time), seconds(span.duration)
    if length is not None and start is None and not span.start_time.value:
        start = NONE
    return None if start is None or length is None else (start, length)


def is_video(track: otio.core.Composable) -> bool:
    """Whether a child of a stack is a video track or nested picture."""
    import opentimelineio as otio

    return not isinstance(track, otio.schema.Track) or track.kind == otio.schema.TrackKind.Video


def is_disabled(item: otio.core.Item) -> bool:
    """Whether an editor switched an item off, also in the metadata of FCP 7 XML."""
    told = cast("Mapping[str, Any]", item.metadata).get("fcp_xml")
    fcp = str(told.get("enabled", "")) if isinstance(told, Mapping) else ""
    return not item.enabled or fcp.upper() == "FALSE"


def is_premiere(clip: otio.schema.Clip) -> bool:
    """Whether Premiere wrote a clip: its warped clips' ranges count frames of the source."""
    return "PremierePro_OTIO" in clip.metadata


def is_glass(clip: otio.schema.Clip) -> bool:
    """Whether what is below a clip shows through: a generator that is not known to be solid."""
    import opentimelineio as otio

    reference = clip.media_reference
    if not isinstance(reference, otio.schema.GeneratorReference):
        return False
    kind = reference.generator_kind
    kind = "" if kind == "Slug" else kind  # what the FCP adapter calls everything without a file
    words = f"{clip.name} {reference.name} {kind}".casefold()
    return not any(word in words for word in SOLID)


def clips_in(item: otio.core.Item) -> Sequence[otio.schema.Clip]:
    """The clips of an item, however deep; the item itself if it is a clip."""
    import opentimelineio as otio

    if isinstance(item, otio.schema.Clip):
        return [item]
    return item.find_clips() if isinstance(item, otio.core.Composition) else []
