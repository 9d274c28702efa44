"""How a job tells of itself on standard error: a bar, JSON lines or nothing, and errors."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol

import typer

from v2a.api.json_text import to_json
from v2a.cli.signals import was_stopped
from v2a.errors import V2AError
from v2a.types import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

Mode = Literal["bar", "json", "none"]
STAGES = {
    "upload": "bringing it to the daemon",
    "queued": "waiting for its turn",
    "frames": "looking at the frames",
    "scenes": "finding the scenes",
    "sounds": "imagining their sounds",
    "generate": "generating",
    "tracks": "writing the tracks",
    "download": "fetching the results",
}
MOST_LINES_PER_SECOND = 10


class Reporter(Protocol):
    """Where a command's progress, results and errors go."""

    def begin(self, file: str, number: int, total: int) -> None:
        """File `number` (1-based) of `total` begins."""

    def progress(self, step: Progress) -> None:
        """A step of the current file's work is done."""

    def done(self, result: Mapping[str, Any]) -> None:
        """The current file is done."""

    def error(self, error: V2AError) -> None:
        """The current file, or the whole command, has failed."""

    def close(self) -> None:
        """Nothing more will come."""


class Silent:
    """Tells of errors only."""

    def begin(self, file: str, number: int, total: int) -> None:
        """Say nothing."""

    def progress(self, step: Progress) -> None:
        """Say nothing."""

    def done(self, result: Mapping[str, Any]) -> None:
        """Say nothing."""

    def error(self, error: V2AError) -> None:
        """Print the error's line."""
        print(one_line(error), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Do nothing."""


class ProgressBar(Silent):
    """A bar with the stage and the time left for the whole job, one line a file."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            TextColumn("{task.fields[file]}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}{task.fields[left]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def begin(self, file: str, number: int, total: int) -> None:
        """Start a new bar in place of the last."""
        self._end()
        name = file if total == 1 else f"{number}/{total} {file}"
        self._task = self._bars.add_task("opening", total=1.0, file=name, left="")
        self._bars.start()

    def progress(self, step: Progress) -> None:
        """Move the bar by the whole job's fraction."""
        if self._task is None:
            return
        doing = STAGES.get(step.stage, step.stage)
        if step.scene is not None:
            doing += f" scene {step.scene} of {step.of}"
        left = "" if step.eta_s is None else f", {_duration(step.eta_s)} left"
        self._bars.update(self._task, completed=step.whole, description=doing, left=left)

    def done(self, result: Mapping[str, Any]) -> None:
        """Take the bar away."""
        self._end()

    def error(self, error: V2AError) -> None:
        """Take the bar away and print the error's line."""
        self._end()
        super().error(error)

    def close(self) -> None:
        """Take the bar away and give the cursor back."""
        self._end()

    def _end(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self._bars.stop()


class JsonReporter:
    """One JSON object a line, for programs that watch."""

    def __init__(self) -> None:
        self._file: dict[str, str] = {}
        self._told: tuple[str, float] = ("", 0.0)
        self._last = 0.0

    def begin(self, file: str, number: int, total: int) -> None:
        """Remember the file: with several, every line names its own."""
        self._file = {"file": file} if total > 1 else {}
        self._told = ("", 0.0)

    def progress(self, step: Progress) -> None:
        """Print the step, unless one of the same stage was printed just now."""
        now, here = time.monotonic(), (step.stage, step.fraction)
        soon = now - self._last < 1 / MOST_LINES_PER_SECOND and step.fraction < 1
        if here == self._told or (soon and step.stage == self._told[0]):
            return
        self._told, self._last = here, now
        line: dict[str, Any] = {"stage": step.stage}
        if step.scene is not None:
            line |= {"scene": step.scene, "of": step.of}
        eta = None if step.eta_s is None else round(step.eta_s, 1)
        self._print(line | {"fraction": round(step.fraction, 4), "eta_s": eta})

    def done(self, result: Mapping[str, Any]) -> None:
        """Print `{"done": result}`."""
        self._print({"done": dict(result)})

    def error(self, error: V2AError) -> None:
        """Print `{"error": {"reason", "message", "remedy"}}`."""
        self._print({"error": error.as_dict()})

    def close(self) -> None:
        """Do nothing."""

    def _print(self, line: dict[str, Any]) -> None:
        print(to_json(line | self._file), file=sys.stderr, flush=True)


@contextmanager
def reporting(mode: Mode) -> Generator[Reporter]:
    """A reporter for a command's body; errors that leave the body are told and end the command."""
    reporter: Reporter = Silent()
    if mode == "json":
        reporter = JsonReporter()
    elif mode == "bar" and sys.stderr.isatty():
        reporter = ProgressBar()
    try:
        yield reporter
    except (typer.Exit, BrokenPipeError):
        raise
    except (Exception, KeyboardInterrupt) as error:
        known = as_v2a_error(error)
        reporter.error(known)
        raise typer.Exit(known.entry.exit) from error
    finally:
        reporter.close()


def tell(error: Exception) -> int:
    """Print an error's line (and with --debug its trace) on stderr; returns the exit code."""
    known = as_v2a_error(error)
    Silent().error(known)
    return known.entry.exit


def as_v2a_error(error: BaseException) -> V2AError:
    """The table's error for any exception; when debugging, its trace is printed."""
    if isinstance(error, V2AError):
        known = error
    elif isinstance(error, KeyboardInterrupt) or was_stopped():
        return V2AError("CANCELLED")
    elif isinstance(error, MemoryError):
        known = V2AError("OUT_OF_MEMORY", device="this machine")
    else:
        known = V2AError("INTERNAL", detail=f"{type(error).__name__}: {error}")
    if debugging():
        traceback.print_exception(error)
    return known


def debugging() -> bool:
    """Whether traces are wanted: --debug anywhere on the command line, or V2A_DEBUG set."""
    return "--debug" in sys.argv or bool(os.environ.get("V2A_DEBUG"))


def one_line(error: V2AError) -> str:
    """The error as a user reads it: `v2a: what is wrong; what to do`."""
    return f"v2a: {error.message}; {error.remedy}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
