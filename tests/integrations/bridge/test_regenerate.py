"""A take made anew covers what the first ones did, whatever the rate, the cuts and the place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from v2a.api.job_types import Job, SceneTrack, Span, Take, Track, TrackCut
from v2a_integrations.bridge.deliver_sounds import Order, lanes_of, orders_of, told
from v2a_integrations.bridge.plan import RequestPlan, plan_of
from v2a_integrations.bridge.regenerate import order_of
from v2a_integrations.bridge.requests import RegenerateRequest, RequestClip, RequestSettings
from v2a_integrations.stems.stem_files import write_stem
from v2a_integrations.stems.timeline_sounds import HARD, placed
from v2a_integrations.stems.whole_frames import nearest_frame

SAMPLES = 48_000
RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "60000/1001")]


def plan_and_job(
    rate: Fraction, at: int, lengths: Sequence[int], reach: int
) -> tuple[RequestPlan, Job]:
    """One clip whose scenes dissolve into each other over 2 * `reach` frames.

    Handles are half a second long.
    """
    count = sum(lengths)
    line = {
        "id": "strip",
        "media": "/x.mp4",
        "source": ["0", str(count / rate)],
        "record": [str(at / rate), str(count / rate)],
    }
    clip = RequestClip.model_validate_json(json.dumps(line))
    plan = plan_of([clip], rate, RequestSettings())
    begin, edges = at + plan.shift, [0]
    for length in lengths:
        edges.append(edges[-1] + length)
    scenes = []
    for number, (first, last) in enumerate(zip(edges, edges[1:], strict=False), 1):
        start, end = ((begin + frame) / rate for frame in (first, last))
        samples = nearest_frame(end, Fraction(SAMPLES)) - nearest_frame(start, Fraction(SAMPLES))
        place = Span(start, end - start)
        scenes.append(
            SceneTrack(
                number, place, (first, last), (24_000, samples, 24_000), (("rain", 0.5),), "m",
                (Take(1, 5),), 1,
            )
        )  # fmt: skip
    cuts = [
        TrackCut(edge, edge / rate, "dissolve" if reach else "hard",
                 (edge - reach, edge + reach - 1) if reach else (edge, edge), 9.0)
        for edge in edges[1:-1]
    ]  # fmt: skip
    track = Track(
        1, "x", Path("/x"), SAMPLES, count / rate, count, rate, tuple(cuts), tuple(scenes)
    )
    return plan, Job("jobs/1", "succeeded", tracks=(track,))


def regenerate(order: Order, plan: RequestPlan, moved: int = 0) -> RegenerateRequest:
    """The request for one more take of a sound, as it was told, from an editor that moved it."""
    sound = told(order, {1: Path("/x.wav")}, "strip", 0, plan.shift)
    place = {key: tuple(f + moved for f in sound[key]) for key in ("frames", "file_frames")}
    line = {
        "id": "1", "do": "regenerate", "request": str(uuid4()), "job": "jobs/1", "clip": 1,
        "scene": sound["scene"], "rate": str(plan.rate), "folder": "/out", **place,
    }  # fmt: skip
    return RegenerateRequest.model_validate_json(json.dumps(line))


@given(
    st.sampled_from(RATES),
    st.integers(-50, 5000),
    st.lists(st.integers(1, 60), min_size=1, max_size=4),
    st.integers(0, 20),
    st.booleans(),
    st.integers(-500, 500),
)
def test_the_same_frames_and_the_same_fades(
    rate: Fraction, at: int, lengths: list[int], reach: int, crossfade: bool, moved: int
) -> None:
    plan, job = plan_and_job(rate, at, lengths, reach)
    for order in orders_of(placed(plan, job.tracks), crossfade):
        request = regenerate(order, plan, moved)
        again, shift = order_of(request, job)
        assert again.window == order.window and shift == plan.shift - moved
        assert again.sound.first_sample == order.sound.first_sample
        sound = told(again, {1: Path("/x.wav")}, "x", 0, shift)
        assert (tuple(sound["frames"]), tuple(sound["file_frames"])) == (
            request.frames,
            request.file_frames,
        )
        given = replace_fades(request, order)
        exactly, _ = order_of(given, job)
        assert exactly.sound == replace(again.sound, head=order.sound.head, tail=order.sound.tail)
        if crossfade:
            assert (again.sound.head, again.sound.tail) == (order.sound.head, order.sound.tail)


def replace_fades(request: RegenerateRequest, order: Order) -> RegenerateRequest:
    """The request of an editor that tells the fades as well."""
    fades = {"fade_in": order.sound.head, "fade_out": order.sound.tail}
    return request.model_copy(update=fades)


def test_the_same_stem_becomes_the_same_file(tmp_path: Path) -> None:
    """Which is how takes that are there already are known again."""
    import numpy as np
    import soundfile

    plan, job = plan_and_job(Fraction(30000, 1001), 7, (40, 40), 5)
    raw = tmp_path / "raw.wav"
    for order in orders_of(placed(plan, job.tracks), True):
        assert order.sound.head != HARD or order.sound.tail != HARD
        samples = np.random.default_rng(1).uniform(-0.5, 0.5, sum(order.sound.scene.samples))
        soundfile.write(raw, samples, SAMPLES, "PCM_24")
        first = write_stem(raw, order.sound, order.window, tmp_path, "x")
        again, _ = order_of(regenerate(order, plan, 100), job)
        assert write_stem(raw, again.sound, again.window, tmp_path, "x") == first


def test_neighbours_lie_on_two_lanes() -> None:
    plan, job = plan_and_job(Fraction(25), 0, (20, 20, 20), 0)
    lanes = lanes_of(orders_of(placed(plan, job.tracks), True))
    assert lanes == {(1, 1): 0, (1, 2): 1, (1, 3): 0}
