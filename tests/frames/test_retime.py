"""The timeline's frames show what the edit says, whatever the speed, to the exact fraction."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import scores
from tests.films import Film, write_film
from v2a.analysis import FilmEmbeddings
from v2a.api.job_types import OPEN_END, Span, TimelineClip
from v2a.embeddings_to_scenes import find_scenes
from v2a.errors import V2AError
from v2a.frames.retime import needed_span, played
from v2a.scenes_to_clap import pool
from v2a.types import Clip, FrameOptions, FrameTimes, SceneOptions
from v2a.video_to_frames import FrameReader

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]
SECONDS = st.fractions(0, 3, max_denominator=50)


def seen_of(clip: Clip, every: int = 3) -> FilmEmbeddings:
    """A clip of up to 110 pictures of which no two look alike; its vectors say which is which."""
    rows = np.arange(clip.frames)
    digits = np.stack([rows % 10, rows // 10], axis=1) * 23  # half a step's mean is above ALIKE
    pictures = np.repeat(digits.astype(np.uint8), 192, axis=1)
    samples = rows[::every]
    vectors = np.zeros((len(samples), 512), np.float32)
    vectors[:, 0] = samples
    return FilmEmbeddings(replace(clip, signatures=pictures), samples, vectors)


@st.composite
def media(draw: st.DrawFn) -> FilmEmbeddings:
    """Up to four seconds at a constant rate, or at any times."""
    rate, frames = draw(st.sampled_from(RATES)), draw(st.integers(1, 90))
    clip = scores.clip(frames, rate)
    if draw(st.booleans()):
        steps = draw(st.lists(st.integers(1, 120), min_size=frames, max_size=frames))
        clip = replace(clip, frame_times=FrameTimes(np.cumsum([0, *steps]), Fraction(1, 1000)))
    return seen_of(replace(clip, start=draw(SECONDS)), draw(st.integers(1, 5)))


def decoded(seen: FilmEmbeddings, clip: TimelineClip) -> FilmEmbeddings:
    """What a decode of the needed span alone gives: see tests/frames/test_decode_start.py."""
    span = needed_span(clip)
    if span is None:
        return seen
    times = list(seen.clip.frame_times)
    first = max(k for k in range(seen.clip.frames) if times[k] <= span[0])
    beyond = [k for k in range(len(times)) if span[1] is not None and times[k] >= span[1]]
    last = next((k for k in beyond if k > first), seen.clip.frames)
    part = replace(
        seen.clip,
        start=seen.clip.start + times[first],
        frame_times=FrameTimes.of([t - times[first] for t in times[first : last + 1]]),
        signatures=seen.clip.signatures[first:last],
        source_times=FrameTimes.of(times[first:last]),
    )
    samples = np.arange(0, last - first, 3)
    vectors = np.zeros((len(samples), 512), np.float32)
    vectors[:, 0] = samples + first
    return FilmEmbeddings(part, samples, vectors)


@settings(max_examples=100, deadline=None)
@given(
    media(),
    st.tuples(SECONDS, st.one_of(st.just(OPEN_END), st.just(Fraction(0)), SECONDS)),
    st.one_of(st.none(), st.just(OPEN_END), SECONDS),
    st.booleans(),
    st.sampled_from(RATES),
)
def test_frame_n_shows_what_the_edit_says(
    seen: FilmEmbeddings,
    source: tuple[Fraction, Fraction],
    record: Fraction | None,
    backwards: bool,
    rate: Fraction,
) -> None:
    placed = None if record is None else Span(Fraction(7), record)
    clip = TimelineClip(Path("a.mp4"), Span(*source), placed, backwards, rate)
    times = list(seen.clip.frame_times)
    start, length = source
    length = times[-1] - start if length == OPEN_END else length
    lasts = length if record in (None, OPEN_END) else record
    count = floor(lasts * rate + Fraction(1, 2))
    if length < 0 or count <= 0:
        with pytest.raises(V2AError, match="cannot be played"):
            played(decoded(seen, clip), clip)
        return
    made = played(decoded(seen, clip), clip)
    assert list(made.clip.frame_times) == [n / rate for n in range(count + 1)]
    assert (made.clip.frame_rate, made.clip.variable_frame_rate) == (rate, False)
    shown = []
    for n in range(count):
        moment = start + (count - 1 - n if backwards else n) / rate * (length / lasts)
        shown.append(max(k for k in range(seen.clip.frames) if times[k] <= moment))
    np.testing.assert_array_equal(made.clip.signatures, seen.clip.signatures[shown])
    if made.clip.source_times is not None:
        assert list(made.clip.source_times) == [times[k] for k in shown]
    assert made.clip.start == seen.clip.start + times[shown[0]]
    assert len(made.samples) == len(made.embeddings) > 0
    assert (np.diff(made.samples) > 0).all() and 0 <= made.samples[0] <= made.samples[-1] < count
    told = [shown[n] for n in made.samples]
    if len(told) > 1:
        assert told == made.embeddings[:, 0].tolist()


@settings(max_examples=30, deadline=None)
@given(media(), SECONDS, st.one_of(st.just(OPEN_END), SECONDS))
def test_without_a_rate_frames_and_length_are_the_media_s(
    seen: FilmEmbeddings, start: Fraction, length: Fraction
) -> None:
    clip = TimelineClip(Path("a.mp4"), Span(start, length))
    part, end = decoded(seen, clip), seen.clip.duration
    lasts = end - start if length == OPEN_END else length
    if lasts <= 0:
        with pytest.raises(V2AError, match="cannot be played"):
            played(part, clip)
        return
    made = played(part, clip)
    assert made.clip.duration == lasts and made.clip.frames == part.clip.frames
    cut = [t - start for t in part.clip.source_times or part.clip.frame_times][1:]
    cut = cut[: made.clip.frames - 1]
    assert list(made.clip.frame_times) == [0, *cut, lasts]
    np.testing.assert_array_equal(made.samples, part.samples)


@settings(max_examples=30, deadline=None)
@given(media())
def test_a_whole_file_stays_as_it_is(seen: FilmEmbeddings) -> None:
    for span in (None, Span(Fraction(0), OPEN_END)):
        clip = TimelineClip(Path("a.mp4"), span)
        assert needed_span(clip) is None and played(seen, clip) is seen


def test_a_whole_file_at_its_own_rate_is_the_whole_file() -> None:
    """So that its picture can be copied."""
    seen = seen_of(scores.clip(50, Fraction(24000, 1001)))
    clip = TimelineClip(Path("a.mp4"), frame_rate=Fraction(24000, 1001))
    made = played(seen, clip)
    assert made.clip.source_times is None and made.clip.frames == 50
    np.testing.assert_array_equal(made.samples, seen.samples)
    backwards = played(seen, replace(clip, reversed=True))
    assert backwards.clip.source_times is not None
    np.testing.assert_array_equal(backwards.clip.signatures, seen.clip.signatures[::-1])


def test_a_frame_is_held() -> None:
    clip = TimelineClip(
        Path("a.mp4"),
        Span(Fraction(1), Fraction(0)),
        Span(Fraction(0), Fraction(2)),
        frame_rate=Fraction(25),
    )
    assert needed_span(clip) == (1, 1)
    made = played(decoded(seen_of(scores.clip(50)), clip), clip)
    assert made.clip.frames == 50 and made.samples.tolist() == [0]
    assert len(np.unique(made.clip.signatures, axis=0)) == 1


def test_a_frame_in_place_of_a_sampled_one_looks_like_it() -> None:
    """At four times the speed most sampled frames are not shown; across a cut none stands in."""
    seen = seen_of(scores.clip(80), every=3)
    still = replace(seen.clip, signatures=np.repeat(np.uint8([[9], [200]]), 40, axis=0))
    still = replace(still, signatures=np.repeat(still.signatures, 384, axis=1))
    fast = TimelineClip(Path("a.mp4"), None, Span(Fraction(0), Fraction(4, 5)), False, Fraction(25))
    made = played(replace(seen, clip=still), fast)
    assert made.clip.frames == 20
    for frame, vector in zip(made.samples, made.embeddings, strict=True):
        assert (vector[0] < 40) == (frame < 10)
    assert len(made.samples) >= 18


@pytest.mark.parametrize(
    ("source", "record", "trouble"),
    [
        (Span(Fraction(-1), Fraction(1)), None, "before its media"),
        (Span(Fraction(0), Fraction(-2)), None, "its length is -2 s"),
        (Span(Fraction(5), OPEN_END), None, "behind the end"),
        (Span(Fraction(1), Fraction(0)), None, "no length"),
        (None, Span(Fraction(0), Fraction(1, 60)), "half a frame"),
    ],
)
def test_what_cannot_be_played_says_why(
    source: Span | None, record: Span | None, trouble: str
) -> None:
    clip = TimelineClip(Path("a.mp4"), source, record, frame_rate=Fraction(25))
    seen = seen_of(scores.clip(50))
    with pytest.raises(V2AError, match=trouble) as caught:
        needed_span(clip)
        played(decoded(seen, clip), clip)
    assert caught.value.reason == "BAD_OPTION"


@pytest.mark.parametrize("backwards", [False, True])
def test_scenes_of_a_played_film(tmp_path: Path, backwards: bool) -> None:
    """Half a second trimmed, at half its speed: the cut lies where the timeline shows it."""
    film = write_film(tmp_path / "a.mp4", Film(scenes=(50, 40)))
    clip = TimelineClip(
        film,
        Span(Fraction(1, 2), Fraction(2)),
        Span(Fraction(0), Fraction(4)),
        backwards,
        Fraction(50),
    )
    reader = FrameReader(film, 16, FrameOptions(span=needed_span(clip)))
    batches = list(reader)
    samples = np.concatenate([batch.indices for batch in batches])
    pixels = np.concatenate([batch.pixels for batch in batches])
    vectors = np.resize(pixels.reshape(len(pixels), -1).astype(np.float32), (len(pixels), 512))
    made = played(FilmEmbeddings(reader.clip, samples, vectors), clip)
    assert made.clip.frames == 200 and made.clip.duration == 4
    found = find_scenes(made.embeddings, made.samples, made.clip, SceneOptions())
    # 37.5 frames of the first scene are left; each is shown four times.
    assert [cut.frame for cut in found.cuts] == [50 if backwards else 150]
    known = SceneOptions(threshold=1e6, known_cuts=(10, 120))
    kept = find_scenes(made.embeddings, made.samples, made.clip, known)
    assert [scene.start_frame for scene in kept.scenes] == [0, 10, 120]
    assert pool(made.embeddings, made.samples, kept.scenes).shape == (3, 512)
