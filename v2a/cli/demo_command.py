"""`v2a demo`: the whole thing on a film made on the spot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from v2a.cli import shared_options as shared
from v2a.cli.batch import plan, work_through
from v2a.cli.daemon_or_local import way
from v2a.cli.generate_summary import finish
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable
from v2a.disk import whole_file
from v2a.job_settings import Settings
from v2a.types import SEEDS


def demo(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Folder for the film and its NAME.foley.")
    ] = Path("v2a-demo"),
    seed: Annotated[int, shared.number(SEEDS, "--seed", help="Another seed, another film.")] = 7,
    pack: shared.PackOption = "pocket",
    device: shared.DeviceOption = "auto",
    cpu_threads: shared.ThreadsOption = None,
    no_daemon: shared.NoDaemonOption = False,
    cancel_on_exit: shared.CancelOnExitOption = False,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Do the whole thing on a film made on the spot."""
    shared.limit_threads(cpu_threads)
    with stoppable() as should_stop, reporting(progress) as reporter:
        settings = Settings(pack=pack, device=device, seed=seed)
        if progress == "bar":
            print("Drawing a silent film of five scenes …", file=sys.stderr, flush=True)
        film = draw_film(out / "demo.mp4", seed)
        jobs = plan([str(film)], None)
        with way(no_daemon, jobs, settings, False, cancel_on_exit, should_stop, reporter) as do:
            return finish(work_through(jobs, do, reporter, as_json), as_json, reporter)


def draw_film(path: Path, seed: int) -> Path:
    """Write the demo's film: 20 s of five scenes, 25 frames per second, no sound."""
    from v2a.world.films import demo_plan, write_film

    with whole_file(path, ending=path.suffix) as part:
        write_film(demo_plan(seed), part)
    return path
