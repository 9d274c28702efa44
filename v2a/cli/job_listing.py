"""Jobs of the daemon for people: a table of many, the facts of one; and for programs, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from v2a.api.job_types import Job, SceneTrack, Span, Track
from v2a.mapping.scene_labels import doubt, unsure


def print_jobs(jobs: Iterable[Job]) -> None:
    """One row a job."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for column in ("job", "state", "done", "title", "since"):
        table.add_column(column, overflow="fold")
    for job in jobs:
        since = job.ended or job.started or job.created
        row = (
            job.name.removeprefix("jobs/"),
            job.state,
            "" if job.done else f"{job.progress.whole:.0%}",
            job.title,
            f"{since.astimezone():%Y-%m-%d %H:%M:%S}" if since else "",
        )
        table.add_row(*map(Text, row))
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a log or a program reads it: a row stays a line
    console.print(table)


def print_job(job: Job) -> None:
    """Everything of one job that a person asks for."""
    attempts = f", attempt {job.attempt}" if job.attempt > 1 else ""
    parent = f", from {job.parent}" if job.parent else ""
    print(f"{job.name} {job.title}: {job.state}{attempts}{parent}")
    if not job.done:
        print(
            f"  {job.progress.stage} {job.progress.fraction:.0%}, {job.progress.whole:.0%} in all"
        )
    if job.error:
        print(f"  {job.error.message}; {job.error.remedy}")
    for track in job.tracks:
        print(f"  {track.name}: {track.folder}")
        for scene in track.scenes:
            words = _words(scene)
            takes = f", take {scene.take} of {len(scene.takes)}" if len(scene.takes) > 1 else ""
            start, end = float(scene.place.start), float(scene.place.end)
            print(f"    scene {scene.scene}  {start:9.3f} - {end:9.3f} s  {words}{takes}")
        for warning in track.warnings:
            print(f"    note: {warning}")


def _words(scene: SceneTrack) -> str:
    """What the take in use was asked for, else what the scene looks like it sounds like."""
    prompt = next((take.prompt for take in scene.takes if take.take == scene.take), "")
    if prompt:
        return f'"{prompt}"'
    sure = ", ".join(words for words, _ in scene.labels[:2])
    return doubt(scene.labels) if unsure(scene.labels) else sure


def job_document(job: Job) -> dict[str, Any]:
    """A job as JSON: exact times as fractions in text, points in time in ISO 8601."""
    return {
        "name": job.name,
        "state": job.state,
        "title": job.title,
        "priority": job.priority,
        "attempt": job.attempt,
        "parent": job.parent or None,
        "created": _iso(job.created),
        "started": _iso(job.started),
        "ended": _iso(job.ended),
        "progress": vars(job.progress),
        "error": job.error.as_dict() if job.error else None,
        "seconds": dict(job.seconds),
        "tracks": [_track(track) for track in job.tracks],
        "artifacts": [vars(artifact) | {"path": str(artifact.path)} for artifact in job.artifacts],
    }


def _track(track: Track) -> dict[str, Any]:
    return {
        "clip": track.clip,
        "name": track.name,
        "folder": str(track.folder),
        "sample_rate": track.sample_rate,
        "duration": str(track.duration),
        "frames": track.frames,
        "frame_rate": str(track.frame_rate),
        "cuts": [vars(cut) | {"time": str(cut.time)} for cut in track.cuts],
        "scenes": [
            vars(scene)
            | {"place": _span(scene.place), "takes": [vars(take) for take in scene.takes]}
            for scene in track.scenes
        ],
        "warnings": list(track.warnings),
    }


def _span(span: Span) -> dict[str, str]:
    return {"start": str(span.start), "duration": str(span.duration)}


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
