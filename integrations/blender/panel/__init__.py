"""The sequencer's sidebar, tab "Foley": one file for each panel, from top to bottom."""

from __future__ import annotations

import bpy

from .. import draws, glance
from . import generate, jobs, options, strip

CLASSES = (*generate.CLASSES, *jobs.CLASSES, *strip.CLASSES, *options.CLASSES)


def register() -> None:
    """Make the panels known."""
    draws.register()
    glance.register()
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    """Take them away."""
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
    glance.unregister()
    draws.unregister()
