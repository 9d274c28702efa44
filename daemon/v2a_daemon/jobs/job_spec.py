"""A job's request read: its clips with their media, its settings, the takes asked for later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from v2a.api import job_types, proto_codec
from v2a.api.job_types import TimelineClip
from v2a.job_settings import Settings
from v2a.output.foley_names import safe_name
from v2a.types import SceneText
from v2a.v1 import job_pb2 as pb
from v2a.v1 import job_service_pb2 as service_pb
from v2a_daemon.api.allowed_folders import Roots
from v2a_daemon.store.uploads import Uploads

MOST_CLIPS = 10_000


@dataclass(frozen=True)
class ExtraTake:
    """One more take of one scene, asked for after the job was done."""

    clip: int
    scene: int
    seed: int
    text: SceneText | None = None
    """None: the scene's own words."""


@dataclass(frozen=True)
class ClipToDo:
    """One clip of a job."""

    number: int
    """1-based."""
    clip: TimelineClip
    """With the settings' words where it has none of its own."""
    media: Path
    name: str


@dataclass(frozen=True)
class Spec:
    """A job as it is worked on."""

    clips: tuple[ClipToDo, ...]
    settings: Settings
    output: job_types.Output
    extra: tuple[ExtraTake, ...] = ()

    def extras(self, clip: int, scene: int) -> list[ExtraTake]:
        """Takes asked for later, oldest first."""
        return [take for take in self.extra if (take.clip, take.scene) == (clip, scene)]


def read_spec(
    request: service_pb.CreateJobRequest, extra: str, roots: Roots, uploads: Uploads
) -> Spec:
    """The job of a request; raises BAD_OPTION, OUTSIDE_ROOTS, NOT_FOUND, NO_SUCH_UPLOAD and kin."""
    if not 1 <= len(request.clips) <= MOST_CLIPS:
        raise proto_codec.bad_field("clips", f"are {len(request.clips)}, not 1 to {MOST_CLIPS}")
    settings = proto_codec.settings_from_wire(request.settings)
    if settings.scene_texts and len(request.clips) > 1:
        raise proto_codec.bad_field("settings.scene_texts", "do not say which clip; put them there")
    output = proto_codec.output_from_wire(request.output)
    if output.folder is not None:
        output = replace(output, folder=roots.writable(str(output.folder)))
    read = [_clip(message, k, roots, uploads) for k, message in enumerate(request.clips, 1)]
    names = _names([safe_name(clip.name or _stem(clip, media)) for clip, media in read])
    clips = tuple(
        ClipToDo(number, _worded(clip, settings), media, name)
        for number, ((clip, media), name) in enumerate(zip(read, names, strict=True), 1)
    )
    return Spec(clips, settings, output, read_extra(extra))


def _clip(
    message: pb.TimelineClip, number: int, roots: Roots, uploads: Uploads
) -> tuple[TimelineClip, Path]:
    clip = proto_codec.clip_from_wire(message, f"clips[{number}]")
    if isinstance(clip.media, job_types.Upload):
        return clip, uploads.path(clip.media.id)
    return clip, roots.readable(str(clip.media))


def _stem(clip: TimelineClip, media: Path) -> str:
    """As the client calls it: a link keeps its own name."""
    return media.stem if isinstance(clip.media, job_types.Upload) else clip.media.stem


def _worded(clip: TimelineClip, settings: Settings) -> TimelineClip:
    text = settings.text if clip.text is None else clip.text
    return replace(clip, text=text, scene_texts={**settings.scene_texts, **clip.scene_texts})


def _names(wished: list[str]) -> Iterator[str]:
    """The names, later ones numbered where an earlier one would meet them on any file system."""
    taken: set[str] = set()
    for name in wished:
        number, found = 2, name
        while found.casefold() in taken:
            found, number = f"{name}-{number}", number + 1
        taken.add(found.casefold())
        yield found


def read_extra(text: str) -> tuple[ExtraTake, ...]:
    """Extra takes as a row keeps them."""
    return tuple(
        ExtraTake(
            take["clip"],
            take["scene"],
            take["seed"],
            SceneText(**take["text"]) if take["text"] else None,
        )
        for take in json.loads(text or "[]")
    )


def write_extra(takes: tuple[ExtraTake, ...]) -> str:
    """Extra takes for a row."""
    return json.dumps(
        [
            {
                "clip": take.clip,
                "scene": take.scene,
                "seed": take.seed,
                "text": vars(take.text) if take.text else None,
            }
            for take in takes
        ],
        allow_nan=False,
    )
