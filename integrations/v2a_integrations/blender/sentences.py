"""All sentences for people: one line each, what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scene_jobs import SceneJob

MISSING = (
    "v2a is not installed here: install it (see the Foley manual), "
    "or say where it is in the add-on's preferences"
)
PROTOCOL = (
    "the v2a found at {path} (version {version}) speaks another language than this add-on: "
    "run 'v2a install blender' to bring both to one version"
)
NOT_V2A = "{path} does not answer as v2a does: check it in the add-on's preferences"
GONE = "v2a ended in the middle of its work: it is started again"
KEEPS_ENDING = "v2a ended {times} times in a row ({told}): see the details, then retry"
NOTHING_SELECTED = "select strips with a picture first"
NOTHING_VISIBLE = "no strip with a picture is visible in this scene"
NOTHING_SENT = "none of these strips can be given sound: {why}"
NO_SCENE = "the scene of this job is gone: undo its deletion, then retry"
STRIP_GONE = "{name} was deleted while its sound was made; its sounds are left out"
STRIP_CHANGED = "{name} plays at another speed than when its sound was begun; generate it again"
NOT_SEEN = "scenes of {name} that are no longer seen, whose sounds are left out: {count}"
KEPT = "scenes under accepted sounds, which get no other: {count}"
NO_CHANNEL = "no channel is free for {name}; it is left out: free one, then retry"
FILE_MISSING = "the sound file of {name} is missing ({file}): retry makes it again"
NO_PLACE = "{folder} cannot be written to; sound files go to {instead}"
UNSAVED = "the .blend file is not saved yet: sound files go to {instead} until it is"
TEMPORARY = "sound files go to {instead}, which does not last: save the .blend file, then retry"
DONE = "Sounds placed: {count}"
REPORT = "Report of {job}"
GATHERING = "Foley: files brought beside the .blend file"
CANNOT_RENDER = "a stretch that must be rendered cannot be: {why}"
CANNOT_PLACE = "the sounds cannot be laid ({why}): see the details, then retry"
RENDERING_LOST = "the file was closed while a stretch was rendered for it: generate again"
CANNOT_EXPORT = "{folder} cannot be written to: choose another folder"
CANNOT_COPY = "{file} cannot be copied: {why}"
NO_FOLEY = "select a Foley strip first"
NO_OTHER_TAKE = "this scene has one take; Regenerate Scene makes another"
NOT_THERE_YET = "this job is not done yet"
EXPORTED = "stems copied to {folder}: {count}"

STAGES = {
    "upload": "Bringing media to v2a",
    "queued": "Queued",
    "frames": "Reading frames",
    "scenes": "Finding scenes",
    "sounds": "Imagining sounds",
    "generate": "Making sound",
    "tracks": "Writing tracks",
    "download": "Fetching sounds",
    "files": "Writing sound files",
}


def state_words(job: SceneJob) -> str:
    """A job's state in a few words."""
    if job.error is not None:
        return job.error.message
    if job.cancelling and job.unfinished:
        return "Cancelling"
    if job.state == "running":
        return _running(job)
    if job.state == "done":
        return DONE.format(count=job.placed)
    return {
        "rendering": "Rendering what cannot be computed",
        "sent": "Sent",
        "waiting": job.note or "Waiting for v2a",
        "placing": "Placing sounds",
        "failed": "Failed",
        "cancelled": "Cancelled",
    }[job.state]


def details(job: SceneJob) -> str:
    """All facts of a job, line by line: its error, its warnings, v2a's own lines."""
    said = [f"{job.title}: {state_words(job)}", f"request {job.request}", job.job]
    if job.error is not None:
        said += [job.error.remedy, f"reason: {job.error.reason}"]
    said += job.warnings
    said += job.error.detail.splitlines() if job.error is not None else []
    return "\n".join(line for line in said if line)


def _running(job: SceneJob) -> str:
    told = job.progress
    words = STAGES.get(told.stage, told.stage.capitalize() or "Running")
    if told.of > 1:
        words += f", scene {told.scene} of {told.of}"
    return words + (f", {time_left(told.eta_s)}" if told.eta_s is not None else "")


def time_left(seconds: float) -> str:
    """A time left (seconds) in words."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    if seconds < 3600:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"
