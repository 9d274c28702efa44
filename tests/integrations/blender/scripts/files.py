"""Jobs over a file that is closed, opened again, saved for the first time, or copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from generate_foley import compat, folders, gather_sounds, scene_jobs
from works import begun, cut, job_told, laid, named, rest, shown, steps


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    cases = (closed, rendering, unsaved, bare)
    return {case.__name__: case(given) for case in cases}


def closed(given: dict[str, Any]) -> Any:
    """Closed while it is made, with another file opened meanwhile, and opened again."""
    bpy.ops.wm.save_as_mainfile(filepath=given["other"])
    scene = cut(given, "closed", seed=given["seed"])
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    assert bpy.ops.foley.generate() == {"FINISHED"}
    assert steps(lambda: scene_jobs.all_jobs()[-1].job != "")
    told: dict[str, Any] = {"before": job_told()}
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["other"])
    told["other"] = len(scene_jobs.all_jobs())
    rest()
    bpy.ops.wm.open_mainfile(filepath=given["blend"])
    told["reopened"] = [job.state for job in scene_jobs.all_jobs()]
    rest()
    scene = shown(named("closed"))
    told["laid"], told["after"] = laid(scene), job_told()
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["blend"])
    return told | {"again": laid(named("closed")), "kept": job_told(), "unfinished": _left()}


def rendering(given: dict[str, Any]) -> Any:
    """Closed while a stretch is rendered: it is not there any more, and retry begins it anew."""
    scene = cut(given, "rendering", seed=given["seed"])
    compat.strip_named(scene, "film").strobe = 5  # a cut lies on a frame that is shown
    told: dict[str, Any] = {}
    for name in ("closed", "cancelled"):
        compat.select_only(scene, [compat.strip_named(scene, "film")])
        assert bpy.ops.foley.generate() == {"FINISHED"}
        told[f"{name} begun"] = scene_jobs.all_jobs()[-1].state
        if name == "cancelled":
            bpy.ops.foley.cancel(request=scene_jobs.all_jobs()[-1].request)
        else:
            bpy.ops.wm.save_mainfile()
            bpy.ops.wm.open_mainfile(filepath=given["other"])
            bpy.ops.wm.open_mainfile(filepath=given["blend"])
            scene = shown(named("rendering"))
        rest()
        told[name], told[f"{name} left"] = job_told(), _movies()
    for job in scene_jobs.all_jobs(scene)[-2:]:
        bpy.ops.foley.retry(request=job.request)
        rest()
    return told | {"retried": job_told(), "laid": laid(scene), "left": _movies()}


def _movies() -> list[str]:
    return sorted(path.name for path in folders.of_user()[0].glob("render-*"))


def _left() -> int:
    return len(scene_jobs.unfinished())


def unsaved(given: dict[str, Any]) -> Any:
    """No file yet: sounds wait among the user's data, and come along when there is one."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    cut(given, "unsaved")
    assert bpy.ops.foley.generate() == {"FINISHED"}
    rest()
    told: dict[str, Any] = {"before": laid(named("unsaved")), "job": job_told()}
    Path(given["later"]).parent.mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=given["later"])
    assert steps(lambda: not gather_sounds.busy())
    rest()
    told["after"] = laid(named("unsaved"))
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=given["later"])
    return told | {"reopened": laid(named("unsaved"))}


def bare(given: dict[str, Any]) -> Any:
    """Nothing to send, in every way there is: a word, and nothing else."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    said = [bpy.ops.foley.generate(), bpy.ops.foley.generate_visible(), bpy.ops.foley.preview()]
    scene = cut(given, "bare")
    film = compat.strip_named(scene, "film")
    film.mute = True
    said += [bpy.ops.foley.generate(), bpy.ops.foley.detect_scenes(), bpy.ops.foley.next_take()]
    said += [bpy.ops.foley.remove(), bpy.ops.foley.regenerate(), bpy.ops.foley.open_report()]
    return {"said": [list(one) for one in said], "jobs": len(scene_jobs.all_jobs())}
