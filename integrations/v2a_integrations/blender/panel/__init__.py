"""The sequencer's sidebar, tab "Foley": one file for each panel, from top to bottom."""

from __future__ import annotations

import bpy

from .. import drawing, selection_preview
from . import generate_panel, jobs_panel, option_panels, strip_panel

CLASSES = (
    *generate_panel.CLASSES,
    *jobs_panel.CLASSES,
    *strip_panel.CLASSES,
    *option_panels.CLASSES,
)


def register() -> None:
    """Make the panels known."""
    drawing.register()
    selection_preview.register()
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    """Take them away."""
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
    selection_preview.unregister()
    drawing.unregister()
