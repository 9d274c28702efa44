"""What a person can do: one file for each kind, registered in this order."""

import bpy

from . import export, generate, jobs, remove, report, scenes, takes

CLASSES = (
    *generate.CLASSES,
    *scenes.CLASSES,
    *takes.CLASSES,
    *remove.CLASSES,
    *report.CLASSES,
    *export.CLASSES,
    *jobs.CLASSES,
)


def register() -> None:
    """Make them known."""
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    """Take them away."""
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
