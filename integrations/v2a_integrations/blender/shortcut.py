"""The shortcut: Ctrl Shift G over the sequencer, which Blender itself leaves free."""

from __future__ import annotations

from typing import Any

import bpy

_made: list[tuple[Any, Any]] = []


def register() -> None:
    """Add the shortcut to the add-ons' keymap, where users change it or switch it off."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is None:  # in the background there are none
        return
    keymap = keys.keymaps.new(name="Sequencer", space_type="SEQUENCE_EDITOR")
    item = keymap.keymap_items.new("foley.generate", "G", "PRESS", ctrl=True, shift=True)
    _made.append((keymap, item))


def unregister() -> None:
    """Remove the shortcut, and no other."""
    while _made:
        keymap, item = _made.pop()
        keymap.keymap_items.remove(item)
