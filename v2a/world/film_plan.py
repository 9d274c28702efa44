"""Plans of films: which scenes follow each other, when, and how one turns into the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from v2a.types import CutKind
from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.pictures import draw

FILM_RATES = (
    Fraction(24),
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(60000, 1001),
)
"""Frame rates that films come in."""

GRADUAL = (Fraction(6, 25), Fraction(6, 5))
"""Shortest and longest dissolve or fade, seconds."""


@dataclass(frozen=True)
class Shot:
    """One scene on the film, frames [start_frame, end_frame), and the transition into it."""

    scene: SceneSpec
    start_frame: int
    end_frame: int
    begin: Fraction
    """Seconds of the film at which the scene's clock is 0; a cut-back goes on with its scene's clock."""
    transition: CutKind = "hard"
    """How the shot before turns into this one (the first shot: hard)."""
    transition_frames: int = 0
    """Frames of a gradual change, half of them (rounded down) before `start_frame`."""

    @property
    def extent(self) -> tuple[int, int]:
        """First and last frame of the transition, inclusive."""
        if not self.transition_frames:
            return self.start_frame, self.start_frame
        first = self.start_frame - self.transition_frames // 2
        return first, first + self.transition_frames - 1


@dataclass(frozen=True)
class Flash:
    """Lightning: frames [frame, frame + length)."""

    frame: int
    length: int


@dataclass(frozen=True)
class FilmPlan:
    """A film before it is drawn; its frames and sound are pure functions of the plan."""

    seed: int
    size: tuple[int, int]
    """Height and width, both even."""
    frame_rate: Fraction
    shots: tuple[Shot, ...]
    flashes: tuple[Flash, ...] = ()

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.shots[-1].end_frame

    @property
    def duration(self) -> Fraction:
        """Seconds."""
        return self.frames / self.frame_rate


def plan_film(
    seed: int,
    scenes: tuple[int, int] = (1, 5),
    size: tuple[int, int] = (180, 320),
    frame_rate: Fraction = Fraction(25),
    seconds: tuple[float, float] = (1.5, 6.0),
    kinds: Sequence[str] = tuple(KINDS),
    transitions: tuple[float, float, float] = (0.6, 0.25, 0.15),
    cut_backs: bool = True,
    flash: bool = False,
) -> FilmPlan:
    """A film drawn from `seed`.

    scenes, seconds: least and most scenes of the film, and seconds of each. transitions: how often
    hard cuts, dissolves and fades. Neighbours are of different kinds, now and then of one kind with
    another seed and other attributes; every cut is visible. cut_backs: sometimes A-B-A, where A's
    time has gone on. flash: lightning, in a film that then has rain.
    """
    assert size[0] % 2 == 0 and size[1] % 2 == 0, "the picture's sides must be even"
    rng = np.random.default_rng((seed, 301))
    count = int(rng.integers(scenes[0], scenes[1] + 1))
    least = 0.45
    lengths = [
        max(round(float(rng.uniform(*seconds)) * frame_rate), int(least * frame_rate) + 1)
        for _ in range(count)
    ]
    cast = _cast(rng, count, kinds, cut_backs)
    if flash and not any(kind == "rain" for kind, _ in cast):
        first = cast[int(rng.integers(count))]
        cast = [("rain", role) if (kind, role) == first else (kind, role) for kind, role in cast]
    shots = _ways(_timed(seed, cast, lengths, frame_rate), rng, frame_rate, transitions)
    shots = _visible(tuple(shots), frame_rate)
    flashes = _flashes(shots, rng, frame_rate) if flash else ()
    return FilmPlan(seed, size, frame_rate, shots, flashes)


def _cast(
    rng: np.random.Generator, count: int, kinds: Sequence[str], cut_backs: bool
) -> list[tuple[str, int]]:
    """Kind and number of the scene behind each shot; a number met again is a cut-back."""
    cast: list[tuple[str, int]] = []
    while len(cast) < count:
        if cut_backs and len(cast) >= 2 and cast[-2] != cast[-1] and rng.uniform() < 0.18:
            cast.append(cast[-2])
            continue
        before = cast[-1][0] if cast else ""
        others = [k for k in kinds if k != before] or list(kinds)
        again = bool(before) and before != "room" and rng.uniform() < 0.12
        cast.append((before if again else str(rng.choice(others)), len(cast)))
    return cast


def _timed(
    seed: int, cast: list[tuple[str, int]], lengths: list[int], rate: Fraction
) -> list[Shot]:
    """Shots with hard cuts; each scene lasts from its first shot to its last."""
    starts = np.concatenate([[0], np.cumsum(lengths)]).tolist()
    handle = GRADUAL[1]
    made: dict[int, tuple[SceneSpec, Fraction]] = {}
    for (kind, role), first in zip(cast, starts, strict=False):
        if role not in made:
            last = max(end for (_, r), end in zip(cast, starts[1:], strict=True) if r == role)
            begin = max(Fraction(0), first / rate - handle)
            made[role] = scene(kind, seed * 1009 + role, last / rate + handle - begin), begin
    return [
        Shot(made[role][0], start, end, made[role][1])
        for (_, role), start, end in zip(cast, starts[:-1], starts[1:], strict=True)
    ]


def _ways(
    shots: list[Shot],
    rng: np.random.Generator,
    rate: Fraction,
    transitions: tuple[float, float, float],
) -> list[Shot]:
    """Draw a transition into every shot but the first; at most 0.6 of the shorter shot is gradual."""
    weights = np.array(transitions) / sum(transitions)
    ways: list[CutKind] = ["hard", "dissolve", "fade"]
    out = shots[:1]
    for before, shot in zip(shots, shots[1:], strict=False):
        way = ways[int(rng.choice(3, p=weights))]
        room = min(before.end_frame - before.start_frame, shot.end_frame - shot.start_frame)
        wanted = round(float(rng.uniform(float(GRADUAL[0]), float(GRADUAL[1]))) * rate)
        frames = min(wanted, int(0.6 * room))
        short = frames < GRADUAL[0] * rate
        out.append(
            shot
            if way == "hard" or short
            else replace(shot, transition=way, transition_frames=frames)
        )
    return out


def _visible(shots: tuple[Shot, ...], rate: Fraction) -> tuple[Shot, ...]:
    """Draw other scenes from other seeds until the pictures on either side of every cut differ."""
    for attempt in range(12):
        for before, shot in zip(shots, shots[1:], strict=False):
            if not _differ(before, shot, rate):
                fresh = _another(shot.scene, attempt)
                shots = tuple(
                    replace(s, scene=fresh) if s.scene == shot.scene else s for s in shots
                )
                break
        else:
            break
    return shots


def _differ(before: Shot, shot: Shot, rate: Fraction) -> bool:
    time = shot.start_frame / rate
    left = draw(before.scene, float(time - before.begin), (36, 64)).astype(np.float32)
    right = draw(shot.scene, float(time - shot.begin), (36, 64)).astype(np.float32)
    faded = shot.transition != "fade" or min(left.mean(), right.mean()) > 16
    return bool(np.abs(left - right).mean() > 16) and faded


def _another(spec: SceneSpec, attempt: int) -> SceneSpec:
    seed = spec.seed + 500_009 * (attempt + 1)
    return scene(spec.kind, seed, spec.duration)


def _flashes(
    shots: tuple[Shot, ...], rng: np.random.Generator, rate: Fraction
) -> tuple[Flash, ...]:
    """One or two flashes in every rain shot that has room for them away from its cuts."""
    out: list[Flash] = []
    for k, shot in enumerate(shots):
        after = shots[k + 1].extent[0] if k + 1 < len(shots) else shot.end_frame
        low, high = shot.extent[1] + round(rate / 3), after - round(rate / 2)
        if shot.scene.kind == "rain" and high > low:
            length = max(1, round(float(rng.uniform(0.03, 0.14)) * rate))
            out.append(Flash(int(rng.integers(low, high)), length))
    return tuple(out)


def demo_plan(seed: int = 7) -> FilmPlan:
    """The film of `v2a demo`: 20 s at 25 frames per second, 640x360, five scenes of five kinds.

    It opens on the sea, dissolves, cuts, fades through black and cuts again; the seed decides which
    kinds follow and how they look.
    """
    rate, size = Fraction(25), (360, 640)
    rng = np.random.default_rng((seed, 307))
    events = [str(k) for k in rng.permutation(["footsteps", "bell", "hammer", "ball", "dog"])[:2]]
    textures = [
        str(k) for k in rng.permutation(["rain", "fire", "helicopter", "stream", "engine"])[:2]
    ]
    cast = [(k, i) for i, k in enumerate(("sea", events[0], textures[0], events[1], textures[1]))]
    shots = _timed(seed, cast, [105, 90, 105, 95, 105], rate)
    ways: tuple[tuple[CutKind, int], ...] = (
        ("hard", 0),
        ("dissolve", 20),
        ("hard", 0),
        ("fade", 24),
        ("hard", 0),
    )
    shots = [
        replace(s, transition=way, transition_frames=n)
        for s, (way, n) in zip(shots, ways, strict=True)
    ]
    return FilmPlan(seed, size, rate, _visible(tuple(shots), rate))
