"""The first panel: the selected strips and what of them is sent, the words, the button."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import bpy

from .. import compat, drawing, selection_preview
from ..bridge_facts import KNOWN
from ..plain_types import StripClip, ToRender, VisibleMedia
from .sidebar import Sidebar, clock, count, rows

MOST_LINES = 5
"""Most strips that are listed one by one, of those sent and of those refused; chosen."""


class FOLEY_PT_generate(Sidebar, bpy.types.Panel):
    """Selected strips, prompts, and the button."""

    bl_idname = "FOLEY_PT_generate"
    bl_label = "Generate Foley"
    bl_order = 0

    def draw(self, context: Any) -> None:
        """From top to bottom as it is used: what, in which words, go."""
        layout, scene = self.layout, compat.scene_of(context)
        if KNOWN.trouble:
            trouble(layout, context)
        strips(layout.box().column(align=True), context, scene)
        rows(layout, scene.foley, "prompt", "negative", negative="Not")
        row = layout.row(align=True)
        row.scale_y = 1.5
        row.operator("foley.generate", icon="PLAY_SOUND")
        row.operator("foley.generate_visible", text="", icon="SEQUENCE")


def trouble(layout: Any, context: Any) -> None:
    """Why there is no v2a to speak to, and the way to the preferences."""
    box = layout.box()
    box.alert = True
    drawing.sentence(box, context, KNOWN.trouble, "ERROR")
    show = box.operator("preferences.addon_show", text="Add-on Preferences", icon="PREFERENCES")
    show.module = __package__.rpartition(".")[0]


def strips(layout: Any, context: Any, scene: Any) -> None:
    """The selected strips: what of them is sent, and what is not and why."""
    last, current = selection_preview.of(scene)
    layout.active = current  # pale while the picture of things is an old one
    if last is None or (last.seen is None and not last.error):
        nothing = not compat.selected(scene)
        text = "Select strips with a picture" if nothing else "Looking at the strips"
        layout.label(text=text, icon="RESTRICT_SELECT_ON" if nothing else "SORTTIME")
    elif last.seen is None:
        drawing.sentence(layout, context, last.error, "ERROR")
    else:
        _seen(layout, context, last.seen)


def _seen(layout: Any, context: Any, found: VisibleMedia) -> None:
    told = sorted((*found.clips, *found.to_render), key=lambda part: _start(found, part))
    sent = list(dict.fromkeys(part.strip for part in told))
    total = clock(sum(_seconds(found, name) for name in sent))
    head = f"{count(len(sent), 'strip')} to send, {total}" if sent else "Nothing to send"
    layout.label(text=head, icon="SEQUENCE")
    for name in sent[:MOST_LINES]:
        _sent(layout, context, found, name)
    for refused in found.refused[:MOST_LINES]:
        drawing.sentence(layout, context, f"{refused.strip}: {refused.reason}", "CANCEL")
    more = max(0, len(sent) - MOST_LINES) + max(0, len(found.refused) - MOST_LINES)
    if more:
        layout.label(text=f"and {more} more", icon="BLANK1")


def _sent(layout: Any, context: Any, found: VisibleMedia, name: str) -> None:
    rendered = next((part for part in found.to_render if part.strip == name), None)
    if rendered is not None:
        text = f"{name}: rendered first, {rendered.reason}"
        drawing.sentence(layout, context, text, "RENDER_ANIMATION")
        return
    split = layout.split(factor=0.75)
    split.label(text=name, icon="CHECKMARK")
    right = split.row()
    right.alignment = "RIGHT"
    right.label(text=clock(_seconds(found, name)))


def _start(found: VisibleMedia, part: StripClip | ToRender) -> Fraction:
    """Seconds on the timeline at which a clip or a stretch to render begins."""
    return part.record[0] if isinstance(part, StripClip) else part.frames[0] / found.rate


def _seconds(found: VisibleMedia, name: str) -> float:
    """Seconds of a strip that are sent."""
    clips = sum(clip.record[1] for clip in found.clips if clip.strip == name)
    frames = (part.frames for part in found.to_render if part.strip == name)
    return float(clips + sum(end - start for start, end in frames) / found.rate)


CLASSES = (FOLEY_PT_generate,)
