"""Stage 6: generated sounds become tracks, every scene placed on its cuts to the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from v2a.tracks.handles import handles
from v2a.tracks.joins import plan_joins, plan_parts
from v2a.tracks.loudness import measure
from v2a.tracks.mix import Mix, Tracks
from v2a.tracks.sample_grid import scene_times, to_samples
from v2a.tracks.scene_stem import EDGE, Stem
from v2a.types import Clip, Scene, SceneSound, Segmentation, TrackOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Mix", "Stem", "Tracks", "handles", "make_tracks"]

MOST_BOOST, MOST_CUT = 6.0, 12.0
"""Most dB that level matching may add or take. Chosen: a boost lifts noise too, a cut spoils
nothing."""
FAINT, AUDIBLE = -60.0, -40.0
"""LUFS: fainter scenes keep their level, louder ones are matched, those between in part. Chosen: a
scene meant to be heard lies well above -40, near silence is meant to stay so."""
MARGIN = 0.05
"""dB kept below the ceiling. Chosen: above the limiter's 0.01 dB, a gain in motion and rounding to
24 bits together."""


def make_tracks(
    clip: Clip,
    segmentation: Segmentation,
    sounds: Sequence[SceneSound],
    audio: Sequence[Sequence[NDArray[np.float32]]],
    lead: Sequence[Fraction],
    audio_rate: int,
    options: TrackOptions,
    chosen: Mapping[int, int] | None = None,
) -> Tracks:
    """Place, level and join the sounds of a film's scenes.

    `chosen` maps a scene's number to the take in use, 1 where it has none; mix and joins are made
    of these takes, and `sounds` are of them. All takes are stems, and levels are those of first
    takes, so that another choice for one scene leaves every stem as it is.
    `audio[scene][take]` is (n,) float32 at `audio_rate`, from `lead[scene]` seconds before the
    scene to the end of what `handles` asked for. The mix is exactly the film's duration times
    the rate, rounded half up; scene k starts at its start time times the rate, rounded half up.
    Loudness is matched between scenes by a bounded gain (BS.1770), true peaks stay under the
    ceiling by a smooth gain, cuts are joined as `plan_joins` says. `options.plain` does none of it.
    """
    scenes = segmentation.scenes
    reach = handles(clip, scenes, options, segmentation.cuts)
    placed = [
        _place(clip, scene, take, sound, audio_rate, lead[k], reach[k][1], options)
        for k, scene in enumerate(scenes)
        for take, sound in enumerate(audio[k], start=1)
    ]
    quiet = {scene.index for scene in scenes if scene.quiet}
    stems = tuple(_levelled(placed, quiet, options))
    used = tuple(stem for stem in stems if stem.take == (chosen or {}).get(stem.scene, 1))
    assert len(used) == len(scenes), "a take was chosen that is not there"
    vectors = [sound.vector for sound in sounds]
    joins = tuple(plan_joins(clip, segmentation.cuts, scenes, used, vectors, options))
    parts = tuple(plan_parts(used, joins, used[0].edge))
    length = to_samples(clip.duration, options.rate)
    mix = Mix(length, options.rate, used, parts, _ceiling(options, MARGIN))
    return Tracks(mix, stems, joins, options.rate, audio_rate)


def _place(
    clip: Clip,
    scene: Scene,
    take: int,
    sound: NDArray[np.float32],
    audio_rate: int,
    lead: Fraction,
    tail: Fraction,
    options: TrackOptions,
) -> Stem:
    start, end = scene_times(clip, scene)
    first, begin, stop, last = (
        to_samples(time, options.rate) for time in (start - lead, start, end, end + tail)
    )
    there = to_samples(start - lead + Fraction(len(sound), audio_rate), options.rate)
    return Stem(
        scene=scene.index,
        take=take,
        start=begin,
        length=stop - begin,
        lead=begin - first,
        tail=max(0, min(last, there) - stop),
        source=sound,
        source_rate=audio_rate,
        rate=options.rate,
        edge=0 if options.plain else round(EDGE * options.rate),
    )


def _levelled(stems: Sequence[Stem], quiet: set[int], options: TrackOptions) -> Iterator[Stem]:
    """The stems with their gains and, where they need one, their ceilings."""
    heard = [replace(stem, measured=measure(stem.scene_blocks(), stem.rate)) for stem in stems]
    if options.plain:
        yield from heard
        return
    wanted = [stem.loudness for stem in heard if stem.take == 1 and stem.scene not in quiet]
    wanted = [loudness for loudness in wanted if loudness > AUDIBLE]
    target = float(np.median(wanted)) if wanted and options.match_levels else None
    for stem in heard:
        gain = 0.0 if target is None or stem.scene in quiet else matching(stem.loudness, target)
        yield _under_ceiling(stem, gain, options)


def matching(loudness: float, target: float) -> float:
    """dB that bring a scene of this loudness (LUFS) to the target (LUFS), within the bounds above.

    0 for scenes of `FAINT` or less.
    """
    if not isfinite(loudness):
        return 0.0
    share = min(max((loudness - FAINT) / (AUDIBLE - FAINT), 0.0), 1.0)
    return share * min(max(target - loudness, -MOST_CUT), MOST_BOOST)


def _under_ceiling(stem: Stem, gain: float, options: TrackOptions) -> Stem:
    """The stem after a gain in dB, its peaks held where they would pass the ceiling."""
    assert stem.measured
    ceiling = _ceiling(options, 2 * MARGIN)
    highest = max(stem.measured.true_peak, measure(stem.handle_blocks(), stem.rate).true_peak)
    stem = replace(stem, gain=10 ** (gain / 20), measured=stem.measured.louder(gain))
    if ceiling is None or 10 ** ((highest + gain) / 20) <= ceiling:
        return stem
    stem = replace(stem, ceiling=ceiling)
    return replace(stem, measured=measure(stem.scene_blocks(), stem.rate))


def _ceiling(options: TrackOptions, margin: float) -> float | None:
    return None if options.plain else 10 ** ((options.true_peak - margin) / 20)
