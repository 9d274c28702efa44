"""Jobs of `v2a generate`: one a video, in order, going on past those that fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a.api.json_text import to_json
from v2a.cli.footage import collect, name_outputs, read_sidecar
from v2a.cli.reporters import Reporter, as_v2a_error
from v2a.errors import V2AError


@dataclass(frozen=True)
class BatchJob:
    """One video, where its results go, and what became of it."""

    video: str
    out: Path = Path()
    name: str = ""
    error: V2AError | None = None
    result: dict[str, Any] | None = None


Way = Callable[[BatchJob], tuple[Path, float]]
"""Does a job, here or in the daemon; the folder it made, and the seconds that took."""


def plan(given: Sequence[str], out: Path | None) -> list[BatchJob]:
    """One job a file that the arguments name; those that cannot be read carry their error."""
    found = collect(given)
    places = iter(name_outputs([item for item in found if isinstance(item, Path)], out))
    return [
        BatchJob(str(item.facts["path"]), error=item)
        if isinstance(item, V2AError)
        else BatchJob(str(item), *next(places))
        for item in found
    ]


def work_through(
    jobs: Sequence[BatchJob], way: Way, reporter: Reporter, as_json: bool
) -> list[BatchJob]:
    """The jobs as far as they went: all of them, or up to one that was cancelled."""
    ended: list[BatchJob] = []
    for number, job in enumerate(jobs, 1):
        reporter.begin(job.video, number, len(jobs))
        ended.append(_one(job, way, reporter))
        if as_json and ended[-1].result:
            print(to_json(ended[-1].result), flush=True)
        if was_cancelled(ended[-1]):
            break
    return ended


def _one(job: BatchJob, way: Way, reporter: Reporter) -> BatchJob:
    try:
        if job.error:
            raise job.error
        folder, seconds = way(job)
    except (Exception, KeyboardInterrupt) as error:
        known = as_v2a_error(error)
        if known.scope != "file" and not known.is_stop:  # every other file would meet it as well
            raise known from error
        reporter.error(known)
        return replace(job, error=known)
    result = result_of(job.video, folder, seconds)
    reporter.done(result)
    return replace(job, result=result)


def was_cancelled(job: BatchJob) -> bool:
    """Whether the user stopped the command during this job."""
    return job.error is not None and job.error.is_stop


def result_of(video: str, folder: Path, seconds: float) -> dict[str, Any]:
    """What `--json` prints of one file: where its results are and the little a list needs."""
    sidecar = read_sidecar(folder) or {}
    return {
        "file": video,
        "folder": str(folder),
        "scenes": len(sidecar["scenes"]),
        "duration": sidecar["duration"],
        "outputs": {what: str(folder / name) for what, name in sidecar["files"].items()},
        "warnings": sidecar["warnings"],
        "seconds": round(seconds, 2),
    }
