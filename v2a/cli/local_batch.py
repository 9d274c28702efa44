"""Jobs done in this process: `--no-daemon`."""

from __future__ import annotations

import time
from pathlib import Path

from v2a.cli.batch import BatchJob
from v2a.cli.reporters import Reporter
from v2a.job_settings import Settings
from v2a.types import ShouldStop


class LocalBatch:
    """A `Way` that runs the pipeline; an unusable pack or device is told when it is made."""

    def __init__(
        self, settings: Settings, force: bool, should_stop: ShouldStop, reporter: Reporter
    ) -> None:
        from v2a.pipeline import check

        self._options = settings.options()
        check(self._options)
        self._force = force
        self._should_stop = should_stop
        self._reporter = reporter

    def __call__(self, job: BatchJob) -> tuple[Path, float]:
        """Generate; raises what `pipeline.generate` raises."""
        from v2a.pipeline import generate

        begun = time.monotonic()
        folder = generate(
            Path(job.video),
            job.out,
            self._options,
            self._reporter.progress,
            self._should_stop,
            name=job.name,
            force=self._force,
        )
        return folder, time.monotonic() - begun
