"""Turns a request into a plan: clips on a timeline that begins at 0, and the job's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from v2a.api.job_types import Span, TimelineClip
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText
from v2a_integrations.bridge.requests import RequestClip, RequestSettings
from v2a_integrations.stems.still_videos import Stills
from v2a_integrations.stems.timeline_sounds import ShownScene
from v2a_integrations.stems.whole_frames import nearest_frame

SAMPLE_RATE = 48_000
"""Samples a second of the stems: what editors and film use, and what the engine writes."""
NONE = Fraction(0)


@dataclass(frozen=True)
class GivenClip(ShownScene):
    """A clip of a request."""

    id: str = ""
    stills: Stills | None = None
    """Pictures that must become a video first; None for media that is a film."""


@dataclass(frozen=True)
class RequestPlan:
    """The clips that a job will be created for."""

    clips: tuple[GivenClip, ...]
    rate: Fraction
    shift: int = 0
    """Frames that everything is later than in the request: no job begins before 0."""


def plan_of(clips: Sequence[RequestClip], rate: Fraction, wishes: RequestSettings) -> RequestPlan:
    """The plan of a request at `rate` frames per second; raises BAD_OPTION for a wrong clip."""
    shift = _shift(min(clip.record[0] for clip in clips), rate)
    return RequestPlan(tuple(_given(clip, rate, wishes, shift) for clip in clips), rate, shift)


def _shift(start: Fraction, rate: Fraction) -> int:
    """Least shift in frames that brings a start (seconds) to 0 or later and lasts whole samples."""
    step = (SAMPLE_RATE / rate).denominator
    return max(0, ceil(-start * rate / step)) * step


def _given(told: RequestClip, rate: Fraction, wishes: RequestSettings, shift: int) -> GivenClip:
    if told.media is None and told.stills is None:
        raise V2AError("BAD_OPTION", detail=f"clip {told.id} names no media", hint="give media")
    stills = told.stills and Stills(tuple(told.stills.files), told.stills.rate)
    media = stills.files[0] if stills else told.media
    assert media is not None
    record = Span(told.record[0] + shift / rate, told.record[1])
    frames = (nearest_frame(record.start, rate), nearest_frame(record.end, rate))
    if frames[0] == frames[1]:
        detail = f"clip {told.id} is shorter than half a frame"
        raise V2AError("BAD_OPTION", detail=detail, hint="leave it out")
    held = stills is not None and len(stills.files) == 1
    clip = TimelineClip(
        media,
        Span(NONE, NONE) if held else Span(*told.source),
        record,
        told.reversed,
        rate,
        tuple(sorted(set(told.cuts))),
        _words(told, wishes),
        name=told.name or told.id,
        whole=told.whole,
    )
    return GivenClip(clip, told.name or told.id, frames, id=told.id, stills=stills)


def _words(told: RequestClip, wishes: RequestSettings) -> SceneText | None:
    """A clip's own prompt, completed from the settings; None where it has none of its own."""
    if not (told.prompt or told.negative) and told.weight is None:
        return None
    weight = wishes.weight if told.weight is None else told.weight
    return SceneText(
        told.prompt or wishes.prompt or None, told.negative or wishes.negative or None, weight
    )


def settings_of(wishes: RequestSettings) -> Settings:
    """The settings of a job; handles reach beyond the clips, for joins with their neighbours."""
    pack = wishes.pack or "pocket"
    if Path(pack).name != pack:
        pack = str(Path(pack).expanduser().absolute())
    return Settings(
        pack=pack,
        mapper=wishes.mapper or None,
        seed=wishes.seed,
        takes=wishes.takes,
        threshold=wishes.threshold,
        whole=wishes.whole,
        steps=wishes.steps,
        text=SceneText(wishes.prompt or None, wishes.negative or None, wishes.weight),
        handle=wishes.handle,
        outer_handles=True,
    )
