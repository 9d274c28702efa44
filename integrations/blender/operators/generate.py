"""Generate Foley: what is seen of strips goes to v2a; sounds come later, as `step` finds them."""

from typing import Any

import bpy


class FOLEY_OT_generate(bpy.types.Operator):
    """Make sound for the selected strips; sound strips appear below them when it is done."""

    bl_idname = "foley.generate"
    bl_label = "Generate Foley"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Begin a job."""
        return {"CANCELLED"}


class FOLEY_OT_generate_visible(bpy.types.Operator):
    """Make sound for every strip with a picture that is seen in this scene."""

    bl_idname = "foley.generate_visible"
    bl_label = "Generate Foley for All Visible"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Begin a job."""
        return {"CANCELLED"}


CLASSES = (FOLEY_OT_generate, FOLEY_OT_generate_visible)
