"""Writes our audio tracks and markers into a timeline; all other tracks stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from v2a_integrations.otio.editor_time import frames, rational, seconds
from v2a_integrations.otio.own_tracks import SAID, TRACK, own_markers, own_tracks
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.stems.timeline_sounds import HARD
from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    import opentimelineio as otio

COLOUR = "GREEN"
"""Colour of our markers; chosen."""


def replace_tracks(
    timeline: otio.schema.Timeline,
    lanes: Sequence[Sequence[PlacedSound]],
    rate: Fraction,
    spelled: float,
) -> None:
    """Put lanes as tracks after all others, in place of those of an earlier run.

    Frames count at `rate` a second, which the timeline writes as the float `spelled`.
    """
    stack = timeline.tracks
    for track in own_tracks(timeline):
        del stack[list(stack).index(track)]
    marks = own_markers(timeline)
    for marker in marks:
        del stack.markers[list(stack.markers).index(marker)]
    begin = seconds(stack.source_range.start_time) if stack.source_range else None
    origin = nearest_frame(begin or Fraction(0), rate)
    for number, lane in enumerate(lanes):
        stack.append(_track(lane, f"{TRACK} {_letter(number)}", origin, spelled))
    for laid in sorted((laid for lane in lanes for laid in lane), key=lambda laid: laid.frames):
        stack.markers.append(_marker(laid, origin, spelled))


def _track(lane: Sequence[PlacedSound], name: str, origin: int, rate: float) -> otio.schema.Track:
    import opentimelineio as otio

    track = otio.schema.Track(name, kind=otio.schema.TrackKind.Audio)
    track.metadata["v2a"] = {"foley": True}
    track.metadata["Resolve_OTIO"] = {"Audio Type": "Mono", "Locked": False, "SoloOn": False}
    end = -origin
    for k, laid in enumerate(lane):
        if laid.frames[0] > end:
            track.append(otio.schema.Gap(source_range=frames(0, laid.frames[0] - end, rate)))
        elif k and lane[k - 1].tail != HARD:
            track.append(_crossfade(lane[k - 1], rate))
        track.append(laid.clip)
        end = laid.frames[1]
    return track


def _crossfade(before: PlacedSound, rate: float) -> otio.schema.Transition:
    import opentimelineio as otio

    inside, outside = (rational(frame, rate) for frame in before.tail)
    kind = otio.schema.TransitionTypes.SMPTE_Dissolve
    return otio.schema.Transition("Crossfade", kind, inside, outside)


def _marker(laid: PlacedSound, origin: int, rate: float) -> otio.schema.Marker:
    """A marker at a sound: Kdenlive shows its comment, Resolve its note, others its name."""
    import opentimelineio as otio

    start = laid.entry.get("frames", laid.frames)[0] + origin
    words = laid.clip.name
    metadata: dict[str, Any] = {
        "v2a": {"scene": laid.entry.get("scene"), "clip": laid.entry.get("number")},
        "Resolve_OTIO": {"Note": f"{SAID}{words}"},
    }
    return otio.schema.Marker(
        name=words,
        marked_range=frames(start, start + 1, rate),
        color=COLOUR,
        comment=f"{SAID}{words}",
        metadata=metadata,
    )


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)
