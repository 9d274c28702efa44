"""The active Foley strip: its scene, what it sounds like, its takes."""

from __future__ import annotations

from typing import Any

import bpy

from .. import compat
from ..strip_marks import Mark, mark_of
from .sidebar import Sidebar

SURE = 0.3
"""Least score of a label that is shown: the engine's own limit for an unsure scene."""


class FOLEY_PT_strip(Sidebar, bpy.types.Panel):
    """A sound strip of ours."""

    bl_idname = "FOLEY_PT_strip"
    bl_label = "Foley Strip"
    bl_order = 2

    @classmethod
    def poll(cls, context: Any) -> bool:
        """While one is the active strip."""
        if not super().poll(context):
            return False
        strip = compat.active(compat.scene_of(context))
        return strip is not None and mark_of(strip) is not None

    def draw(self, context: Any) -> None:
        """What it is, which take is heard, what can be done with it."""
        strip = compat.active(compat.scene_of(context))
        mark = mark_of(strip)
        if mark is None:
            return
        layout = self.layout
        column = layout.column(align=True)
        column.label(text=f"Scene {mark.scene} of {mark.clip}", icon="SEQUENCE")
        prompt = next((take.prompt for take in mark.takes if take.take == mark.take), "")
        if prompt:
            column.label(text=f"“{prompt}”", icon="OUTLINER_OB_SPEAKER")
        if prompt != mark.words:
            column.label(text=sounds_like(mark), icon="PLAY_SOUND")
        _takes(layout, mark)
        row = layout.row(align=True)
        icon = "CHECKBOX_HLT" if mark.accepted else "CHECKBOX_DEHLT"
        row.operator("foley.accept", text="Accepted" if mark.accepted else "Accept", icon=icon)
        icon = "MUTE_IPO_ON" if strip.mute else "MUTE_IPO_OFF"
        row.operator("foley.mute", text="Muted" if strip.mute else "Mute", icon=icon)
        row = layout.row(align=True)
        row.operator("foley.open_report", text="Report", icon="URL").request = mark.request
        row.operator("foley.export_stems", text="Export", icon="EXPORT")
        row.operator("foley.remove", text="", icon="TRASH")


def sounds_like(mark: Mark) -> str:
    """A scene's labels in words with their scores."""
    if mark.quiet:
        return "quiet"
    sure = [f"{word} {much:.0%}" for word, much in mark.labels[:2] if much >= SURE]
    guess = f"unsure; nearest: {mark.labels[0][0]}" if mark.labels else "unsure; say what you hear"
    return ", ".join(sure) or guess


def _takes(layout: Any, mark: Mark) -> None:
    numbers = [take.take for take in mark.takes]
    at = numbers.index(mark.take) + 1 if mark.take in numbers else 0
    row = layout.row(align=True)
    row.operator("foley.previous_take", text="", icon="TRIA_LEFT")
    middle = row.row(align=True)
    middle.alignment = "CENTER"
    middle.label(text=f"Take {at} of {len(numbers)}")
    row.operator("foley.next_take", text="", icon="TRIA_RIGHT")
    row = layout.row(align=True)
    row.operator_context = "INVOKE_DEFAULT"
    row.operator("foley.regenerate", icon="FILE_REFRESH")


CLASSES = (FOLEY_PT_strip,)
