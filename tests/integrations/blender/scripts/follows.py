"""What is done to strips while their sound is made: sounds follow where that is plain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from generate_foley import compat, scene_jobs, strip_marks
from works import TICKS, begun, cut, job_told, laid, named, places, rest, shown


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    told = {name: _case(given, name, change) for name, change in CASES.items()}
    return {"cases": told, "undo": undone(given), "ticks": sorted(TICKS)}


def _case(given: dict[str, Any], name: str, change: Callable[[Any, Any], None]) -> dict[str, Any]:
    scene = cut(given, name)
    assert bpy.ops.foley.generate() == {"FINISHED"}
    change(scene, compat.strip_named(scene, "film"))
    before = places(scene)
    rest()
    scene = scene_jobs.find_scene(scene_jobs.all_jobs()[-1])
    assert places(scene) == before, "the user's strips stay where they are"
    return {"strips": laid(scene), "job": job_told()}


def nothing(_scene: Any, _film: Any) -> None:
    pass


def moved(_scene: Any, film: Any) -> None:
    compat.set_content_start(film, int(compat.content_start(film)) + 20)


def slipped(_scene: Any, film: Any) -> None:
    """Other frames of the film under the same place."""
    film.frame_offset_start += 4
    film.frame_start -= 4


def trimmed(_scene: Any, film: Any) -> None:
    compat.set_start(film, compat.start(film) + 8)
    compat.set_end(film, compat.end(film) - 3)


def cut_in_place(_scene: Any, film: Any) -> None:
    film.split(26, "SOFT")


def cut_apart(_scene: Any, film: Any) -> None:
    right = film.split(26, "SOFT")
    compat.set_content_start(right, int(compat.content_start(right)) + 30)


def cut_hard(_scene: Any, film: Any) -> None:
    right = film.split(26, "HARD")
    compat.set_content_start(right, int(compat.content_start(right)) + 30)


def copied(scene: Any, film: Any) -> None:
    copy = compat.strips(scene).new_movie("film.001", bpy.path.abspath(film.filepath), 1, 200)
    copy[strip_marks.SOURCE] = film[strip_marks.SOURCE]


def deleted(scene: Any, film: Any) -> None:
    compat.remove(scene, film)


def backwards(_scene: Any, film: Any) -> None:
    film.use_reverse_frames = True


def renamed(scene: Any, film: Any) -> None:
    scene.name, film.name = "called otherwise", "this too"


def into_a_meta(scene: Any, film: Any) -> None:
    meta = compat.new_meta(scene, "meta", 5, compat.start(film))
    film.move_to_meta(meta)
    compat.set_end(compat.strip_named(scene, "meta"), 61)


def first_frame(scene: Any, _film: Any) -> None:
    """The timeline's origin is changed: the picture stays, and so does its sound."""
    scene.frame_start = 11


CASES = {
    case.__name__: case
    for case in (
        nothing, moved, slipped, trimmed, cut_in_place, cut_apart, cut_hard, copied, deleted,
        backwards, renamed, into_a_meta, first_frame,
    )
}  # fmt: skip


def undone(given: dict[str, Any]) -> dict[str, Any]:
    """Undo while the job runs, then over what was laid, then redo."""
    scene = cut(given, "undone")
    bpy.ops.ed.undo_push(message="before")
    scene.frame_end = 77
    bpy.ops.ed.undo_push(message="something")
    assert bpy.ops.foley.generate() == {"FINISHED"}
    bpy.ops.ed.undo()
    told: dict[str, Any] = {"copy": named("undone").get(scene_jobs.KEY, "")}
    shown(named("undone"))
    rest()
    told["laid"] = laid(named("undone"))
    bpy.ops.ed.undo()
    told["undone"] = laid(named("undone"))
    told["job"] = job_told()
    bpy.ops.ed.redo()
    told["redone"] = laid(named("undone"))
    return told
