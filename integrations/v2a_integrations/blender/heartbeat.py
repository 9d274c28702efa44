"""The add-on's heartbeat: Blender's timer calls `step`, as tests do. Never waits.

A tick handles v2a's events, moves jobs on, lays a few strips, and returns the seconds until the
next tick; None where there is nothing to do.
"""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

import bpy

from . import (
    follow,
    gather_sounds,
    lay_strips,
    scene_cuts,
    scene_jobs,
    sentences,
    start_jobs,
    swap_take,
)
from .bridge_facts import KNOWN
from .bridge_link import BridgeLink
from .follow import StripOrigin
from .scene_jobs import SceneJob, SceneJobError, SceneJobProgress

TICK_S = 0.002
"""Seconds of a tick for laying strips. Chosen so that a whole tick stays under 5 ms; measured
4.1 ms at most, up to 10 in an edit of 1,000 sounds (tests/bench/RESULTS.md)."""
BUSY_S, GOING_S = 0.02, 0.15
"""Seconds until the next tick while strips are laid, and while an answer is awaited. Chosen: a
tenth of the time goes to laying at most, and progress looks continuous."""
PACKS = "packs"
"""Id of the request that lists packs."""

LINK = BridgeLink()
_pushes: list[str] = []
"""Undo steps to be pushed, each in a tick of its own."""


def step() -> float | None:
    """Move all jobs on; returns seconds until the next tick, None when there is no need."""
    if _pushes:
        bpy.ops.ed.undo_push(message=_pushes.pop(0))
        return _next()
    changed = False
    for event in LINK.step():
        changed |= _heard(event)
    changed |= _render_on()
    changed |= _place_on()
    if gather_sounds.step():
        push(sentences.GATHERING)
        changed = True
    if changed:
        redraw()
    return _next()


def wake() -> None:
    """Have `step` called by Blender's timer, if it is not already."""
    if not bpy.app.timers.is_registered(step):
        bpy.app.timers.register(step, first_interval=0.01, persistent=True)


def send(job: SceneJob) -> None:
    """Send a job's request, or go on with one that waits for a rendering."""
    if job.state == "sent":
        LINK.ask(job.line)
    if not KNOWN.packs:
        LINK.ask({"id": PACKS, "do": "packs"})
    wake()


def cancel(job: SceneJob) -> None:
    """Cancel a job: nothing of it is placed."""
    job.cancelling = True
    start_jobs.drop_rendering(job)
    if job.state in ("rendering", "placing") or job.verb == "scenes":
        LINK.drop(job.request)
        _end(job, "cancelled")
    if job.verb != "report" and job.state != "placing":
        number = f"cancel {job.request}"
        LINK.ask({"id": number, "do": "cancel", "request": job.request})
    wake()


def push(message: str) -> None:
    """Push an undo step in a tick of its own, as Blender may take long for it."""
    _pushes.append(message)


def redraw() -> None:
    """Have the sequencers drawn again."""
    manager = bpy.context.window_manager
    for window in manager.windows if manager else ():
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                area.tag_redraw()


def _next() -> float | None:
    if (
        _pushes
        or any(job.state == "placing" for job in scene_jobs.unfinished())
        or gather_sounds.busy()
    ):
        return BUSY_S
    return GOING_S if LINK.busy or scene_jobs.unfinished() else None


def _heard(event: dict[str, Any]) -> bool:
    number = str(event.get("id"))
    if number == PACKS:
        KNOWN.packs = event.get("packs", KNOWN.packs)
        return True
    if number.startswith("cancel "):
        return _cancel_heard(number.partition(" ")[2], event)
    job = scene_jobs.job_of(number)
    hear = HEARD.get(str(event.get("event")))
    if job is None or hear is None or not job.unfinished:
        return False
    hear(job, event)
    return True


def _cancel_heard(request: str, event: dict[str, Any]) -> bool:
    """Handle the answer to a cancel: a job that v2a does not know ends at once."""
    job = scene_jobs.job_of(request)
    if job is not None and job.unfinished and event.get("event") == "error":
        LINK.drop(request)
        _end(job, "cancelled")
    return True


def _acknowledged(job: SceneJob, event: dict[str, Any]) -> None:
    job.job, job.state = str(event["job"]), "running"
    scene_jobs.keep(scene_jobs.find_scene(job))


def _progressed(job: SceneJob, event: dict[str, Any]) -> None:
    known = SceneJobProgress.__dataclass_fields__
    job.progress = SceneJobProgress(
        **{name: value for name, value in event.items() if name in known}
    )
    job.state, job.note = "running", ""


def _waits(job: SceneJob, event: dict[str, Any]) -> None:
    job.state, job.note = "waiting", str(event.get("message", ""))


def _failed(job: SceneJob, event: dict[str, Any]) -> None:
    if event.get("reason") == "CANCELLED":
        _end(job, "cancelled")
        return
    told = {name: str(event.get(name) or "") for name in ("reason", "message", "remedy")}
    job.error = SceneJobError(**told, detail=str(event.get("detail") or LINK.log))
    _end(job, "failed")


def _done(job: SceneJob, event: dict[str, Any]) -> None:
    job.job = str(event.get("job") or job.job)
    for said in event.get("warnings", ()):
        job.warn(str(said))
    if job.cancelling:
        _end(job, "cancelled")
    elif job.verb == "report":
        webbrowser.open(Path(event["report"]).as_uri())
        scene_jobs.forget(job.request)
    else:
        job.sounds = event.get("sounds") or event.get("clips") or []
        job.state, job.progress.whole = "placing", 1.0
        scene_jobs.keep(scene_jobs.find_scene(job))


HEARD = {
    "job": _acknowledged,
    "progress": _progressed,
    "waiting": _waits,
    "error": _failed,
    "done": _done,
}


def _render_on() -> bool:
    waiting = [job for job in scene_jobs.unfinished() if job.state == "rendering"]
    for job in waiting:
        if start_jobs.go_on(job):
            send(job)
        if job.state != "rendering":
            scene_jobs.keep(scene_jobs.find_scene(job))
    return bool(waiting)


def _place_on() -> bool:
    """Lay strips of the first job that has its sounds; returns whether something changed."""
    job = next((job for job in scene_jobs.unfinished() if job.state == "placing"), None)
    if job is None:
        return False
    scene = scene_jobs.find_scene(job)
    if scene is None:
        job.fail("NO_SCENE", sentences.NO_SCENE)
        return True
    try:
        if PLACES[job.verb](scene, job):
            _placed(scene, job)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        job.fail("PLACING", sentences.CANNOT_PLACE.format(why=error))
        scene_jobs.keep(scene)
    return True


def _place_sounds(scene: Any, job: SceneJob) -> bool:
    if not lay_strips.place(scene, job, TICK_S):
        return False
    if job.placing["meta"]:
        lay_strips.group(scene, job)
    return True


PLACES = {
    "generate": _place_sounds,
    "regenerate": swap_take.place_take,
    "scenes": scene_cuts.place,
}


def _placed(scene: Any, job: SceneJob) -> None:
    job.sounds = []
    _end(job, "done")
    if not job.passing:
        push(f"Foley: {job.title}")


def _end(job: SceneJob, state: Any) -> None:
    job.state = state
    if job.verb == "scenes":
        scene_cuts.ended(job)
    if job.state in ("done", "cancelled"):
        start_jobs.discard_movies(job)
    if job.passing:
        scene_jobs.forget(job.request)
    else:
        scene_jobs.keep(scene_jobs.find_scene(job))


@bpy.app.handlers.persistent
def _loaded(*_: Any) -> None:
    """Take up the unfinished jobs of an opened file; the last file's go on in the daemon."""
    for job in scene_jobs.all_jobs():
        LINK.drop(job.request)
        start_jobs.drop_rendering(job)
    _pushes.clear()
    lay_strips.look_again()
    KNOWN.previews.clear()
    for job in scene_jobs.reload():
        if job.state == "rendering":
            job.fail("RENDERING_LOST", sentences.RENDERING_LOST)
        elif job.state != "placing":
            job.state = "sent"
            LINK.ask(job.line)
    gather_sounds.look()
    wake()


@bpy.app.handlers.persistent
def _undone(*_: Any) -> None:
    """Restore identities and the scenes' copies of jobs, which undo has taken back."""
    lay_strips.look_again()
    for job in scene_jobs.unfinished():
        scene = scene_jobs.identify(job)
        for told in job.origins if scene is not None else ():
            follow.identify(scene, StripOrigin.read(told))
    scene_jobs.keep_all()


@bpy.app.handlers.persistent
def _saving(*_: Any) -> None:
    scene_jobs.keep_all()


@bpy.app.handlers.persistent
def _saved(*_: Any) -> None:
    gather_sounds.look()
    wake()


HANDLERS = {
    "load_post": _loaded,
    "undo_post": _undone,
    "redo_post": _undone,
    "save_pre": _saving,
    "save_post": _saved,
}


def register() -> None:
    """Take up the open file's unfinished jobs, and add the handlers."""
    for name, handler in HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)
    bpy.app.timers.register(_look_about, first_interval=0.1)


def _look_about() -> None:
    """Take up the open file's jobs in a timer, as Blender shows no data while add-ons register."""
    _loaded()


def unregister() -> None:
    """Let the child end; jobs in the daemon go on."""
    for name, handler in HANDLERS.items():
        handlers = getattr(bpy.app.handlers, name)
        if handler in handlers:
            handlers.remove(handler)
    for timer in (step, _look_about):
        if bpy.app.timers.is_registered(timer):
            bpy.app.timers.unregister(timer)
    for job in scene_jobs.all_jobs():
        start_jobs.drop_rendering(job)
    LINK.close()
