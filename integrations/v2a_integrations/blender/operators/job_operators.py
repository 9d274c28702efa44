"""Jobs in the panel: cancel, retry, forget, details."""

from typing import Any

import bpy

from .. import heartbeat, scene_jobs, sentences, start_jobs
from .of_job import OfJob


class FOLEY_OT_cancel(OfJob, bpy.types.Operator):
    """Stop this job; nothing of it is placed."""

    bl_idname = "foley.cancel"
    bl_label = "Cancel"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Stop it."""
        job = self.job()
        if job is None or not job.unfinished:
            return {"CANCELLED"}
        heartbeat.cancel(job)
        return {"FINISHED"}


class FOLEY_OT_retry(OfJob, bpy.types.Operator):
    """Try this job again; what was made already is not made twice."""

    bl_idname = "foley.retry"
    bl_label = "Retry"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Begin it again."""
        job = self.job()
        if job is None or job.unfinished:
            return {"CANCELLED"}
        try:
            heartbeat.send(start_jobs.again(job))
        except start_jobs.CannotBegin as why:
            self.report({"WARNING"}, str(why))
            return {"CANCELLED"}
        return {"FINISHED"}


class FOLEY_OT_forget(OfJob, bpy.types.Operator):
    """Take this job off the list; its sounds stay."""

    bl_idname = "foley.forget"
    bl_label = "Forget"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Take it off."""
        job = self.job()
        if job is None:
            return {"CANCELLED"}
        if job.unfinished:
            heartbeat.cancel(job)
        start_jobs.discard_movies(job)
        scene_jobs.forget(job.request)
        return {"FINISHED"}


class FOLEY_OT_details(OfJob, bpy.types.Operator):
    """Show all that is known of this job, and copy it: its error, its notes, what v2a wrote."""

    bl_idname = "foley.details"
    bl_label = "Details"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Show it, and copy it to the clipboard."""
        job = self.job()
        if job is None:
            return {"CANCELLED"}
        context.window_manager.clipboard = sentences.details(job)
        if bpy.app.background:
            self.report({"INFO"}, sentences.details(job))
        else:
            context.window_manager.popup_menu(_lines(job), title=job.title, icon="INFO")
        return {"FINISHED"}


def _lines(job: scene_jobs.SceneJob) -> Any:
    def draw(popup: Any, _context: Any) -> None:
        for line in sentences.details(job).splitlines():
            popup.layout.label(text=line)

    return draw


CLASSES = (FOLEY_OT_cancel, FOLEY_OT_retry, FOLEY_OT_forget, FOLEY_OT_details)
