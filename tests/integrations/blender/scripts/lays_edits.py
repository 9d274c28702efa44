"""Run in Blender 3.4: timelines for mixdowns, one scene a rate; later ones open the file."""

from __future__ import annotations

from typing import Any

import bpy
from generate_foley import compat
from laying import area_of, ends, grouped, movie, scene_for

RATES = {"25": (25, 1.0, 1), "23.976": (24, 1.001, 37), "29.97": (30, 1.001, 101)}
"""Frames per second, over what, the scene's first frame."""


def main(given: Any) -> Any:
    for name, (fps, base, first) in RATES.items():
        scene = scene_for(name, first, fps, base)
        lay(scene, given, first, old=bpy.app.version < (3, 6))
        ends(scene)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])


def lay(scene: Any, films: Any, first: int, old: bool) -> None:
    """Trimmed, offset, retimed, in a meta, of another rate: with gaps no cut hides in."""
    trim = {"frame_offset_start": 7, "frame_offset_end": 9}
    movie(scene, "whole", films["slow"], 1, first)
    movie(scene, "trimmed", films["slow"], 1, first + 60, **trim)
    movie(scene, "mixed", films["fast"], 2, first + 113, **trim)
    if old:
        movie(scene, "retimed", films["slow"], 1, first + 170, speed_factor=1.25)
        inner = movie(scene, "inner", films["slow"], 1, first + 213, frame_offset_start=3)
        with area_of(scene):
            meta = grouped(scene, inner)
        compat.set_start(meta, first + 221)
