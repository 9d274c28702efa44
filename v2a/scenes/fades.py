"""Fades through, from and to black or white: a blank stretch and the slopes that lead to it.

The limits are chosen, for the reason that stands with each; levels are of 255. What they reach is
measured together with dissolves: 174 of 186 in 200 films of the world (`tests/bench/RESULTS.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from v2a.scenes.dissolves import mixing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.scenes.coarse_pictures import CoarsePictures

BLANK_CONTRAST = 2.5
"""Levels of mean absolute deviation below which a picture is blank. Chosen above what codecs make
of an even picture (`signatures.STILL_MEAN` is 1)."""
BLACK, WHITE = 28.0, 228.0
"""Levels of mean brightness: a blank picture is darker or brighter. Chosen: a tenth of the range
from either end, as dark rooms are not black, nor all white frames pure."""
LONGEST_SECONDS = 4.0
"""Seconds after which a slope is not followed further. Chosen: longer than any usual fade."""
APART_SECONDS = 1.0
"""Seconds: a longer blank is a scene of its own, with a fade on either side. Chosen: long enough
to be noticed as a pause."""
SLOPE_SECONDS = 0.12
"""Seconds: shorter slopes are hard cuts. Chosen: three frames at 25 fps, as with dissolves."""
UNMIXED = 0.4
"""Most of the picture's change on a slope, 0..1, that no mix with the blank explains. Chosen: most
of the change must be the picture growing."""
LEVELS, CONTRAST = 12.0, 4.0
"""Levels by which a picture stands out from its blank, and its own least mean deviation. Chosen
well above `BLANK_CONTRAST`, so that noise in the dark is no picture."""
LASTING_SECONDS = (0.4, 0.8)
"""Seconds after the slope at which the picture must still stand out by half. Chosen: flashes have
died away by then (`robust.FLASH_SECONDS` is 0.2)."""
SAME, CHANGED = 0.85, 0.25
"""Likeness -1..1 from which, and share of changed cells up to which, the pictures around a blank
are one: a blink, not a fade. Chosen: people may have moved meanwhile, the place stays."""


class Fade(NamedTuple):
    """A gradual change through a blank picture."""

    first: int
    """First frame that the change touches."""
    last: int
    """Last frame that it touches."""
    frame: int
    """The cut: the frame in the middle."""
    strength: float
    """Levels that the picture stands out from the blank."""


def find_fades(
    pictures: CoarsePictures, look: NDArray[np.int64], rate: float, stops: NDArray[np.int64]
) -> list[Fade]:
    """Fades of a film; slopes end at `stops`, the (n,) hard cuts. `rate` in frames per second.

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
