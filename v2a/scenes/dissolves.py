"""Dissolves: stretches whose every frame is a mix of the picture before and the picture after.

Signatures are means of areas, so the signature of a mix is the mix of the signatures: whatever two
shots show, the frames of a dissolve lie on the line between its ends, evenly spread. A pan, a zoom
or something passing by replaces the picture too, but what it shows between is no mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from v2a.types import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from v2a.scenes.change_points import ChangeCurve
    from v2a.scenes.coarse_pictures import CoarsePictures

SPANS = (0.16, 0.24, 0.32, 0.44, 0.6, 0.8, 1.1, 1.5, 2.0, 2.7)
"""Seconds between the frames before and after a dissolve that are tried. Chosen: from four frames
at 25 fps on, each about 1.35 times the one before, so that some window fits any dissolve."""
_CHUNK = 2048
"""Windows measured at a time. Chosen: 3 MB of signatures as float32."""


@dataclass(frozen=True)
class DissolveLimits:
    """Weights of the evidence, fitted on the drawn films of `tests/synthetic_footage.py`.

    Each is log odds a unit of its measure; `unmixed` and `change` weigh logarithms. With them 174
    of 186 gradual cuts of 200 films of the world are found, 5 of 9 of real ones (RESULTS.md).
    """

    faintest: float = 6.0
    """Least levels of 255 between before and after. Chosen: fainter ones nobody would notice."""
    least_frames: int = 3
    """Fewest mixed frames. Chosen: one or two are the blends of a converted hard cut."""
    unmixed: float = -1.0
    replaced: float = 2.3
    change: float = 0.34
    alike: float = -0.42
    misfit: float = -2.5
    offset: float = -4.6


class Ramps(NamedTuple):
    """Windows of frames that may be dissolves; every field is an array (n,)."""

    before: NDArray[np.int64]
    """Number of the last frame before."""
    after: NDArray[np.int64]
    """Number of the first frame after."""
    change: NDArray[np.float64]
    """Levels between before and after."""
    unmixed: NDArray[np.float64]
    """Share of the distance between before and after that no mix of the two explains."""
    misfit: NDArray[np.float64]
    """Root mean square distance of the mixing weights from a straight ramp."""
    replaced: NDArray[np.float64]
    """Share 0..1 of cells that changed, see `CoarsePictures.replaced`."""
    alike: NDArray[np.float64]
    """Likeness -1..1 of before and after."""

    def __getitem__(self, rows: NDArray) -> Ramps:  # type: ignore[override]
        return Ramps(*(np.asarray(column)[rows] for column in self._asdict().values()))


def find_dissolves(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    rate: float,
    samples: NDArray[np.int64],
    curves: Sequence[ChangeCurve],
    stops: NDArray[np.int64],
    strict: float,
    limits: DissolveLimits = DissolveLimits(),
) -> list[Cut]:
    """Dissolves where a lagged Delta-S is above its limit, none across a frame of `stops`.

    `look` is (N,), `samples` (T,), `rate` in frames per second; `stops` are the cuts known already,
    ascending. `strict` is the evidence needed, 1 at threshold 5. Scores are 5 times the evidence.
    """
    parts = []
    for span in SPANS:
        frames = max(limits.least_frames + 1, round(span * rate))
        before = windows(len(look), frames, stops, samples, curves)
        if len(before):
            ramps = measure(pictures, look, before, before + frames, limits.faintest)
            power = evidence(ramps, limits)
            keep = power > strict / 2
            parts.append((ramps[keep], power[keep]))
    return _best(pictures, look, parts, stops, strict, limits)


def windows(
    total: int,
    frames: int,
    stops: NDArray[np.int64],
    samples: NDArray[np.int64],
    curves: Sequence[ChangeCurve],
) -> NDArray[np.int64]:
    """(n,) first frames of windows `frames` long with a Delta-S above its limit and no stop inside.

    `total` is the film's length in frames.
    """
    before = np.arange(0, total - frames, max(1, frames // 8))
    inside = np.searchsorted(stops, before, "right") == np.searchsorted(
        stops, before + frames, "right"
    )
    before = before[inside]
    first = np.clip(np.searchsorted(samples, before, "right") - 1, 0, len(samples) - 1)
    last = np.clip(np.searchsorted(samples, before + frames), 0, len(samples) - 1)
    high = np.zeros(len(before), bool)
    for curve in curves:
        if not len(curve.values):
            continue
        centre = (first + last - curve.lag + 1) // 2
        near = (last - first >= curve.lag - 1) & (last - first <= 3 * curve.lag)
        high |= near & curve.above[np.clip(centre, 0, len(curve.values) - 1)]
    return before[high]


def measure(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    faintest: float,
) -> Ramps:
    """Windows with frames `before` and `after`, (n,) each, measured; faint ones are left out."""
    change = pictures.difference(look[before], look[after])
    keep = change > faintest
    before, after, change = before[keep], after[keep], change[keep]
    unmixed, misfit = np.empty(len(before)), np.empty(len(before))
    for k in range(0, len(before), _CHUNK):
        part = slice(k, k + _CHUNK)
        unmixed[part], misfit[part] = mixing(pictures, look, before[part], after[part])
    replaced, alike = pictures.replaced(look[before], look[after])
    return Ramps(before, after, change, unmixed, misfit, replaced, alike)


def mixing(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n,) share of the distance that no mix explains, (n,) distance of the weights from a ramp.

    Five frames between each `before` and `after` are looked at, evenly spread (chosen).
    """
    signatures = pictures.signatures
    start = signatures[look[before]].astype(np.float32)
    line = signatures[look[after]].astype(np.float32) - start
    power = np.maximum((line * line).sum(axis=1), 1)
    rest, miss = np.zeros(len(before), np.float32), np.zeros(len(before), np.float32)
    tried = 5
    for k in range(1, tried + 1):
        frame = before + np.round((after - before) * (k / (tried + 1))).astype(np.int64)
        share = ((frame - before) / (after - before)).astype(np.float32)
        away = signatures[look[frame]].astype(np.float32) - start
        weight = (away * line).sum(axis=1) / power
        miss += (weight - share) ** 2
        rest += np.abs(away - np.clip(weight, 0, 1)[:, None] * line).mean(axis=1)
    length = np.maximum(np.abs(line).mean(axis=1), 1e-3)
    return rest / tried / length, np.sqrt(miss / tried)


def evidence(ramps: Ramps, limits: DissolveLimits) -> NDArray[np.float64]:
    """(n,) odds that windows are dissolves, by the weights of `limits`; 1 is even."""
    power = (
        limits.unmixed * np.log(ramps.unmixed + 0.05)
        + limits.replaced * ramps.replaced
        + limits.change * np.log(ramps.change + 1)
        + limits.alike * ramps.alike
        + limits.misfit * ramps.misfit
        + limits.offset
    )
    return np.exp(power)


def _best(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    parts: Sequence[tuple[Ramps, NDArray[np.float64]]],
    stops: NDArray[np.int64],
    strict: float,
    limits: DissolveLimits,
) -> list[Cut]:
    """The strongest windows that do not meet, their edges fitted."""
    taken = np.zeros(len(look), bool)
    rows = [
        (float(p), int(a), int(b))
        for ramps, power in parts
        for p, a, b in zip(power, ramps.before, ramps.after, strict=True)
    ]
    cuts = []
    for power, before, after in sorted(rows, reverse=True):
        if power <= strict or taken[before : after + 1].any():
            continue
        taken[before : after + 1] = True
        first, last = _edges(pictures, look, before, after, stops)
        if last - first + 1 < limits.least_frames:
            continue
        cuts.append(Cut((first + last + 1) // 2, "dissolve", (first, last), 5 * power))
    return cuts


def _edges(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    before: int,
    after: int,
    stops: NDArray[np.int64],
) -> tuple[int, int]:
    """First and last frame touched: the straight ramp nearest to the mixing weights."""
    low = int(max(stops[stops <= before].max(initial=0), 2 * before - after))
    high = int(min(stops[stops > after].min(initial=len(look)), 2 * after - before + 1))
    start, end = pictures.signatures[look[[before, after]]].astype(np.float32)
    line = end - start
    frames = pictures.signatures[look[low:high]].astype(np.float32)
    weights = (frames - start) @ line / max(float(line @ line), 1.0)
    first, last = _ramp(np.clip(weights, -0.5, 1.5), before - low, after - low)
    return low + first + 1, low + last - 1


def _ramp(weights: NDArray[np.float32], first: int, last: int) -> tuple[int, int]:
    """Last frame at 0 and first at 1 of the ramp nearest to (n,) weights, edges half as far off."""
    count, spread = len(weights), (last - first) // 2 + 1
    starts = np.unique(np.linspace(max(first - spread, 0), first + spread, 25).astype(int))
    ends = np.unique(np.linspace(last - spread, min(last + spread, count - 1), 25).astype(int))
    a, b = (grid.ravel() for grid in np.meshgrid(starts, ends, indexing="ij"))
    a, b = a[b - a >= 2], b[b - a >= 2]
    if not len(a):
        return first, last
    # A wrong end of the line scales the weights: each ramp may have its own two levels.
    time = np.arange(count)
    ideal = np.clip((time - a[:, None]) / (b - a)[:, None], 0, 1)
    slope = ideal - ideal.mean(axis=1, keepdims=True)
    away = weights - weights.mean()
    gain = (slope @ away) / np.maximum((slope * slope).sum(axis=1), 1e-9)
    error = ((away - gain[:, None] * slope) ** 2).sum(axis=1)
    best = int(np.argmin(error))
    return int(a[best]), int(b[best])
