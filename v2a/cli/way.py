"""Which way work goes: through the daemon, started when none runs, or in this process."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from v2a.cli.progress import Reporter
from v2a.cli.work import Job, Way
from v2a.settings import Settings
from v2a.types import ShouldStop


@contextmanager
def way(
    no_daemon: bool,
    jobs: Sequence[Job],
    settings: Settings,
    force: bool,
    cancel_on_exit: bool,
    should_stop: ShouldStop,
    reporter: Reporter,
) -> Generator[Way]:
    """What does these jobs; raises what would stop any of them. No daemon starts for nothing."""
    if no_daemon or all(job.error for job in jobs):
        from v2a.cli.work_here import WorkHere

        yield WorkHere(settings, force, should_stop, reporter)
        return
    from v2a.cli.work_daemon import WorkDaemon
    from v2a.client import connect

    with connect(start=True) as client:
        yield WorkDaemon(client, jobs, settings, force, cancel_on_exit, reporter)
