"""Plans a timeline: the clips that get sound, on whole frames with their media, and the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.api.job_types import Span, TimelineClip
from v2a_integrations.otio.flatten import SkippedClip, flatten
from v2a_integrations.otio.media import NoMedia, TimelineMediaLibrary, UnreachableMedia
from v2a_integrations.otio.media_ranges import on_media, snap, source
from v2a_integrations.otio.pieces import NONE, PicturePiece
from v2a_integrations.otio.timeline_facts import gaps_between, rate_of, start_of, track_filter
from v2a_integrations.otio.timeline_stretch import TimelineStretch
from v2a_integrations.stems.still_videos import Stills
from v2a_integrations.stems.timeline_sounds import ShownScene
from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    import opentimelineio as otio

HANDLE = Fraction(1, 2)
"""Least seconds of sound beyond a clip's ends; the default of every job's handle."""
LONGEST_HANDLE = Fraction(5)
"""Most seconds of sound beyond a clip's ends, for long transitions. Chosen: longer ones are rare,
and every second of a handle has to be made."""


@dataclass(frozen=True)
class PlanOptions:
    """Which part of a timeline gets sound, and where its media may be."""

    tracks: Sequence[str] = ()
    """Names, or numbers from 1, of the video tracks that are used; empty takes all."""
    clips: Sequence[str] = ()
    """Patterns (`fnmatch`) of clip names that get sound; empty takes all."""
    span: Span | TimelineStretch | None = None
    """The stretch of the timeline that gets sound: seconds from its start, or in words."""
    relink: Sequence[Path] = ()
    rate: Fraction | None = None
    """Frames per second, where the timeline does not say or says it wrongly."""
    whole: bool = False
    """Whether every clip is one scene, without a search for cuts."""


@dataclass(frozen=True)
class PlannedClip(ShownScene):
    """A clip that gets sound."""

    track: str = ""
    stills: Stills | None = None
    """Pictures that must become a video first; None for media that is a film."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimelinePlan:
    """The plan of a timeline."""

    name: str
    rate: Fraction
    start: Fraction
    """Seconds that the timeline's own clock shows at its start."""
    frames: int
    """Length of the picture in frames."""
    clips: tuple[PlannedClip, ...]
    skipped: tuple[SkippedClip, ...]
    gaps: tuple[tuple[int, int], ...] = ()
    """Ranges [start, end) of frames without a picture."""
    handle: Fraction = HANDLE
    """Seconds of sound to make beyond the ends of every clip."""
    media: dict[Path, int] = field(default_factory=dict[Path, int])
    """How many clips use each file."""


def make_plan(
    timeline: otio.schema.Timeline, folder: Path, options: PlanOptions | None = None
) -> TimelinePlan:
    """Plan a timeline whose relative links start in `folder`; raises BAD_TIMELINE."""
    options = options or PlanOptions()
    rate = options.rate or rate_of(timeline)
    picture = flatten(timeline, track_filter(options.tracks, timeline))
    shown = [snap(piece, rate) for piece in picture.pieces]
    length = max((frames[1] for _, frames in shown), default=0)
    span = options.span
    if isinstance(span, TimelineStretch):
        span = span.on(rate, start_of(timeline), length / rate) if shown else None
    library = TimelineMediaLibrary(folder, options.relink)
    planner = _Planner(rate, library, options.clips, span, options.whole)
    for piece, frames in shown:
        planner.take(piece, frames)
    video = shown or picture.skipped
    reach = max((max(p.before, p.after) for p in planner.planned), default=0)
    return TimelinePlan(
        timeline.name or "timeline",
        rate,
        start_of(timeline),
        length,
        tuple(planner.planned),
        (*planner.skipped, *picture.skipped) if video else _only_sound(timeline),
        tuple(gaps_between([frames for _, frames in shown])),
        min(max(HANDLE, reach / rate), LONGEST_HANDLE),
        dict(Counter(p.clip.media for p in planner.planned if isinstance(p.clip.media, Path))),
    )


def _only_sound(timeline: otio.schema.Timeline) -> tuple[SkippedClip, ...]:
    """The clips of a timeline without a picture."""
    reason = "is sound, and the timeline shows no picture"
    return tuple(SkippedClip(clip.name, "", None, reason) for clip in timeline.find_clips())


class _Planner:
    """Takes pieces one by one; collects the planned clips and the skipped ones."""

    def __init__(
        self,
        rate: Fraction,
        library: TimelineMediaLibrary,
        wanted: Sequence[str],
        span: Span | None,
        whole: bool,
    ) -> None:
        self.planned: list[PlannedClip] = []
        self.skipped: list[SkippedClip] = []
        self._rate = rate
        self._library = library
        self._wanted, self._span, self._whole = wanted, span, whole

    def take(self, piece: PicturePiece, frames: tuple[int, int]) -> None:
        """Plan one piece at its frames [start, end), or skip it with a reason."""
        name = piece.clip.name
        if self._wanted and not any(fnmatchcase(name, pattern) for pattern in self._wanted):
            return
        if span := self._span:
            if piece.end <= span.start or piece.start >= span.end:
                return
            piece, frames = snap(piece.part(span.start, span.end), self._rate)
        try:
            self.planned.append(self._plan(piece, frames))
        except NoMedia as why:
            self.skipped.append(
                SkippedClip(
                    name, piece.track, piece.start, str(why), isinstance(why, UnreachableMedia)
                )
            )

    def _plan(self, piece: PicturePiece, frames: tuple[int, int]) -> PlannedClip:
        if piece.problem:
            raise NoMedia(piece.problem)
        if frames[0] == frames[1]:
            raise NoMedia("is shorter than half a frame")
        media = self._library.find(piece.clip)
        notes: list[str] = []
        if media.stills and len(media.stills.files) == 1:
            used, backwards = Span(NONE, NONE), False
        else:
            piece, frames = on_media(piece, frames, self._rate, media, notes)
            used, backwards = source(piece)
        record = Span(frames[0] / self._rate, (frames[1] - frames[0]) / self._rate)
        clip = TimelineClip(
            media.path, used, record, backwards, self._rate, whole=self._whole,
            name=piece.clip.name,
        )  # fmt: skip
        return PlannedClip(
            clip, piece.clip.name, frames,
            nearest_frame(piece.before, self._rate), nearest_frame(piece.after, self._rate),
            piece.track, media.stills, tuple(notes),
        )  # fmt: skip
