"""Generate Foley: puts sound on the strips of Blender's Video Sequence Editor, with v2a."""

from __future__ import annotations

from types import ModuleType

bl_info = {
    "name": "Generate Foley",
    "author": "The v2a authors",
    "version": (0, 1, 0),
    "blender": (3, 4, 0),
    "location": "Video Sequencer > Sidebar > Foley",
    "description": "Sound for silent strips, cut where the picture cuts",
    "category": "Sequencer",
}


def register() -> None:
    """Makes the add-on's classes, properties and keys known to Blender."""
    for part in _parts():
        part.register()


def unregister() -> None:
    """Removes all that `register` added."""
    for part in reversed(_parts()):
        part.unregister()


def _parts() -> tuple[ModuleType, ...]:
    """Modules with something to register, in this order; imported late, as they import bpy."""
    from . import heartbeat, menus, operators, panel, panel_settings, preferences, shortcut

    return panel_settings, preferences, operators, panel, menus, shortcut, heartbeat
