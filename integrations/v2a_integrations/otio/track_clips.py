"""Makes clips of audio tracks from sounds and their stems, with the sidecar's entry of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a_integrations.otio.editor_time import frames
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.stems.stem_files import Window
from v2a_integrations.stems.timeline_sounds import HARD, TimelineSound, speed_of

if TYPE_CHECKING:
    import opentimelineio as otio

CHANNEL = {"Source Channel ID": 0, "Source Track ID": 0}
"""Metadata that Resolve needs for a mono clip; a link id would tie it to another clip."""

Link = Callable[[Path], str]


def laid(
    sound: TimelineSound,
    window: Window,
    stems: Mapping[int, Path],
    link: Link,
    rate: float,
    baked: bool,
) -> PlacedSound:
    """A sound as a clip; `stems` are its takes' files, `rate` is the timeline's own float."""
    reach = (sound.frames[0], sound.frames[1])
    if baked:
        reach = (reach[0] - sound.head[0], reach[1] + sound.tail[1])
    entry = entry_of(sound, window, stems)
    clip = _clip(sound, window, stems, link, rate, reach, entry)
    tail = HARD if baked else sound.tail
    return PlacedSound(reach, (window.first, window.last), clip, entry, tail)


def _clip(
    sound: TimelineSound,
    window: Window,
    stems: Mapping[int, Path],
    link: Link,
    rate: float,
    reach: tuple[int, int],
    entry: Mapping[str, Any],
) -> otio.schema.Clip:
    """The clip of a sound, with its takes as media references, so that an editor can try them."""
    import opentimelineio as otio

    whole = frames(0, window.last - window.first, rate)
    default = otio.schema.Clip.DEFAULT_MEDIA_KEY
    references = {
        default if take == sound.scene.take else f"take {take}": otio.schema.ExternalReference(
            link(path), whole
        )
        for take, path in stems.items()
    }
    for reference, path in zip(references.values(), stems.values(), strict=True):
        reference.name = path.stem
    place = frames(reach[0] - window.first, reach[1] - window.first, rate)
    title = f"c{sound.number:03} sc{sound.scene.scene:03} {sound.words}".strip()
    clip = otio.schema.Clip(title, source_range=place)
    clip.set_media_references(references, default)
    clip.metadata["v2a"] = dict(entry)
    clip.metadata["Resolve_OTIO"] = {"Channels": [CHANNEL]}
    return clip


def entry_of(sound: TimelineSound, window: Window, stems: Mapping[int, Path]) -> dict[str, Any]:
    """A scene's entry in the sidecar; times are strings of exact fractions of a second."""
    scene = sound.scene
    onset = sound.first_sample + sound.lead
    return {
        "clip": sound.shown.name,
        "number": sound.number,
        "scene": scene.scene,
        "frames": list(sound.frames),
        "start_sample": onset,
        "samples": scene.samples[1],
        "onset_in_stem": onset - window.sample(window.first),
        "file_frames": [window.first, window.last],
        "overlap": [list(sound.head), list(sound.tail)],
        "media": str(sound.shown.clip.media),
        "media_start": str(sound.media),
        "speed": str(speed_of(sound.shown)),
        "labels": [[words, round(score, 4)] for words, score in scene.labels],
        "mapper": scene.mapper,
        "quiet": scene.quiet,
        "take": scene.take,
        "takes": [
            {
                "take": take.take,
                "seed": take.seed,
                "prompt": take.prompt,
                "stem": stems[take.take].name,
            }
            for take in scene.takes
            if take.take in stems
        ],
        "locked": False,
    }
