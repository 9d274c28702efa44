"""Films spliced from real shots: cuts exact by construction, and the troubles that look like cuts.

A folder of footage gives the shots (`read_shots`); `splice` joins stretches of them by hard cuts,
dissolves and fades. A cut leads to another shot, to a second camera (another crop of the same shot
as time goes on), to a later moment of the same shot (a jump cut), or back to the shot before. What
is no cut happens inside the pieces: flashes, lamps, fireworks, captions, passers-by, whip pans.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH, HEIGHT = 256, 144
RATES = (12, 15, 20, 24, 25, 25, 30, 30, 50, 60)
LONGEST_SHOT = 200
"""Frames kept of a shot."""
VISIBLE = 5.0
"""Mean levels between the pictures on both sides of a cut; a fainter jump nobody could see."""
STANDS_OUT = 2.5
"""Times the median step of the piece before: what any moving shot does is no cut."""


class Shot(NamedTuple):
    """An uncut stretch of footage."""

    name: str
    rate: float
    frames: NDArray[np.uint8]
    """(N, HEIGHT, WIDTH, 3) RGB."""


@dataclass
class Film:
    """A spliced film and where its cuts are."""

    frames: NDArray[np.uint8]
    rate: int
    hard: list[int] = field(default_factory=list)
    gradual: list[tuple[int, int]] = field(default_factory=list)
    """First and last frame touched."""
    made_of: list[str] = field(default_factory=list)


def read_shots(folder: Path, apart: int = 4, shortest: int = 30) -> list[Shot]:
    """The shots of a folder's films; `cuts.json` tells where films are cut, others are one shot."""
    told = folder / "cuts.json"
    cuts = json.loads(told.read_text("utf-8")) if told.is_file() else {}
    shots = []
    for path in sorted(folder.iterdir()):
        if path.suffix in {".mp4", ".mkv", ".webm", ".avi", ".mov", ".gif"}:
            known = cuts.get(path.name, {})
            if "hard_seconds" not in known:
                shots += _shots_of(path, known, apart, shortest)
    return shots


def _shots_of(path: Path, known: dict, apart: int, shortest: int) -> list[Shot]:
    frames, rate = _decode(path)
    edges = [(0, 0), (len(frames), len(frames))]
    edges += [(f, f) for f in known.get("hard", ())]
    edges += [(a - apart, b + apart) for a, b in known.get("gradual", ())]
    edges.sort()
    shots = []
    for k, ((_, start), (end, _)) in enumerate(zip(edges, edges[1:], strict=False)):
        if end - start >= shortest:
            held = frames[start : min(end, start + LONGEST_SHOT)]
            shots.append(Shot(f"{path.stem}#{k}", rate, held))
    return shots


def _decode(path: Path, most: int = 900) -> tuple[NDArray[np.uint8], float]:
    import av

    out = []
    with av.open(str(path)) as container:
        stream = container.streams.best("video")
        assert stream is not None
        for frame in container.decode(stream):
            small = frame.reformat(WIDTH, HEIGHT, "rgb24", interpolation="AREA", threads=1)  # type: ignore[union-attr]
            out.append(small.to_ndarray())
            if len(out) == most:
                break
        rate = float(stream.average_rate or 25)  # type: ignore[attr-defined]
    return np.stack(out), rate


class _View(NamedTuple):
    """A camera on a shot: crop (left, top, width, height as shares), its drift, shake and gain."""

    shot: Shot
    box: NDArray[np.float64]
    drift: NDArray[np.float64]
    """(4,) change of the box over a second."""
    shake: float
    gain: float
    step: int


def splice(seed: int, shots: Sequence[Shot], kind: str = "edited", seconds: float = 8.0) -> Film:
    """A film: `edited` (scenes of 0.8 to 3 s), `burst` (8 to 16 frames each, dark), `single`."""
    rng = np.random.default_rng(seed)
    rate = int(rng.choice(RATES))
    total = round(seconds * rate)
    view = _camera(rng, shots, rate, dark=kind == "burst" or rng.random() < 0.15)
    made: list[NDArray[np.float32]] = []
    film = Film(np.empty(0, np.uint8), rate)
    views, at, place = [view], 0, int(rng.integers(0, 40))
    while at < total:
        length = _length(rng, kind, rate, total)
        piece = _shoot(rng, view, place, length)
        if kind != "burst" and rng.random() < (1.0 if kind == "single" else 0.3):
            piece = _trouble(rng, piece, rate, shots)
        _join(rng, made, piece, film, at, kind)
        at = sum(len(part) for part in made)
        film.made_of.append(view.shot.name)
        for _ in range(8):
            following, there = _next(rng, views, shots, rate, place + length * view.step)
            head = _shoot(np.random.default_rng(0), following, there, 2)
            if _visible(made[-1], head):
                break
        view, place = following, there
        views.append(view)
    late = [f for f in film.hard if total - 4 < f < total]
    total = min([total, *late])  # no scene of a frame or two at the end
    film.frames = _graded(rng, np.concatenate(made)[:total])
    film.hard = [f for f in film.hard if f < total]
    film.gradual = [(a, b) for a, b in film.gradual if b < total - 2]
    return film


def _length(rng: np.random.Generator, kind: str, rate: int, total: int) -> int:
    if kind == "single":
        return total
    if kind == "burst":
        return max(int(rng.integers(8, 17)), round(0.27 * rate))
    return round(rng.uniform(0.8, 3.0) * rate)


def _camera(
    rng: np.random.Generator, shots: Sequence[Shot], rate: int, dark: bool = False
) -> _View:
    return _look(rng, shots[rng.integers(len(shots))], rate, rng.uniform(0.12, 0.4) if dark else 1)


def _look(rng: np.random.Generator, shot: Shot, rate: int, gain: float) -> _View:
    size = float(rng.choice([1.0, 0.85, 0.65, 0.5]))
    corner = rng.uniform(0, 1 - size, 2)
    box = np.array([*corner, size, size])
    drift = np.zeros(4)
    if rng.random() < 0.4:
        drift[:2] = rng.normal(0, 0.12, 2)
    if rng.random() < 0.2:
        drift[2:] = rng.normal(0, 0.08)
    shake = float(rng.choice([0, 0, 0.002, 0.006]))
    return _View(shot, box, drift, shake, gain, max(1, round(shot.rate / rate)))


def _next(
    rng: np.random.Generator, views: list[_View], shots: Sequence[Shot], rate: int, place: int
) -> tuple[_View, int]:
    """The camera after a cut and the frame of its shot where it begins."""
    last, way = views[-1], rng.random()
    if way < 0.25:  # a second camera
        return _look(rng, last.shot, rate, last.gain), place
    if way < 0.35:  # a jump in time
        return last, place + int(rng.integers(30, 120))
    if way < 0.55 and len(views) > 1:  # back to the shot before
        return views[-2], int(rng.integers(0, 120))
    view = _camera(rng, shots, rate)
    return view._replace(gain=last.gain), int(rng.integers(0, 120))


def _shoot(rng: np.random.Generator, view: _View, place: int, count: int) -> NDArray[np.float32]:
    """(count, HEIGHT, WIDTH, 3): the shot runs to and fro, so that it never jumps by itself."""
    total = len(view.shot.frames)
    at = (place + view.step * np.arange(count)) % (2 * total - 2)
    at = np.where(at < total, at, 2 * total - 2 - at)
    out = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
    wander = np.cumsum(rng.normal(0, view.shake, (count, 2)), axis=0)
    for k in range(count):
        seconds = k * view.step / view.shot.rate
        box = view.box + view.drift * seconds
        box[:2] += wander[k]
        out[k] = _crop(view.shot.frames[at[k]], box)
    return out * np.float32(view.gain)


def _crop(frame: NDArray[np.uint8], box: NDArray[np.float64]) -> NDArray[np.uint8]:
    wide, high = np.clip(box[2:], 0.3, 1)
    left, top = np.clip(box[:2], 0, [1 - wide, 1 - high])
    columns = ((left + wide * (np.arange(WIDTH) + 0.5) / WIDTH) * WIDTH).astype(int)
    rows = ((top + high * (np.arange(HEIGHT) + 0.5) / HEIGHT) * HEIGHT).astype(int)
    return frame[np.minimum(rows, HEIGHT - 1)[:, None], np.minimum(columns, WIDTH - 1)[None]]


def _visible(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    tail = before[-12:, ::4, ::4]
    usual = np.median(np.abs(np.diff(tail, axis=0)).mean(axis=(1, 2, 3))) if len(tail) > 1 else 0
    level = min(1.0, float(tail.mean()) / 60 + 0.2)  # dark pictures differ by less
    apart = np.abs(after[0, ::4, ::4] - tail[-1]).mean()
    return bool(apart > max(VISIBLE * level, STANDS_OUT * usual))


def _join(
    rng: np.random.Generator,
    made: list[NDArray[np.float32]],
    piece: NDArray[np.float32],
    film: Film,
    at: int,
    kind: str,
) -> None:
    """Add a piece behind the `at` frames made so far, and note the cut."""
    if not made:
        made.append(piece)
        return
    way = rng.random() if kind == "edited" else 0.0
    longest = min(len(made[-1]), len(piece)) - 6
    length = min(round(rng.uniform(0.25, 1.3) * film.rate), longest)
    if way < 0.65 or length < 4:
        film.hard.append(at)
    elif way < 0.85:
        share = (np.arange(1, length + 1, dtype=np.float32) / (length + 1))[:, None, None, None]
        piece[:length] = made[-1][-length:] * (1 - share) + piece[:length] * share
        made[-1] = made[-1][:-length]
        film.gradual.append((at - length, at - 1))
    else:
        blank = np.float32(0 if rng.random() < 0.75 else 255)
        fall = np.linspace(1, 0, length, dtype=np.float32)[:, None, None, None]
        made[-1][-length:] = made[-1][-length:] * fall + blank * (1 - fall)
        piece[:length] = piece[:length] * fall[::-1] + blank * (1 - fall[::-1])
        film.gradual.append((at - length, at + length - 1))
    made.append(piece)


def _trouble(
    rng: np.random.Generator, piece: NDArray[np.float32], rate: int, shots: Sequence[Shot]
) -> NDArray[np.float32]:
    """What is no cut, somewhere inside a piece."""
    ways = (_flash, _flash, _lamp, _firework, _caption, _passer_by, _whip)
    for way in rng.permutation(len(ways))[: int(rng.integers(1, 3))]:
        at = int(rng.integers(len(piece) // 4, max(3 * len(piece) // 4, len(piece) // 4 + 1)))
        ways[way](rng, piece, at, rate, shots)
    return piece


def _flash(rng, piece, at, rate, shots) -> None:  # noqa: ANN001, ARG001
    """A photographer's flash or lightning: one to four frames, dying away."""
    for k in range(int(rng.integers(1, 5))):
        if at + k < len(piece):
            strength = np.float32(rng.uniform(40, 200) * 0.6**k)
            piece[at + k] = piece[at + k] * np.float32(1 + 0.5 * 0.6**k) + strength


def _lamp(rng, piece, at, rate, shots) -> None:  # noqa: ANN001, ARG001
    """A light goes on or off and stays so."""
    piece[at:] *= np.float32(rng.choice([0.5, 0.65, 1.5, 1.9]))


def _firework(rng, piece, at, rate, shots) -> None:  # noqa: ANN001, ARG001
    """A bright patch that appears at once and dies in half a second."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    centre, size = rng.uniform(0, 1, 2) * (HEIGHT, WIDTH), rng.uniform(25, 90)
    patch = np.exp(-((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / size**2)[..., None]
    colour = patch * rng.uniform(80, 220, 3)
    fade = max(0.15, rng.uniform(0.1, 0.5)) * rate
    for k in range(min(round(2 * fade), len(piece) - at)):
        piece[at + k] += (colour * np.exp(-k / fade)).astype(np.float32)


def _caption(rng, piece, at, rate, shots) -> None:  # noqa: ANN001, ARG001
    """A box of text over a part of the picture, for the rest of the piece."""
    top, left = int(rng.integers(0, 100)), int(rng.integers(0, 120))
    piece[at:, top : top + 36, left : left + 130] = np.float32(rng.choice([15, 235]))


def _passer_by(rng, piece, at, rate, shots) -> None:  # noqa: ANN001
    """Something near the lens crosses the picture in half a second."""
    other = shots[rng.integers(len(shots))].frames[0].astype(np.float32)
    wide, frames = int(rng.integers(60, 200)), round(rng.uniform(0.3, 0.9) * rate)
    for k in range(min(frames, len(piece) - at)):
        left = round(-wide + (WIDTH + wide) * (k + 1) / (frames + 1))
        low, high = max(left, 0), min(left + wide, WIDTH)
        piece[at + k, :, low:high] = other[:, low - left : high - left]


def _whip(rng, piece, at, rate, shots) -> None:  # noqa: ANN001, ARG001
    """The camera turns quickly and stays turned: the picture rolls by up to half its width."""
    frames, reach = max(3, round(rng.uniform(0.15, 0.5) * rate)), rng.uniform(0.2, 0.5) * WIDTH
    for k in range(at, len(piece)):
        piece[k] = np.roll(piece[k], round(reach * min((k - at + 1) / frames, 1)), axis=1)


def _graded(rng: np.random.Generator, frames: NDArray[np.float32]) -> NDArray[np.uint8]:
    grain = float(rng.choice([0, 0, 1.5, 4]))
    if grain:
        frames = frames + rng.normal(0, grain, frames.shape[:3]).astype(np.float32)[..., None]
    return np.clip(frames, 0, 255).astype(np.uint8)


def write(film: Film, path: Path, seed: int, varying: bool = False) -> Film:
    """Encode as H.264; `varying` drops every third frame of the second half, times kept."""
    import av

    rng = np.random.default_rng(seed)
    total = len(film.frames)
    kept = np.ones(total, bool)
    if varying:
        kept[total // 2 + 2 :: 3] = False
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=film.rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.options = {
            "crf": str(int(rng.integers(20, 33))),
            "preset": "veryfast",
            "g": str(int(rng.choice([12, 48, 250]))),
            "threads": "1",
        }
        for k in np.flatnonzero(kept).tolist():
            frame = av.VideoFrame.from_ndarray(film.frames[k], format="rgb24")
            frame.pts, frame.time_base = round(1000 * k / film.rate), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    place = np.cumsum(kept) - kept  # number of the frame, or of the next that is kept
    hard = sorted({int(place[f]) for f in film.hard})
    gradual = [(int(place[a]), int(place[b])) for a, b in film.gradual]
    return Film(film.frames[kept], film.rate, hard, gradual, film.made_of)
