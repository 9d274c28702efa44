"""Timelines of numbered films, one scene a case."""

from __future__ import annotations

import os
from typing import Any

import bpy
from generate_foley import compat


def scene_for(name: str, first: int = 1, fps: int = 25, base: float = 1.0) -> Any:
    """An empty timeline that renders pictures as they are."""
    scene = bpy.data.scenes.new(name)
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = 128, 32, 100
    render.fps, render.fps_base = fps, base
    render.use_sequencer = True
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "IMAGE"
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.image_settings.compression = 0
    scene.view_settings.view_transform = "Standard"
    scene.frame_start = first
    compat.editor(scene, create=True)
    return scene


def movie(owner: Any, name: str, path: str, channel: int, frame: int, **made: Any) -> Any:
    """A movie strip with these properties set, in order."""
    return changed(compat.strips(owner).new_movie(name, path, channel, frame), made)


def pictures(owner: Any, name: str, folder: str, channel: int, frame: int, count: int) -> Any:
    """An image strip of 0001.png and on; one picture is held for 25 frames."""
    first = os.path.join(folder, "0001.png")
    strip = compat.strips(owner).new_image(name, first, channel, frame)
    for k in range(2, count + 1):
        strip.elements.append(f"{k:04d}.png")
    strip.frame_final_duration = count if count > 1 else 25
    return strip


def changed(strip: Any, made: dict[str, Any]) -> Any:
    for key, value in made.items():
        setattr(strip, key, value)
    return strip


def ends(scene: Any) -> None:
    """The scene ends where its strips do."""
    scene.frame_end = max(compat.end(strip) for strip in compat.strips(scene)) + 3


def area_of(scene: Any) -> Any:
    """A context in which the sequencer's own operators run; not for 5.0 and later."""
    window = bpy.context.window_manager.windows[0]
    window.scene = scene
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region, scene=scene)


def grouped(scene: Any, *strips: Any) -> Any:
    """A meta strip of these, as a user makes one."""
    compat.select_only(scene, list(strips))
    with area_of(scene):
        bpy.ops.sequencer.meta_make()
    return compat.active(scene)
