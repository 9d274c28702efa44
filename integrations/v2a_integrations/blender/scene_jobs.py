"""Keeps the jobs: in memory, with a copy in the scene that survives save, close and reopen.

Undo takes ID properties back with everything else, so the state in memory counts, never that of a
scene's copy; the copy is written again when it differs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import uuid4

import bpy

KEY = "foley_jobs"
"""ID property of a scene: its jobs as JSON."""
IDENTITY = "foley_id"
"""ID property of a scene: its identity, which outlasts a change of its name."""

State = Literal["rendering", "sent", "running", "waiting", "placing", "done", "failed", "cancelled"]
UNFINISHED: frozenset[State] = frozenset({"rendering", "sent", "running", "waiting", "placing"})
Verb = Literal["generate", "regenerate", "scenes", "report"]


@dataclass
class SceneJobProgress:
    """A job's progress, as in the bridge's last event."""

    stage: str = ""
    fraction: float = 0.0
    """The share of this stage that is done, 0 to 1."""
    whole: float = 0.0
    clip: int = 0
    scene: int = 0
    of: int = 0
    eta_s: float | None = None


@dataclass
class SceneJobError:
    """Why a job failed."""

    reason: str
    message: str
    remedy: str = ""
    detail: str = ""
    """Lines of v2a's standard error, for the button that shows details."""


@dataclass
class SceneJob:
    """One request to v2a, its state and its result."""

    request: str
    """UUID of the request; the same one sent again is the same job."""
    verb: Verb
    scene_id: str
    scene_name: str
    title: str
    line: dict[str, Any]
    """The request line as it is sent; empty while movies are rendered for it."""
    state: State = "sent"
    job: str = ""
    """The daemon's name of the job, "jobs/17"; empty until it is acknowledged."""
    progress: SceneJobProgress = field(default_factory=SceneJobProgress)
    note: str = ""
    """What the job waits for, in words."""
    error: SceneJobError | None = None
    warnings: list[str] = field(default_factory=list)
    placing: dict[str, Any] = field(default_factory=dict)
    """The settings for laying sounds, as they were when the job was begun."""
    origins: list[dict[str, Any]] = field(default_factory=list)
    """The origins of its strips as plain data; see follow.py."""
    sounds: list[dict[str, Any]] = field(default_factory=list)
    """The sounds of its answer, until they are laid."""
    placed: int = 0
    begun: float = field(default_factory=time.time)
    """Seconds since the epoch."""
    cancelling: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether the job is in one of the `UNFINISHED` states."""
        return self.state in UNFINISHED

    def warn(self, said: str) -> None:
        """Add a sentence to the job's warnings, once."""
        if said not in self.warnings:
            self.warnings.append(said)

    def fail(self, reason: str, message: str) -> None:
        """End the job with an error of one sentence."""
        self.error, self.state = SceneJobError(reason, message), "failed"

    @property
    def passing(self) -> bool:
        """Whether the job is of no use once this Blender is closed: a report or a preview."""
        return self.verb == "report" or self.placing.get("result") == "PREVIEW"


_jobs: dict[str, SceneJob] = {}


def all_jobs(scene: Any = None) -> list[SceneJob]:
    """Jobs in the order they were begun: of one scene, or without `scene` of the whole file."""
    if scene is None:
        return list(_jobs.values())
    return [job for job in _jobs.values() if find_scene(job) == scene]


def unfinished() -> list[SceneJob]:
    """Jobs in one of the `UNFINISHED` states."""
    return [job for job in _jobs.values() if job.unfinished]


def job_of(request: str) -> SceneJob | None:
    """The job of a request; None where it is not on the list."""
    return _jobs.get(request)


def identity_of(scene: Any) -> str:
    """The identity of a scene; gives it one where it has none."""
    if not isinstance(scene.get(IDENTITY), str):
        scene[IDENTITY] = str(uuid4())
    return scene[IDENTITY]


def find_scene(job: SceneJob) -> Any:
    """The scene of a job, by its identity; None when it is gone."""
    same = [scene for scene in bpy.data.scenes if scene.get(IDENTITY) == job.scene_id]
    named = [scene for scene in same if scene.name == job.scene_name]
    if named or same:
        return (named or same)[0]  # a copy of a scene carries the same identity
    other = bpy.data.scenes.get(job.scene_name)
    return other if other is not None and IDENTITY not in other else None


def identify(job: SceneJob) -> Any:
    """The scene of a job, whose identity is restored if undo has taken it back; or None."""
    scene = find_scene(job)
    if scene is not None and IDENTITY not in scene:
        scene[IDENTITY] = job.scene_id
    return scene


def add(job: SceneJob) -> SceneJob:
    """Add a job to the list and to its scene's copy; returns it."""
    _jobs[job.request] = job
    keep(find_scene(job))
    return job


def forget(request: str) -> None:
    """Drop a job from the list; its sounds and the daemon's job stay."""
    job = _jobs.pop(request, None)
    if job is not None:
        keep(find_scene(job))


def keep(scene: Any) -> None:
    """Write a scene's jobs to its copy, where that differs."""
    if scene is None or scene.library is not None:
        return
    text = json.dumps([asdict(job) for job in all_jobs(scene) if not job.passing], allow_nan=False)
    if text == scene.get(KEY, "[]"):
        return
    if text == "[]":
        del scene[KEY]
    else:
        scene[KEY] = text


def keep_all() -> None:
    """Write every scene's copy."""
    for scene in bpy.data.scenes:
        keep(scene)


def reload() -> list[SceneJob]:
    """Read the opened file's jobs in place of those in memory; returns the ones to be taken up."""
    _jobs.clear()
    for scene in bpy.data.scenes:
        for job in _read(scene.get(KEY)):
            _jobs.setdefault(job.request, job)
    return unfinished()


def _read(text: Any) -> Iterator[SceneJob]:
    try:
        for told in json.loads(text):
            progress, error = told.pop("progress"), told.pop("error")
            yield SceneJob(
                progress=SceneJobProgress(**progress),
                error=SceneJobError(**error) if error else None,
                **told,
            )
    except (TypeError, ValueError, KeyError, AttributeError):
        return  # none, or another version's
