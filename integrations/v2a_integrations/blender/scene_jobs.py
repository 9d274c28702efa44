"""Jobs: in memory the truth, in the scene a copy that survives save, close and reopen.

Undo takes ID properties back with everything else, so a job's own state never is what a scene
says but what is in memory; the copy is written again when it differs.
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
"""ID property of a scene: who it is, whatever becomes of its name."""

State = Literal["rendering", "sent", "running", "waiting", "placing", "done", "failed", "cancelled"]
UNFINISHED: frozenset[State] = frozenset({"rendering", "sent", "running", "waiting", "placing"})
Verb = Literal["generate", "regenerate", "scenes", "report"]


@dataclass
class SceneJobProgress:
    """How far a job is, as the bridge told last."""

    stage: str = ""
    fraction: float = 0.0
    """Of this stage."""
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
    """What the button for details shows beside: lines that v2a wrote for people."""


@dataclass
class SceneJob:
    """One request to v2a and what has become of it."""

    request: str
    """UUID; the same line sent again is the same job."""
    verb: Verb
    scene_id: str
    scene_name: str
    title: str
    line: dict[str, Any]
    """The request line as it is sent; without it there is nothing to send yet."""
    state: State = "sent"
    job: str = ""
    """The daemon's name for it, "jobs/17"; empty until it acknowledged it."""
    progress: SceneJobProgress = field(default_factory=SceneJobProgress)
    note: str = ""
    """What it waits for, in words."""
    error: SceneJobError | None = None
    warnings: list[str] = field(default_factory=list)
    placing: dict[str, Any] = field(default_factory=dict)
    """Settings of that moment that say how sounds are laid."""
    origins: list[dict[str, Any]] = field(default_factory=list)
    """The strips it was made for, as they lay; see follow.py."""
    sounds: list[dict[str, Any]] = field(default_factory=list)
    """What came back, until it is placed."""
    placed: int = 0
    begun: float = field(default_factory=time.time)
    """Seconds since the epoch."""
    cancelling: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether something is still to come."""
        return self.state in UNFINISHED

    def warn(self, said: str) -> None:
        """Add a sentence to what people should know of it, once."""
        if said not in self.warnings:
            self.warnings.append(said)

    def fail(self, reason: str, message: str) -> None:
        """End with one sentence."""
        self.error, self.state = SceneJobError(reason, message), "failed"

    @property
    def passing(self) -> bool:
        """Whether nobody needs it any more once this Blender is closed."""
        return self.verb == "report" or self.placing.get("result") == "PREVIEW"


_jobs: dict[str, SceneJob] = {}


def all_jobs(scene: Any = None) -> list[SceneJob]:
    """Jobs in the order they were begun: of one scene, or of the whole file."""
    if scene is None:
        return list(_jobs.values())
    return [job for job in _jobs.values() if find_scene(job) == scene]


def unfinished() -> list[SceneJob]:
    """Jobs of which something is still to come."""
    return [job for job in _jobs.values() if job.unfinished]


def job_of(request: str) -> SceneJob | None:
    """The job of a request."""
    return _jobs.get(request)


def identity_of(scene: Any) -> str:
    """Who a scene is."""
    if not isinstance(scene.get(IDENTITY), str):
        scene[IDENTITY] = str(uuid4())
    return scene[IDENTITY]


def find_scene(job: SceneJob) -> Any:
    """The scene of a job, renamed or not; None when it is gone."""
    same = [scene for scene in bpy.data.scenes if scene.get(IDENTITY) == job.scene_id]
    named = [scene for scene in same if scene.name == job.scene_name]
    if named or same:
        return (named or same)[0]  # a copy of a scene carries the same identity
    other = bpy.data.scenes.get(job.scene_name)
    return other if other is not None and IDENTITY not in other else None


def identify(job: SceneJob) -> Any:
    """The scene of a job, which gets its identity back if undo has taken that; or None."""
    scene = find_scene(job)
    if scene is not None and IDENTITY not in scene:
        scene[IDENTITY] = job.scene_id
    return scene


def add(job: SceneJob) -> SceneJob:
    """Take a job on."""
    _jobs[job.request] = job
    keep(find_scene(job))
    return job


def forget(request: str) -> None:
    """Drop a job from the list; its sounds and the daemon's job stay."""
    job = _jobs.pop(request, None)
    if job is not None:
        keep(find_scene(job))


def keep(scene: Any) -> None:
    """Write a scene's jobs to its copy, where that says otherwise."""
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
    """Forget all that is in memory for what the opened file says; the jobs to be taken up."""
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
