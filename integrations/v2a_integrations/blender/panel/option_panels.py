"""The settings below the button: scenes, sound, and how sounds are laid."""

from __future__ import annotations

from typing import Any

import bpy

from .. import compat, drawing
from ..bridge_facts import KNOWN
from .sidebar import Sidebar, count, rows


class FOLEY_PT_scenes(Sidebar, bpy.types.Panel):
    """How strips are cut into scenes."""

    bl_idname = "FOLEY_PT_scenes"
    bl_label = "Scenes"
    bl_order = 3

    def draw(self, context: Any) -> None:
        """The sensitivity, and the number of scenes it gives."""
        layout, scene = self.layout, compat.scene_of(context)
        settings = scene.foley
        row = layout.row(align=True)
        row.enabled = not settings.whole
        row.prop(settings, "sensitivity", slider=True)
        row.operator("foley.preview", text="", icon="VIEWZOOM")
        previewed(layout, context, scene)
        layout.prop(settings, "whole")
        row = layout.row(align=True)
        row.operator("foley.detect_scenes", text="Markers", icon="MARKER_HLT").result = "MARKERS"
        row.operator("foley.detect_scenes", text="Split", icon="UV_EDGESEL").result = "SPLIT"


class FOLEY_PT_sound(Sidebar, bpy.types.Panel):
    """What the sound is made with."""

    bl_idname = "FOLEY_PT_sound"
    bl_label = "Sound"
    bl_order = 4

    def draw(self, context: Any) -> None:
        """The pack and what it is asked."""
        settings = compat.scene_of(context).foley
        rows(self.layout, settings, "pack", "mapper", "takes", "weight", "seed", "steps")


class FOLEY_PT_placing(Sidebar, bpy.types.Panel):
    """How sounds are laid on the timeline."""

    bl_idname = "FOLEY_PT_placing"
    bl_label = "Placing"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Any) -> None:
        """Where, in place of what, with which edges, and the files."""
        layout, settings = self.layout, compat.scene_of(context).foley
        rows(layout, settings, "channel", "overwrite", "handle", "crossfade", overwrite="Earlier")
        rows(layout, settings, "fade", "volume", "colour", "meta")
        rows(layout, settings, "folder", "pack_files")


def previewed(layout: Any, context: Any, scene: Any) -> None:
    """Draw the number of scenes that the sensitivity gave when it was last previewed."""
    settings, found = scene.foley, KNOWN.previews.get(scene.name)
    if settings.whole:
        layout.label(text="Every strip is one scene", icon="BLANK1")
    elif found is None:
        layout.label(text="The lens counts the scenes", icon="BLANK1")
    elif found.error:
        drawing.sentence(layout, context, found.error, "ERROR")
    elif found.scenes is None:
        layout.label(text="Counting the scenes", icon="SORTTIME")
    else:
        text = f"{count(found.scenes, 'scene')} in {count(found.strips, 'strip')}"
        if abs(found.sensitivity - settings.sensitivity) > 0.001:
            text += f" at {found.sensitivity:.2f}"
        layout.label(text=text, icon="CHECKMARK")


CLASSES = (FOLEY_PT_scenes, FOLEY_PT_sound, FOLEY_PT_placing)
