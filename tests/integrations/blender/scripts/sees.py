"""Lays out every case, or opens a file of them, tells what is seen, and renders the truth."""

from __future__ import annotations

from typing import Any

import bpy
from cases import CASES
from generate_foley import compat, visible_media


def main(given: Any) -> Any:
    if given.get("open"):
        bpy.ops.wm.open_mainfile(filepath=given["open"])
    else:
        for name, lay in CASES.items():
            lay(name, given)
    cases = [s for s in bpy.data.scenes if compat.strips(s) and not s.name.endswith("_inner")]
    return {scene.name: told(scene, given["out"]) for scene in cases}


def told(scene: Any, out: str) -> Any:
    strips = compat.strips(scene)
    if asked := scene.get("asked"):
        strips = [strip for strip in compat.all_strips(scene) if strip.name in asked]
    found = visible_media.seen(scene, strips)
    folder = f"{out}/{scene.name}"
    scene.render.filepath = folder + "/"
    bpy.ops.render.render(animation=True, scene=scene.name)
    return {
        "rate": str(found.rate),
        "frames": [scene.frame_start, scene.frame_end],
        "clips": [{**clip.line(), "strip": clip.strip} for clip in found.clips],
        "refused": [[one.strip, one.reason] for one in found.refused],
        "to_render": [[one.strip, list(one.frames), one.reason] for one in found.to_render],
        "pictures": folder,
    }
