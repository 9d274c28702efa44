"""What people do with sounds that are there: takes, accepting, replacing, removing, exporting."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy
from generate_foley import bridge_facts, compat, heartbeat, scene_jobs, strip_marks
from works import begun, cut, job_told, laid, places, rest, steps


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    return {
        case.__name__: case(given)
        for case in (options, crowded, overwriting, takes, looking, cancelled, removing, folders)
    }


def generated(scene: Any, **more: Any) -> list[dict[str, Any]]:
    for key, value in more.items():
        setattr(scene.foley, key, value)
    assert bpy.ops.foley.generate() == {"FINISHED"}
    rest()
    assert job_told()["state"] == "done", job_told()
    return laid(scene)


def chosen(scene: Any, *numbers: int) -> None:
    """Select our strips of these scenes."""
    compat.select_only(scene, [s for s, m in strip_marks.foley_strips(scene) if m.scene in numbers])


def overlaps(scene: Any) -> list[str]:
    """Pairs of strips that lie on each other."""
    found = []
    for owner in (scene, *compat.metas(scene)):
        own = sorted(compat.strips(owner), key=lambda s: (s.channel, compat.start(s)))
        for one, two in zip(own, own[1:], strict=False):
            if one.channel == two.channel and compat.end(one) > compat.start(two):
                found.append(f"{one.name} and {two.name}")
    return found


def options(given: Any) -> Any:
    scene = cut(given, "options", volume=0.5, fade=4, meta=True, pack_files=True, colour="COLOR_03")
    strips = generated(scene)
    action = scene.animation_data.action
    keys = {
        curve.data_path: [tuple(k.co) for k in curve.keyframe_points] for curve in _curves(action)
    }
    meta = next(strip for strip in compat.strips(scene) if strip.type == "META")
    told = {"strips": strips, "keys": keys, "overlaps": overlaps(scene)}
    return told | {"meta": [meta.name, compat.start(meta), compat.end(meta)]}


def _curves(action: Any) -> Any:
    if hasattr(action, "fcurves"):
        return action.fcurves
    bags = [bag for layer in action.layers for one in layer.strips for bag in one.channelbags]
    return [curve for bag in bags for curve in bag.fcurves]


def crowded(given: Any) -> Any:
    """The wished channel is taken where sounds must go, on one above it only elsewhere."""
    scene = cut(given, "crowded", channel=2)
    compat.new_sound(scene, "user", given["sound"], 2, 30)
    compat.new_sound(scene, "other", given["sound"], 3, 200)
    before = places(scene)
    compat.select_only(scene, [compat.strip_named(scene, "film")])
    strips = generated(scene)
    return {"strips": strips, "same": places(scene) == before, "overlaps": overlaps(scene)}


def overwriting(given: Any) -> Any:
    scene = cut(given, "overwriting", seed=7)
    film = [compat.strip_named(scene, "film")]
    told = {"first": generated(scene)}
    chosen(scene, 1)
    bpy.ops.foley.accept()
    for policy in ("KEEP", "ADD", "REPLACE"):
        compat.select_only(scene, film)
        told[policy] = generated(scene, overwrite=policy, seed=scene.foley.seed + 1)
        assert not overlaps(scene), overlaps(scene)
        told[f"{policy} said"] = job_told()["warnings"]
    return told


def takes(given: Any) -> Any:
    scene = cut(given, "takes", takes=2)
    told: dict[str, Any] = {"first": generated(scene)}
    chosen(scene, 2)
    strip = compat.active(scene)
    compat.set_end(strip, compat.end(strip) - 2)
    strip.volume = 0.25
    bpy.ops.foley.next_take()
    told["next"] = laid(scene)
    bpy.ops.foley.previous_take()
    told["previous"] = laid(scene)
    bpy.ops.foley.mute()
    told["muted"] = laid(scene)
    bpy.ops.foley.regenerate(prompt="a bell", weight=0.8)
    rest()
    told["again"], told["job"] = laid(scene), job_told()
    told["prompts"] = [t.prompt for t in strip_marks.mark_of(compat.active(scene)).takes]
    opened: list[str] = []
    heartbeat.webbrowser = type("Browser", (), {"open": staticmethod(opened.append)})
    bpy.ops.foley.open_report()
    rest()
    return told | {"opened": opened}


def looking(given: Any) -> Any:
    scene = cut(given, "looking")
    assert bpy.ops.foley.preview() == {"FINISHED"}
    told: dict[str, Any] = {"waits": bridge_facts.KNOWN.previews["looking"].scenes}
    rest()
    told["scenes"] = bridge_facts.KNOWN.previews["looking"].scenes
    told["jobs"] = len(scene_jobs.all_jobs(scene))
    for result in ("MARKERS", "SPLIT"):
        bpy.ops.foley.detect_scenes(result=result)
        rest()
    told["markers"] = [[m.frame, m.name] for m in scene.timeline_markers]
    return told | {"split": places(scene)}


def cancelled(given: Any) -> Any:
    scene = cut(given, "cancelled", steps=200, takes=8, seed=99)
    bpy.ops.foley.generate()
    job = scene_jobs.all_jobs()[-1]
    assert steps(lambda: job.state == "running")
    bpy.ops.foley.cancel(request=job.request)
    rest()
    told = {"job": job_told(), "strips": laid(scene)}
    scene.foley.steps = scene.foley.takes = 1
    job.line["settings"] |= {"steps": 1, "takes": 1}
    bpy.ops.foley.retry(request=job.request)
    rest()
    told |= {"retried": job_told(), "laid": laid(scene)}
    bpy.ops.foley.forget(request=scene_jobs.all_jobs()[-1].request)
    return told | {"left": len(scene_jobs.all_jobs(scene)), "kept": len(laid(scene))}


def removing(given: Any) -> Any:
    scene = cut(given, "removing")
    compat.new_sound(scene, "own sound", given["sound"], 8, 11)
    strips = generated(scene)
    out = Path(given["out"]) / "stems"
    bpy.ops.foley.export_stems(directory=str(out))
    first = {file.name: file.read_bytes() for file in out.iterdir()}
    (out / sorted(first)[0]).write_bytes(b"not ours")
    bpy.ops.foley.export_stems(directory=str(out))
    told: dict[str, Any] = {
        "laid": strips,
        "exported": sorted(os.listdir(out)),
        "names": sorted(first),
    }
    told["safe"] = (out / sorted(first)[0]).read_bytes() == b"not ours"
    chosen(scene, 1)
    bpy.ops.foley.remove()
    told["one"] = laid(scene)
    bpy.ops.foley.remove(which="ALL")
    return told | {"none": laid(scene), "users": sorted(places(scene))}


def folders(given: Any) -> Any:
    """Beside the file there is none to be made: in the way lies a file."""
    Path(given["blend"]).with_name("taken").write_text("a file")
    scene = cut(given, "folders")
    scene.foley.folder = "//taken/foley/"
    return {"strips": generated(scene), "job": job_told()}
