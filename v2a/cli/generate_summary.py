"""What `v2a generate` says at its end, and with which exit code."""

from __future__ import annotations

from collections.abc import Sequence

from v2a import errors
from v2a.cli.batch import BatchJob, was_cancelled
from v2a.cli.reporters import Reporter
from v2a.errors import V2AError

WHAT = {
    "report": "report: pictures, curves, players",
    "video": "the picture with its sound",
    "mix": "the sound alone, 48 kHz 24-bit",
    "timeline": "timeline with a stem for every scene",
    "sidecar": "cuts, labels, seeds, settings",
}
"""What each file of NAME.foley is, the ones to open first on top."""


def finish(jobs: Sequence[BatchJob], as_json: bool, reporter: Reporter) -> int:
    """Print what was made and return the exit code: one file's own, or that of SOME_FAILED."""
    if not as_json:
        print_files(jobs[0]) if len(jobs) == 1 else print_table(jobs)
    failed = [job.error for job in jobs if job.error]
    if not failed:
        return errors.DONE
    if len(jobs) == 1 or was_cancelled(jobs[-1]):
        return failed[-1].entry.exit
    some = V2AError("SOME_FAILED", failed=len(failed), total=len(jobs))
    reporter.error(some)
    return some.entry.exit


def print_files(job: BatchJob) -> None:
    """Say where the results of the only file are, the ones to open first on top."""
    result = job.result
    if result is None:
        return
    scenes = "1 scene" if result["scenes"] == 1 else f"{result['scenes']} scenes"
    print(f"{result['folder']}: {scenes} in {result['seconds']:.1f} s")
    made = result["outputs"]
    files = {what: made[kind] for kind, what in WHAT.items() if kind in made}
    width = max(len(file) for file in files.values())
    for what, file in files.items():
        print(f"  {file:{width}}  {what}")
    for warning in result["warnings"]:
        print(f"  note: {warning}")


def print_table(jobs: Sequence[BatchJob]) -> None:
    """One row a file: scenes, seconds, and where, or what was wrong."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for column in ("file", "scenes", "seconds", "where"):
        table.add_column(column, overflow="fold")
    for job in jobs:
        cells = ("", "", job.error.message if job.error else "")
        if job.result:
            result = job.result
            cells = (str(result["scenes"]), f"{result['seconds']:.1f}", result["folder"])
        table.add_row(*map(Text, (job.video, *cells)))
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a log or a program reads it: a row stays a line
    console.print(table)
