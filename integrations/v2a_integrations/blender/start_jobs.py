"""Begins jobs: strips become a request line, after a rendering where one is needed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import uuid4

import bpy

from . import (
    compat,
    folders,
    follow,
    frame_rates,
    panel_settings,
    rendered_movies,
    scene_jobs,
    sentences,
    strip_marks,
    visible_media,
)
from .plain_types import VisibleMedia
from .scene_jobs import SceneJob, Verb
from .strip_marks import Mark

renderings: dict[str, rendered_movies.Rendering] = {}
"""Renderings of jobs, by request."""


class CannotBegin(Exception):
    """No job can begin; the message says why in one sentence."""


@dataclass(frozen=True)
class JobDraft:
    """What is to be done for strips: the verb, a title, and where scenes are shown."""

    verb: Verb
    title: str = ""
    result: str = ""
    """For the verb "scenes": MARKERS, SPLIT or PREVIEW."""


def begin(scene: Any, strips: Sequence[Any], wish: JobDraft) -> SceneJob:
    """Begin a job for strips; raises CannotBegin where none of them has a picture to send."""
    found = visible_media.seen(scene, strips)
    if not found.clips and not found.to_render:
        raise CannotBegin(_why_nothing(found))
    job = SceneJob(
        request=str(uuid4()),
        verb=wish.verb,
        scene_id=scene_jobs.identity_of(scene),
        scene_name=scene.name,
        title=wish.title or _title(found),
        line={},
        placing=panel_settings.for_placing(scene.foley)
        | {"first_frame": frame_rates.origin(scene), "result": wish.result},
        origins=_origins(scene, found),
        warnings=[f"{one.strip}: {one.reason}" for one in found.refused],
    )
    folder, said = folders.for_sounds(scene.foley.folder)
    job.warnings += said if wish.verb == "generate" else []
    _write_line(scene, job, found, str(folder))
    if found.to_render:
        _render(scene, job, found)
    return scene_jobs.add(job)


def begin_take(scene: Any, mark: Mark, said: dict[str, Any]) -> SceneJob:
    """Begin a job for one more take of a scene; `said` are fields of its request."""
    folder, warnings = folders.for_sounds(scene.foley.folder)
    request = str(uuid4())
    ranges = {name: list(getattr(mark, name)) for name in strip_marks.PAIRS}
    job = SceneJob(
        request=request,
        verb="regenerate",
        scene_id=scene_jobs.identity_of(scene),
        scene_name=scene.name,
        title=f"{mark.clip}, scene {mark.scene}",
        line={"id": request, "do": "regenerate", "request": request, "job": mark.job}
        | {"clip": mark.number, "scene": mark.scene, "folder": str(folder)}
        | mark.line
        | ranges
        | said,
        placing=panel_settings.for_placing(scene.foley) | {"key": mark.key},
        warnings=warnings,
    )
    return scene_jobs.add(job)


def begin_report(scene: Any, name: str) -> SceneJob:
    """Begin a job for the report page of a job of the daemon's, by its name."""
    folder, _ = folders.for_sounds(scene.foley.folder)
    request = str(uuid4())
    return scene_jobs.add(
        SceneJob(
            request=request,
            verb="report",
            scene_id=scene_jobs.identity_of(scene),
            scene_name=scene.name,
            title=sentences.REPORT.format(job=name),
            line={"id": request, "do": "report", "request": request}
            | {"job": name, "folder": str(folder)},
        )
    )


def go_on(job: SceneJob) -> bool:
    """Read the progress of a rendering; returns whether the job has its line and may be sent."""
    rendering = renderings.get(job.request)
    if rendering is None:
        job.fail("RENDERING_LOST", sentences.RENDERING_LOST)
        return False
    job.progress.whole = 0.0
    job.progress.fraction = rendering.poll()
    if not rendering.done:
        return False
    del renderings[job.request]
    for refused in rendering.refused:
        job.warn(f"{refused.strip}: {refused.reason}")
    clips = [clip.line() for clip in rendering.clips] + job.line["clips"]
    if not clips:
        job.fail("NOTHING_TO_SEND", job.warnings[-1])
        return False
    job.line["clips"] = sorted(clips, key=lambda clip: Fraction(clip["record"][0]))
    job.state = "sent"
    return True


def drop_rendering(job: SceneJob) -> None:
    """Cancel the rendering of a job."""
    rendering = renderings.pop(job.request, None)
    if rendering is not None:
        rendering.cancel()


def discard_movies(job: SceneJob) -> None:
    """Remove movies that were rendered for a job that is over."""
    media = {clip.get("media", "") for clip in job.line.get("clips", ())}
    folder = job.placing.get("movies")
    if folder:
        rendered_movies.discard(media, folder)


def _write_line(scene: Any, job: SceneJob, found: VisibleMedia, folder: str) -> None:
    job.line = {
        "id": job.request,
        "do": job.verb,
        "request": job.request,
        "rate": str(found.rate),
        "clips": [clip.line() for clip in found.clips],
        "settings": panel_settings.for_bridge(scene.foley),
    }
    if job.verb == "generate":
        job.line |= {"title": _name(job), "folder": folder, "mixer": frame_rates.clock(scene)}


def _name(job: SceneJob) -> str:
    """The name for a job's files: the .blend file and the scene."""
    path = bpy.path.display_name_from_filepath(bpy.data.filepath) if bpy.data.filepath else ""
    return " ".join(part for part in (path, job.scene_name) if part)


def _render(scene: Any, job: SceneJob, found: VisibleMedia) -> None:
    folder, _ = folders.of_user()
    try:
        renderings[job.request] = rendered_movies.Rendering(scene, found.to_render, str(folder))
    except (OSError, RuntimeError) as error:
        if not found.clips:
            raise CannotBegin(sentences.CANNOT_RENDER.format(why=error)) from None
        job.warn(sentences.CANNOT_RENDER.format(why=error))
        return
    job.placing["movies"] = str(folder)
    job.state = "rendering"


def _origins(scene: Any, found: VisibleMedia) -> list[dict[str, Any]]:
    clips: dict[str, list[str]] = {}
    for part in (*found.clips, *found.to_render):
        clips.setdefault(part.strip, []).append(part.id)
    made = []
    for name, ids in clips.items():
        strip = compat.strip_named(scene, name)
        made.append(follow.origin_of(strip, ids).told())
    return made


def _title(found: VisibleMedia) -> str:
    names = list(dict.fromkeys(part.strip for part in (*found.clips, *found.to_render)))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return names[0] + more


def _why_nothing(found: VisibleMedia) -> str:
    if not found.refused:
        return sentences.NOTHING_SELECTED
    first = found.refused[0]
    return sentences.NOTHING_SENT.format(why=f"{first.strip}: {first.reason}")


def again(job: SceneJob) -> SceneJob:
    """Begin an ended job again: as the same request where the daemon may still have its result."""
    if _movies_gone(job):
        return _anew(job)
    same = job.error is not None and job.error.reason in SAME_REQUEST
    request = job.request if same else str(uuid4())
    line = job.line | {"id": request, "request": request} if job.line else {}
    fresh = replace(
        job, request=request, line=line, state="sent", error=None, cancelling=False, note="",
        progress=scene_jobs.SceneJobProgress(), warnings=list(job.warnings), sounds=[],
    )  # fmt: skip
    scene_jobs.forget(job.request)
    return scene_jobs.add(fresh)


def _movies_gone(job: SceneJob) -> bool:
    """Whether movies were to be rendered for a job, and are not all there."""
    folder = job.placing.get("movies")
    media = (str(clip.get("media", "")) for clip in job.line.get("clips", ()))
    made = [path for path in media if folder and path.startswith(folder)]
    return bool(folder) and not (made and all(map(os.path.isfile, made)))


def _anew(job: SceneJob) -> SceneJob:
    """A new job for the strips, as they are now, of one whose movies are missing."""
    scene = scene_jobs.find_scene(job)
    sources = {origin["source"] for origin in job.origins}
    strips = (
        [s for s in compat.all_strips(scene) if s.get(strip_marks.SOURCE) in sources]
        if scene
        else []
    )
    fresh = begin(scene, strips, JobDraft(job.verb, job.title, job.placing["result"]))
    scene_jobs.forget(job.request)
    return fresh


SAME_REQUEST: Iterable[str] = frozenset(
    {
        "V2A_MISSING", "V2A_OTHER", "V2A_SILENT", "V2A_PROTOCOL", "V2A_ENDS", "NO_SCENE",
        "DAEMON_NOT_RUNNING", "DAEMON_LOST", "DAEMON_STATE", "DAEMON_VERSION", "DRAINING",
        "DISK_FULL", "OUTPUT_READ_ONLY", "FILE_MISSING",
    }
)  # fmt: skip
"""Reasons of errors after which the same request is sent again: the job itself is not at fault."""
