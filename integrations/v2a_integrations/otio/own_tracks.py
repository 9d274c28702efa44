"""Finds the tracks, markers and sounds of an earlier run, even if an editor dropped some."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from v2a_integrations.otio import media_links
from v2a_integrations.otio.editor_time import frames, seconds
from v2a_integrations.otio.media import link_of
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.otio.plan import PlannedClip, TimelinePlan
from v2a_integrations.stems.timeline_sounds import media_at, speed_of
from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    import opentimelineio as otio

TRACK = "v2a Foley"
"""Start of the names of our tracks."""
STEMS = ".stems.foley"
"""Ending of the names of our folders."""
SAID = "v2a: "
"""Start of the comments of our markers."""
NAME = re.compile(r"c\d{3,} sc\d{3,}\b")
"""Names of our markers, which are all that some formats keep."""
LOCK = re.compile(r"\s*(?:v2a[\s:]+)?lock(?:ed)?\b", re.IGNORECASE)
"""Start of a marker's name or comment that keeps the sound under it from being replaced."""


@dataclass(frozen=True)
class OwnTracks:
    """A sound clip of an earlier run."""

    clip: otio.schema.Clip
    frames: tuple[int, int]
    """[start, end) in frames of the timeline."""
    entry: Mapping[str, Any]
    """Its entry in the sidecar or in the clip's metadata; empty if it has none."""
    locked: bool


def own_tracks(timeline: otio.schema.Timeline) -> list[otio.schema.Track]:
    """Our audio tracks in a timeline."""
    import opentimelineio as otio

    tracks = [item for item in timeline.tracks if isinstance(item, otio.schema.Track)]
    return [track for track in tracks if track.kind == "Audio" and _is_own(track)]


def own_markers(timeline: otio.schema.Timeline) -> list[otio.schema.Marker]:
    """Our markers on a timeline."""
    return [
        marker
        for marker in timeline.tracks.markers
        if "v2a" in marker.metadata
        or (marker.comment or "").startswith(SAID)
        or any(NAME.match(words or "") for words in (marker.name, marker.comment))
    ]


def own_sounds(timeline: otio.schema.Timeline, folder: Path, rate: Fraction) -> list[OwnTracks]:
    """Our sound clips, with their entries of the sidecars beside their stems."""
    import opentimelineio as otio

    told: dict[Path, Mapping[str, Any]] = {}
    marks = [marker for marker in timeline.tracks.markers if _locks(marker)]
    found: list[OwnTracks] = []
    for track in own_tracks(timeline):
        time = Fraction(0)
        for item in track:
            if isinstance(item, otio.schema.Transition):
                continue
            length = seconds(item.duration()) or Fraction(0)
            if isinstance(item, otio.schema.Clip):
                place = (nearest_frame(time, rate), nearest_frame(time + length, rate))
                entry = _entry(item, folder, told)
                locked = _is_locked(item, entry, [*marks, *track.markers], place, rate)
                found.append(OwnTracks(item, place, entry, locked))
            time += length
    return found


def kept(own: OwnTracks, plan: TimelinePlan, rate: float) -> PlacedSound | None:
    """An earlier sound, moved to where its picture is now; None if that is no longer seen.

    A scene is recognised by its media and the second of the media at which it begins.
    """
    for planned in plan.clips:
        place = _found_again(own, planned, plan.rate)
        if place:
            return moved(own, place, rate)
    return None


def moved(own: OwnTracks, place: tuple[int, int, int], rate: float) -> PlacedSound:
    """An earlier sound at another place: (start, end, where its first frame now lies) in frames."""
    start, end, first = place
    span = own.clip.trimmed_range()
    begin = nearest_frame(seconds(span.start_time) or Fraction(0), _exact(rate)) + start - first
    clip = own.clip.clone()
    clip.source_range = frames(begin, begin + end - start, rate)
    shift = first - own.frames[0]
    file = cast("Sequence[int]", own.entry.get("file_frames") or own.frames)
    entry = dict(own.entry) | {
        "frames": [start, end],
        "file_frames": [file[0] + shift, file[1] + shift],
        "locked": own.locked,
    }
    clip.metadata["v2a"] = entry
    return PlacedSound((start, end), (file[0] + shift, file[1] + shift), clip, entry)


def _found_again(
    own: OwnTracks, planned: PlannedClip, rate: Fraction
) -> tuple[int, int, int] | None:
    entry = own.entry
    same = Path(str(entry.get("media", ""))).name == Path(str(planned.clip.media)).name
    speed = speed_of(planned)
    if not same or "media_start" not in entry or Fraction(entry.get("speed", "1")) != speed:
        return None
    begin = Fraction(str(entry["media_start"]))
    now = media_at(planned, planned.frames[0], rate)
    ahead = (begin - now) / speed if speed else Fraction(0)
    if not speed and begin != now:
        return None
    # What is heard may reach further than the scene, over a dissolve: that moves with it.
    scene = cast("Sequence[int]", entry.get("frames") or own.frames)
    first = planned.frames[0] + nearest_frame(ahead, rate) + own.frames[0] - int(scene[0])
    start = max(first, planned.frames[0])
    end = min(first + own.frames[1] - own.frames[0], planned.frames[1])
    return (start, end, first) if start < end else None


def _is_own(track: otio.schema.Track) -> bool:
    import opentimelineio as otio

    if "v2a" in track.metadata or track.name.startswith(TRACK):
        return True
    clips = [item for item in track if isinstance(item, otio.schema.Clip)]
    return bool(clips) and all(_stems_folder(clip) for clip in clips)


def _stem(clip: otio.schema.Clip) -> str:
    url = link_of(clip.media_reference) if clip.media_reference else ""
    return next(iter(media_links.spellings(url)), "")


def _stems_folder(clip: otio.schema.Clip) -> str:
    """The name of our folder that a clip's stem lies in; "" if it lies in none."""
    parts = media_links.names(_stem(clip))
    return parts[-2] if len(parts) > 1 and parts[-2].endswith(STEMS) else ""


def _entry(
    clip: otio.schema.Clip, folder: Path, told: dict[Path, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The entry of a clip: from the sidecar by its stem's name, or else from its metadata."""
    stems = _stems_folder(clip)
    for path in media_links.spellings(link_of(clip.media_reference) if stems else ""):
        found = media_links.here(path, folder)
        if found is None:
            continue
        sidecar = found.parent.parent / f"{stems.removesuffix(STEMS)}.foley.json"
        if sidecar not in told:
            told[sidecar] = _by_stem(sidecar)
        if entry := told[sidecar].get(found.name):
            return entry
    return cast("Mapping[str, Any]", dict(clip.metadata.get("v2a") or {}))


def _by_stem(sidecar: Path) -> Mapping[str, Any]:
    """The entries of a sidecar by the names of their stems."""
    try:
        document: Any = json.loads(sidecar.read_text("utf-8"))
        return {take["stem"]: scene for scene in document["scenes"] for take in scene["takes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_locked(
    clip: otio.schema.Clip,
    entry: Mapping[str, Any],
    marks: Sequence[otio.schema.Marker],
    place: tuple[int, int],
    rate: Fraction,
) -> bool:
    if entry.get("locked") or dict(clip.metadata.get("v2a") or {}).get("locked"):
        return True
    if any(_locks(marker) for marker in clip.markers):
        return True
    return any(place[0] <= frame < place[1] for frame in _frames_of(marks, rate))


def _frames_of(marks: Sequence[otio.schema.Marker], rate: Fraction) -> Iterator[int]:
    for marker in marks:
        start = seconds(marker.marked_range.start_time)
        if start is not None and _locks(marker):
            yield nearest_frame(start, rate)


def _locks(marker: otio.schema.Marker) -> bool:
    return any(LOCK.match(words or "") for words in (marker.name, marker.comment))


def _exact(rate: float) -> Fraction:
    from v2a_integrations.otio.editor_time import exact_rate

    found = exact_rate(rate)
    assert found is not None
    return found
