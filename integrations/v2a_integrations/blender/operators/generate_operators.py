"""Generate Foley: sends what is seen of strips to v2a; the heartbeat lays the sounds later."""

from collections.abc import Sequence
from typing import Any

import bpy

from .. import compat, heartbeat, lay_strips, sentences, start_jobs
from .of_strips import asked

PICTURES = frozenset({"MOVIE", "IMAGE", "MOVIECLIP", "SCENE", "META"})
"""Strips that have a picture of their own."""


class FOLEY_OT_generate(bpy.types.Operator):
    """Make sound for the selected strips; sound strips appear below them when it is done."""

    bl_idname = "foley.generate"
    bl_label = "Generate Foley"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Begin a job."""
        scene = compat.scene_of(context)
        return _start(self, scene, compat.selected(scene), sentences.NOTHING_SELECTED)


class FOLEY_OT_generate_visible(bpy.types.Operator):
    """Make sound for every strip with a picture that is seen in this scene."""

    bl_idname = "foley.generate_visible"
    bl_label = "Generate Foley for All Visible"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Begin a job."""
        scene = compat.scene_of(context)
        strips = [
            strip
            for strip in compat.shown_strips(scene)
            if strip.type in PICTURES and not strip.mute and lay_strips.META not in strip
        ]
        return _start(self, scene, strips, sentences.NOTHING_VISIBLE)


def _start(operator: Any, scene: Any, strips: Sequence[Any], none: str) -> set[str]:
    job = asked(operator, scene, strips, none, start_jobs.JobDraft("generate"))
    if job is None:
        return {"CANCELLED"}
    for said in job.warnings:
        operator.report({"INFO"}, said)
    heartbeat.send(job)
    return {"FINISHED"}


CLASSES = (FOLEY_OT_generate, FOLEY_OT_generate_visible)
