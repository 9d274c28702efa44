"""The whole way: a strip, the operator, steps until the job has ended, saved, reopened, mixed."""

import time
from pathlib import Path
from typing import Any

import bpy
import generate_foley
from generate_foley import compat, jobs, marks, step


def main(given: dict[str, Any]) -> dict[str, Any]:
    generate_foley.register()
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = given["fps"], given["fps_base"]
    scene.frame_start, scene.frame_end = 1, given["end"]
    scene.render.ffmpeg.audio_mixrate = 48000
    scene.sequence_editor_create()
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    film = compat.strips(scene).new_movie("film", given["film"], 1, given["frame"])
    compat.set_start(film, given["frame"] + given["trim"])
    film.select = True
    scene.foley.pack = given["pack"]
    bpy.ops.wm.save_as_mainfile(filepath=given["file"])
    bpy.ops.foley.generate()
    until = time.monotonic() + 120
    while any(job.unfinished for job in jobs.all_jobs()) and time.monotonic() < until:
        step.step()
        time.sleep(0.05)
    ended = [(job.state, job.error.message if job.error else "") for job in jobs.all_jobs()]
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["file"])
    scene = bpy.context.scene
    sounds = [_told(strip, mark) for strip, mark in marks.foley_strips(scene)]
    bpy.ops.sound.mixdown(filepath=given["mix"], container="WAV", codec="PCM", format="S24")
    return {"jobs": ended, "sounds": sounds}


def _told(strip: Any, mark: Any) -> dict[str, Any]:
    return {
        "file": str(Path(bpy.path.abspath(strip.sound.filepath)).resolve()),
        "channel": strip.channel,
        "frames": [compat.start(strip), compat.end(strip)],
        "content": compat.content_start(strip),
        "name": strip.name,
        "take": mark.take,
    }
