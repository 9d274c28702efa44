"""Renders what cannot be computed into movies; the truth for comparison; a cancel; a failure."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import bpy
from generate_foley import compat, rendered_movies, visible_media
from laying import ends, movie, scene_for


def main(given: Any) -> Any:
    out = given["out"]
    scene = laid(given)
    bpy.ops.wm.save_as_mainfile(filepath=f"{out}/mine.blend")
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile()
    before = (bpy.data.filepath, sorted(os.listdir(out)), kept(scene))
    found = visible_media.seen(scene, compat.strips(scene))
    work = rendered_movies.Rendering(scene, found.to_render, given["work"])
    told, slowest = finished(work)
    assert (bpy.data.filepath, sorted(os.listdir(out)), kept(scene)) == before
    scene.render.filepath = f"{out}/truth/"
    bpy.ops.render.render(animation=True, scene=scene.name)
    movies = [shutil.copy(clip.media, out) for clip in work.clips]
    rendered_movies.SCRIPT = given["failing"]
    failed = rendered_movies.Rendering(scene, found.to_render, given["work"])
    finished(failed)
    cancelled = rendered_movies.Rendering(scene, found.to_render, given["work"])
    cancelled.cancel()
    return {
        "to_render": [[one.strip, list(one.frames), one.reason] for one in found.to_render],
        "clips": [clip.line() for clip in work.clips],
        "movies": movies,
        "pictures": f"{out}/truth",
        "refused": [[one.strip, one.reason] for one in work.refused],
        "progress": told,
        "slowest": slowest,
        "left": sorted(
            str(path.relative_to(given["work"])) for path in Path(given["work"]).rglob("*")
        ),
        "failed": [[one.strip, one.reason] for one in failed.refused],
        "failed_clips": len(failed.clips),
        "cancelled": [cancelled.done, os.path.exists(cancelled.folder)],
        "after_discard": discarded(work, given["work"]),
    }


def laid(given: Any) -> Any:
    scene = scene_for("ramps", first=11)
    scene.view_settings.view_transform = "Standard"
    one = movie(scene, "a", given["a25"], 1, 21, frame_offset_end=40)
    speed = compat.new_effect(scene, "speed", "SPEED", 2, (21, 81), (one,))
    speed.speed_control = "MULTIPLY"
    speed.speed_factor = 1.5
    movie(scene, "strobe", given["b30"], 1, 101, strobe=3, frame_offset_end=90)
    ends(scene)
    return scene


def kept(scene: Any) -> Any:
    return [
        scene.render.filepath,
        scene.frame_start,
        scene.frame_end,
        scene.render.resolution_percentage,
        *(strip.filepath for strip in compat.strips(scene) if strip.type == "MOVIE"),
    ]


def finished(work: Any) -> tuple[list[float], float]:
    told, slowest, until = [], 0.0, time.monotonic() + 120
    while not work.done and time.monotonic() < until:
        begin = time.perf_counter()
        told.append(work.poll())
        slowest = max(slowest, time.perf_counter() - begin)
        time.sleep(0.02)
    return told, slowest


def discarded(work: Any, folder: str) -> bool:
    rendered_movies.discard([clip.media for clip in work.clips], folder)
    return not os.path.exists(work.folder)
