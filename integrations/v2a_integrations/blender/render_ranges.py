"""Renders ranges of a scene as small movies, in a Blender that `rendered_movies.py` starts."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import bpy

SAMPLES = 8
"""Samples a pixel of 3D scenes. Chosen: enough to recognise what makes sound; nobody watches it."""


def main(task: dict[str, Any]) -> None:
    """Render every range; a movie gets its name only once it is whole."""
    scene = opened(task["blend"], task["scene"])
    small(scene, task["side"])
    cheap()
    counted = 0

    def count(*_: Any) -> None:
        nonlocal counted
        counted += 1
        with open(task["progress"] + "-partial", "w", encoding="ascii") as file:
            file.write(str(counted))
        os.replace(task["progress"] + "-partial", task["progress"])
        if hasattr(os, "getppid") and os.getppid() != task["parent"] and os.name == "posix":
            os._exit(3)  # who wanted it is gone

    bpy.app.handlers.render_post.append(count)
    for part in task["ranges"]:
        partial = f"{part['movie'][:-4]}-partial.mp4"
        scene.frame_start, scene.frame_end = part["first"], part["last"]
        scene.render.filepath = partial
        bpy.ops.render.render(animation=True, scene=scene.name)
        os.replace(partial, part["movie"])


def opened(blend: str, name: str) -> Any:
    """Open a .blend file; returns its scene of that name."""
    with bpy.data.libraries.load(blend) as (_, wanted):
        wanted.scenes = [name]
    return wanted.scenes[0]


def small(scene: Any, side: int) -> None:
    """Set a scene to render a silent movie whose longer side has about `side` pixels."""
    render = scene.render
    render.resolution_x -= render.resolution_x % 2
    render.resolution_y -= render.resolution_y % 2
    size = (render.resolution_x, render.resolution_y)
    least = max(min(-(-side * 100 // max(size)), 100), 1)
    even = (p for p in range(least, 100) if all(n * p // 100 % 2 == 0 for n in size))
    render.resolution_percentage = next(even, 100)
    render.use_sequencer, render.use_border, render.use_stamp = True, False, False
    render.use_multiview, render.use_overwrite, render.use_placeholder = False, True, False
    scene.frame_step = 1
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    render.image_settings.color_mode = "RGB"
    ffmpeg = render.ffmpeg
    ffmpeg.format, ffmpeg.codec, ffmpeg.audio_codec = "MPEG4", "H264", "NONE"
    ffmpeg.constant_rate_factor, ffmpeg.gopsize, ffmpeg.use_autosplit = "HIGH", 12, False


def cheap() -> None:
    """Set fewer samples for the 3D scenes among the strips."""
    for scene in bpy.data.scenes:
        for engine, samples in (("cycles", "samples"), ("eevee", "taa_render_samples")):
            settings = getattr(scene, engine, None)
            if settings is not None and hasattr(settings, samples):
                setattr(settings, samples, min(getattr(settings, samples), SAMPLES))


if __name__ == "__main__":
    status = 0
    try:
        with open(sys.argv[-1], encoding="utf-8") as file:
            main(json.load(file))
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # Blender 4.5 as a module hangs in an ordinary exit
