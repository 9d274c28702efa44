"""Detect Scenes and its quick preview."""

from typing import Any

import bpy

from .. import compat, heartbeat, scene_cuts, scene_jobs, sentences, start_jobs
from .of_strips import asked


class FOLEY_OT_detect_scenes(bpy.types.Operator):
    """Find the cuts in the selected strips: as markers, or by splitting the strips there."""

    bl_idname = "foley.detect_scenes"
    bl_label = "Detect Scenes"
    bl_options = {"REGISTER"}

    result: bpy.props.EnumProperty(
        name="Result",
        description="What is made of the cuts",
        items=(
            ("MARKERS", "Markers", "A timeline marker at every cut"),
            ("SPLIT", "Split Strips", "The strips are split at every cut"),
        ),
    )

    def execute(self, context: Any) -> set[str]:
        """Ask for the cuts."""
        return _look(self, context, self.result)


class FOLEY_OT_preview(bpy.types.Operator):
    """Count the scenes that the sensitivity finds in the selected strips; nothing is changed."""

    bl_idname = "foley.preview"
    bl_label = "Preview Scenes"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Ask for the number."""
        return _look(self, context, "PREVIEW")


def _look(operator: Any, context: Any, result: str) -> set[str]:
    scene = compat.scene_of(context)
    wish = start_jobs.JobDraft("scenes", result=result)
    job = asked(operator, scene, compat.selected(scene), sentences.NOTHING_SELECTED, wish)
    if job is None:
        return {"CANCELLED"}
    if result == "PREVIEW":
        _drop_previews(scene, job)
        scene_cuts.count_down(scene, job)
    heartbeat.send(job)
    return {"FINISHED"}


def _drop_previews(scene: Any, last: scene_jobs.SceneJob) -> None:
    """Drop earlier previews of the scene: only the last one counts."""
    for job in scene_jobs.all_jobs(scene):
        if job.placing.get("result") == "PREVIEW" and job is not last:
            heartbeat.cancel(job)


CLASSES = (FOLEY_OT_detect_scenes, FOLEY_OT_preview)
