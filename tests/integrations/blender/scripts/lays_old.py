"""Run in Blender 3.4: a .blend of what only users and older Blenders make; one scene a case.

Later ones turn these speeds into retiming keys when they open it, and have no way for scripts to
set them; metas come from the user's own operator, which gives them their contents' length.
"""

from __future__ import annotations

from typing import Any

import bpy
from generate_foley import compat
from laying import area_of, changed, ends, grouped, movie, pictures, scene_for


def main(given: Any) -> Any:
    for lay in (speeds, trimmed_speeds, real_time, metas, nested, backwards_meta, fast_meta):
        scene = scene_for(lay.__name__)
        lay(scene, given)
        ends(scene)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])


def speeds(scene: Any, films: Any) -> None:
    movie(scene, "double", films["a25"], 1, 1, speed_factor=2)
    movie(scene, "half", films["a25"], 1, 101, speed_factor=0.5)
    movie(scene, "back", films["b30"], 1, 401, speed_factor=1.6, use_reverse_frames=True)
    changed(pictures(scene, "stills", films["stills"], 1, 601, 40), {"speed_factor": 2})


def trimmed_speeds(scene: Any, films: Any) -> None:
    trim = {"frame_offset_start": 10, "frame_offset_end": 5}
    movie(scene, "a", films["a25"], 1, 1, speed_factor=2, **trim)
    cut = {"animation_offset_start": 10, "animation_offset_end": 5}
    movie(scene, "b", films["b30"], 1, 101, **cut, speed_factor=0.8, **trim)


def real_time(scene: Any, films: Any) -> None:
    """As "adjust playback rate" does when a film is added."""
    folder, name = films["e50"].rsplit("/", 1)
    with area_of(scene):
        bpy.ops.sequencer.movie_strip_add(
            filepath=films["e50"],
            directory=folder,
            files=[{"name": name}],
            frame_start=1,
            channel=1,
            sound=False,
            use_framerate=False,
            adjust_playback_rate=True,
        )
    changed(compat.strips(scene)[0], {"frame_offset_start": 7, "frame_offset_end": 11})


def metas(scene: Any, films: Any) -> None:
    one = movie(scene, "a", films["a25"], 1, 11, frame_offset_end=30)
    two = movie(scene, "b", films["b30"], 2, 61, frame_offset_start=10, frame_offset_end=20)
    meta = grouped(scene, one, two)
    changed(meta, {"frame_offset_start": 15, "frame_offset_end": 12})
    meta.frame_start += 40


def nested(scene: Any, films: Any) -> None:
    inner = grouped(
        scene, movie(scene, "a", films["a25"], 1, 11), movie(scene, "b", films["b30"], 1, 111)
    )
    changed(inner, {"frame_offset_start": 15, "frame_offset_end": 12})
    outer = grouped(scene, inner, movie(scene, "c", films["a25"], 3, 221, frame_offset_start=60))
    changed(outer, {"frame_offset_start": 30, "frame_offset_end": 9})
    outer.frame_start += 100


def backwards_meta(scene: Any, films: Any) -> None:
    one = movie(scene, "a", films["a25"], 1, 1, frame_offset_end=50)
    two = movie(scene, "b", films["b30"], 1, 51, frame_offset_end=40, use_reverse_frames=True)
    changed(grouped(scene, one, two), {"use_reverse_frames": True, "frame_offset_start": 13})


def fast_meta(scene: Any, films: Any) -> None:
    one = movie(scene, "a", films["a25"], 1, 1, frame_offset_end=30)
    two = movie(scene, "b", films["b30"], 1, 71, frame_offset_end=40)
    changed(grouped(scene, one, two), {"speed_factor": 1.5})
