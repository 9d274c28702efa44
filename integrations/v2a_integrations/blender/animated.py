"""Reads the animation of a scene's strips: opacity that fades, speeds that ramp."""

from __future__ import annotations

import re
from typing import Any

from . import compat
from .ranges import Range, runs

PATH = re.compile(r'sequence_editor\.(?:sequences|strips)_all\["((?:[^"\\]|\\.)*)"\]\.(\w+)$')
"""Path of a strip's property in the scene's data: groups are the strip and the property."""


class Animated:
    """The animation curves of a scene's strips, by strip and property."""

    def __init__(self, scene: Any) -> None:
        self._curves: dict[str, dict[str, Any]] = {}
        for curve in compat.curves(scene):
            if found := PATH.match(curve.data_path):
                name = re.sub(r"\\(.)", r"\1", found[1])
                self._curves.setdefault(name, {})[found[2]] = curve

    def __contains__(self, at: tuple[str, str]) -> bool:
        """Whether (strip, property) is animated."""
        return at[1] in self._curves.get(at[0], ())

    def opaque(self, strip: Any, name: str, a: int, b: int) -> list[Range]:
        """Ranges in Blender's frames [a, b) in which the strip is at least half opaque."""
        curve = self._curves.get(name, {}).get("blend_alpha")
        if curve is None:
            return [(a, b)] if strip.blend_alpha >= 0.5 else []
        return runs(frame for frame in range(a, b) if curve.evaluate(frame) >= 0.5)

    def faded(self, strip: Any, name: str) -> bool:
        """Whether the strip is transparent all the time."""
        return ("blend_alpha" not in self._curves.get(name, ())) and strip.blend_alpha <= 0
