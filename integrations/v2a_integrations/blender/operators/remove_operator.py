"""Remove Foley: removes our strips and no others."""

from typing import Any

import bpy

from .. import compat, lay_strips, sentences, strip_marks
from .take_operators import chosen


class FOLEY_OT_remove(bpy.types.Operator):
    """Remove Foley strips: the selected ones, or all of this scene; their files stay."""

    bl_idname = "foley.remove"
    bl_label = "Remove Foley"
    bl_options = {"REGISTER", "UNDO"}

    which: bpy.props.EnumProperty(
        name="Which",
        description="The strips to remove",
        items=(
            ("SELECTED", "Selected", "Foley strips that are selected, or of selected strips"),
            ("ALL", "All", "Every Foley strip of this scene"),
        ),
    )

    def execute(self, context: Any) -> set[str]:
        """Remove them."""
        scene = compat.scene_of(context)
        if self.which == "ALL":
            names = [strip.name for strip, _ in strip_marks.foley_strips(scene)]
        else:
            names = _selected(scene)
        for name in names:
            lay_strips.remove(scene, name)
        if not names:
            self.report({"WARNING"}, sentences.NO_FOLEY)
            return {"CANCELLED"}
        return {"FINISHED"}


def _selected(scene: Any) -> list[str]:
    """Foley strips that are selected, and those of selected strips with a picture."""
    names = {strip.name for strip, _ in chosen(scene)}
    sources = {strip.get(strip_marks.SOURCE) for strip in compat.selected(scene)} - {None}
    names |= {
        strip.name for strip, mark in strip_marks.foley_strips(scene) if mark.source in sources
    }
    return sorted(names)


CLASSES = (FOLEY_OT_remove,)
