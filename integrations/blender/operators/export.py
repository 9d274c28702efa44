"""Export stems: copies of the chosen takes, for somebody else's mix."""

from typing import Any

import bpy


class FOLEY_OT_export_stems(bpy.types.Operator):
    """Copy the chosen takes of the scene's Foley strips to a folder; no file is written over."""

    bl_idname = "foley.export_stems"
    bl_label = "Export Stems"
    bl_options = {"REGISTER"}

    directory: bpy.props.StringProperty(
        name="Folder", description="Where the copies go", subtype="DIR_PATH"
    )
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    selected_only: bpy.props.BoolProperty(
        name="Selected Only", description="Only of Foley strips that are selected"
    )

    def execute(self, context: Any) -> set[str]:
        """Copy them."""
        return {"CANCELLED"}

    def invoke(self, context: Any, _event: Any) -> set[str]:
        """Ask for the folder first."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}


CLASSES = (FOLEY_OT_export_stems,)
