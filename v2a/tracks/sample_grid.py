"""Exact time on the two grids an editor knows: samples of the sound, frames of the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from v2a.types import Clip, Cut, Scene, TrackOptions

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


def handles(
    clip: Clip, scenes: Sequence[Scene], options: TrackOptions, cuts: Sequence[Cut] = ()
) -> list[tuple[Fraction, Fraction]]:
    """(before, after) seconds of extra sound for each scene, as far as the film reaches.

    With `outer_handles` also before the film's start and after its end.
    A stem begins and ends on whole frames of the timeline's constant rate, so that an editor
    can place it by frames and still be right to the sample. Where a gradual change (`cuts`)
    reaches further than the handle, so does the handle. All are zero with `options.handle` 0.
    """
    if not options.handle:
        return [(Fraction(0), Fraction(0))] * len(scenes)
    reach = {cut.frame: extent_times(clip, cut) for cut in cuts if cut.kind != "hard"}
    found = []
    for scene in scenes:
        start, end = scene_times(clip, scene)
        first = min(start - options.handle, reach.get(scene.start_frame, (start, start))[0])
        last = max(end + options.handle, reach.get(scene.end_frame, (end, end))[1])
        frame, stop = floor(first * clip.frame_rate), ceil(last * clip.frame_rate)
        begin, finish = frame / clip.frame_rate, stop / clip.frame_rate
        if not options.outer_handles:
            begin, finish = max(begin, Fraction(0)), min(finish, clip.duration)
        found.append((max(start - begin, Fraction(0)), max(finish - end, Fraction(0))))
    return found
