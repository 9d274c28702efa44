"""A job as the contract shows it: its row, its live side, its artifacts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from v2a.api import proto_codec
from v2a.api.job_types import ENDED, JobProgress
from v2a.errors import V2AError
from v2a.v1 import job_pb2 as pb
from v2a_daemon.jobs.progress_hub import Live
from v2a_daemon.store import ArtifactRow, Row


def job_name(job: int) -> str:
    """The resource name of a job."""
    return f"jobs/{job}"


def job_number(name: str) -> int:
    """The number in "jobs/17"; NO_SUCH_JOB for anything else."""
    found = re.fullmatch(r"jobs/([1-9]\d{0,17})", name)
    if found is None:
        raise V2AError("NO_SUCH_JOB", name=name[:80] or "(no name)")
    return int(found[1])


def view(
    row: Row, live: Live | None = None, artifacts: Sequence[ArtifactRow] | None = None
) -> pb.Job:
    """The message of a job; tracks and artifacts only where `artifacts` is given."""
    message = pb.Job(
        name=job_name(row.id),
        state=proto_codec.STATES[row.state],
        sequence=max(row.sequence, live.sequence if live else 0),
        title=row.title,
        priority=row.priority,
        attempt=row.attempt,
        cancel_requested=row.state not in ENDED and row.cancel_requested,
        parent=job_name(row.parent) if row.parent else "",
        progress=_progress(row, live),
        create_time=_timestamp(row.created),
        start_time=_timestamp(row.started),
        end_time=_timestamp(row.ended),
        seconds=row.seconds,
    )
    if row.error:
        message.error.reason, message.error.message, message.error.remedy = row.error
    if artifacts is not None:
        message.tracks.extend(pb.Job.FromString(row.result).tracks)
        message.artifacts.extend(artifact_view(artifact) for artifact in artifacts)
    return message


def artifact_view(row: ArtifactRow) -> pb.Artifact:
    """The message of one file of a job."""
    return pb.Artifact(
        name=artifact_name(row.job, row.number),
        kind=proto_codec.KINDS[row.kind],
        file=row.file,
        path=str(row.path),
        size_bytes=row.size,
        sha256=row.sha256,
        clip=row.clip,
        scene=row.scene,
        take=row.take,
    )


def artifact_name(job: int, number: int) -> str:
    """The resource name of one file of a job."""
    return f"{job_name(job)}/artifacts/{number}"


def _progress(row: Row, live: Live | None) -> pb.JobProgress:
    if row.state == "succeeded":
        return pb.JobProgress(stage="tracks", fraction=1.0, whole=1.0)
    told = live.progress if live and row.state == "running" else JobProgress()
    return pb.JobProgress(
        stage=told.stage,
        fraction=told.fraction,
        whole=told.whole,
        clip=told.clip,
        scene=told.scene,
        scenes=told.scenes,
        eta_s=told.eta_s,
    )


def _timestamp(when: datetime | None) -> Timestamp | None:
    if when is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(when)
    return stamp
