"""`v2a train`: the recipes that make packs."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from v2a.api.json_text import to_json
from v2a.api.option_limits import Limit
from v2a.cli import shared_options as shared
from v2a.cli.reporters import Mode, reporting
from v2a.cli.signals import stoppable
from v2a.errors import V2AError

app = typer.Typer(help="Train packs.")


@app.callback()
def _train() -> None:  # pyright: ignore[reportUnusedFunction]
    pass  # with a callback, `pocket` stays a sub-command though it is the only one


@app.command()
def pocket(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Folder the pack is written to.")],
    work: Annotated[
        Path | None,
        typer.Option("--work", help="Folder for checkpoints. [default: DIR with .work added]"),
    ] = None,
    recordings: Annotated[
        Path | None,
        typer.Option(
            "--recordings",
            help="Recordings to learn from as well: a folder with sounds/, effects/ and beds/, "
            "or one such sounds folder.",
        ),
    ] = None,
    folds: Annotated[str, typer.Option("--folds", help="Folds of the recordings used.")] = "1,2,3",
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="PACK", help="A pack whose sound model is taught on."),
    ] = None,
    effort: Annotated[
        float, shared.number(Limit(0.001, 10.0), "--effort", help="Scales examples and steps.")
    ] = 1.0,
    stage: Annotated[
        list[str] | None, typer.Option("--stage", help="Only this stage. Repeatable.")
    ] = None,
    cpu_threads: shared.ThreadsOption = None,
    progress: shared.ProgressOption = "bar",
    debug: shared.DebugOption = False,
) -> None:
    """Train the pocket pack; run it again to resume where it stopped."""
    shared.limit_threads(cpu_threads)
    with stoppable(), reporting(progress):
        wanted_folds = _folds(folds)
        if recordings is not None and not recordings.is_dir():
            raise V2AError("NOT_FOUND", path=recordings)
        from v2a.training import warm_start
        from v2a.training.pocket_export import run
        from v2a.training.pocket_recipe import STAGES, RecipeOptions

        if wrong := [name for name in stage or () if name not in STAGES]:
            raise V2AError(
                "BAD_OPTION",
                detail=f"--stage {wrong[0]} is not a stage",
                hint=f"the stages are {', '.join(STAGES)}",
            )
        if start is not None:
            warm_start.find(start)  # a wrong one would else be noticed an hour from now
        checkpoints = work or out.with_name(f"{out.name}.work")
        options = RecipeOptions(checkpoints, recordings, wanted_folds, effort, start)
        run(options, tuple(stage or STAGES), out, TrainingLines(progress))
        print(out)


class TrainingLines:
    """Tells of training in lines, one every few seconds: it runs for hours, often into a log."""

    def __init__(self, mode: Mode, every_s: float = 5.0) -> None:
        self._mode = mode
        self._every_s = every_s
        self._last = 0.0

    def __call__(self, part: str, step: int, steps: int, loss: float, left_s: float) -> None:
        """Print the part's step, loss and time left, unless a line was printed just now."""
        now = time.monotonic()
        if self._mode == "none" or (now - self._last < self._every_s and step < steps):
            return
        self._last = now
        line = f"{part}: {step}/{steps}, loss {loss:.4f}, {left_s:.0f} s left"
        if self._mode == "json":
            line = to_json({"stage": part, "fraction": step / steps, "eta_s": round(left_s, 1)})
        print(line, file=sys.stderr, flush=True)


def _folds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(fold) for fold in text.split(","))
    except ValueError:
        raise V2AError(
            "BAD_OPTION", detail=f"--folds {text} is not a list of numbers", hint="such as 1,2,3"
        ) from None
