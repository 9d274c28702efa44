"""From strips to mixdowns of a file that was saved and opened again, at three rates."""

from __future__ import annotations

import os
from typing import Any

import bpy
from generate_foley import compat, frame_rates
from laying import ends, scene_for
from lays_edits import RATES, lay
from works import begun, job_told, laid, places, quick, rest, shown


def main(given: Any) -> Any:
    begun(given)
    if given["old"]:
        bpy.ops.wm.open_mainfile(filepath=given["old"])
    else:
        for name, (fps, base, first) in RATES.items():
            lay(scene_for(name, first, fps, base), given, first, old=False)
            ends(bpy.data.scenes[name])
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    told = {}
    for name in RATES:
        scene = shown(quick(bpy.data.scenes[name], given))
        before = places(scene)
        compat.select_only(scene, list(compat.strips(scene)))
        assert bpy.ops.foley.generate() == {"FINISHED"}
        rest()
        told[name] = {"job": job_told(), "moved": places(scene) != before}
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["blend"])
    for name in RATES:
        told[name] |= mix(shown(bpy.data.scenes[name]), os.path.join(given["out"], f"{name}.wav"))
    return told


def mix(scene: Any, path: str) -> dict[str, Any]:
    scene.render.ffmpeg.audio_mixrate = 48000
    bpy.ops.sound.mixdown(filepath=path, container="WAV", codec="PCM", format="S24")
    strips = laid(scene)
    for one in strips:
        one["frames"] = [frame - frame_rates.origin(scene) for frame in one["frames"]]
    return {"mix": path, "strips": strips, "rate": str(frame_rates.scene_rate(scene))}
