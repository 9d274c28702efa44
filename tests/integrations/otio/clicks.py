"""Timelines whose scenes click where they begin: sound of a known place, without a daemon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import opentimelineio as otio
import soundfile

from tests.integrations.otio.footage import write_footage
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a.api.job_types import SceneTrack, Span, Take, Track
from v2a_integrations.otio.audio_tracks import replace_tracks
from v2a_integrations.otio.editor_time import exact_rate
from v2a_integrations.otio.media_links import absolute_url
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.otio.plan import TimelinePlan, make_plan
from v2a_integrations.otio.timeline_facts import spelled
from v2a_integrations.otio.track_clips import laid
from v2a_integrations.stems.stem_files import window_of, write_stem
from v2a_integrations.stems.timeline_sounds import TimelineSound, placed
from v2a_integrations.stems.track_lanes import checkerboard, one_lane
from v2a_integrations.stems.whole_frames import nearest_frame

RATE = 48_000
CLICK = 40
"""Samples of a click that is to survive an editor's own rounding."""


def job_tracks(plan: TimelinePlan, handle: Fraction = Fraction(1, 2)) -> list[Track]:
    """What a daemon makes of a plan: two scenes a clip, handles of whole frames beyond them."""
    tracks = []
    for number, planned in enumerate(plan.clips, 1):
        length = planned.frames[1] - planned.frames[0]
        edges = (0, max(1, length // 2), length)
        scenes = [
            scene_track(k, planned.frames[0], edges[k - 1], edges[k], plan.rate, handle)
            for k in (1, 2)
            if edges[k - 1] < edges[k]
        ]
        tracks.append(
            Track(
                number,
                "x",
                Path("x"),
                RATE,
                length / plan.rate,
                length,
                plan.rate,
                (),
                tuple(scenes),
            )
        )
    return tracks


def scene_track(
    number: int, base: int, first: int, last: int, rate: Fraction, handle: Fraction
) -> SceneTrack:
    start, end = ((base + frame) / rate for frame in (first, last))
    samples = nearest_frame(end, Fraction(RATE)) - nearest_frame(start, Fraction(RATE))
    reach = nearest_frame(handle, Fraction(RATE))
    return SceneTrack(
        number, Span(start, end - start), (first, last), (reach, samples, reach), (("rain", 0.9),),
        "m", (Take(1, 1),), 1,
    )  # fmt: skip


def click(path: Path, sound: TimelineSound, length: int = 1) -> Path:
    """A stem that is silent but for the first samples of its scene."""
    samples = np.zeros(sum(sound.scene.samples), np.float32)
    samples[sound.lead : sound.lead + length] = 0.5
    soundfile.write(path, samples, RATE, "PCM_24")
    return path


@dataclass(frozen=True)
class Made:
    timeline: otio.schema.Timeline
    rate: Fraction
    entries: Sequence[Any]


def with_clicks(
    made: otio.schema.Timeline, folder: Path, transitions: bool = False, length: int = 1
) -> Made:
    """A timeline with a click where each of its scenes begins; `length` in samples.

    Editors that count in nanoseconds or seconds may cut the first sample of a clip off.
    """
    plan = make_plan(made, folder)
    rate = spelled(made, plan.rate)
    sounds: list[PlacedSound] = []
    for sound in placed(plan, job_tracks(plan)):
        window = window_of(sound, not transitions)
        raw = click(folder / "raw.wav", sound, length)
        stem = write_stem(raw, sound, window, folder, f"c{sound.number}s{sound.scene.scene}")
        sounds.append(laid(sound, window, {1: stem}, absolute_url, rate, not transitions))
    scored = made.clone()
    lanes = one_lane(sounds) if transitions else checkerboard(sounds)
    replace_tracks(scored, lanes, plan.rate, rate)
    return Made(scored, plan.rate, [laid.entry for laid in sounds])


def film(
    folder: Path, rate: float, lengths: Sequence[int], gaps: Sequence[int]
) -> otio.schema.Timeline:
    """Clips of one file with gaps before them."""
    exact = exact_rate(rate)
    assert exact is not None
    if not (folder / "f.mov").exists():
        write_footage(folder / "f.mov", 200, exact)
    items: list[otio.core.Composable] = []
    for k, (length, before) in enumerate(zip(lengths, gaps, strict=True)):
        items += [gap(before, rate)] if before else []
        items.append(clip(f"c{k}", length, 5 * k, rate, "f.mov", span(0, 200, rate)))
    return timeline(track(*items))
