"""Fades through, from and to black or white: a blank stretch and the slopes that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from v2a.scenes.dissolves import mixing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.scenes.coarse_pictures import CoarsePictures

BLANK_CONTRAST = 2.5
"""Levels of mean absolute deviation below which a picture shows nothing."""
BLACK, WHITE = 28.0, 228.0
"""Brightness of a blank picture: below or above."""
LONGEST_SECONDS = 4.0
"""No slope is followed farther."""
APART_SECONDS = 1.0
"""A blank that lasts longer is a scene of its own, with a fade on either side."""
SLOPE_SECONDS = 0.12
"""Shorter slopes are hard cuts."""
UNMIXED = 0.4
"""Most that may happen on a slope beside the picture growing out of the blank."""
LEVELS, CONTRAST = 12.0, 4.0
"""A picture stands out from its blank by this much, and shows something."""
LASTING_SECONDS = (0.4, 0.8)
"""So long after the slope the picture must still stand out, by half: flashes die away."""
SAME, CHANGED = 0.85, 0.25
"""A blank between two pictures so alike, of which so little changed, is a blink, not a fade."""


class Fade(NamedTuple):
    """A gradual change through a blank picture."""

    first: int
    last: int
    frame: int
    """The cut: the middle."""
    strength: float
    """Levels that the picture stands out from the blank."""


def find_fades(
    pictures: CoarsePictures, look: NDArray[np.int64], rate: float, stops: NDArray[np.int64]
) -> list[Fade]:
    """Fades of a film; slopes end at `stops`, the hard cuts.

    A fade-in at the head or a fade-out at the end is one too: it parts a blank from a picture.
    """
    mean, contrast = pictures.contrast(look)
    blank = (contrast < BLANK_CONTRAST) & ((mean < BLACK) | (mean > WHITE))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], blank.astype(np.int8), [0]])))
    found: list[Fade] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        low = int(stops[stops <= start].max(initial=0))
        high = int(stops[stops >= end].min(initial=len(look)))
        away = contrast[low:high] + np.abs(mean[low:high] - mean[start:end].mean())
        left = _slope(away[: start - low][::-1], rate)
        right = _slope(away[end - low :], rate)
        into = _checked(pictures, look, start, start - left) if left else None
        out = _checked(pictures, look, end - 1, end - 1 + right) if right else None
        if into and not _lasts(away[: into.first - low + 1][::-1], rate):
            into = None
        if out and not _lasts(away[out.last - low :], rate):
            out = None
        found += _around(pictures, look, into, out, end - start <= APART_SECONDS * rate)
    return found


def _checked(
    pictures: CoarsePictures, look: NDArray[np.int64], blank: int, picture: int
) -> Fade | None:
    """The slope between two frames, if what happens on it is the picture growing or shrinking."""
    unmixed, _ = mixing(pictures, look, np.array([blank]), np.array([picture]))
    (mean, other), (contrast, _) = pictures.contrast(look[[picture, blank]])
    strength = float(contrast + abs(mean - other))
    if unmixed[0] > UNMIXED or strength < LEVELS or contrast < CONTRAST:
        return None
    first, last = (picture, blank - 1) if picture < blank else (blank + 1, picture)
    return Fade(first, last, (first + last + 1) // 2, strength)


def _lasts(away: NDArray[np.float64], rate: float) -> bool:
    later = [min(round(s * rate), len(away) - 1) for s in LASTING_SECONDS]
    return bool(min(away[later]) > away[0] / 2)


def _around(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    into: Fade | None,
    out: Fade | None,
    brief: bool,
) -> list[Fade]:
    """The fades at a blank's two ends: one when it was brief, none when it was a blink."""
    if into is None or out is None or not brief:
        return [f for f in (into, out) if f is not None]
    before, after = look[[into.first]], look[[out.last]]
    replaced, alike = pictures.replaced(before, after)
    if alike[0] > SAME and replaced[0] < CHANGED:
        return []
    middle = (into.first + out.last + 1) // 2
    return [Fade(into.first, out.last, middle, min(into.strength, out.strength))]


def _slope(away: NDArray[np.float64], rate: float) -> int:
    """Frames over which the picture comes out of the blank, 0 when it does not."""
    away = away[: round(LONGEST_SECONDS * rate)]
    if not len(away):
        return 0
    top = np.maximum.accumulate(away)
    pause = max(3, round(0.15 * rate))
    later = top[np.minimum(np.arange(len(top)) + pause, len(top) - 1)]
    stalled = np.flatnonzero(later <= top * 1.02 + 0.2)
    end = int(stalled[0]) if len(stalled) else len(away) - 1
    frames = int(np.searchsorted(top[: end + 1], 0.97 * top[end])) + 1
    return frames if frames >= max(3, round(SLOPE_SECONDS * rate)) else 0
