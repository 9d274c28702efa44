"""Fits pieces of picture to whole frames, and to the range that their media files have."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from v2a.api.job_types import Span
from v2a_integrations.otio.media import NoMedia, TimelineMedia
from v2a_integrations.otio.pieces import NONE, PicturePiece
from v2a_integrations.stems.whole_frames import nearest_frame


def snap(piece: PicturePiece, rate: Fraction) -> tuple[PicturePiece, tuple[int, int]]:
    """A piece moved to whole frames, as every editor shows it, and these frames [start, end).

    The media stays in time: only the edges move, by half a frame at most.
    """
    first, last = (nearest_frame(time, rate) for time in (piece.start, piece.end))
    start, end = first / rate, last / rate
    media = piece.media + piece.speed * (start - piece.start)
    return replace(piece, start=start, end=end, media=media), (first, last)


def on_media(
    piece: PicturePiece,
    frames: tuple[int, int],
    rate: Fraction,
    media: TimelineMedia,
    notes: list[str],
) -> tuple[PicturePiece, tuple[int, int]]:
    """The part of a piece that its media has picture for, on a media clock from 0, and its frames.

    `notes` gets a sentence where that is less than the whole piece.
    """
    fits = [replace(piece, media=piece.media - begins) for begins in media.begins]
    if media.duration is None:
        return fits[0], frames
    slack = 1 / rate
    spans = [_covered(fit, media.duration, slack) for fit in fits]
    best = max(range(len(spans)), key=lambda k: (spans[k][1] - spans[k][0], -k))
    if spans[best][0] >= spans[best][1]:
        raise NoMedia(_outside(piece, media.duration))
    if best:
        notes.append("placed by its file's own timecode, which the timeline does not agree with")
    kept = _whole_frames(spans[best], fits[best], frames, rate)
    if kept[0] >= kept[1]:
        raise NoMedia(_outside(piece, media.duration))
    if kept != frames:
        notes.append(f"{frames[1] - frames[0] - kept[1] + kept[0]} of its frames have no media")
    return fits[best].part(kept[0] / rate, kept[1] / rate), kept


def _covered(piece: PicturePiece, duration: Fraction, slack: Fraction) -> tuple[Fraction, Fraction]:
    """The part of a piece whose media time lies in [0, duration), give or take `slack` seconds."""
    if not piece.speed:
        inside = -slack <= piece.media < duration + slack
        return (piece.start, piece.end) if inside else (piece.start, piece.start)
    ends = [piece.start + (edge - piece.media) / piece.speed for edge in (NONE, duration)]
    first, last = min(ends), max(ends)
    return (
        piece.start if first - piece.start <= slack else first,
        piece.end if piece.end - last <= slack else last,
    )


def _whole_frames(
    span: tuple[Fraction, Fraction], piece: PicturePiece, frames: tuple[int, int], rate: Fraction
) -> tuple[int, int]:
    """The frames that lie whole within `span` of a piece."""
    first = frames[0] if span[0] <= piece.start else ceil(span[0] * rate)
    last = frames[1] if span[1] >= piece.end else floor(span[1] * rate)
    return first, last


def source(piece: PicturePiece) -> tuple[Span, bool]:
    """The range of the media (seconds) that a piece uses, and whether it plays backwards."""
    used = (piece.end - piece.start) * abs(piece.speed)
    start = piece.media if piece.speed >= 0 else piece.media - used
    return Span(max(start, NONE), used), piece.speed < 0


def _outside(piece: PicturePiece, duration: Fraction) -> str:
    return (
        f"it begins at {float(piece.media):.2f} s of its media's clock, "
        f"and its file lasts {float(duration):.2f} s"
    )
