"""What a user says of a job, laid over a preset: one vocabulary for all who ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeVar, cast

from v2a.api.option_limits import bad_option, check, limit_of, limited, read_exact
from v2a.types import (
    FRAME_RATE,
    FRAMES,
    PAPER,
    FrameOptions,
    GenerateOptions,
    Rule,
    SamplingOptions,
    SceneOptions,
    SceneText,
    TrackOptions,
)

Scheduler = Literal["ddim", "dpm++"]
Preset = Literal["paper"]
Options = TypeVar("Options")


@dataclass(frozen=True)
class Settings:
    """What was said; None and empty leave the preset's value."""

    preset: Preset | None = None
    pack: str = "pocket"
    mapper: str | None = None
    device: str = "auto"
    seed: int = limited(limit_of(GenerateOptions, "seed"), 0)
    takes: int = limited(limit_of(GenerateOptions, "takes"), 1)
    rule: Rule | None = None
    threshold: float | None = limited(limit_of(SceneOptions, "threshold"), None)
    minimum_scene: Fraction | None = limited(limit_of(SceneOptions, "minimum_scene"), None)
    """Seconds."""
    whole: bool = False
    cuts: tuple[int, ...] = limited(FRAMES, ())
    """First frames of scenes that are known."""
    frames_per_second: str | None = None
    """A number, exact, or "all"."""
    scheduler: Scheduler | None = None
    steps: int | None = limited(limit_of(SamplingOptions, "steps"), None)
    guidance: float | None = limited(limit_of(SamplingOptions, "guidance"), None)
    text: SceneText = SceneText()
    scene_texts: Mapping[int, SceneText] = limited(
        limit_of(GenerateOptions, "scene_texts"), default_factory=dict[int, SceneText]
    )
    handle: Fraction | None = limited(limit_of(TrackOptions, "handle"), None)
    """Seconds."""
    outer_handles: bool = False
    """Handles also where a clip ends, for joins with its neighbours on a timeline."""

    def __post_init__(self) -> None:
        check(self)

    def options(self) -> GenerateOptions:
        """The preset with everything that was said laid over it; raises BAD_OPTION."""
        base = PAPER if self.preset == "paper" else GenerateOptions()
        return replace(
            base,
            pack=self.pack,
            mapper=self.mapper,
            device=self.device,
            seed=self.seed,
            takes=self.takes,
            text=self.text,
            scene_texts=dict(self.scene_texts),
            frames=_frame_options(base.frames, self.frames_per_second),
            scenes=_over(
                base.scenes,
                rule=self.rule,
                threshold=self.threshold,
                minimum_scene=self.minimum_scene,
                whole=self.whole or None,
                known_cuts=tuple(sorted(set(self.cuts))) or None,
            ),
            sampling=_over(
                base.sampling, scheduler=self.scheduler, steps=self.steps, guidance=self.guidance
            ),
            tracks=_over(base.tracks, handle=self.handle, outer_handles=self.outer_handles or None),
        )


def _over(options: Options, **said: Any) -> Options:
    changes = {name: value for name, value in said.items() if value is not None}
    return replace(cast(Any, options), **changes)


def _frame_options(base: FrameOptions, wanted: str | None) -> FrameOptions:
    if wanted is None:
        return base
    if wanted == "all":
        return replace(base, rate=None)
    rate = read_exact(wanted)
    if not FRAME_RATE.holds(rate):
        detail = f"--frames-per-second {wanted[:60]} is not a rate"
        raise bad_option(detail, "give a number such as 8 or 12.5, or 'all'")
    return replace(base, rate=rate)
