"""Handles: extra sound beyond a stem's edges, for whoever moves a cut."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from v2a.tracks.sample_grid import extent_times, scene_times
from v2a.types import Clip, Cut, Scene, TrackOptions


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
