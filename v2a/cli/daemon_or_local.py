"""Which way work goes: through the daemon, started when none runs, or in this process."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from v2a.cli.batch import BatchJob, Way
from v2a.cli.reporters import Reporter
from v2a.job_settings import Settings
from v2a.types import ShouldStop


@contextmanager
def way(
    no_daemon: bool,
    jobs: Sequence[BatchJob],
    settings: Settings,
    force: bool,
    cancel_on_exit: bool,
    should_stop: ShouldStop,
    reporter: Reporter,
) -> Generator[Way]:
    """What does these jobs; raises what would stop any of them. No daemon starts for nothing."""
    if no_daemon or all(job.error for job in jobs):
        from v2a.cli.local_batch import LocalBatch

        yield LocalBatch(settings, force, should_stop, reporter)
        return
    from v2a.cli.daemon_batch import DaemonBatch
    from v2a.client import connect

    with connect(start=True) as client:
        yield DaemonBatch(client, jobs, settings, force, cancel_on_exit, reporter)
