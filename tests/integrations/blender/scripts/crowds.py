"""Timelines on which there is little room, or much: channels barred or taken, a thousand strips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
from generate_foley import compat, heartbeat, lay_strips, scene_jobs, strip_marks
from works import TICKS, begun, cut, job_told, laid, named, places, rest, shown, steps


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    return {case.__name__: case(given) for case in (barred, taken, interrupted, thousand)}


def barred(given: dict[str, Any]) -> Any:
    """Of the channels above the film one is muted, one is locked."""
    scene = cut(given, "barred", channel=2)
    channels = scene.sequence_editor.channels
    channels[2].mute = True
    channels[3].lock = True
    return _generated(scene)


def taken(given: dict[str, Any]) -> Any:
    """Every channel has a strip where the second sound would go."""
    scene = cut(given, "taken")
    for channel in range(2, compat.CHANNELS + 1):
        compat.new_effect(scene, f"colour {channel}", "COLOR", channel, (40, 44), ()).mute = True
    return _generated(scene)


def interrupted(given: dict[str, Any]) -> Any:
    """Undo when one of two sounds lies there: both are laid, once."""
    scene = cut(given, "interrupted")
    bpy.ops.ed.undo_push(message="before")
    scene.frame_end = 90
    bpy.ops.ed.undo_push(message="something")
    assert bpy.ops.foley.generate() == {"FINISHED"}
    heartbeat.TICK_S, kept = 0.0, heartbeat.TICK_S
    lay_strips.LOOK_TICKS, ticks = 2, lay_strips.LOOK_TICKS  # one finds room, the next lays a strip
    assert steps(lambda: len(laid(named("interrupted"))) == 1)
    told: dict[str, Any] = {"state": scene_jobs.all_jobs()[-1].state}
    bpy.ops.ed.undo()
    told["after undo"] = laid(named("interrupted"))
    shown(named("interrupted"))
    rest()
    heartbeat.TICK_S, lay_strips.LOOK_TICKS = kept, ticks
    return told | {"strips": laid(named("interrupted")), "job": job_told()}


def thousand(given: dict[str, Any]) -> Any:
    """A long edit full of sounds of ours, and one job more."""
    scene = cut(given, "thousand")
    told = _generated(scene)
    strip, mark = next(iter(strip_marks.foley_strips(scene)))
    file = bpy.path.abspath(strip.sound.filepath)
    for k in range(1000):
        another = compat.new_sound(scene, f"more {k}", file, 8 + k % 8, 400 + 60 * (k // 8))
        strip_marks.write_mark(another, replace(mark, request=f"another {k}"))
    compat.select_only(scene, [compat.strip_named(scene, "film")])
    bpy.ops.ed.undo_push(message="a long edit")
    TICKS.clear()
    return told | {"again": _generated(scene, seed=2), "ticks": sorted(TICKS)}


def _generated(scene: Any, **more: Any) -> Any:
    for key, value in more.items():
        setattr(scene.foley, key, value)
    before = places(scene)
    assert bpy.ops.foley.generate() == {"FINISHED"}
    rest()
    request = scene_jobs.all_jobs()[-1].request
    strips = [strip for strip in laid(scene) if strip["request"] == request]
    return {"strips": strips, "job": job_told(), "same": places(scene) == before}
