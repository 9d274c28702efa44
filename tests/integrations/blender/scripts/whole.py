"""The whole way: a strip, the operator, steps until the job has ended, saved, reopened, mixed."""

from pathlib import Path
from typing import Any

import bpy
from generate_foley import scene_jobs
from generate_foley.bridge_facts import KNOWN
from laying import movie, scene_for
from works import begun, laid, quick, rest, shown


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    scene = quick(shown(scene_for("whole")), given)
    scene.frame_end = given["end"]
    scene.render.ffmpeg.audio_mixrate = 48000
    trimmed = {"frame_offset_start": given["trim"]}
    movie(scene, "film", given["film"], 1, given["frame"], **trimmed).select = True
    bpy.ops.wm.save_as_mainfile(filepath=given["file"])
    bpy.ops.foley.generate()
    rest()
    ended = [(job.state, job.error.message if job.error else "") for job in scene_jobs.all_jobs()]
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["file"])
    sounds = laid(shown(bpy.data.scenes["whole"]))
    for sound in sounds:
        sound["file"] = str(Path(sound["file"]).resolve())
    bpy.ops.sound.mixdown(filepath=given["mix"], container="WAV", codec="PCM", format="S24")
    return {"jobs": ended, "sounds": sounds, "packs": [pack["name"] for pack in KNOWN.packs]}
