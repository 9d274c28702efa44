"""Takes of scenes: another one made, another one chosen, accepted, muted."""

from typing import Any

import bpy


class FOLEY_OT_regenerate(bpy.types.Operator):
    """Make another take of the scenes of the selected Foley strips, with other words if given."""

    bl_idname = "foley.regenerate"
    bl_label = "Regenerate Scene"
    bl_options = {"REGISTER"}

    prompt: bpy.props.StringProperty(
        name="Prompt", description="What should be heard; empty keeps to the picture"
    )
    negative: bpy.props.StringProperty(
        name="Negative Prompt", description="What should not be heard"
    )
    weight: bpy.props.FloatProperty(
        name="Prompt Weight", description="1 is the prompt alone", default=1.0, min=0.0, max=1.0
    )
    seed: bpy.props.IntProperty(name="Seed", description="0 takes one that was not used", min=0)

    def execute(self, context: Any) -> set[str]:
        """Begin a job for every scene."""
        return {"CANCELLED"}


class FOLEY_OT_next_take(bpy.types.Operator):
    """Hear the next take of the selected Foley strips; trims, fades and volume stay."""

    bl_idname = "foley.next_take"
    bl_label = "Next Take"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Change the files."""
        return {"CANCELLED"}


class FOLEY_OT_previous_take(bpy.types.Operator):
    """Hear the previous take of the selected Foley strips; trims, fades and volume stay."""

    bl_idname = "foley.previous_take"
    bl_label = "Previous Take"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Change the files."""
        return {"CANCELLED"}


class FOLEY_OT_accept(bpy.types.Operator):
    """Mark the selected Foley strips as good, or take it back; accepted ones are not replaced."""

    bl_idname = "foley.accept"
    bl_label = "Accept"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Mark them."""
        return {"CANCELLED"}


class FOLEY_OT_mute(bpy.types.Operator):
    """Mute the selected Foley strips, or let them be heard again."""

    bl_idname = "foley.mute"
    bl_label = "Mute"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Mute them."""
        return {"CANCELLED"}


CLASSES = (
    FOLEY_OT_regenerate,
    FOLEY_OT_next_take,
    FOLEY_OT_previous_take,
    FOLEY_OT_accept,
    FOLEY_OT_mute,
)
