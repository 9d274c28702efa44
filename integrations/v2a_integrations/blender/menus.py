"""Foley in the sequencer's own menus: Add, Strip, and the one under the right mouse button."""

from __future__ import annotations

from typing import Any

import bpy


class FOLEY_MT_strip(bpy.types.Menu):
    """Sound for strips, and what can be done with it."""

    bl_idname = "FOLEY_MT_strip"
    bl_label = "Foley"

    def draw(self, context: Any) -> None:
        """Every operator that works on strips."""
        layout = self.layout
        # Without this the menu would run them at once, past the questions that some ask.
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("foley.generate", icon="PLAY_SOUND")
        layout.operator("foley.generate_visible")
        layout.operator("foley.detect_scenes", icon="MARKER_HLT")
        layout.separator()
        layout.operator("foley.regenerate", icon="FILE_REFRESH")
        layout.operator("foley.next_take", icon="TRIA_RIGHT")
        layout.operator("foley.previous_take", icon="TRIA_LEFT")
        layout.operator("foley.accept", icon="CHECKMARK")
        layout.operator("foley.mute", icon="MUTE_IPO_ON")
        layout.separator()
        layout.operator("foley.export_stems", icon="EXPORT")
        layout.operator("foley.remove", icon="TRASH")


def _add(self: Any, _context: Any) -> None:
    self.layout.separator()
    self.layout.operator("foley.generate", icon="PLAY_SOUND")


def _strip(self: Any, _context: Any) -> None:
    self.layout.separator()
    self.layout.menu(FOLEY_MT_strip.bl_idname, icon="PLAY_SOUND")


PLACES = (
    ("SEQUENCER_MT_add", _add),
    ("SEQUENCER_MT_strip", _strip),
    ("SEQUENCER_MT_context_menu", _strip),
)


def register() -> None:
    """Add the entries."""
    bpy.utils.register_class(FOLEY_MT_strip)
    for name, draw in PLACES:
        menu = getattr(bpy.types, name, None)
        if menu is not None:
            menu.append(draw)


def unregister() -> None:
    """Take them away."""
    for name, draw in PLACES:
        menu = getattr(bpy.types, name, None)
        if menu is not None:
            menu.remove(draw)
    bpy.utils.unregister_class(FOLEY_MT_strip)
