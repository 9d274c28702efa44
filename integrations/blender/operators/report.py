"""Open Report: what was found and made, in the browser."""

from typing import Any

import bpy

from .. import begin, compat, jobs, marks, messages, step
from .of_job import OfJob
from .takes import chosen


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
            self.report({"WARNING"}, messages.NOT_THERE_YET)
            return {"CANCELLED"}
        step.send(begin.begin_report(scene, name))
        return {"FINISHED"}


def _job_name(scene: Any, request: str) -> str:
    """The daemon's name of a job: of a request, of its strips, or of the strip that is chosen."""
    job = jobs.job_of(request)
    if job is not None and job.job:
        return job.job
    own = [mark for _, mark in marks.foley_strips(scene) if mark.request == request]
    own = own or [mark for _, mark in chosen(scene) if not request]
    return own[0].job if own else ""


CLASSES = (FOLEY_OT_open_report,)
