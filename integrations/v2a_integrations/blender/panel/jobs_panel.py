"""Jobs of this scene: how far each is, what became of it, and what can be done about it."""

from __future__ import annotations

from typing import Any

import bpy

from .. import compat, drawing, sentences
from ..scene_jobs import SceneJob, all_jobs
from .sidebar import Sidebar, count

MOST_JOBS = 6
"""Most jobs that are shown, the latest first, beside all unfinished ones; chosen."""
ICONS = {"done": "CHECKMARK", "failed": "ERROR", "cancelled": "CANCEL", "waiting": "SORTTIME"}


class FOLEY_PT_jobs(Sidebar, bpy.types.Panel):
    """What v2a works at, or has done."""

    bl_idname = "FOLEY_PT_jobs"
    bl_label = "Jobs"
    bl_order = 1

    @classmethod
    def poll(cls, context: Any) -> bool:
        """While there are any."""
        return super().poll(context) and bool(all_jobs(compat.scene_of(context)))

    def draw(self, context: Any) -> None:
        """A box for each."""
        found = all_jobs(compat.scene_of(context))
        latest = {job.request for job in found[-MOST_JOBS:]}
        for job in reversed(found):
            if job.unfinished or job.request in latest:
                _job(self.layout.box().column(align=True), context, job)


def _job(layout: Any, context: Any, job: SceneJob) -> None:
    head = layout.row(align=True)
    head.label(text=job.title, icon=ICONS.get(job.state, "PLAY_SOUND"))
    if job.unfinished:
        _going(layout, context, job)
        if not job.cancelling:
            _button(head, "cancel", job, "X")
    else:
        _ended(layout, context, job)
        _button(head, "forget", job, "X")


def _going(layout: Any, context: Any, job: SceneJob) -> None:
    drawing.bar(layout, job, "" if job.state == "waiting" else sentences.state_words(job))
    if job.state == "waiting":
        drawing.sentence(layout, context, sentences.state_words(job), "SORTTIME")


def _ended(layout: Any, context: Any, job: SceneJob) -> None:
    if job.error is None:
        layout.label(text=sentences.state_words(job), icon="BLANK1")
    else:
        told = layout.column(align=True)
        told.alert = True
        drawing.sentence(told, context, job.error.message)
        drawing.sentence(layout, context, job.error.remedy)
    row = layout.row(align=True)
    if job.state != "done":
        _button(row, "retry", job, "FILE_REFRESH", "Retry")
    elif job.job and job.verb != "scenes":
        _button(row, "open_report", job, "URL", "Report")
    if job.error is not None:
        _button(row, "details", job, "TEXT", "Details")
    elif job.warnings:
        _button(row, "details", job, "INFO", count(len(job.warnings), "Note"))


def _button(layout: Any, verb: str, job: SceneJob, icon: str, text: str = "") -> None:
    layout.operator(f"foley.{verb}", text=text, icon=icon).request = job.request


CLASSES = (FOLEY_PT_jobs,)
