"""Puts the scenes of a clip into frames of the timeline that shows it, as `done` holds them."""

from __future__ import annotations

from typing import Any

from v2a.api.job_types import TrackCut
from v2a.client.daemon_answers import DetectedScenes
from v2a.mapping.scene_labels import title_words
from v2a_integrations.bridge.plan import NONE, GivenClip, RequestPlan
from v2a_integrations.stems.whole_frames import nearest_frame


def told(given: GivenClip, plan: RequestPlan, found: DetectedScenes) -> dict[str, Any]:
    """A clip's scenes and cuts as JSON; frames, half-open, are of the program's own timeline."""
    begin, record = given.frames[0] - plan.shift, given.clip.record
    start = record.start if record else NONE
    scenes: list[dict[str, Any]] = []
    for scene in found.scenes:
        first, last = (
            _within(nearest_frame(start + time, plan.rate), given) - plan.shift
            for time in (scene.start, scene.end)
        )
        if first < last:
            scenes.append(
                {
                    "scene": scene.index,
                    "frames": [first, last],
                    "words": title_words(None, scene.labels),
                    "labels": [[words, round(score, 4)] for words, score in scene.labels],
                    "quiet": scene.quiet,
                }
            )
    return {
        "id": given.id,
        "cuts": [_cut(cut, begin) for cut in found.cuts],
        "scenes": scenes,
        "warnings": list(found.warnings),
    }


def _cut(cut: TrackCut, begin: int) -> dict[str, Any]:
    """A cut as JSON; its extent is half-open, and empty for a hard cut."""
    first, last = cut.extent
    extent = [first, last + 1] if cut.kind != "hard" else [cut.frame, cut.frame]
    return {
        "frame": begin + cut.frame,
        "kind": cut.kind,
        "extent": [begin + frame for frame in extent],
    }


def _within(frame: int, given: GivenClip) -> int:
    return min(max(frame, given.frames[0]), given.frames[1])
