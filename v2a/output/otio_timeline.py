"""The timeline an editor opens: the picture on V1, the stems below it, a marker at every cut.

All times are whole frames of the video's rate, the audio's too: editors expect nothing else.
A stem's own time starts where its file lies in the film, as its `bext` time reference says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from v2a.api.job_types import ALL_KINDS, OutputKind
from v2a.mapping.scene_labels import title_words
from v2a.output.foley_names import clip_name, link
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.tracks.sample_grid import scene_times, to_frames
from v2a.tracks.scene_stem import Stem
from v2a.types import Clip, Cut, SceneSound

if TYPE_CHECKING:
    import opentimelineio as otio

COLOURS = {"hard": "GREEN", "dissolve": "CYAN", "fade": "PURPLE"}
"""OTIO's marker colour of each kind of cut."""


def make_timeline(
    film: FilmWithSound,
    video_url: str,
    timecode: str | None = None,
    written: Collection[OutputKind] = ALL_KINDS,
) -> otio.schema.Timeline:
    """The film as a timeline at its frame rate; a variable rate becomes its nominal one.

    A scene's clip plays its stem if stems are `written`, else its part of the mix, else nothing.
    """
    import opentimelineio as otio

    timeline = otio.schema.Timeline(film.names.name)
    video = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    video.append(_picture(film.clip, video_url, timecode))
    timeline.tracks.append(video)
    for number, stems in enumerate(checkerboard(film.tracks.mix.stems), start=1):
        lane = otio.schema.Track(f"A{number}", kind=otio.schema.TrackKind.Audio)
        _fill(lane, film, {stem.scene for stem in stems}, written)
        timeline.tracks.append(lane)
    for cut, sound in zip(film.segmentation.cuts, film.sounds[1:], strict=True):
        timeline.tracks.markers.append(_marker(film.clip, cut, sound))
    return timeline


def _fill(
    lane: otio.schema.Track, film: FilmWithSound, scenes: set[int], written: Collection[OutputKind]
) -> None:
    """Lay these scenes on an audio track, with gaps between them."""
    import opentimelineio as otio

    rate, end = film.clip.frame_rate, 0
    for scene, sound, used, takes in film.scenes():
        span = [to_frames(time, rate) for time in scene_times(film.clip, scene)]
        if scene.index not in scenes or span[0] == span[1]:
            continue
        if span[0] > end:
            gap = otio.opentime.RationalTime(span[0] - end, float(rate))
            lane.append(otio.schema.Gap(duration=gap))
        made = otio.schema.Clip(
            _title(scene.index, sound), source_range=_range(span[0], span[1], rate)
        )
        key = otio.schema.Clip.DEFAULT_MEDIA_KEY
        references = {
            key if stem is used else f"take {stem.take}": _reference(film, stem)
            for stem in takes
            if "stems" in written
        }
        made.set_media_references(references or {key: _instead(film, "mix" in written)}, key)
        made.metadata["v2a"] = _metadata(film, sound, used, takes)
        lane.append(made)
        end = span[1]


def checkerboard(stems: Sequence[Stem]) -> list[list[Stem]]:
    """One lane of stems, or two in turn where the handles of neighbours overlap."""
    lanes: list[list[Stem]] = [[]]
    for stem in stems:
        free = [lane for lane in lanes if not lane or lane[-1].first + len(lane[-1]) <= stem.first]
        if not free and len(lanes) < 2:
            lanes.append([])
            free = lanes[1:]
        # Only handles can still meet here: the scene before lies on the other lane.
        lane = free[0] if free else min(lanes, key=lambda lane: lane[-1].start)
        lane.append(stem)
    return lanes


def _picture(clip: Clip, url: str, timecode: str | None) -> otio.schema.Clip:
    import opentimelineio as otio

    rate = float(clip.frame_rate)
    start = otio.opentime.RationalTime(0, rate)
    if timecode:
        with suppress(ValueError):
            start = otio.opentime.from_timecode(timecode, rate)
    length = otio.opentime.RationalTime(to_frames(clip.duration, clip.frame_rate), rate)
    if clip.source_times is None:
        span = there = otio.opentime.TimeRange(start, length)
    else:  # how much there is around the part is not known
        before = to_frames(min(clip.source_times), clip.frame_rate)
        start += otio.opentime.RationalTime(before, rate)
        span, there = otio.opentime.TimeRange(start, length), None
    reference = otio.schema.ExternalReference(url, there)
    return otio.schema.Clip(clip_name(clip), reference, span)


def _reference(film: FilmWithSound, stem: Stem) -> otio.schema.ExternalReference:
    """A stem's file and where it lies in the film."""
    import opentimelineio as otio

    rate = film.clip.frame_rate
    ends = (Fraction(place, stem.rate) for place in (stem.first, stem.first + len(stem)))
    first, last = (to_frames(end, rate) for end in ends)
    url = link(film.names.stem(stem.scene, stem.take))
    return otio.schema.ExternalReference(url, _range(first, last, rate))


def _instead(film: FilmWithSound, mix: bool) -> otio.core.MediaReference:
    """The media of a scene's clip where no stems are written: the mix, or none."""
    import opentimelineio as otio

    if not mix:
        return otio.schema.MissingReference()
    rate = film.clip.frame_rate
    span = _range(0, to_frames(film.clip.duration, rate), rate)
    return otio.schema.ExternalReference(link(film.names.mix), span)


def _metadata(
    film: FilmWithSound, sound: SceneSound, used: Stem, takes: Sequence[Stem]
) -> dict[str, Any]:
    origins = [(stem.take, film.origin(stem)) for stem in takes]
    return {
        "scene": used.scene,
        "labels": [[words, round(float(score), 4)] for words, score in sound.labels],
        "prompt": film.origin(used).prompt,
        "mapper": sound.mapper,
        "samples": [used.start, used.start + used.length],
        "handles": [used.lead, used.tail],
        "take": used.take,
        "takes": [{"take": take, **asdict(origin)} for take, origin in origins],
    }


def _marker(clip: Clip, cut: Cut, sound: SceneSound) -> otio.schema.Marker:
    import opentimelineio as otio

    frame = to_frames(clip.frame_times[cut.frame], clip.frame_rate)
    words = title_words(sound.prompt, sound.labels)
    kind = "hard cut" if cut.kind == "hard" else cut.kind
    text = f"{words} ({kind})"  # Kdenlive shows the comment, Resolve the note, others the name.
    metadata: dict[str, Any] = {
        "v2a": {"kind": cut.kind, "score": float(cut.score)},
        "Resolve_OTIO": {"Note": text},
    }
    return otio.schema.Marker(
        name=words,
        marked_range=_range(frame, frame + 1, clip.frame_rate),
        color=COLOURS[cut.kind],
        comment=text,
        metadata=metadata,
    )


def _range(start: int, end: int, rate: Fraction) -> otio.opentime.TimeRange:
    import opentimelineio as otio

    begin = otio.opentime.RationalTime(start, float(rate))
    return otio.opentime.TimeRange(begin, otio.opentime.RationalTime(end - start, float(rate)))


def _title(scene: int, sound: SceneSound) -> str:
    return f"sc{scene:03d} {title_words(sound.prompt, sound.labels)}".strip()
