"""Operations on sorted lists of half-open ranges [a, b) of whole frames."""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[int, int]


def without(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """The parts of `ranges` that lie in none of `taken`."""
    left = list(ranges)
    for x, y in taken:
        kept: list[Range] = []
        for a, b in left:
            if y <= a or b <= x:
                kept.append((a, b))
                continue
            if a < x:
                kept.append((a, x))
            if y < b:
                kept.append((y, b))
        left = kept
    return left


def common(ranges: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """The parts that lie both in one of `ranges` and in one of `others`."""
    others = list(others)
    pairs = ((max(a, x), min(b, y)) for a, b in ranges for x, y in others)
    return sorted((a, b) for a, b in pairs if a < b)


def runs(frames: Iterable[int]) -> list[Range]:
    """Ascending frames as ranges."""
    found: list[Range] = []
    for frame in frames:
        if found and found[-1][1] == frame:
            found[-1] = (found[-1][0], frame + 1)
        else:
            found.append((frame, frame + 1))
    return found


def inside(ranges: Iterable[Range], frame: int) -> bool:
    """Whether a frame lies in one of the ranges."""
    return any(a <= frame < b for a, b in ranges)
