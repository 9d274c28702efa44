"""Where one scene's sound gives way to the next: how long, how, and the gains that do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from v2a.tracks.sample_grid import extent_times, to_samples
from v2a.types import Clip, Cut, Scene, TrackOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from v2a.tracks.scene_stem import Stem

JoinKind = Literal["butt", "declick", "crossfade"]

SHORTEST, LONGEST = 0.030, 0.500
"""Seconds of crossfade between scenes that sound nothing alike, and between equal ones. Chosen:
30 ms clicks no more and still sounds cut, half a second blends one place into itself."""
ALIKE_FROM, ALIKE_OVER = 0.4, 0.5
"""Cosine of CLAP vectors from which the crossfade grows, and over how much it grows to `LONGEST`.
Chosen: 0.9 is one kind of sound, 0.4 and less are two."""
DECLICK = 0.010
"""Seconds a scene fades out, and the next in, where there is no handle to crossfade with. Chosen:
too short to be heard as a fade, long enough not to click."""


@dataclass(frozen=True)
class Join:
    """How the sounds of two scenes meet at a cut; numbers are samples of the film."""

    cut: int
    """Sample of the cut."""
    start: int
    end: int
    """[start, end) of the fade; the cut lies within."""
    kind: JoinKind
    similarity: float
    """Cosine of the two scenes' vectors, -1..1."""


@dataclass(frozen=True)
class JoinPart:
    """The stretch of a stem that the mix plays; numbers are samples of the film."""

    start: int
    """First sample played."""
    end: int
    """One past the last sample played."""
    fade_in: int
    """Samples, from `start`."""
    fade_out: int
    """Samples, up to `end`."""

    def gains(self, begin: int, end: int) -> NDArray[np.float32]:
        """(end - begin,) equal-power gains: in a crossfade in² + out² = 1."""
        place = np.arange(begin, end) + 0.5
        rising = np.clip((place - self.start) / self.fade_in, 0, 1) if self.fade_in else 1.0
        falling = np.clip((self.end - place) / self.fade_out, 0, 1) if self.fade_out else 1.0
        shape = np.sin(rising * (np.pi / 2)) * np.sin(falling * (np.pi / 2))
        return (shape * np.ones(end - begin)).astype(np.float32)


def fade_seconds(similarity: float) -> float:
    """Seconds of crossfade at a hard cut, `SHORTEST` to `LONGEST`, by cosine similarity -1..1."""
    alike = (similarity - ALIKE_FROM) / ALIKE_OVER
    return SHORTEST + (LONGEST - SHORTEST) * min(max(alike, 0.0), 1.0)


def plan_joins(
    clip: Clip,
    cuts: Sequence[Cut],
    scenes: Sequence[Scene],
    stems: Sequence[Stem],
    vectors: Sequence[NDArray[np.float32]],
    options: TrackOptions,
) -> list[Join]:
    """One join between each two scenes; never longer than their handles and half of each scene.

    `stems` and `vectors`, (512,) unit each, are one a scene. A hard cut gets a crossfade of
    `fade_seconds`, centred; a dissolve or fade one over its whole extent. Where the handles do not
    allow even `DECLICK`, both sides fade instead.
    """
    if options.plain:
        return [Join(stem.start, stem.start, stem.start, "butt", 0.0) for stem in stems[1:]]
    by_frame = {cut.frame: cut for cut in cuts}
    joins = []
    for k in range(1, len(scenes)):
        alike = _similarity(scenes[k - 1 : k + 1], vectors[k - 1 : k + 1])
        cut = by_frame.get(scenes[k].start_frame)
        before, after = _wish(clip, cut, stems[k].start, alike, options.rate)
        joins.append(_join(stems[k - 1], stems[k], before, after, alike))
    return joins


def plan_parts(stems: Sequence[Stem], joins: Sequence[Join], edge: int) -> list[JoinPart]:
    """The part of each stem that the mix plays; `edge` samples of fade at the film's two ends."""
    parts = []
    for k, stem in enumerate(stems):
        start, fade_in = stem.start, min(edge, stem.length // 2)
        end, fade_out = stem.start + stem.length, min(edge, stem.length // 2)
        if k:
            join = joins[k - 1]
            start = join.start if join.kind == "crossfade" else join.cut
            fade_in = join.end - start
        if k < len(joins):
            join = joins[k]
            end = join.end if join.kind == "crossfade" else join.cut
            fade_out = end - join.start
        parts.append(JoinPart(start, end, fade_in, fade_out))
    return parts


def _similarity(scenes: Sequence[Scene], vectors: Sequence[NDArray[np.float32]]) -> float:
    """Cosine of two scenes' vectors; with a quiet scene 1 if both are quiet, else 0."""
    if scenes[0].quiet or scenes[1].quiet:
        return float(scenes[0].quiet == scenes[1].quiet)
    return float(np.dot(vectors[0], vectors[1]))


def _wish(clip: Clip, cut: Cut | None, at: int, alike: float, rate: int) -> tuple[int, int]:
    """Samples of fade before and after the cut, before handles and lengths limit them."""
    around = round(fade_seconds(alike) * rate / 2)
    if cut is None or cut.kind == "hard":
        return around, around
    start, end = (to_samples(time, rate) for time in extent_times(clip, cut))
    least = round(SHORTEST * rate / 2)
    return max(at - start, least), max(end - at, least)


def _join(left: Stem, right: Stem, before: int, after: int, alike: float) -> Join:
    at = right.start
    before = min(before, right.lead, left.length // 2)
    after = min(after, left.tail, right.length // 2)
    declick = round(DECLICK * right.rate)
    if before + after >= declick:
        return Join(at, at - before, at + after, "crossfade", alike)
    before, after = min(declick, left.length // 2), min(declick, right.length // 2)
    return Join(at, at - before, at + after, "declick", alike)
