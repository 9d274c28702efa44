"""What is refused and how it is said; metas from inside; a huge timeline; a mixdown's origin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy
from generate_foley import compat, frame_rates, visible_media
from laying import changed, movie, pictures, scene_for


def main(given: Any) -> Any:
    return {lay.__name__: lay(given) for lay in CASES}


def said(scene: Any, strips: Any = None) -> Any:
    found = visible_media.seen(scene, compat.strips(scene) if strips is None else strips)
    return {
        "refused": {one.strip: one.reason for one in found.refused},
        "to_render": {one.strip: one.reason for one in found.to_render},
        "clips": {clip.id: clip.line() for clip in found.clips},
    }


def missing(given: Any) -> Any:
    scene = scene_for("missing")
    movie(scene, "gone", given["folder"] + "/gone.mp4", 1, 1)
    movie(scene, "beside nothing", "//gone.mp4", 2, 200)
    stills = pictures(scene, "stills", given["stills"], 3, 400, 40)
    stills.elements.append("0099.png")
    stills.frame_final_duration = 41
    meta = compat.new_meta(scene, "meta", 4, 600)
    movie(scene, "inside", given["folder"] + "/gone.mp4", 5, 600).move_to_meta(meta)
    compat.set_end(meta, 650)
    text = movie(scene, "not a film", given["text"], 6, 800)
    compat.set_end(text, 820)
    return said(scene)


def shows_nothing(given: Any) -> Any:
    scene = scene_for("nothing")
    changed(movie(scene, "clear", given["a25"], 1, 1), {"blend_alpha": 0.0})
    compat.new_effect(scene, "text", "TEXT", 1, (201, 250), ())
    meta = compat.new_meta(scene, "empty", 1, 301)
    compat.set_end(meta, 320)
    own = compat.strips(scene).new_scene("itself", scene, 2, 401)
    own.scene_input = "SEQUENCER"
    compat.set_end(own, 420)
    compat.strips(scene).new_sound("sound", given["a25"], 8, 501)
    return said(scene)


def before_the_scene(given: Any) -> Any:
    scene = scene_for("before", first=101)
    movie(scene, "early", given["a25"], 1, -99)
    movie(scene, "across", given["a25"], 1, 51)
    return said(scene)


def in_3d(given: Any) -> Any:
    scene = scene_for("shot")
    strip = compat.strips(scene).new_scene("3d", scene_for("set"), 1, 1)
    strip.scene_input = "CAMERA"
    return said(scene)


def inside_a_meta(given: Any) -> Any:
    scene = scene_for("inside")
    meta = compat.new_meta(scene, "meta", 1, 1)
    movie(scene, "a", given["a25"], 2, 1).move_to_meta(meta)
    compat.set_end(meta, 61)
    return said(scene, list(compat.strips(meta)))


def a_thousand(given: Any) -> Any:
    scene = scene_for("thousand")
    for k in range(500):
        movie(scene, f"a{k}", given["a25"], 1 + k % 3, 1 + 90 * k)
        movie(scene, f"b{k}", given["b30"], 4 + k % 3, 1 + 90 * k, frame_offset_start=60)
    strips = list(compat.strips(scene))
    visible_media.seen(scene, strips[:1])
    spent = []
    for _ in range(3):
        begin = time.process_time()
        found = visible_media.seen(scene, strips)
        spent.append(time.process_time() - begin)
    return {"strips": len(strips), "clips": len(found.clips), "seconds": min(spent)}


def origin(given: Any) -> Any:
    """Mixdowns of a click, and when it should be heard, by the scene's first frame and rate."""
    told = []
    for first, frame, fps, base in ((1, 26, 25, 1.0), (0, 25, 25, 1.0), (1001, 1101, 24, 1.001)):
        scene = scene_for(f"origin{first}", first=first, fps=fps, base=base)
        compat.new_sound(scene, "click", given["click"], 1, frame)
        scene.frame_end = frame + 20
        path = f"{given['folder']}/{first}.wav"
        bpy.context.window.scene = scene
        bpy.ops.sound.mixdown(filepath=path, container="WAV", codec="PCM", format="S24")
        at = frame_rates.timeline_frame(scene, frame)
        told.append([path, str(frame_rates.seconds(at, frame_rates.scene_rate(scene)))])
    return told


CASES: tuple[Callable[[Any], Any], ...] = (
    missing,
    shows_nothing,
    before_the_scene,
    in_3d,
    inside_a_meta,
    a_thousand,
    origin,
)
