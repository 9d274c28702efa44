"""The timeline says in whole frames what the WAV files hold in samples."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import opentimelineio as otio
import pytest

from tests import scores
from v2a.output.foley_names import Names, relative_link
from v2a.output.otio_timeline import checkerboard, make_timeline
from v2a.tracks.film_with_sound import FilmWithSound, SoundOrigin
from v2a.types import FrameTimes, TrackOptions

RATES = [
    Fraction(25),
    Fraction(24000, 1001),
    Fraction(30000, 1001),
    Fraction(60),
    Fraction(1000, 33),
]


def audio(timeline: otio.schema.Timeline) -> list[otio.schema.Clip]:
    """All sound clips in the order of their starts."""
    clips = [clip for track in timeline.audio_tracks() for clip in track.find_clips()]
    return sorted(clips, key=lambda clip: clip.range_in_parent().start_time.value)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("handle", [Fraction(0), Fraction(1, 2)])
def test_clips_start_and_end_on_the_cuts(rate: Fraction, handle: Fraction) -> None:
    paper = scores.clip(150, rate)
    cuts = (scores.cut(40), scores.cut(47), scores.cut(100, "dissolve", 10))
    film = scores.film(paper, scores.scenes(paper, *cuts), TrackOptions(handle=handle))
    timeline = make_timeline(film, "../film.mp4")
    edges = [0, 40, 47, 100, 150]
    for clip, start, end in zip(audio(timeline), edges, edges[1:], strict=False):
        spot, shown, there = clip.range_in_parent(), clip.source_range, clip.available_range()
        assert (spot.start_time.value, spot.end_time_exclusive().value) == (start, end)
        assert shown == spot
        assert there.start_time <= shown.start_time
        assert there.end_time_exclusive() >= shown.end_time_exclusive()
        for moment in (spot.start_time, spot.duration, there.start_time, there.duration):
            assert moment.rate == float(rate) and moment.value == int(moment.value)


@pytest.mark.parametrize("rate", RATES)
def test_a_stem_is_where_its_time_reference_says(rate: Fraction) -> None:
    paper = scores.clip(150, rate)
    film = scores.film(paper, scores.scenes(paper, scores.cut(40), scores.cut(90)))
    for clip, stem in zip(audio(make_timeline(film, "x")), film.tracks.mix.stems, strict=True):
        begin = clip.available_range().start_time.value * 48_000 / rate
        length = clip.available_range().duration.value * 48_000 / rate
        assert abs(begin - stem.first) <= 0.5 and abs(length - len(stem)) <= 1


def test_a_variable_rate_stays_in_sync_on_the_nominal_grid() -> None:
    times = [Fraction(k, 30) + Fraction(k % 3, 200) for k in range(91)]
    paper = scores.clip(90, Fraction(30), times)
    film = scores.film(paper, scores.scenes(paper, scores.cut(31), scores.cut(61)))
    timeline = make_timeline(film, "x")
    assert [int(c.range_in_parent().start_time.value) for c in audio(timeline)] == [0, 31, 61]
    for clip, stem in zip(audio(timeline), film.tracks.mix.stems, strict=True):
        assert clip.available_range().start_time.value * 1600 == stem.first


def test_neighbours_with_handles_lie_on_two_tracks_and_without_on_one() -> None:
    paper = scores.clip(150)
    found = scores.scenes(paper, *(scores.cut(k) for k in (30, 60, 66, 90, 120)))
    with_handles = scores.film(paper, found)
    without = scores.film(paper, found, TrackOptions(handle=Fraction(0)))
    assert [track.name for track in make_timeline(with_handles, "x").audio_tracks()] == ["A1", "A2"]
    assert [track.name for track in make_timeline(without, "x").audio_tracks()] == ["A1"]
    for lane in checkerboard(with_handles.tracks.mix.stems):
        ends = [stem.start + stem.length for stem in lane]
        assert all(end <= stem.start for end, stem in zip(ends, lane[1:], strict=False))
    lanes = [[stem.scene for stem in lane] for lane in checkerboard(with_handles.tracks.mix.stems)]
    assert lanes == [[1, 3, 5], [2, 4, 6]]


def test_markers_are_at_the_cuts_with_labels() -> None:
    paper = scores.clip(150)
    film = scores.film(paper, scores.scenes(paper, scores.cut(40), scores.cut(100, "fade", 5)))
    markers = make_timeline(film, "x").tracks.markers
    assert [int(m.marked_range.start_time.value) for m in markers] == [40, 100]
    assert [m.name for m in markers] == ["rain on a roof"] * 2
    assert [m.comment for m in markers] == ["rain on a roof (hard cut)", "rain on a roof (fade)"]


def test_the_picture_keeps_its_timecode() -> None:
    paper = scores.clip(150, Fraction(30000, 1001))
    film = scores.film(paper, scores.scenes(paper))
    (track,) = make_timeline(film, "x", "01:00:00;00").video_tracks()
    assert track[0].source_range.start_time.value == 107_892
    assert track[0].source_range.duration.value == 150
    (track,) = make_timeline(film, "x", "nonsense").video_tracks()
    assert track[0].source_range.start_time.value == 0


def test_a_part_of_a_file_starts_where_it_lies_in_it() -> None:
    paper = scores.clip(50)
    paper = replace(paper, source_times=FrameTimes(np.arange(30, 80), Fraction(1, 25)))
    film = scores.film(paper, scores.scenes(paper))
    (track,) = make_timeline(film, "x", "01:00:00:00").video_tracks()
    assert track[0].source_range.start_time.value == 90_030
    assert track[0].source_range.duration.value == 50
    assert track[0].media_reference.available_range is None


def test_links_are_relative_and_encoded(tmp_path: Path) -> None:
    name = 'it\'s "50 %" #1? 日本語 é'
    paper = scores.clip(50, path=tmp_path / "in put" / f"{name}.mp4")
    found = scores.scenes(paper, scores.cut(20))
    film = FilmWithSound(
        paper, found, tuple(scores.sounds(2)), scores.tracks(paper, found), Names(name)
    )
    url = relative_link(paper.path, tmp_path / "out" / f"{name}.foley")
    make_timeline(film, url).to_json_file(str(tmp_path / "t.otio"))
    timeline = otio.adapters.read_from_file(str(tmp_path / "t.otio"))
    picture = timeline.video_tracks()[0][0].media_reference.target_url
    assert unquote(picture) == f"../../in put/{name}.mp4"
    for url in [picture, *(clip.media_reference.target_url for clip in audio(timeline))]:
        assert url.isascii() and not set(url) & set(" \"'#?") and "%25" in url
    assert unquote(audio(timeline)[0].media_reference.target_url) == f"scenes/{name}.sc001.wav"


def test_takes_are_further_references_of_the_clip() -> None:
    paper = scores.clip(50)
    film = scores.film(paper, scores.scenes(paper), None, takes=2)
    (clip,) = audio(make_timeline(film, "x"))
    assert set(clip.media_references()) == {"DEFAULT_MEDIA", "take 2"}
    assert clip.media_reference.target_url == "scenes/film.sc001.wav"


def test_the_take_in_use_is_what_the_clip_plays() -> None:
    paper = scores.clip(50)
    film = scores.film(paper, scores.scenes(paper), None, takes=3, chosen={1: 2})
    origins = [[SoundOrigin(5), SoundOrigin(6, "a bell"), SoundOrigin(5)]]
    (clip,) = audio(make_timeline(replace(film, origins=origins), "x"))
    assert clip.media_reference.target_url == "scenes/film.sc001.take2.wav"
    others = {key: value.target_url for key, value in clip.media_references().items()}
    assert others.pop("DEFAULT_MEDIA") and others == {
        "take 1": "scenes/film.sc001.wav",
        "take 3": "scenes/film.sc001.take3.wav",
    }
    told = clip.metadata["v2a"]
    assert (told["take"], told["prompt"]) == (2, "a bell")
    assert [(t["take"], t["seed"], t["prompt"]) for t in told["takes"]] == [
        (1, 5, None),
        (2, 6, "a bell"),
        (3, 5, None),
    ]


def test_without_stems_scenes_play_their_part_of_the_mix() -> None:
    paper = scores.clip(150)
    film = scores.film(paper, scores.scenes(paper, scores.cut(40)), takes=2)
    timeline = make_timeline(film, "x", written={"mix", "timeline"})
    for clip in audio(timeline):
        assert clip.media_reference.target_url == "film.foley.wav"
        assert clip.available_range().duration.value == 150
        assert clip.source_range == clip.range_in_parent()
    for clip in audio(make_timeline(film, "x", written={"timeline"})):
        assert clip.media_reference.is_missing_reference
