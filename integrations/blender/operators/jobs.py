"""Jobs in the panel: cancel, retry, forget, details."""

from typing import Any

import bpy


class FOLEY_OT_cancel(bpy.types.Operator):
    """Stop this job; nothing of it is placed."""

    bl_idname = "foley.cancel"
    bl_label = "Cancel"
    bl_options = {"REGISTER"}

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: Any) -> set[str]:
        """Stop it."""
        return {"CANCELLED"}


class FOLEY_OT_retry(bpy.types.Operator):
    """Try this job again; what was made already is not made twice."""

    bl_idname = "foley.retry"
    bl_label = "Retry"
    bl_options = {"REGISTER"}

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: Any) -> set[str]:
        """Begin it again."""
        return {"CANCELLED"}


class FOLEY_OT_forget(bpy.types.Operator):
    """Take this job off the list; its sounds stay."""

    bl_idname = "foley.forget"
    bl_label = "Forget"
    bl_options = {"REGISTER"}

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: Any) -> set[str]:
        """Take it off."""
        return {"CANCELLED"}


class FOLEY_OT_details(bpy.types.Operator):
    """Show all that is known of this job: its error, its warnings, what v2a wrote."""

    bl_idname = "foley.details"
    bl_label = "Details"
    bl_options = {"REGISTER"}

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: Any) -> set[str]:
        """Show it, in a text that can be copied."""
        return {"CANCELLED"}


CLASSES = (FOLEY_OT_cancel, FOLEY_OT_retry, FOLEY_OT_forget, FOLEY_OT_details)
