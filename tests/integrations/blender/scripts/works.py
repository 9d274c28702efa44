"""The add-on at work inside a Blender: steps until it rests, and what lies there then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy
import generate_foley
from generate_foley import compat, heartbeat, scene_jobs, sentences, strip_marks
from laying import movie, scene_for

TICKS: list[float] = []
"""Seconds of this thread that every step took, those with an undo push of Blender's left out."""
LONGEST_S = 200


def begun(given: dict[str, Any]) -> None:
    """The add-on is on, in an empty file."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    generate_foley.register()
    heartbeat._loaded()


def shown(scene: Any) -> Any:
    """The scene as the one that the sequencer edits."""
    bpy.context.window_manager.windows[0].scene = scene
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    return scene


def cut(given: dict[str, Any], name: str = "cut", **more: Any) -> Any:
    """A scene with one film, trimmed, on channel 1, selected, and the quickest settings."""
    scene = shown(scene_for(name))
    film = movie(scene, "film", given["film"], 1, 11, frame_offset_start=5, frame_offset_end=5)
    compat.select_only(scene, [film])
    return quick(scene, given, **more)


def quick(scene: Any, given: dict[str, Any], **more: Any) -> Any:
    for key, value in {"pack": given["pack"], "steps": 1, **more}.items():
        setattr(scene.foley, key, value)
    return scene


def steps(until: Callable[[], bool], most: float = LONGEST_S) -> bool:
    """Step until it is so; False when that takes too long."""
    end = time.monotonic() + most
    while not until():
        if time.monotonic() > end:
            return False
        pushes, before = bool(heartbeat._pushes), time.thread_time()
        heartbeat.step()
        if not pushes:
            TICKS.append(time.thread_time() - before)
        time.sleep(0.01)
    return True


def rest() -> None:
    """Step until nothing is left to do."""
    assert steps(
        lambda: (
            not scene_jobs.unfinished() and not heartbeat.LINK.busy and heartbeat._next() is None
        )
    ), [vars(job) for job in scene_jobs.all_jobs()]


def last() -> Any:
    return scene_jobs.all_jobs()[-1]


def named(name: str) -> Any:
    """A scene, looked up again: undo makes all references stale."""
    return bpy.data.scenes[name]


def laid(scene: Any) -> list[dict[str, Any]]:
    """Our strips, by when they are heard."""
    told = [
        {
            "name": strip.name,
            "channel": strip.channel,
            "frames": [compat.start(strip), compat.end(strip)],
            "content": int(compat.content_start(strip)),
            "file": bpy.path.abspath(strip.sound.filepath),
            "path": strip.sound.filepath,
            "packed": strip.sound.packed_file is not None,
            "volume": strip.volume,
            "muted": strip.mute,
            "colour": strip.color_tag,
            "meta": strip.parent_meta().name if strip.parent_meta() else "",
            "job": mark.job,
            "clip": mark.clip,
            "number": mark.number,
            "scene": mark.scene,
            "take": mark.take,
            "takes": len(mark.takes),
            "accepted": mark.accepted,
            "request": mark.request,
        }
        for strip, mark in strip_marks.foley_strips(scene)
    ]
    return sorted(told, key=lambda one: (one["frames"], one["channel"]))


def places(scene: Any) -> dict[str, list[int]]:
    """Everything that is not ours: channel, start, end."""
    return {
        strip.name: [strip.channel, compat.start(strip), compat.end(strip)]
        for strip in compat.all_strips(scene)
        if strip_marks.mark_of(strip) is None
    }


def job_told(job: Any = None) -> dict[str, Any]:
    job = job or last()
    return {
        "state": job.state,
        "words": sentences.state_words(job),
        "reason": job.error.reason if job.error else "",
        "message": job.error.message if job.error else "",
        "warnings": job.warnings,
        "job": job.job,
        "request": job.request,
        "placed": job.placed,
    }
