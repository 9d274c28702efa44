"""From cuts to scenes that tile the film: the shortest scene is kept, known cuts are kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.types import Cut, Scene

if TYPE_CHECKING:
    from v2a.types import FrameTimes


def keep_apart(
    found: Sequence[Cut],
    known: Sequence[Cut],
    times: tuple[Fraction, ...] | FrameTimes,
    minimum: Fraction,
) -> list[Cut]:
    """All known cuts, and found ones by falling score, none nearer to another than `minimum`.

    `minimum` is in seconds, `times` are the N + 1 frame times, so variable rates are right. The
    film's ends count as cuts. Of a pair too near the higher score stays: the first may be false.
    """
    last = len(times) - 1
    held = sorted([0, last, *(c.frame for c in known)])
    kept = list(known)
    for cut in sorted(found, key=lambda c: (-c.score, c.frame)):
        if not 0 < cut.frame < last:
            continue
        place = bisect_left(held, cut.frame)
        before, after = held[place - 1], held[place]
        here = times[cut.frame]
        near = min(here - times[before], times[after] - here)
        if after != cut.frame and near >= minimum:
            held.insert(place, cut.frame)
            kept.append(cut)
    return sorted(kept, key=lambda c: c.frame)


def tile(cuts: Sequence[Cut], frames: int) -> tuple[Scene, ...]:
    """Scenes between the cuts: consecutive, none empty, together [0, frames)."""
    edges = [0, *(c.frame for c in cuts), frames]
    return tuple(
        Scene(k, start, end)
        for k, (start, end) in enumerate(zip(edges, edges[1:], strict=False), 1)
    )
