"""Options that several commands share, and how their words are read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import typer

from v2a.api.option_limits import Limit, limit_of
from v2a.cli.reporters import Mode
from v2a.errors import V2AError
from v2a.job_settings import Scheduler, Settings
from v2a.types import Rule, SceneText


def number(limit: Limit, *names: str, help: str) -> Any:
    """An option for a number within a limit; what is beyond is told by its name."""
    least: Any = limit.least
    most: Any = limit.most
    return typer.Option(*names, min=least, max=most, help=help)


PackOption = Annotated[str, typer.Option("--pack", help="A pack's name or folder.")]
PresetOption = Annotated[
    Literal["paper"] | None,
    typer.Option(
        "--preset", help="'paper': the paper's inference to the letter; other options go over it."
    ),
]
RuleOption = Annotated[Rule | None, typer.Option("--rule", help="How cuts are found.")]
ThresholdOption = Annotated[
    float | None,
    number(
        limit_of(Settings, "threshold"),
        "--threshold",
        help="Higher finds fewer cuts. [default: 5.0]",
    ),
]
MinSceneOption = Annotated[
    str | None,
    typer.Option("--min-scene", metavar="SECONDS", help="No scene shorter than this."),
]
WholeOption = Annotated[bool, typer.Option("--whole", help="No segmentation: one scene.")]
CutOption = Annotated[
    list[int] | None,
    number(
        limit_of(Settings, "cuts"),
        "--cut",
        help="A cut you know: first frame of a scene. Repeatable.",
    ),
]
FramesOption = Annotated[
    str | None,
    typer.Option("--frames-per-second", help="Frames looked at, or 'all'. [default: 8]"),
]
DeviceOption = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda, cuda:1 or mps.", show_default=True)
]
ThreadsOption = Annotated[
    int | None, number(Limit(1, 1024), "--cpu-threads", help="Threads the models may use.")
]
PromptOption = Annotated[
    str | None, typer.Option("--prompt", help="Words for the sound of every scene.")
]
NegativeOption = Annotated[
    str | None, typer.Option("--negative", help="Sounds to steer away from, in words.")
]
WeightOption = Annotated[
    float,
    number(
        limit_of(SceneText, "weight"),
        "--prompt-weight",
        help="1: only the prompt; 0: only the picture.",
    ),
]
_SEED = number(limit_of(Settings, "seed"), "--seed", help="Another seed, another sound.")
_TAKES = number(limit_of(Settings, "takes"), "--takes", help="Renderings of every scene.")
SeedOption = Annotated[int, _SEED]
UnsetSeedOption = Annotated[int | None, _SEED]
TakesOption = Annotated[int, _TAKES]
UnsetTakesOption = Annotated[int | None, _TAKES]
SchedulerOption = Annotated[
    Scheduler | None, typer.Option("--scheduler", help="How noise is removed.")
]
StepsOption = Annotated[
    int | None, number(limit_of(Settings, "steps"), "--steps", help="Steps of noise removal.")
]
GuidanceOption = Annotated[
    float | None,
    number(
        limit_of(Settings, "guidance"), "--guidance", help="How strictly the vector is followed."
    ),
]
NoDaemonOption = Annotated[
    bool,
    typer.Option(
        "--no-daemon", envvar="V2A_NO_DAEMON", help="Work in this process, without the daemon."
    ),
]
CancelOnExitOption = Annotated[
    bool, typer.Option("--cancel-on-exit", help="On Ctrl-C the daemon's jobs end, too.")
]
ProgressOption = Annotated[
    Mode, typer.Option("--progress", help="How progress is told on standard error.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where an error came from.")]


def limit_threads(threads: int | None) -> None:
    """Let the models use this many threads; None leaves it to them."""
    if threads is None:
        return
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read when torch is loaded, so set before
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)


def min_scene(text: str | None) -> Fraction | None:
    """What `--min-scene` says, in seconds; raises BAD_OPTION."""
    if text is None:
        return None
    plain = re.fullmatch(r"\d{1,4}(\.\d{1,9})?|\d{1,9}/0*[1-9]\d{0,8}", text.strip())
    limit = limit_of(Settings, "minimum_scene")
    if plain is None or not limit.holds(Fraction(text)):
        raise V2AError(
            "BAD_OPTION",
            detail=f"--min-scene {text[:60]} is not a number of seconds from 0 to {limit.most}",
            hint="write it as --min-scene 0.5, or as --min-scene 12/25 for 12 frames at 25",
        )
    return Fraction(text)


def scene_texts(
    base: SceneText, prompts: Sequence[str], negatives: Sequence[str]
) -> dict[int, SceneText]:
    """What `--scene-prompt "3=rain"` and its like say, over `base`; raises BAD_OPTION."""
    texts: dict[int, SceneText] = {}
    for given, field in ((prompts, "prompt"), (negatives, "negative")):
        for item in given:
            index, words = _numbered(item, f"--scene-{field}")
            texts[index] = replace(texts.get(index, base), **{field: words})
    return texts


def _numbered(item: str, option: str) -> tuple[int, str]:
    index, equals, words = item.partition("=")
    limit = limit_of(Settings, "scene_texts")
    scene = int(index) if re.fullmatch(r"\s*\d{1,20}\s*", index) else 0
    if not equals or not limit.holds(scene) or not words.strip():
        raise V2AError(
            "BAD_OPTION",
            detail=f"{option} {item[:60]!r} is not a scene's number and words",
            hint=f'write it as {option} "3=rain on a tin roof"',
        )
    return scene, words.strip()
