"""The base of all panels of the tab, and the way they write numbers."""

from __future__ import annotations

from typing import Any

import bpy

from .. import compat


class Sidebar:
    """A panel in the sequencer's sidebar, tab "Foley"."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Foley"

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Where there is a timeline to work on."""
        return compat.scene_of(context) is not None and hasattr(bpy.types.Scene, "foley")


def rows(layout: Any, settings: Any, *names: str, **texts: str) -> None:
    """Properties one below the other, their names before them; `texts` are names for some."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    for name in names:
        column.prop(settings, name, **({"text": texts[name]} if name in texts else {}))


def count(number: int, what: str) -> str:
    """A number in words: "1 strip", "2 strips"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def clock(seconds: float) -> str:
    """A duration in words: "14.2 s", "2:05 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60}:{round(seconds) % 60:02} min"
