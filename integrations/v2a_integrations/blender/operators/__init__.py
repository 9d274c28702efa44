"""The add-on's operators: one file for each kind, registered in this order."""

import bpy

from . import (
    export_operator,
    generate_operators,
    job_operators,
    remove_operator,
    report_operator,
    scene_operators,
    take_operators,
)

CLASSES = (
    *generate_operators.CLASSES,
    *scene_operators.CLASSES,
    *take_operators.CLASSES,
    *remove_operator.CLASSES,
    *report_operator.CLASSES,
    *export_operator.CLASSES,
    *job_operators.CLASSES,
)


def register() -> None:
    """Make them known."""
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    """Take them away."""
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
