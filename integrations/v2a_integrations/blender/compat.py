"""Wraps all of Blender's API that differs between 3.4 and 5.x; no other file knows versions.

Sequences became strips in 4.4, the old names went in 5.0. 5.1 names the handles anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import bpy

LAST_KEY_ON_LAST_FRAME = 0 if bpy.app.version >= (5, 0, 0) else 1
"""1 where the last retiming key stands for the contents' last frame, 0 where for their end."""
_RAW_LENGTH = bpy.app.version < (3, 6, 0)
CHANNELS = 128
"""Strips lie on channels 1 to this: Blender's own limit."""


# ---- scenes and collections


def scene_of(context: Any) -> Any:
    """The scene whose timeline the sequencer edits, which since 5.0 may not be the window's."""
    scene = getattr(context, "sequencer_scene", None)
    if scene is None:
        scene = getattr(getattr(context, "workspace", None), "sequencer_scene", None)
    return scene if scene is not None else context.scene


def editor(scene: Any, create: bool = False) -> Any:
    """The scene's sequence editor, or None where it has none and none is to be made."""
    if scene.sequence_editor is None and create:
        scene.sequence_editor_create()
    return scene.sequence_editor


def strips(owner: Any) -> Any:
    """The collection of strips of a scene (empty tuple where it has none), an editor or a meta."""
    if isinstance(owner, bpy.types.Scene):
        owner = owner.sequence_editor
    if owner is None:
        return ()
    return owner.strips if hasattr(owner, "strips") else owner.sequences


def all_strips(scene: Any) -> Any:
    """Every strip of the scene, those inside metas too."""
    ed = scene.sequence_editor
    if ed is None:
        return ()
    return ed.strips_all if hasattr(ed, "strips_all") else ed.sequences_all


def ground(owner: Any) -> Any:
    """The owner of strips and channels: a scene's editor, or the meta strip itself."""
    return owner.sequence_editor if isinstance(owner, bpy.types.Scene) else owner


def strip_named(scene: Any, name: str) -> Any | None:
    """The strip of that name, on the timeline or inside a meta."""
    found = all_strips(scene)
    return found.get(name) if found else None


def open_meta(scene: Any) -> Any | None:
    """The meta strip that is open for editing, innermost, or None."""
    ed = scene.sequence_editor
    return ed.meta_stack[-1] if ed is not None and len(ed.meta_stack) else None


def shown_strips(scene: Any) -> list[Any]:
    """The strips the sequencer shows: of the timeline, or of the meta strip that is open."""
    return list(strips(open_meta(scene) or scene))


def selected(scene: Any) -> list[Any]:
    """The selected strips among those shown."""
    return [strip for strip in shown_strips(scene) if strip.select]


def active(scene: Any) -> Any | None:
    """The active strip, or None."""
    ed = scene.sequence_editor
    return ed.active_strip if ed is not None else None


def select_only(scene: Any, chosen: list[Any]) -> None:
    """Selects these and nothing else; the last one becomes the active strip."""
    for strip in all_strips(scene):
        strip.select = False
    for strip in chosen:
        strip.select = True
    if chosen:
        editor(scene).active_strip = chosen[-1]


# ---- a strip's own place


@cache
def _named(*names: str) -> str:
    """The first of these names that strips carry here."""
    base = getattr(bpy.types, "Strip", None) or bpy.types.Sequence
    return next(name for name in names if name in base.bl_rna.properties)


def start(strip: Any) -> int:
    """Blender's frame on which the strip begins to be seen."""
    return getattr(strip, _named("left_handle", "frame_final_start"))


def end(strip: Any) -> int:
    """Blender's frame after the last one on which it is seen."""
    return getattr(strip, _named("right_handle", "frame_final_end"))


def duration(strip: Any) -> int:
    """Frames for which it is seen."""
    return end(strip) - start(strip)


def set_start(strip: Any, frame: int) -> None:
    """Moves the left handle; the contents stay."""
    setattr(strip, _named("left_handle", "frame_final_start"), frame)


def set_end(strip: Any, frame: int) -> None:
    """Moves the right handle; the contents stay."""
    setattr(strip, _named("right_handle", "frame_final_end"), frame)


def content_start(strip: Any) -> float:
    """Blender's frame on which its contents begin, seen or not."""
    return getattr(strip, _named("content_start", "frame_start"))


def set_content_start(strip: Any, frame: int) -> None:
    """Moves the strip, handles and all."""
    setattr(strip, _named("content_start", "frame_start"), frame)


def content_length(strip: Any) -> int:
    """Frames of its contents: at their own speed before 3.6, since then those they fill."""
    return getattr(strip, _named("content_duration", "frame_duration"))


def filled_length(strip: Any) -> int:
    """Frames of the timeline its contents fill, speed and all."""
    if _RAW_LENGTH:
        left, right = offsets(strip)
        return duration(strip) + round(left + right)
    return content_length(strip)


def raw_length(strip: Any) -> int | None:
    """Frames of its contents at their own speed; None where Blender does not tell."""
    return content_length(strip) if _RAW_LENGTH else None


def offsets(strip: Any) -> tuple[float, float]:
    """Frames of contents hidden before the left handle and after the right; negative holds."""
    left = getattr(strip, _named("left_handle_offset", "frame_offset_start"))
    return left, getattr(strip, _named("right_handle_offset", "frame_offset_end"))


def trims(strip: Any) -> tuple[int, int]:
    """File frames cut off for good at either end of the contents."""
    for first, last in (
        ("content_trim_start", "content_trim_end"),
        ("animation_offset_start", "animation_offset_end"),
    ):
        if hasattr(strip, first):
            return getattr(strip, first), getattr(strip, last)
    return 0, 0


def movie_clip(strip: Any) -> Any | None:
    """The movie clip of a movie clip strip; None where Blender does not tell which (before 4.0)."""
    if hasattr(strip, "clip"):
        return strip.clip
    fitting = [c for c in bpy.data.movieclips if c.frame_duration == content_length(strip)]
    name = re.sub(r"\.\d{3}$", "", strip.name)
    named = [clip for clip in fitting if clip.name in (strip.name, name)]
    found = fitting if len(fitting) == 1 else named
    return found[0] if len(found) == 1 else None


# ---- speed


def speed_factor(strip: Any) -> float:
    """The strip's own speed, of Blenders before 3.6; 1 where speed is kept in retiming keys."""
    # A speed control effect has a property of that name with another meaning.
    return 1.0 if strip.type == "SPEED" else getattr(strip, "speed_factor", 1.0)


def retiming_frames(strip: Any) -> list[float]:
    """Blender's frames of its retiming keys; empty for one that is not retimed."""
    keys = getattr(strip, "retiming_keys", None)
    if keys is None:
        keys = getattr(strip, "retiming_handles", None)
    return [key.timeline_frame for key in keys or ()]


# ---- effects and animation


def inputs(strip: Any) -> tuple[str, ...]:
    """Names of the strips an effect takes, in order."""
    count = getattr(strip, "input_count", 0)
    taken = (getattr(strip, f"input_{k}", None) for k in range(1, count + 1))
    return tuple(one.name for one in taken if one is not None)


def curves(scene: Any) -> list[Any]:
    """The scene's own animation curves; since 4.4 they lie in layers, since 5.0 only there."""
    data = scene.animation_data
    action = data.action if data is not None else None
    if action is None:
        return []
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    bags = (strip.channelbag(data.action_slot) for layer in action.layers for strip in layer.strips)
    return [curve for bag in bags if bag is not None for curve in bag.fcurves]


# ---- new strips


def new_sound(owner: Any, name: str, path: str, channel: int, frame: int) -> Any:
    """A sound strip whose file begins on Blender's `frame`; `owner` is a scene or a meta.

    Neither a missing file nor an occupied channel is noticed by Blender: look first.
    """
    return _collection(owner).new_sound(name, path, channel, int(frame))


def new_meta(owner: Any, name: str, channel: int, frame: int) -> Any:
    """An empty meta strip."""
    return _collection(owner).new_meta(name, channel, int(frame))


def new_effect(
    owner: Any, name: str, kind: str, channel: int, frames: tuple[int, int], inputs: tuple[Any, ...]
) -> Any:
    """An effect strip over Blender's frames [a, b)."""
    collection = _collection(owner)
    takes = collection.bl_rna.functions["new_effect"].parameters.keys()
    over = {"length": frames[1] - frames[0]} if "length" in takes else {"frame_end": int(frames[1])}
    spelling = "input" if "input1" in takes else "seq"
    given = {f"{spelling}{k}": strip for k, strip in enumerate(inputs, 1)}
    return collection.new_effect(name, kind, channel, int(frames[0]), **over, **given)


def remove(owner: Any, strip: Any) -> None:
    """Removes a strip of a scene's timeline, or of a meta."""
    _collection(owner).remove(strip)


def _collection(owner: Any) -> Any:
    if isinstance(owner, bpy.types.Scene):
        owner = editor(owner, create=True)
    return strips(owner)


# ---- rest


def channel_muted(owner: Any, channel: int) -> bool:
    """Whether that whole channel is muted, in a scene's timeline or in a meta."""
    if isinstance(owner, bpy.types.Scene):
        owner = owner.sequence_editor
    channels = getattr(owner, "channels", None)
    if channels is None or not 0 <= channel < len(channels):
        return False
    return channels[channel].mute


def metas(scene: Any) -> Iterator[Any]:
    """Every meta strip of the scene, nested ones too."""
    return (strip for strip in all_strips(scene) if strip.type == "META")
