"""Detect Scenes and its quick preview."""

from typing import Any

import bpy


class FOLEY_OT_detect_scenes(bpy.types.Operator):
    """Find the cuts in the selected strips: as markers, or by splitting the strips there."""

    bl_idname = "foley.detect_scenes"
    bl_label = "Detect Scenes"
    bl_options = {"REGISTER"}

    result: bpy.props.EnumProperty(
        name="Result",
        description="What is made of the cuts",
        items=(
            ("MARKERS", "Markers", "A timeline marker at every cut"),
            ("SPLIT", "Split Strips", "The strips are split at every cut"),
        ),
    )

    def execute(self, context: Any) -> set[str]:
        """Ask for the cuts."""
        return {"CANCELLED"}


class FOLEY_OT_preview(bpy.types.Operator):
    """Count the scenes that the sensitivity finds in the selected strips; nothing is changed."""

    bl_idname = "foley.preview"
    bl_label = "Preview Scenes"
    bl_options = {"REGISTER"}

    def execute(self, context: Any) -> set[str]:
        """Ask for the number."""
        return {"CANCELLED"}


CLASSES = (FOLEY_OT_detect_scenes, FOLEY_OT_preview)
