"""Exact time on the two grids an editor knows: samples of the sound, frames of the timeline."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from v2a.types import Clip, Cut, Scene

HALF = Fraction(1, 2)
"""Of a sample or frame: added before rounding down, it rounds halves up."""


def to_samples(time: Fraction, rate: int) -> int:
    """The sample nearest to a time in seconds; halves round up."""
    return floor(time * rate + HALF)


def to_frames(time: Fraction, frame_rate: Fraction) -> int:
    """The frame boundary of a timeline nearest to a time in seconds; halves round up."""
    return floor(time * frame_rate + HALF)


def scene_times(clip: Clip, scene: Scene) -> tuple[Fraction, Fraction]:
    """Seconds from the first frame's time: a scene's half-open range."""
    return clip.frame_times[scene.start_frame], clip.frame_times[scene.end_frame]


def extent_times(clip: Clip, cut: Cut) -> tuple[Fraction, Fraction]:
    """Seconds a gradual change lasts, [start, end); both are the cut's own time when it is hard."""
    if cut.kind == "hard":
        return clip.frame_times[cut.frame], clip.frame_times[cut.frame]
    first, last = cut.extent
    return clip.frame_times[first], clip.frame_times[min(last + 1, clip.frames)]
