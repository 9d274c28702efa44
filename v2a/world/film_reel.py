"""What a film's plan looks and sounds like: its frames one by one, its mix and its stems."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.world.film_plan import FilmPlan, Shot
from v2a.world.kinds import SceneSpec
from v2a.world.pictures import draw

EDGE = 0.004
"""Seconds over which a sound comes and goes at a hard cut."""


def frames(plan: FilmPlan) -> Iterator[NDArray[np.uint8]]:
    """Every frame in order, (height, width, 3) RGB; frame n is the world at n / frame_rate."""
    for number in range(plan.frames):
        yield frame(plan, number)


def frame(plan: FilmPlan, number: int) -> NDArray[np.uint8]:
    """One frame, dissolves, fades and lightning included."""
    at = next(k for k, shot in enumerate(plan.shots) if number < shot.end_frame)
    for k in (at, at + 1):
        if 0 < k < len(plan.shots):
            first, last = plan.shots[k].extent
            if plan.shots[k].transition_frames and first <= number <= last:
                return _between(plan, number, plan.shots[k - 1], plan.shots[k])
    return _lightning(plan, number, _seen(plan, plan.shots[at], number))


def _seen(plan: FilmPlan, shot: Shot, number: int) -> NDArray[np.uint8]:
    return draw(shot.scene, float(number / plan.frame_rate - shot.begin), plan.size)


def _between(plan: FilmPlan, number: int, before: Shot, shot: Shot) -> NDArray[np.uint8]:
    """A frame of a gradual change: a mix of both shots, or one on its way from or to black."""
    share = (number - shot.extent[0] + 1) / (shot.transition_frames + 1)
    if shot.transition == "fade":
        level = max(0.0, 1.15 * abs(1 - 2 * share) - 0.15)
        picture = _seen(plan, before if number < shot.start_frame else shot, number)
        return (picture * level + 0.5).astype(np.uint8)
    left, right = _seen(plan, before, number), _seen(plan, shot, number)
    weight = round(256 * share)
    mixed = left.astype(np.uint16) * (256 - weight) + right.astype(np.uint16) * weight
    return (mixed >> 8).astype(np.uint8)


def _lightning(plan: FilmPlan, number: int, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    for flash in plan.flashes:
        since = number - flash.frame
        if 0 <= since < flash.length:
            left = 0.22 + 0.3 * since / flash.length
            return (255 - (255 - picture) * left).astype(np.uint8)
    return picture


def sound(plan: FilmPlan, rate: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mix (n,) and a stem per shot (shots, n) that add up to it, n = round(duration * rate).

    Sounds change over on the cuts: at once at hard ones, with equal power over a dissolve, down
    and up again over a fade. A cut-back sounds on from where its scene's clock stands.
    """
    from v2a.world.sounds import sound as voice

    total = round(plan.duration * rate)
    stems = np.zeros((len(plan.shots), total), np.float32)
    waves: dict[SceneSpec, NDArray[np.float32]] = {}
    for k, shot in enumerate(plan.shots):
        if shot.scene not in waves:
            waves[shot.scene] = voice(shot.scene, rate)
        wave, begin = waves[shot.scene], round(shot.begin * rate)
        gain = _gain(plan, k, rate, total)
        heard = np.flatnonzero(gain)
        low, high = int(heard[0]), min(int(heard[-1]) + 1, begin + len(wave))
        stems[k, low:high] = wave[low - begin : high - begin] * gain[low:high]
    mix = stems.sum(0)
    peak = float(np.abs(mix).max(initial=0))
    if peak > 1:
        stems /= peak
        mix = stems.sum(0)
    return mix, stems


def _gain(plan: FilmPlan, k: int, rate: int, total: int) -> NDArray[np.float32]:
    """How loud shot k is at every sample."""
    gain = np.ones(total, np.float32)
    t = np.arange(total, dtype=np.float64) / rate
    if k > 0:
        gain *= _rise(plan, plan.shots[k], t)
    if k + 1 < len(plan.shots):
        gain *= _rise(plan, plan.shots[k + 1], t, falling=True)
    return gain


def _rise(
    plan: FilmPlan, shot: Shot, t: NDArray[np.float64], falling: bool = False
) -> NDArray[np.float32]:
    """The gain of `shot` as it comes in or, falling, of the shot before as it goes."""
    cut = float(shot.start_frame / plan.frame_rate)
    first, last = shot.extent
    if shot.transition == "dissolve":
        low, high = float(Fraction(first) / plan.frame_rate), float((last + 1) / plan.frame_rate)
        share = np.clip((t - low) / (high - low), 0, 1)
        return (np.cos(share * np.pi / 2) if falling else np.sin(share * np.pi / 2)).astype(
            np.float32
        )
    reach = EDGE
    if shot.transition == "fade":
        reach = cut - float(Fraction(first) / plan.frame_rate)
        reach = reach if falling else float((last + 1) / plan.frame_rate) - cut
    share = np.clip((cut - t if falling else t - cut) / reach, 0, 1)
    return share.astype(np.float32)
