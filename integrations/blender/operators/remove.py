"""Remove Foley: our strips and no others."""

from typing import Any

import bpy


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
        return {"CANCELLED"}


CLASSES = (FOLEY_OT_remove,)
