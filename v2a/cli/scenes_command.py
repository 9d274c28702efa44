"""`v2a scenes`: where a film's cuts are, and what each scene looks like it sounds like."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from v2a.api.json_text import to_json
from v2a.cli import shared_options as shared
from v2a.cli.footage import reject_url
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.mapping.scene_labels import doubt, unsure

if TYPE_CHECKING:
    from v2a.analysis import FilmScenes
    from v2a.types import Scene, SceneSound


def scenes(
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="A video file.")],
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the curve and its limit into this PNG.")
    ] = None,
    preset: shared.PresetOption = None,
    pack: shared.PackOption = "pocket",
    rule: shared.RuleOption = None,
    threshold: shared.ThresholdOption = None,
    min_scene: shared.MinSceneOption = None,
    whole: shared.WholeOption = False,
    cut: shared.CutOption = None,
    frames_per_second: shared.FramesOption = None,
    device: shared.DeviceOption = "auto",
    cpu_threads: shared.ThreadsOption = None,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """Find the scenes of a video and say what each sounds like."""
    shared.limit_threads(cpu_threads)
    with stoppable() as should_stop, reporting(progress) as reporter:
        options = Settings(
            preset=preset, pack=pack, device=device, rule=rule, threshold=threshold,
            minimum_scene=shared.min_scene(min_scene),
            whole=whole, cuts=tuple(cut or ()), frames_per_second=frames_per_second,
        ).options()  # fmt: skip
        reject_url(video)
        reporter.begin(video, 1, 1)
        from v2a.output.sidecar import scenes_document
        from v2a.packs.locate import find_pack
        from v2a.pipeline import find

        found = find(Path(video), options, reporter.progress, should_stop)
        labels = [sound.labels for sound in found.sounds]
        how = (options.scenes.rule, options.scenes.threshold, find_pack(pack).name)
        document = scenes_document(found.clip, found.segmentation, labels, *how)
        if plot is not None:
            _draw(plot, found)
        reporter.done(document | {"warnings": list(found.clip.warnings)})
    print(to_json(document)) if as_json else _print_table(found)
    if as_json and progress != "json":
        for warning in found.clip.warnings:
            print(f"note: {warning}", file=sys.stderr)


def _draw(path: Path, found: FilmScenes) -> None:
    from v2a.frames.filmstrip import read_filmstrip
    from v2a.report.report_curves import strip_frames
    from v2a.report.scenes_plot import STRIP_SIZE, plot_scenes

    clip = found.clip
    wanted = strip_frames(clip, *STRIP_SIZE)
    filmstrip = read_filmstrip(clip.path, wanted, STRIP_SIZE[1], clip)
    try:
        plot_scenes(clip, found.segmentation, filmstrip, path)
    except OSError as error:
        raise V2AError("OUTPUT_READ_ONLY", path=path) from error


def _print_table(found: FilmScenes) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    clip = found.clip
    kinds = {cut.frame: cut.kind for cut in found.segmentation.cuts}
    columns = ("scene", "from", "to", "frames", "begins with", "sounds like")
    table = Table(*columns, box=box.SIMPLE_HEAD)
    for scene, sound in zip(found.segmentation.scenes, found.sounds, strict=True):
        start, end = clip.frame_times[scene.start_frame], clip.frame_times[scene.end_frame]
        row = (
            str(scene.index),
            clock(start),
            clock(end),
            f"{scene.start_frame}-{scene.end_frame - 1}",
            kinds.get(scene.start_frame, ""),
            _words(scene, sound),
        )
        table.add_row(*map(Text, row))
    console = Console()
    rate = f"{float(clip.frame_rate):.6g}"
    vfr = ", variable" if clip.variable_frame_rate else ""
    console.print(f"{clip.frames} frames at {rate} per second{vfr}, {clock(clip.duration)}")
    console.print(table)
    for warning in clip.warnings:
        console.print(Text(f"note: {warning}"))


def _words(scene: Scene, sound: SceneSound) -> str:
    if scene.quiet:
        return f"{sound.labels[0][0]} (still or black)"
    if unsure(sound.labels):
        return doubt(sound.labels)
    return ", ".join(f"{words} {score:.0%}" for words, score in sound.labels[:2])


def clock(seconds: Fraction) -> str:
    """Time for people: minutes:seconds.milliseconds, with hours where there are any."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    text = f"{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{minutes // 60}:{text}" if minutes >= 60 else text
