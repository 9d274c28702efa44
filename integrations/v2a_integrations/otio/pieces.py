"""Pieces of picture, and three operations on lists of them: trim, retime, and lay over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opentimelineio as otio

NONE = Fraction(0)


@dataclass(frozen=True)
class PicturePiece:
    """A stretch [start, end) of a clip, in seconds of the item or timeline that it was read for."""

    start: Fraction
    """Seconds."""
    end: Fraction
    clip: otio.schema.Clip
    media: Fraction
    """Second on the media's own clock that is seen at `start`."""
    speed: Fraction = Fraction(1)
    """Media seconds per second: 0 holds one frame, negative plays backwards."""
    track: str = ""
    before: Fraction = NONE
    """Seconds that a transition reaches before `start`."""
    after: Fraction = NONE
    """Seconds that a transition reaches past `end`."""
    problem: str = ""
    """Why its picture cannot be played; such a piece hides what is below all the same."""
    glass: bool = False
    """Whether what is below shows through (titles)."""

    def part(self, start: Fraction, end: Fraction) -> PicturePiece:
        """The part of the piece in [start, end); a transition stays with its edge."""
        first, last = max(self.start, start), min(self.end, end)
        return replace(
            self,
            start=first,
            end=last,
            media=self.media + self.speed * (first - self.start),
            before=self.before if first == self.start else NONE,
            after=self.after if last == self.end else NONE,
        )

    def moved(self, by: Fraction) -> PicturePiece:
        """The piece, `by` seconds later."""
        return replace(self, start=self.start + by, end=self.end + by) if by else self


def within(
    pieces: Iterable[PicturePiece], start: Fraction, length: Fraction, speed: Fraction
) -> list[PicturePiece]:
    """`pieces` trimmed to [start, start + length) seconds, played at `speed`, and moved to 0."""
    if not speed:
        held = [piece for piece in pieces if piece.start <= start < piece.end]
        return [
            replace(piece.part(start, piece.end), start=NONE, end=length, speed=NONE)
            for piece in held
        ]
    end = start + length * abs(speed)
    seen = [p.part(start, end) for p in pieces if p.start < end and p.end > start]
    if speed == 1:
        return [piece.moved(-start) for piece in seen]
    played = [_played(piece, start, end, speed) for piece in seen]
    return sorted(played, key=lambda piece: piece.start)


def _played(piece: PicturePiece, start: Fraction, end: Fraction, speed: Fraction) -> PicturePiece:
    """A piece on the clock of an item that plays [start, end) at `speed`."""
    fast = abs(speed)
    if speed > 0:
        first, last, media = piece.start - start, piece.end - start, piece.media
        before, after = piece.before, piece.after
    else:
        first, last = end - piece.end, end - piece.start
        media = piece.media + piece.speed * (piece.end - piece.start)
        before, after = piece.after, piece.before
    return replace(
        piece, start=first / fast, end=last / fast, media=media, speed=piece.speed * speed,
        before=before / fast, after=after / fast,
    )  # fmt: skip


def laid_over(upper: Sequence[PicturePiece], lower: Sequence[PicturePiece]) -> list[PicturePiece]:
    """What is seen of pieces where `upper` lie over `lower`, each in order; glass hides nothing."""
    hiding = [piece for piece in upper if not piece.glass]
    shown: list[PicturePiece] = []
    first = 0
    for piece in lower:
        while first < len(hiding) and hiding[first].end <= piece.start:
            first += 1
        shown += _uncovered(piece, hiding, first)
    return sorted([*shown, *upper], key=lambda piece: piece.start)


def _uncovered(
    piece: PicturePiece, hiding: Sequence[PicturePiece], first: int
) -> Iterable[PicturePiece]:
    """The parts of a piece that none of `hiding` covers, looking from the `first` on."""
    free = piece.start
    for cover in takewhile(
        lambda cover: cover.start < piece.end, (hiding[k] for k in range(first, len(hiding)))
    ):
        if cover.start > free:
            yield piece.part(free, cover.start)
        free = max(free, cover.end)
    if free < piece.end:
        yield piece.part(free, piece.end) if free > piece.start else piece
