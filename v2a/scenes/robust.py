"""The robust rule: hard cuts and fades from all frames, dissolves where Delta-S points at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from v2a.scenes.change_points import robust_curve, rows_of
from v2a.scenes.coarse_pictures import CoarsePictures, frame_steps, without_blends, without_flashes
from v2a.scenes.dissolves import find_dissolves
from v2a.scenes.fades import LEVELS, Fade, find_fades
from v2a.scenes.hard_cuts import hard_evidence
from v2a.types import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from v2a.types import Clip, SceneOptions

FLASH_SECONDS = 0.2
"""Seconds: a picture that is back as it was within this was interrupted by a flash, not cut.
Chosen: five frames at 25 fps, longer than a photographer's flash, shorter than any shot."""
LAG_SECONDS = (0.25, 0.4, 0.8, 1.6)
"""Seconds between the samples of further Delta-S curves, which show dissolves that neighbouring
samples do not. Chosen: doubling, so that one of them is about as long as any usual dissolve."""


TOGETHER_SECONDS = 0.3
"""Seconds: changes nearer than this are one, two hard cuts excepted. Chosen: what a fade's or
dissolve's edges may be off by, and a cut within it is the same change."""


def robust_cuts(
    embeddings: NDArray[np.floating],
    samples: NDArray[np.int64],
    clip: Clip,
    options: SceneOptions,
) -> tuple[list[Cut], NDArray[np.float64], NDArray[np.float64]]:
    """Cuts, the curve (T - 1,) and its limit (T - 1,) by the robust rule.

    `embeddings` is (T, D), `samples` (T,) frame numbers. A cut's score is 5 times its evidence and
    exceeds `options.threshold`.
    """
    rate = float(clip.frame_rate)
    pictures = CoarsePictures(clip.signatures)
    look = without_flashes(pictures, max(1, round(FLASH_SECONDS * rate)))
    look = without_blends(pictures, look)
    rows = rows_of(embeddings, samples, pictures, look)
    sampled = rate * len(samples) / max(clip.frames, 1)
    curve = robust_curve(rows, sampled, options.threshold, options.centre)
    strict = max(options.threshold, 1e-9) / 5
    hard = _hard(pictures, look, rate, strict)
    stops = np.array([c.frame for c in hard], np.int64)
    fades = [
        _fade(f) for f in find_fades(pictures, look, rate, stops) if f.strength > LEVELS * strict
    ]
    lags = sorted({max(2, round(s * sampled)) for s in LAG_SECONDS})
    lagged = [robust_curve(rows, sampled, options.threshold, options.centre, k) for k in lags]
    stops = np.sort(np.array([c.frame for c in [*hard, *fades]], np.int64))
    dissolves = find_dissolves(pictures, look, rate, samples, lagged, stops, strict)
    cuts = _settle(hard, fades, dissolves, round(TOGETHER_SECONDS * rate))
    return cuts, curve.values, curve.limit


def _hard(
    pictures: CoarsePictures, look: NDArray[np.int64], rate: float, strict: float
) -> list[Cut]:
    """Frames with enough evidence in the pictures of every frame; samples lie too far apart."""
    frames, evidence = hard_evidence(pictures, look, frame_steps(pictures, look), rate)
    found = evidence > strict
    return [
        Cut(int(t), "hard", (int(t), int(t)), float(5 * e))
        for t, e in zip(frames[found], evidence[found], strict=True)
    ]


def _fade(fade: Fade) -> Cut:
    return Cut(fade.frame, "fade", (fade.first, fade.last), 5 * fade.strength / LEVELS)


def _settle(
    hard: Sequence[Cut], fades: Sequence[Cut], dissolves: Sequence[Cut], gap: int
) -> list[Cut]:
    """One cut for one change: of changes nearer than `gap` frames the strongest stays.

    Gradual changes that near are one longer change: no scene had time to show between them.
    """
    kept: list[Cut] = []
    for cut in sorted([*hard, *fades, *dissolves], key=lambda c: (-c.score, c.frame)):
        near = [k for k in kept if _meet(cut, k, gap)]
        if not near:
            kept.append(cut)
        elif cut.kind != "hard" and all(k.kind != "hard" for k in near):
            kept = [k for k in kept if k not in near] + [_joined([cut, *near])]
    return sorted(kept, key=lambda c: c.frame)


def _meet(a: Cut, b: Cut, gap: int) -> bool:
    """Whether two changes are one; two hard cuts are not, whose distance the options limit."""
    if a.kind == b.kind == "hard":
        return a.frame == b.frame
    return a.extent[0] - gap <= b.extent[1] and b.extent[0] - gap <= a.extent[1]


def _joined(cuts: Sequence[Cut]) -> Cut:
    first, last = min(c.extent[0] for c in cuts), max(c.extent[1] for c in cuts)
    best = max(cuts, key=lambda c: c.score)
    return Cut((first + last + 1) // 2, best.kind, (first, last), best.score)
