"""Follows strips that were moved, cut, trimmed or deleted while their sound was made.

The rule. A strip that is sent gets an ID property; copies and halves of it carry the same. When
its sounds are here, every strip with that property is looked up, the one that still has the old
name first. What of the sent frames a strip still shows is placed where it shows them: sounds move
as far as the contents did, and end where the strip ends. Frames that two strips show (copies) are
placed once, under the first. Frames that none shows any more, or a strip that is gone or has
another speed, get no sound, and the job says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from . import compat, strip_marks

Range = tuple[int, int]


@dataclass(frozen=True)
class StripOrigin:
    """A strip as it lay when its sound was asked for; frames are Blender's."""

    source: str
    """The strip's ID property `strip_marks.SOURCE`."""
    name: str
    frames: Range
    """[start, end) in Blender's frames that were seen."""
    content: int
    """Blender's frame at which its contents would begin without trims."""
    speed: str
    """Its speed as text, which must be the same for sounds to fit."""
    clips: tuple[str, ...]
    """Ids of the clips that were sent for it."""

    def told(self) -> dict[str, Any]:
        """The origin as plain data, as a job keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, told: dict[str, Any]) -> StripOrigin:
        """The origin from a job's plain data."""
        pairs = {"frames": tuple(told["frames"]), "clips": tuple(told["clips"])}
        return cls(**{**told, **pairs})


@dataclass(frozen=True)
class StripPiece:
    """A range of a sent strip that is still seen."""

    owner: str
    """Name of the meta strip that it lies in; empty for the timeline itself."""
    frames: Range
    """[a, b) in Blender's frames, as they were when it was sent."""
    shift: int
    """How many frames later it is seen now; negative for earlier."""


def origin_of(strip: Any, clips: Iterable[str]) -> StripOrigin:
    """The origin of a strip as it lies now; gives it an identity if it has none."""
    return StripOrigin(
        strip_marks.source_of(strip),
        strip.name,
        (compat.start(strip), compat.end(strip)),
        _content(strip),
        _speed(strip),
        tuple(clips),
    )


def identify(scene: Any, origin: StripOrigin) -> None:
    """Give a strip its identity back if undo has taken that."""
    if any(strip.get(strip_marks.SOURCE) == origin.source for strip in compat.all_strips(scene)):
        return
    strip = compat.strip_named(scene, origin.name)
    if strip is not None and strip_marks.SOURCE not in strip:
        strip[strip_marks.SOURCE] = origin.source


def pieces_of(scene: Any, origin: StripOrigin) -> tuple[list[StripPiece], bool]:
    """The pieces of a strip that are still seen, and whether some play at another speed now."""
    found = [
        strip
        for strip in compat.all_strips(scene)
        if strip.get(strip_marks.SOURCE) == origin.source
    ]
    found.sort(key=lambda strip: (strip.name != origin.name, compat.start(strip), strip.name))
    pieces: list[StripPiece] = []
    free, changed = [origin.frames], False
    for strip in found:
        if _speed(strip) != origin.speed:
            changed = True
            continue
        shift = _content(strip) - origin.content
        seen = (compat.start(strip) - shift, compat.end(strip) - shift)
        owner = _owner(strip)
        pieces += [StripPiece(owner, part, shift) for part in common(free, seen)]
        free = without(free, seen)
    return _joined(pieces), changed


def placed(frames: Range, pieces: Sequence[StripPiece]) -> list[StripPiece]:
    """The parts of a range (frames when it was sent) that are still seen, in order of time."""
    found = [
        StripPiece(piece.owner, part, piece.shift)
        for piece in pieces
        for part in common([frames], piece.frames)
    ]
    return sorted(found, key=lambda piece: piece.frames)


def common(ranges: Iterable[Range], other: Range) -> list[Range]:
    """The parts of the ranges that lie in `other`."""
    both = ((max(a, other[0]), min(b, other[1])) for a, b in ranges)
    return [(a, b) for a, b in both if a < b]


def without(ranges: Iterable[Range], other: Range) -> list[Range]:
    """The parts of the ranges that lie outside `other`."""
    left: list[Range] = []
    for a, b in ranges:
        left += [(a, min(b, other[0]))] if a < other[0] else []
        left += [(max(a, other[1]), b)] if other[1] < b else []
    return [(a, b) for a, b in left if a < b]


def _joined(pieces: Sequence[StripPiece]) -> list[StripPiece]:
    """Pieces with those joined that were cut and not moved apart."""
    made: list[StripPiece] = []
    for piece in sorted(pieces, key=lambda one: one.frames):
        last = made[-1] if made else None
        if last and last == StripPiece(piece.owner, (last.frames[0], piece.frames[0]), piece.shift):
            made[-1] = StripPiece(last.owner, (last.frames[0], piece.frames[1]), last.shift)
        else:
            made.append(piece)
    return made


def _content(strip: Any) -> int:
    if strip.type == "META":
        # The contents of a meta strip begin nowhere in particular: its first child tells.
        inner = min(compat.strips(strip), key=lambda child: child.name, default=None)
        if inner is not None:
            return _content(inner)
    return round(compat.content_start(strip) - compat.trims(strip)[0])


def _speed(strip: Any) -> str:
    keys = compat.retiming_frames(strip)
    spread = round(keys[-1] - keys[0], 3) if len(keys) == 2 else len(keys)
    told = (strip.type, round(compat.speed_factor(strip), 6), spread)
    return "/".join(map(str, (*told, bool(getattr(strip, "use_reverse_frames", False)))))


def _owner(strip: Any) -> str:
    parent = strip.parent_meta()
    return parent.name if parent is not None else ""
