"""Hard cuts to the frame: pairs of frames between which more happens than movement explains.

Each pair that stands out among its neighbours is described by eleven named measures of the coarse
pictures of every frame, and a logistic rule turns them into odds. Embeddings are not used. `look`
is (N,) everywhere: for each frame the one to look at, itself or the last before a flash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.scenes.coarse_pictures import CoarsePictures

AROUND = 0.5
"""Seconds on each side that a step is ranked among. Chosen: room for a burst's other cuts, which
the rank lets pass, and short enough that what moves there moves alike."""
NEAR = 3
"""Frames on each side of which a cut is the greatest step. Chosen: a cut is one step, not several,
and shots last longer."""
FAINTEST = 1.5
"""Levels of 255; no smaller step is weighed. Chosen low: what is left out here is never found."""
LEAST_RATIO = 1.1
"""Times the greatest step near by, from which a step is weighed. Chosen low for the same reason;
movement alone reaches it every other second."""


MOST = 2.5
"""Most log ratio that counts. Chosen: standing out by more than twelve times proves no more, as a
caption over a still picture does too."""


LARGEST, SOFTER = 12.0, 3.0
"""Log odds are held to +-12 and divided by 3, so that evidence is the cube root of the odds.
Chosen for the threshold's scale: 5 is even odds, 10 is eight to one."""


STILL, INSERTED = 2.2, 0.25
"""Where nothing else moves (log ratio), a change of so small a share of the picture was put into
it: a caption, a box. Of 132 cuts between real shots that were fitted on, one looks like that."""


class Measures(NamedTuple):
    """The n pairs of frames (t - 1, t) that stand out, and their measures."""

    frames: NDArray[np.int64]
    """t, the first frame after."""
    table: NDArray[np.float64]
    """(n, len(WEIGHTS)) in the order of `WEIGHTS`."""


WEIGHTS = {
    "step": -1.37,
    "over third": 0.43,
    "over median": 1.31,
    "unmoved over near": 0.5,
    "everywhere": 3.94,
    "replaced": 1.45,
    "alike": -3.76,
    "detail": -0.74,
    "lit": -6.0,
    "held": -1.03,
    "histogram": -0.83,
}
"""Log odds a unit of each measure, by ridge logistic regression on films spliced of real shots
(`tests/bench/spliced_films.py`); none of the shots that the bench reports on was among them."""
OFFSET = -0.15
"""Log odds; half a unit below the fit's own: there fewer false cuts cost no more misses in the
fit's folds."""


FLASH = 0.2
"""Seconds in which the light of a flash or a strobe is gone again. Chosen: no shot is as short.
This and the three below came after a strobe in the drawn films gave a train of cuts; with them F1
on spliced films rose from 95.8 to 96.6 (`tests/bench/RESULTS.md`)."""
RETURNED = 0.3
"""Share 0..1 of a step that may be left when the picture from before it is back: it was no cut.
Chosen: as in `without_flashes`, about a third."""
EQUAL, CROWD = 0.7, 4
"""More than 4 other steps of 0.7 of a step's own size within `AROUND` are a light that flickers or
a picture that stutters. Chosen: shots of a quarter of a second are cut no more often."""


def hard_measures(
    pictures: CoarsePictures, look: NDArray[np.int64], steps: NDArray[np.float64], rate: float
) -> Measures:
    """The pairs of frames that may be cuts, with the measures that `WEIGHTS` weighs.

    `steps` is (N,) levels, see `frame_steps`; `rate` is in frames per second.
    """
    near = neighbours(steps, NEAR)
    frames = np.flatnonzero((steps > FAINTEST) & (steps + 0.5 > LEAST_RATIO * (near + 0.5)))
    columns = {name: np.empty(0) for name in WEIGHTS}
    if len(frames):
        columns = _columns(pictures, look, steps, rate, frames)
    table = np.stack([columns[name] for name in WEIGHTS], axis=1)
    return Measures(frames, table)


def _columns(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    steps: NDArray[np.float64],
    rate: float,
    frames: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    # What is added to both sides of a ratio (0.5 or 0.2 levels) keeps nearly still films tame.
    reach = max(NEAR, round(AROUND * rate))
    step = steps[frames]
    third, middle = _ranked(steps, frames, reach)
    unmoved, unmoved_near = _unmoved_here(pictures, look, frames)
    replaced, alike = pictures.replaced(look[frames - 1], look[frames])
    same = detail(pictures, look, frames)
    held = remaining(pictures, look, frames, range(max(NEAR, round(0.3 * rate)) + 1)) / step
    return {
        "step": np.log(step),
        "over third": np.minimum(np.log((step + 0.5) / (third + 0.5)), MOST),
        "over median": np.minimum(np.log((step + 0.5) / (middle + 0.5)), MOST),
        "unmoved over near": np.minimum(np.log((unmoved + 0.2) / (unmoved_near + 0.2)), MOST),
        "everywhere": everywhere(pictures, look, frames),
        "replaced": replaced,
        "alike": alike,
        "detail": same,
        "lit": np.maximum(same - 0.5, 0),
        "held": np.log(np.clip(held, 0.02, 1)),
        "histogram": np.log(histogram(pictures, look, frames) + 0.5) - np.log(step),
    }


def hard_evidence(
    pictures: CoarsePictures, look: NDArray[np.int64], steps: NDArray[np.float64], rate: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(n,) frames that may begin a scene, and (n,) their evidence: 1 is even odds, see `SOFTER`."""
    frames, table = hard_measures(pictures, look, steps, rate)
    power = table @ np.array(list(WEIGHTS.values())) + OFFSET
    column = dict(zip(WEIGHTS, table.T, strict=True))
    power[(column["over median"] > STILL) & (column["everywhere"] < INSERTED)] = -LARGEST
    power[_returned(pictures, look, steps[frames], frames, rate)] = -LARGEST
    power[equals(steps, frames, max(NEAR, round(AROUND * rate))) > CROWD] = -LARGEST
    return frames, np.exp(np.clip(power, -30, LARGEST) / SOFTER)


def equals(steps: NDArray[np.float64], frames: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """(n,) how many other steps within `reach` frames are about as great as each frame's own."""
    padded = np.pad(steps, reach)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)[frames]
    return (views >= EQUAL * steps[frames, None]).sum(axis=1) - 1


def _returned(
    pictures: CoarsePictures,
    look: NDArray[np.int64],
    step: NDArray[np.float64],
    frames: NDArray[np.int64],
    rate: float,
) -> NDArray[np.bool_]:
    """(n,) whether the picture before is soon back, or the one after was there just before."""
    soon = range(1, max(NEAR, round(FLASH * rate)) + 1)
    return remaining(pictures, look, frames, soon) < RETURNED * step


def neighbours(steps: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """(N,) the largest step within `reach` frames of each, itself left out."""
    padded = np.pad(steps, reach)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.maximum(views[:, :reach].max(axis=1), views[:, reach + 1 :].max(axis=1))


def _ranked(
    steps: NDArray[np.float64], frames: NDArray[np.int64], reach: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) third largest and (n,) median step around: other cuts of a burst may be among them."""
    views = np.lib.stride_tricks.sliding_window_view(np.pad(steps, reach), 2 * reach + 1)
    around = np.sort(views[frames], axis=1)  # the pair itself is among them, mostly the largest
    return around[:, -4], np.median(around, axis=1)


def _unmoved_here(
    pictures: CoarsePictures, look: NDArray[np.int64], frames: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) `unmoved` of each pair, and (n,) the greatest of the four pairs around it."""
    last = len(look) - 1
    here, around = np.empty(len(frames)), np.zeros(len(frames))
    for j in (0, -2, -1, 1, 2):
        a, b = np.clip(frames + j - 1, 0, last), np.clip(frames + j, 0, last)
        value = unmoved(pictures, look[a], look[b])
        if j:
            around = np.maximum(around, value)
        else:
            here = value
    return here, around


def unmoved(
    pictures: CoarsePictures, a: NDArray[np.integer], b: NDArray[np.integer]
) -> NDArray[np.float64]:
    """(n,) mean levels by which cells leave the range of the nine cells around them before.

    A picture that moved by up to a cell stays within that range, each cell in its own direction.
    It is the smaller of both directions of time, as what is uncovered is new in one of them only.
    """
    out = np.empty(len(a))
    for k in range(0, len(a), 2048):
        first, second = pictures.luma(a[k : k + 2048]), pictures.luma(b[k : k + 2048])
        level = np.median((second - first).reshape(len(first), -1), axis=1)
        first = first + level[:, None, None]
        out[k : k + 2048] = np.minimum(_outside(first, second), _outside(second, first))
    return out


def _outside(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.floating]:
    rows, columns = first.shape[1:]
    if min(rows, columns) <= 4:
        return np.abs(second - first).mean(axis=(1, 2))
    low = high = first[:, 1:-1]
    for shifted in (first[:, :-2], first[:, 2:]):
        low, high = np.minimum(low, shifted), np.maximum(high, shifted)
    lower = np.minimum(np.minimum(low[:, :, :-2], low[:, :, 2:]), low[:, :, 1:-1])
    upper = np.maximum(np.maximum(high[:, :, :-2], high[:, :, 2:]), high[:, :, 1:-1])
    inner = second[:, 1:-1, 1:-1]
    return np.maximum(np.maximum(lower - inner, inner - upper), 0).mean(axis=(1, 2))


def detail(
    pictures: CoarsePictures, look: NDArray[np.int64], frames: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) likeness -1..1 of the pictures' local contrast: no light that goes on changes it."""
    out = np.empty(len(frames))
    for k in range(0, len(frames), 2048):
        t = frames[k : k + 2048]
        a = _contrast(pictures.luma(look[t - 1]))
        b = _contrast(pictures.luma(look[t]))
        power = (a * a).mean(axis=(1, 2)) * (b * b).mean(axis=(1, 2))
        out[k : k + 2048] = (a * b).mean(axis=(1, 2)) / (np.sqrt(power) + 1)
    return out


def _contrast(cells: NDArray[np.floating]) -> NDArray[np.floating]:
    if min(cells.shape[1:]) <= 4:
        return cells - cells.mean(axis=(1, 2), keepdims=True)
    across = cells[:, 1:-1, :-2] + cells[:, 1:-1, 2:]
    return cells[:, 1:-1, 1:-1] - (across + cells[:, :-2, 1:-1] + cells[:, 2:, 1:-1]) / 4


def histogram(
    pictures: CoarsePictures, look: NDArray[np.int64], frames: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) levels that separate the pictures' cells when each is sorted by brightness."""
    out = np.empty(len(frames))
    for k in range(0, len(frames), 2048):
        t = frames[k : k + 2048]
        a, b = (pictures.luma(look[f]).reshape(len(t), -1) for f in (t - 1, t))
        apart = np.sort(b, axis=1) - np.sort(a, axis=1)
        out[k : k + 2048] = np.abs(apart - np.median(apart, axis=1, keepdims=True)).mean(axis=1)
    return out


def everywhere(
    pictures: CoarsePictures, look: NDArray[np.int64], frames: NDArray[np.int64], near: int = 3
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
    pictures: CoarsePictures, look: NDArray[np.int64], frames: NDArray[np.int64], after: range
) -> NDArray[np.float64]:
    """(n,) least difference in levels across each pair, when one side is `after` frames further.

    Either the frame before the pair with later ones, or the pair's second with earlier ones.
    """
    last = len(look) - 1
    least = np.full(len(frames), np.inf)
    for k in after:
        for a, b in ((frames - 1, frames + k), (frames - 1 - k, frames)):
            a, b = look[np.clip(a, 0, last)], look[np.clip(b, 0, last)]
            least = np.minimum(least, pictures.difference(a, b, tolerant=True))
    return least
