"""Shows the cuts of Detect Scenes: as markers, as split strips, or only their number."""

from __future__ import annotations

from typing import Any

from . import compat, follow, strip_marks
from .bridge_facts import KNOWN, Preview
from .follow import StripOrigin
from .scene_jobs import SceneJob

MARKER = "Scene {scene} {words}"
LONGEST_NAME = 60
"""Most letters of a marker's name: Blender keeps 63 bytes."""


def place(scene: Any, job: SceneJob) -> bool:
    """Show the cuts of a job as its result says (markers, split strips, a number)."""
    if job.placing["result"] == "PREVIEW":
        count = sum(len(clip["scenes"]) for clip in job.sounds)
        KNOWN.previews[scene.name] = Preview(job.placing["sensitivity"], len(job.origins), count)
    elif job.placing["result"] == "SPLIT":
        _split(scene, job)
    else:
        _mark(scene, job)
    return True


def ended(job: SceneJob) -> None:
    """Show the error of a preview that failed in the panel."""
    if job.placing.get("result") == "PREVIEW" and job.error is not None:
        found = KNOWN.previews.get(job.scene_name)
        if found is not None:
            found.error = job.error.message


def _cut_frames(scene: Any, job: SceneJob) -> list[tuple[StripOrigin, int, str, int]]:
    """Cuts of a job as (strip, Blender's frame now, words of the scene after it, its number)."""
    first = int(job.placing["first_frame"])
    found: list[tuple[StripOrigin, int, str, int]] = []
    for origin in map(StripOrigin.read, job.origins):
        pieces, _ = follow.pieces_of(scene, origin)
        for clip in job.sounds:
            if clip["id"] not in origin.clips:
                continue
            for part in clip["scenes"][1:]:
                then = part["frames"][0] + first
                words = str(part.get("words") or "")
                for piece in follow.placed((then, then + 1), pieces):
                    found.append((origin, then + piece.shift, words, part["scene"]))
    return found


def _mark(scene: Any, job: SceneJob) -> None:
    there = {marker.frame for marker in scene.timeline_markers}
    for _, frame, words, number in _cut_frames(scene, job):
        if frame not in there:
            name = MARKER.format(scene=number, words=words).strip()
            scene.timeline_markers.new(name[:LONGEST_NAME], frame=frame)
            there.add(frame)
            job.placed += 1


def _split(scene: Any, job: SceneJob) -> None:
    for origin, frame, _, _ in _cut_frames(scene, job):
        for strip in list(compat.all_strips(scene)):
            inside = compat.start(strip) < frame < compat.end(strip)
            if strip.get(strip_marks.SOURCE) == origin.source and inside and not strip.lock:
                strip.split(frame, "SOFT")
                job.placed += 1
                break


def count_down(scene: Any, job: SceneJob) -> None:
    """Show in the panel that scenes are being counted."""
    KNOWN.previews[scene.name] = Preview(job.placing["sensitivity"], len(job.origins))
