"""Types of jobs survive the wire, and what is wrong on it is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.api import job_types, proto_codec
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText
from v2a.v1 import job_pb2 as pb

seconds = st.fractions(0, 10_000, max_denominator=60_000)
spans = st.builds(job_types.Span, seconds, seconds)
words = st.text(min_size=1, max_size=20)
texts = st.builds(SceneText, st.none() | words, st.none() | words, st.floats(0, 1))
scenes = st.dictionaries(st.integers(1, 99), texts, max_size=3)
clips = st.builds(
    job_types.TimelineClip,
    media=st.builds(job_types.Upload, words) | st.just(Path("/films/a.mp4")),
    source=st.none() | spans,
    record=st.none() | spans,
    reversed=st.booleans(),
    frame_rate=st.none() | st.fractions(1, 120, max_denominator=1001),
    known_cuts=st.lists(st.integers(1, 9999), max_size=4).map(tuple),
    text=st.none() | texts,
    scene_texts=scenes,
    name=words,
    whole=st.booleans(),
)
settings = st.builds(
    Settings,
    preset=st.sampled_from([None, "paper"]),
    pack=words,
    mapper=st.none() | words,
    seed=st.integers(0, 2**63 - 1),
    takes=st.integers(1, 64),
    rule=st.sampled_from([None, "robust", "paper"]),
    threshold=st.none() | st.floats(0.01, 100),
    minimum_scene=st.none() | st.fractions(0, 60),
    whole=st.booleans(),
    frames_per_second=st.sampled_from([None, "all", "25/2"]),
    steps=st.none() | st.integers(1, 1000),
    guidance=st.none() | st.floats(0, 100),
    text=texts,
    scene_texts=scenes,
    handle=st.none() | st.fractions(0, 60),
    outer_handles=st.booleans(),
)


@given(clips)
def test_a_clip_survives(clip: job_types.TimelineClip) -> None:
    sent = pb.TimelineClip.FromString(proto_codec.clip_to_wire(clip).SerializeToString())
    assert proto_codec.clip_from_wire(sent) == clip


@given(settings)
def test_settings_survive(said: Settings) -> None:
    sent = pb.Settings.FromString(proto_codec.settings_to_wire(said).SerializeToString())
    assert proto_codec.settings_from_wire(sent) == said


@given(st.frozensets(st.sampled_from(sorted(job_types.ALL_KINDS))))
def test_wanted_files_survive_and_the_sidecar_is_always_one(
    kinds: frozenset[job_types.OutputKind],
) -> None:
    output = job_types.Output(Path("/out"), True, kinds)
    got = proto_codec.output_from_wire(proto_codec.output_to_wire(output))
    assert got.folder == output.folder and got.force
    assert got.kinds == (kinds | {"sidecar"} if kinds else job_types.ALL_KINDS)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.TimelineClip(), "clip"),
        (pb.TimelineClip(path="a", source_start="1e9"), "clip.source_start"),
        (pb.TimelineClip(path="a", source_start="-1"), "clip.source_start"),
        (pb.TimelineClip(path="a", record_duration="1/0"), "clip.record_duration"),
        (pb.TimelineClip(path="a", record_duration="9" * 1000), "clip.record_duration"),
        (pb.TimelineClip(path="a", frame_rate="0"), "clip.frame_rate"),
        (pb.TimelineClip(path="a", frame_rate="48000"), "clip.frame_rate"),
        (pb.TimelineClip(path="a", text=pb.SceneText(weight=2)), "text.weight"),
        (pb.TimelineClip(path="a", scene_texts={0: pb.SceneText()}), "clip.scene_texts"),
    ],
)
def test_what_is_wrong_in_a_clip_is_named(message: pb.TimelineClip, field: str) -> None:
    with pytest.raises(V2AError) as caught:
        proto_codec.clip_from_wire(message)
    assert caught.value.reason == "BAD_OPTION" and caught.value.message.startswith(f"{field} ")


@pytest.mark.parametrize(
    "message",
    [
        pb.Settings(preset="best"),
        pb.Settings(rule="best"),
        pb.Settings(scheduler="best"),
        pb.Settings(takes=65),
        pb.Settings(takes=-1),
        pb.Settings(seed=-1),
        pb.Settings(guidance=float("nan")),
        pb.Settings(threshold=0),
        pb.Settings(frames_per_second="0"),
        pb.Settings(handle="61"),
    ],
)
def test_what_is_wrong_in_settings_is_refused(message: pb.Settings) -> None:
    with pytest.raises(V2AError) as caught:
        proto_codec.settings_from_wire(message)
    assert caught.value.reason == "BAD_OPTION"


def test_an_open_end_is_kept() -> None:
    clip = proto_codec.clip_from_wire(pb.TimelineClip(path="a", source_start="5/2"))
    assert clip.source == job_types.Span(Fraction(5, 2), job_types.OPEN_END)


def test_errors_come_back_as_they_were_told() -> None:
    error = V2AError("NO_VIDEO", path="a.mp4")
    told = proto_codec.job_from_wire(pb.Job(error=proto_codec.error_to_wire(error))).error
    assert told is not None and (told.reason, told.message) == ("NO_VIDEO", error.message)
    assert told.remedy == error.remedy and told.entry == error.entry
