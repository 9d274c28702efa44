"""Reads what the selected strips would send, once after every change, never while drawing.

Drawing must not read files; reading strips may. So the panel draws the last result and requests
another where the selection or the timeline has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from . import compat
from .plain_types import VisibleMedia

REST = 0.15
"""Seconds from a change to reading the strips. Chosen: not at every step of a drag, and soon."""

Key = tuple[str, int, tuple[str, ...]]


@dataclass(frozen=True)
class Glance:
    """The result for one selection."""

    key: Key
    seen: VisibleMedia | None
    """None where nothing is selected, or it could not be read."""
    error: str = ""


_last: Glance | None = None
_wanted: Key | None = None
_changes = 0


def of(scene: Any) -> tuple[Glance | None, bool]:
    """The last result, and whether it still holds; cheap. Requests another if it does not."""
    global _wanted
    key = _key(scene)
    if _last is not None and _last.key == key:
        return _last, True
    if _wanted != key:
        _wanted = key
        if not bpy.app.timers.is_registered(_look):
            bpy.app.timers.register(_look, first_interval=REST)
    return _last, False


def refresh(scene: Any) -> Glance:
    """Read the selected strips now."""
    global _last
    _last = _glance(scene)
    return _last


def _key(scene: Any) -> Key:
    return scene.name, _changes, tuple(strip.name for strip in compat.selected(scene))


def _glance(scene: Any) -> Glance:
    from . import visible_media

    key = _key(scene)
    strips = compat.selected(scene)
    if not strips:
        return Glance(key, None)
    try:
        return Glance(key, visible_media.seen(scene, strips))
    except Exception as error:  # the panel must come up whatever lies on the timeline
        return Glance(key, None, " ".join(str(error).split()) or type(error).__name__)


def _look() -> float | None:
    if _wanted is None:
        return None
    if any(window.screen.is_animation_playing for window in bpy.context.window_manager.windows):
        return REST  # the picture comes first
    scene = bpy.data.scenes.get(_wanted[0])
    if scene is not None:
        refresh(scene)
        for window in bpy.context.window_manager.windows:
            for area in window.screen.areas:
                if area.type == "SEQUENCE_EDITOR":
                    area.tag_redraw()
    return None


@bpy.app.handlers.persistent
def _changed(*_: Any) -> None:
    global _changes
    _changes += 1


HANDLERS = ("depsgraph_update_post", "undo_post", "redo_post", "load_post")


def register() -> None:
    """Notice changes."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_changed)


def unregister() -> None:
    """Notice nothing more."""
    global _last, _wanted
    _last = _wanted = None
    for name in HANDLERS:
        handlers = getattr(bpy.app.handlers, name)
        if _changed in handlers:
            handlers.remove(_changed)
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
