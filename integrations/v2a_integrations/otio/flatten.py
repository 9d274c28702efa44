"""Flattens a timeline's tracks into the picture that is really seen: pieces of clips in order.

Times are seconds from the timeline's first frame. Topmost enabled clips win; nesting, trims,
constant speeds and transitions into gaps are followed exactly; media is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.errors import V2AError
from v2a_integrations.otio.editor_time import seconds
from v2a_integrations.otio.item_speed import Unplayable, speed_of
from v2a_integrations.otio.items import (
    clip_range,
    clips_in,
    is_disabled,
    is_glass,
    is_premiere,
    is_video,
    item_length,
    trim_of,
)
from v2a_integrations.otio.pieces import NONE, PicturePiece, laid_over, within

if TYPE_CHECKING:
    import opentimelineio as otio

DEEPEST = 64
"""Most levels of nesting. Chosen far above what editors make; a deeper one holds itself."""
TrackFilter = Callable[[int, "otio.schema.Track"], bool]


@dataclass(frozen=True)
class SkippedClip:
    """A clip that gets no sound, and why."""

    clip: str
    track: str
    start: Fraction | None
    """Seconds from the timeline's start; None where that is not known."""
    reason: str
    may_come: bool = False
    """Whether the reason is that its media is not there or not whole, which may change."""


@dataclass
class Picture:
    """The picture of a timeline."""

    pieces: list[PicturePiece] = field(default_factory=list[PicturePiece])
    skipped: list[SkippedClip] = field(default_factory=list[SkippedClip])
    """Clips without a piece: disabled ones, ones without a duration."""


def flatten(timeline: otio.schema.Timeline, wanted: TrackFilter | None = None) -> Picture:
    """The picture of a timeline; `wanted` chooses among its video tracks by number from 1.

    Raises BAD_TIMELINE for a timeline that holds itself.
    """
    walk = _Walk()
    stack = timeline.tracks
    shown: list[PicturePiece] = []
    number = 0
    for track in stack:
        if is_video(track):
            number += 1
            if wanted is None or wanted(number, track):
                shown = laid_over(walk.shown(track, track.name or f"V{number}", 1), shown)
    start, length = trim_of(stack)
    if length is not None:
        shown = within(shown, start, length, Fraction(1))
    return Picture(shown, walk.skipped)


class _Walk:
    """Walks through a timeline and collects the clips that it had to skip."""

    def __init__(self) -> None:
        self.skipped: list[SkippedClip] = []

    def shown(self, item: otio.core.Composable, track: str, depth: int) -> list[PicturePiece]:
        """The pieces of an item, in seconds from its start in its parent."""
        import opentimelineio as otio

        if depth > DEEPEST:
            raise V2AError(
                "BAD_TIMELINE",
                path=track,
                detail=f"has more than {DEEPEST} levels of nesting: it holds itself",
                hint="export it again with nested sequences flattened",
            )
        if not isinstance(item, otio.core.Item) or isinstance(item, otio.schema.Gap):
            return []
        if is_disabled(item):
            return self._left_out(item, track, "is disabled")
        if isinstance(item, otio.schema.Clip):
            return self._clip(item, track)
        if isinstance(item, otio.schema.Track):
            inner, length = self._track(item, track, depth)
        elif isinstance(item, otio.core.Composition):
            inner, length = self._stack(item, track, depth)
        else:
            return self._left_out(item, track, f"is a {type(item).__name__}, which shows nothing")
        return self._trimmed(item, inner, length, track, depth)

    def _left_out(self, item: otio.core.Item, track: str, reason: str) -> list[PicturePiece]:
        for clip in clips_in(item) or [item]:
            self.skipped.append(SkippedClip(clip.name, track, None, reason))
        return []

    def _clip(self, clip: otio.schema.Clip, track: str) -> list[PicturePiece]:
        span = clip_range(clip)
        if span is None:
            return self._left_out(clip, track, "says neither what it uses nor how long it is")
        start, length = span
        if length <= 0:
            return self._left_out(clip, track, "lasts no time")
        try:
            speed = speed_of(clip)
        except Unplayable as why:
            return [PicturePiece(NONE, length, clip, start, track=track, problem=str(why))]
        if is_premiere(clip) and speed:
            length = length / abs(speed)
        whole = PicturePiece(NONE, length * abs(speed) or length, clip, start, track=track)
        glass = is_glass(clip)
        return [replace(p, glass=glass) for p in within([whole], NONE, length, speed)]

    def _track(
        self, track: otio.schema.Track, name: str, depth: int
    ) -> tuple[list[PicturePiece], Fraction]:
        """The pieces of a track and its length, in seconds from the start of its first child."""
        import opentimelineio as otio

        lane, time = _Lane(), NONE
        for child in track:
            if isinstance(child, otio.schema.Transition):
                reach = (seconds(child.in_offset) or NONE, seconds(child.out_offset) or NONE)
                time = lane.transition(time, *reach)
                continue
            length = item_length(child)
            if length is None:
                self._left_out(child, name, "its rate or length is none")
                length = NONE
            pieces = self.shown(child, name, depth + 1)
            lane.add([piece.moved(time) for piece in pieces], time, length)
            time += length
        return lane.pieces(), time + lane.tail

    def _stack(
        self, stack: otio.core.Composition, name: str, depth: int
    ) -> tuple[list[PicturePiece], Fraction]:
        import opentimelineio as otio

        shown: list[PicturePiece] = []
        length = NONE
        for child in stack:
            if isinstance(child, otio.schema.Track) and not is_video(child):
                continue
            shown = laid_over(self.shown(child, name, depth + 1), shown)
            length = max(length, item_length(child) or NONE)
        return shown, length

    def _trimmed(
        self,
        item: otio.core.Item,
        inner: list[PicturePiece],
        length: Fraction,
        track: str,
        depth: int,
    ) -> list[PicturePiece]:
        start, used = trim_of(item)
        if not inner and used and depth > 1:
            return self._left_out(item, track, "is a nested part with no picture in it")
        if used is None:
            start, used = NONE, length
        elif start < 0 and start + used <= 0:
            start = NONE  # a CMX 3600 track says where its record clock begins, not what it shows
        try:
            speed = speed_of(item)
        except Unplayable as why:
            return [replace(piece, problem=str(why)) for piece in within(inner, start, used, NONE)]
        return within(inner, start, used, speed)


class _Lane:
    """A track being filled: pieces, and transitions that reach into the gaps beside them."""

    def __init__(self) -> None:
        self._items: list[tuple[list[PicturePiece], Fraction, Fraction]] = []
        self._reach: dict[int, tuple[Fraction, Fraction]] = {}
        self.tail = NONE
        """Seconds that a transition at the very end adds."""

    def transition(self, time: Fraction, inside: Fraction, outside: Fraction) -> Fraction:
        """Add a transition before the next item, at `time`; returns that item's start (seconds)."""
        self._reach[len(self._items)] = (inside, outside)
        self.tail = outside
        return time + inside if not self._items else time

    def add(self, pieces: list[PicturePiece], start: Fraction, length: Fraction) -> None:
        """Add the next item's pieces at `start`, `length` seconds long."""
        self._items.append((pieces, start, length))
        self.tail = NONE

    def pieces(self) -> list[PicturePiece]:
        """All pieces in order, with the reach of their transitions."""
        for place, (inside, outside) in self._reach.items():
            before, after = self._touching(place - 1, end=True), self._touching(place, end=False)
            if before and after:
                before[-1] = replace(before[-1], after=outside)
                after[0] = replace(after[0], before=inside)
            elif before:
                before[-1] = _reaching(before[-1], NONE, self._room(place, outside))
            elif after:
                after[0] = _reaching(after[0], self._room(place - 1, inside), NONE)
        return [piece for pieces, _, _ in self._items for piece in pieces]

    def _touching(self, item: int, end: bool) -> list[PicturePiece]:
        """The pieces of an item, if its picture reaches to the transition at its end or start."""
        if not 0 <= item < len(self._items):
            return []
        pieces, start, length = self._items[item]
        if not pieces:
            return []
        meets = pieces[-1].end == start + length if end else pieces[0].start == start
        return pieces if meets else []

    def _room(self, gap: int, reach: Fraction) -> Fraction:
        """Seconds, at most `reach`, that a picture can reach into a gap or past the track."""
        return min(reach, self._items[gap][2]) if 0 <= gap < len(self._items) else reach


def _reaching(piece: PicturePiece, before: Fraction, after: Fraction) -> PicturePiece:
    """A piece that fades in from a gap or out into one, made longer by the whole fade (seconds)."""
    return replace(
        piece,
        start=piece.start - before,
        end=piece.end + after,
        media=piece.media - piece.speed * before,
    )
