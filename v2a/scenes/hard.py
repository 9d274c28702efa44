"""Hard cuts to the frame: steps that stand out from their neighbours and replace the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.scenes.pictures import Pictures


@dataclass(frozen=True)
class HardLimits:
    """Weights of the evidence, fitted on synthetic footage; see `tests/synthetic_footage.py`."""

    around: float = 0.3
    """Seconds on each side that a step is compared with."""
    calm: float = 1.0
    """Levels that any picture may change by from frame to frame."""
    faintest: float = 2.5
    """Levels; no smaller step is a cut."""
    least_ratio: float = 1.15
    """Times the largest neighbouring step."""
    most_ratio: float = 8.0
    """Standing out more than this proves no more: a caption over a still picture does too."""
    most_alike: float = 0.92
    """Correlation of two pictures that are one scene, however it was lit."""
    least_lasting: float = 0.15
    """Share of the step that must remain between the frames before and the frames after."""
    ratio: float = 0.25
    everywhere: float = 2.85
    replaced: float = 3.5
    alike: float = -0.37
    level: float = 0.1
    returning: float = 0.5
    """Power of the share that still remains a second later: heads that jerk come back."""
    offset: float = -3.35


def neighbours(steps: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """(N,) the largest step within `reach` frames of each, itself left out."""
    padded = np.pad(steps, reach)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.maximum(views[:, :reach].max(axis=1), views[:, reach + 1 :].max(axis=1))


def hard_evidence(
    pictures: Pictures,
    look: NDArray[np.int64],
    steps: NDArray[np.float64],
    rate: float,
    limits: HardLimits = HardLimits(),
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Frames that may begin a scene, (n,), and how strongly they do, (n,); 1 is even odds.

    The evidence multiplies factors for how far the step stands out from its neighbours, in how much
    of the picture it does, how much of the picture it replaced and how unlike the two are.
    """
    reach = max(3, round(limits.around * rate))
    around = neighbours(steps, reach)
    ratio = (steps + limits.calm / 2) / (around + limits.calm)
    frames = np.flatnonzero((ratio > limits.least_ratio) & (steps > limits.faintest))
    if not len(frames):
        return frames, np.empty(0)
    before, after = look[frames - 1], look[frames]
    lasting = remaining(pictures, look, frames, range(reach + 1)) / steps[frames]
    second = range(0, max(round(rate), 1) + 1, max(round(rate / 12), 1))
    later = remaining(pictures, look, frames, second) / steps[frames]
    replaced, alike = pictures.replaced(before, after)
    power = (
        limits.ratio * np.log(np.minimum(ratio[frames], limits.most_ratio))
        + limits.everywhere * everywhere(pictures, look, frames)
        + limits.replaced * replaced
        + limits.alike * alike
        + limits.level * np.log(steps[frames])
        + limits.returning * np.log(np.clip(later, 0.02, 1))
        + limits.offset
    )
    evidence = np.exp(power)
    evidence[(lasting < limits.least_lasting) | (alike > limits.most_alike)] = 0.0
    return frames, evidence


def everywhere(
    pictures: Pictures, look: NDArray[np.int64], frames: NDArray[np.int64], near: int = 3
) -> NDArray[np.float64]:
    """(n,) share of the picture's cells whose own step stands out from their neighbouring steps.

    A cut changes every cell at once. A caption, a window that opens or a bird that flies up changes
    some; a moving camera changes all of them all the time.
    """
    last = len(look) - 1
    share = np.empty(len(frames))
    for k in range(0, len(frames), 1024):
        t = frames[k : k + 1024]
        before = pictures.luma(look[np.clip(t - near - 1, 0, last)])
        around, here = np.zeros_like(before), before
        for j in range(-near, near + 1):
            after = pictures.luma(look[np.clip(t + j, 0, last)])
            step = after - before
            before = after
            if j:
                np.maximum(around, np.abs(step), out=around)
            else:
                level = np.median(step.reshape(len(t), -1), axis=1)
                here = np.abs(step - level[:, None, None])
        share[k : k + 1024] = (here > 1.5 * around + 1.5).mean(axis=(1, 2))
    return share


def remaining(
    pictures: Pictures, look: NDArray[np.int64], frames: NDArray[np.int64], after: range
) -> NDArray[np.float64]:
    """(n,) the nearest that pictures so long after come to the last before, or the reverse."""
    last = len(look) - 1
    least = np.full(len(frames), np.inf)
    for k in after:
        for a, b in ((frames - 1, frames + k), (frames - 1 - k, frames)):
            a, b = look[np.clip(a, 0, last)], look[np.clip(b, 0, last)]
            least = np.minimum(least, pictures.difference(a, b, tolerant=True))
    return least
