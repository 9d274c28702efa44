"""A job's progress, as the daemon tells it, for a reporter of the command line."""

from __future__ import annotations

from v2a.api.job_types import Job
from v2a.cli.reporters import Reporter
from v2a.types import Progress


def tell_progress(job: Job, reporter: Reporter) -> None:
    """Pass on where a job stands."""
    step = job.progress
    scene, of = step.scene or None, step.scenes or None
    reporter.progress(Progress(step.stage, step.fraction, scene, of, step.eta_s, step.whole))
