"""The cases that can be laid out alike in every Blender: name -> what lays it out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import bpy
from generate_foley import compat
from laying import changed, ends, movie, pictures, scene_for

Lay = Callable[[str, Any], None]
CASES: dict[str, Lay] = {}


def case(lay: Callable[[str, Any], Any], name: str = "") -> Lay:
    """Registers a case under its function's name, or another; what it returns is the scene."""

    def whole(name: str, films: Any) -> None:
        ends(lay(name, films))

    CASES[name or lay.__name__] = whole
    return whole


@case
def plain(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 11)
    return scene


@case
def trimmed(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 1, frame_offset_start=10, frame_offset_end=7)
    movie(scene, "b", films["b30"], 2, 101, frame_offset_start=33, frame_offset_end=40)
    return scene


@case
def split(name: str, films: Any) -> Any:
    scene = scene_for(name)
    whole = movie(scene, "a", films["a25"], 1, 5)
    right = whole.split(frame=31, split_method="SOFT")
    right.split(frame=50, split_method="HARD")
    return scene


@case
def backwards(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 1, use_reverse_frames=True)
    trim = {"frame_offset_start": 12, "frame_offset_end": 5}
    movie(scene, "b", films["b30"], 1, 121, use_reverse_frames=True, **trim)
    return scene


@case
def cut_hard(name: str, films: Any) -> Any:
    scene = scene_for(name)
    cut = {"animation_offset_start": 10, "animation_offset_end": 5}
    movie(scene, "a", films["a25"], 1, 1, **cut, frame_offset_start=3)
    movie(scene, "b", films["b30"], 1, 121, use_reverse_frames=True, **cut)
    return scene


@case
def held(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 21, frame_offset_start=-9, frame_offset_end=-12)
    movie(scene, "b", films["b30"], 1, 201, frame_offset_start=-9, use_reverse_frames=True)
    return scene


@case
def image_sequence(name: str, films: Any) -> Any:
    scene = scene_for(name)
    first = pictures(scene, "a", films["stills"], 1, 1, 40)
    changed(first, {"frame_offset_start": 6, "frame_offset_end": 3})
    changed(pictures(scene, "b", films["stills"], 1, 51, 40), {"use_reverse_frames": True})
    pictures(scene, "one", films["stills"], 1, 101, 1)
    return scene


@case
def movie_clip(name: str, films: Any) -> Any:
    scene = scene_for(name)
    clip = bpy.data.movieclips.load(films["b30"])
    clip.frame_offset, clip.frame_start = 4, 7
    strip = compat.strips(scene).new_clip("a", clip, 1, 11)
    changed(strip, {"frame_offset_start": 8, "frame_offset_end": 30})
    back = compat.strips(scene).new_clip("b", bpy.data.movieclips.load(films["a25"]), 1, 151)
    changed(back, {"use_reverse_frames": True, "frame_offset_end": 30})
    numbered = bpy.data.movieclips.load(films["stills"] + "/0003.png")
    compat.strips(scene).new_clip("c", numbered, 1, 301)
    return scene


@case
def ntsc(name: str, films: Any) -> Any:
    scene = scene_for(name, fps=24, base=1.001)
    movie(scene, "a", films["a25"], 1, 1, frame_offset_start=20)
    movie(scene, "b", films["b30"], 1, 121, frame_offset_end=20)
    return scene


@case
def from_frame_1001(name: str, films: Any) -> Any:
    scene = scene_for(name, first=1001)
    movie(scene, "a", films["a25"], 1, 981)
    movie(scene, "b", films["b30"], 1, 1101, frame_offset_start=50)
    return scene


@case
def scene_strip(name: str, films: Any) -> Any:
    inner = scene_for(name + "_inner", first=11)
    movie(inner, "c", films["a25"], 1, 11, frame_offset_start=10)
    movie(inner, "d", films["b30"], 1, 121)
    inner.frame_end = 220
    scene = scene_for(name)
    for k, made in enumerate(({"frame_offset_start": 30, "frame_offset_end": 40}, {})):
        strip = compat.strips(scene).new_scene(f"s{k}", inner, 1, 1 + 300 * k)
        strip.scene_input = "SEQUENCER"
        changed(strip, made)
    changed(strip, {"use_reverse_frames": True})
    return scene


@case
def covered(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "under", films["a25"], 1, 1)
    movie(scene, "over", films["b30"], 3, 41, frame_offset_start=20, frame_offset_end=70)
    movie(scene, "hidden", films["b30"], 2, 41, frame_offset_end=100)
    return scene


@case
def muted(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 1)
    movie(scene, "off", films["b30"], 2, 21, mute=True)
    movie(scene, "channel off", films["b30"], 5, 41)
    compat.editor(scene).channels[5].mute = True
    return scene


@case
def dissolve(name: str, films: Any) -> Any:
    scene = scene_for(name)
    one = movie(scene, "a", films["a25"], 1, 1)
    two = movie(scene, "b", films["b30"], 2, 81)
    compat.new_effect(scene, "x", "CROSS", 3, (81, 101), (one, two))
    return scene


def blur(scene: Any, name: str, frames: tuple[int, int], strip: Any) -> None:
    effect = compat.new_effect(scene, name, "GAUSSIAN_BLUR", 2, frames, (strip,))
    changed(effect, {"size_x": 0, "size_y": 0})


@case
def altered(name: str, films: Any) -> Any:
    scene = scene_for(name)
    one = movie(scene, "a", films["a25"], 1, 1, frame_offset_end=20)
    blur(scene, "x", (1, 81), one)
    compat.new_effect(scene, "y", "ADJUSTMENT", 4, (1, 60), ())
    changed(compat.new_effect(scene, "z", "TEXT", 5, (1, 60), ()), {"text": ""})
    return scene


@case
def only_the_effect(name: str, films: Any) -> Any:
    scene = scene_for(name)
    one = movie(scene, "a", films["a25"], 1, 1, frame_offset_end=20)
    blur(scene, "x", (1, 81), one)
    scene["asked"] = ["x"]
    return scene


@case
def fading(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 1)
    over = movie(scene, "b", films["b30"], 2, 61)
    for frame, alpha in ((61, 0.0), (81, 1.0)):
        over.blend_alpha = alpha
        over.keyframe_insert("blend_alpha", frame=frame)
    return scene


@case
def colour(name: str, films: Any) -> Any:
    scene = scene_for(name)
    movie(scene, "a", films["a25"], 1, 1)
    black = compat.new_effect(scene, "black", "COLOR", 2, (31, 51), ())
    black.color = (0, 0, 0)
    return scene


@case
def meta_by_script(name: str, films: Any) -> Any:
    scene = scene_for(name)
    meta = compat.new_meta(scene, "m", 1, 11)
    movie(scene, "a", films["a25"], 2, 11, frame_offset_end=30).move_to_meta(meta)
    movie(scene, "b", films["b30"], 2, 81, frame_offset_end=30).move_to_meta(meta)
    compat.set_end(meta, 171)
    return scene


def chance(name: str, films: Any) -> Any:
    """Strips of every kind on four channels, trimmed, held, reversed and muted by chance."""
    dice = random.Random(name)
    inner = scene_for(name + "_inner", first=dice.choice((1, 21)))
    strew(inner, films, dice, channels=2, count=3)
    ends(inner)
    scene = scene_for(name, first=dice.choice((1, 0, 101)), fps=dice.choice((25, 24)))
    strew(scene, films, dice, channels=3, count=4)
    strip = compat.strips(scene).new_scene(
        "inner", inner, 4, scene.frame_start + dice.randrange(99)
    )
    strip.scene_input = "SEQUENCER"
    trim(strip, dice)
    return scene


def strew(scene: Any, films: Any, dice: random.Random, channels: int, count: int) -> None:
    for channel in range(1, channels + 1):
        frame = scene.frame_start + dice.randrange(30)
        for k in range(count):
            name, kind = f"{scene.name}.{channel}.{k}", dice.choice(("a25", "b30", "stills"))
            if kind == "stills":
                strip = pictures(scene, name, films[kind], channel, frame, dice.choice((1, 40)))
            else:
                strip = movie(scene, name, films[kind], channel, frame)
            strip.use_reverse_frames = dice.random() < 0.3
            strip.mute = dice.random() < 0.15
            trim(strip, dice)
            moved = compat.start(strip) - frame
            compat.set_content_start(strip, int(compat.content_start(strip)) - min(moved, 0))
            frame = compat.end(strip) + dice.choice((0, 0, 7))


def trim(strip: Any, dice: random.Random) -> None:
    """Handles within the contents, now and then beyond them."""
    length = compat.duration(strip)
    for side in ("frame_offset_start", "frame_offset_end"):
        setattr(strip, side, dice.choice((0, dice.randrange(length // 3), -dice.randrange(1, 9))))


for seed in range(8):
    case(chance, f"chance_{seed}")
