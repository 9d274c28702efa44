"""Open Report: shows the report page of a job in the browser."""

from typing import Any

import bpy

from .. import compat, heartbeat, scene_jobs, sentences, start_jobs, strip_marks
from .of_job import OfJob
from .take_operators import chosen


class FOLEY_OT_open_report(OfJob, bpy.types.Operator):
    """Show the report of a job in the browser: pictures, cuts, curves, players."""

    bl_idname = "foley.open_report"
    bl_label = "Open Report"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Ask for it; it opens when it is there."""
        scene = compat.scene_of(context)
        name = _job_name(scene, self.request)
        if not name:
            self.report({"WARNING"}, sentences.NOT_THERE_YET)
            return {"CANCELLED"}
        heartbeat.send(start_jobs.begin_report(scene, name))
        return {"FINISHED"}


def _job_name(scene: Any, request: str) -> str:
    """The daemon's name of a job: of the request, of its strips, or of the active strip."""
    job = scene_jobs.job_of(request)
    if job is not None and job.job:
        return job.job
    own = [mark for _, mark in strip_marks.foley_strips(scene) if mark.request == request]
    own = own or [mark for _, mark in chosen(scene) if not request]
    return own[0].job if own else ""


CLASSES = (FOLEY_OT_open_report,)
