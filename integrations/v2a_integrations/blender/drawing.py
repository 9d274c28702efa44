"""Draws in panels: sentences that wrap, and progress bars where Blender has none."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from . import scene_jobs

BARS = 16
"""Jobs that can have a bar at once before Blender 4.0; chosen, further ones say it in words."""
LETTER = 6.6
"""Average width of a letter in pixels at a scale of 1; an estimate for Blender's own font."""
MARGIN = 70
"""Pixels of a sidebar's width without text (edges, tabs, an icon) at a scale of 1; an estimate."""


def sentence(layout: Any, context: Any, text: str, icon: str = "NONE") -> None:
    """A sentence in as many lines as the sidebar's width asks for, close together."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(textwrap.wrap(text, _letters(context)) or [""]):
        blank = "BLANK1" if icon != "NONE" else "NONE"
        column.label(text=line, icon=icon if number == 0 else blank)


def bar(layout: Any, job: scene_jobs.SceneJob, text: str) -> None:
    """How far a job is: Blender's own bar, or before 4.0 a slider that nobody can move."""
    whole = _clamped(job.progress.whole)
    if hasattr(layout, "progress"):
        layout.progress(factor=whole, text=f"{whole:.0%}  {text}", type="BAR")
        return
    going = [other.request for other in scene_jobs.unfinished()][:BARS]
    if job.request in going:
        slot = f"foley_bar_{going.index(job.request)}"
        layout.prop(bpy.context.window_manager, slot, text=text, slider=True)
    else:
        layout.label(text=f"{whole:.0%}  {text}")


def _letters(context: Any) -> int:
    region = getattr(context, "region", None)
    if region is None or region.width < 2:
        return 40
    scale = context.preferences.system.ui_scale
    return max(16, int((region.width - MARGIN * scale) / (LETTER * scale)))


def _clamped(whole: float) -> float:
    return min(1.0, max(0.0, whole))


def _slot(number: int) -> Any:
    def get(_manager: Any) -> float:
        going = scene_jobs.unfinished()
        return 100 * _clamped(going[number].progress.whole) if number < len(going) else 0.0

    return bpy.props.FloatProperty(
        name="Progress",
        description="How far this job is",
        min=0.0,
        max=100.0,
        precision=0,
        subtype="PERCENTAGE",
        get=get,
        set=lambda _manager, _value: None,  # without it Blender greys the slider
        options={"SKIP_SAVE"},
    )


def register() -> None:
    """Make the sliders; a panel may not make them while it draws."""
    for number in range(BARS):
        setattr(bpy.types.WindowManager, f"foley_bar_{number}", _slot(number))


def unregister() -> None:
    """Take them away."""
    for number in range(BARS):
        delattr(bpy.types.WindowManager, f"foley_bar_{number}")
