"""Embeddings to scenes: the paper's detector (arXiv 2409.09823, II-A) and a robust relative of it.

`paper` is Delta-S_i > tau * sigma(Delta-S) and nothing else. `robust` computes Delta-S over the
embeddings beside the frames' coarse pictures, compares it with a local baseline and spread, and
then asks the full-rate pictures between two samples what happened there: a hard cut (to the exact
frame), a dissolve or a fade (their extent and middle), or nothing: a flash, a fast movement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from v2a.scenes.change_points import paper_rule
from v2a.scenes.delta_s import delta_s
from v2a.scenes.robust import robust_cuts
from v2a.scenes.tiling import keep_apart, tile
from v2a.types import Cut, Segmentation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.types import Clip, SceneOptions

__all__ = ["delta_s", "find_scenes"]


def find_scenes(
    embeddings: NDArray[np.floating],
    samples: NDArray[np.int64],
    clip: Clip,
    options: SceneOptions,
) -> Segmentation:
    """Cuts and scenes of a clip from (T, D) raw embeddings of the frames `samples` (T,).

    The scenes always tile frames [0, N). `options.known_cuts` are kept as they are, and a cut found
    nearer to one than `minimum_scene` is dropped; `options.whole` gives one scene.
    """
    samples = np.asarray(samples, np.int64)
    assert embeddings.ndim == 2 and len(embeddings) == len(samples) > 0
    if options.rule == "paper":
        cuts, curve, limit = _paper_cuts(embeddings, samples, options)
    else:
        cuts, curve, limit = robust_cuts(embeddings, samples, clip, options)
    known = _known(options, clip.frames, samples, curve, limit)
    if options.whole:
        cuts = []
    elif options.rule == "paper":
        cuts = sorted({c.frame: c for c in [*cuts, *known]}.values(), key=lambda c: c.frame)
    else:
        apart = [c for c in cuts if not any(_covers(c, k.frame) for k in known)]
        cuts = keep_apart(apart, known, clip.frame_times, options.minimum_scene)
    return Segmentation(tuple(cuts), tile(cuts, clip.frames), curve, limit, samples)


def _covers(cut: Cut, frame: int) -> bool:
    return cut.extent[0] <= frame <= cut.extent[1] + 1


def _paper_cuts(
    embeddings: NDArray[np.floating], samples: NDArray[np.int64], options: SceneOptions
) -> tuple[list[Cut], NDArray[np.float64], NDArray[np.float64]]:
    starts, curve, limit = paper_rule(embeddings, options.threshold, options.centre)
    sigma = max(float(curve.std()), 1e-6 * float(curve.max())) if len(curve) else 1.0
    cuts = []
    for k in starts.tolist():
        frame = int(samples[k])
        cuts.append(Cut(frame, "hard", (frame, frame), float(curve[k - 1] / sigma)))
    return cuts, curve, np.full(len(curve), limit)


def _known(
    options: SceneOptions,
    frames: int,
    samples: NDArray[np.int64],
    curve: NDArray[np.float64],
    limit: NDArray[np.float64],
) -> list[Cut]:
    """Cuts of an edit, ascending; their score is the threshold times the curve over its limit."""
    cuts = []
    for frame in sorted({f for f in options.known_cuts if 0 < f < frames}):
        k = int(np.searchsorted(samples, frame)) - 1
        score = 0.0
        if 0 <= k < len(curve) and limit[k] > 0:
            score = options.threshold * float(curve[k] / limit[k])
        cuts.append(Cut(frame, "hard", (frame, frame), score))
    return cuts
