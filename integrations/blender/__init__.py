"""Generate Foley: puts sound on the strips of Blender's Video Sequence Editor, with v2a."""

from __future__ import annotations

import importlib
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

PARTS = ("settings", "preferences", "operators", "panel", "menus", "keys", "step")
"""Modules with something to register, in that order."""


def register() -> None:
    """Makes the add-on's classes, properties and keys known to Blender."""
    for part in _parts():
        part.register()


def unregister() -> None:
    """Takes everything back that `register` made known."""
    for part in reversed(_parts()):
        part.unregister()


def _parts() -> list[ModuleType]:
    found: list[ModuleType] = []
    for name in PARTS:
        try:
            part = importlib.import_module(f".{name}", __package__)
        except ModuleNotFoundError as missing:
            if missing.name != f"{__package__}.{name}":
                raise
            continue
        if hasattr(part, "register"):
            found.append(part)
    return found
