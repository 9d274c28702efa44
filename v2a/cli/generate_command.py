"""`v2a generate`: the main job, on any number of files and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from v2a.cli import shared_options as shared
from v2a.cli.batch import plan, work_through
from v2a.cli.daemon_or_local import way
from v2a.cli.generate_summary import finish
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable
from v2a.job_settings import Settings
from v2a.types import SceneText


def generate(
    videos: Annotated[
        list[str], typer.Argument(metavar="VIDEO", help="Videos, or folders of footage.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Folder for NAME.foley. [default: beside the video]"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a NAME.foley that v2a did not make.")
    ] = False,
    preset: shared.PresetOption = None,
    pack: shared.PackOption = "pocket",
    mapper: Annotated[
        str | None,
        typer.Option("--mapper", help="How pictures become sound vectors. [default: the pack's]"),
    ] = None,
    prompt: shared.PromptOption = None,
    negative: shared.NegativeOption = None,
    prompt_weight: shared.WeightOption = 1.0,
    scene_prompt: Annotated[
        list[str] | None,
        typer.Option("--scene-prompt", help='"3=rain on a tin roof". Repeatable.'),
    ] = None,
    scene_negative: Annotated[
        list[str] | None, typer.Option("--scene-negative", help='"3=birdsong". Repeatable.')
    ] = None,
    seed: shared.SeedOption = 0,
    takes: shared.TakesOption = 1,
    scheduler: shared.SchedulerOption = None,
    steps: shared.StepsOption = None,
    guidance: shared.GuidanceOption = None,
    rule: shared.RuleOption = None,
    threshold: shared.ThresholdOption = None,
    min_scene: shared.MinSceneOption = None,
    whole: shared.WholeOption = False,
    cut: shared.CutOption = None,
    frames_per_second: shared.FramesOption = None,
    device: shared.DeviceOption = "auto",
    cpu_threads: shared.ThreadsOption = None,
    no_daemon: shared.NoDaemonOption = False,
    cancel_on_exit: shared.CancelOnExitOption = False,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Put sound on videos: makes NAME.foley for each.

    It holds the sound, a stem for every scene, a timeline, the film with its sound, and a report.
    """
    shared.limit_threads(cpu_threads)
    with stoppable() as should_stop, reporting(progress) as reporter:
        text = SceneText(prompt, negative, prompt_weight)
        settings = Settings(
            preset, pack, mapper, device, seed, takes, rule, threshold,
            shared.min_scene(min_scene), whole, tuple(cut or ()), frames_per_second, scheduler,
            steps, guidance, text,
            shared.scene_texts(text, scene_prompt or (), scene_negative or ()),
        )  # fmt: skip
        settings.options()  # what they cannot be is told before anything is started
        jobs = plan(videos, out)
        with way(no_daemon, jobs, settings, force, cancel_on_exit, should_stop, reporter) as do:
            return finish(work_through(jobs, do, reporter, as_json), as_json, reporter)
