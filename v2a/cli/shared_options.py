"""Options that several commands share, and how their words are read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Literal

import typer

from v2a.cli.reporters import Mode
from v2a.errors import V2AError
from v2a.types import Rule, SceneText

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
    typer.Option("--threshold", min=0.01, help="Higher finds fewer cuts. [default: 5.0]"),
]
MinSceneOption = Annotated[
    str | None,
    typer.Option("--min-scene", metavar="SECONDS", help="No scene shorter than this."),
]
WholeOption = Annotated[bool, typer.Option("--whole", help="No segmentation: one scene.")]
CutOption = Annotated[
    list[int] | None,
    typer.Option("--cut", min=1, help="A cut you know: first frame of a scene. Repeatable."),
]
FramesOption = Annotated[
    str | None,
    typer.Option("--frames-per-second", help="Frames looked at, or 'all'. [default: 8]"),
]
DeviceOption = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda, cuda:1 or mps.", show_default=True)
]
ThreadsOption = Annotated[
    int | None, typer.Option("--cpu-threads", min=1, help="Threads the models may use.")
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


LONGEST_MINIMUM = 3600
"""Seconds: a shortest scene of more than an hour is a mistake in typing."""


def min_scene(text: str | None) -> Fraction | None:
    """What `--min-scene` says, in seconds; raises BAD_OPTION."""
    if text is None:
        return None
    plain = re.fullmatch(r"\d{1,4}(\.\d{1,9})?|\d{1,9}/0*[1-9]\d{0,8}", text.strip())
    if plain is None or not Fraction(text) <= LONGEST_MINIMUM:
        raise V2AError(
            "BAD_OPTION",
            detail=f"--min-scene {text} is not a number of seconds from 0 to {LONGEST_MINIMUM}",
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
    number, equals, words = item.partition("=")
    if not equals or not number.strip().isdecimal() or int(number) < 1 or not words.strip():
        raise V2AError(
            "BAD_OPTION",
            detail=f"{option} {item!r} is not a scene's number and words",
            hint=f'write it as {option} "3=rain on a tin roof"',
        )
    return int(number), words.strip()
