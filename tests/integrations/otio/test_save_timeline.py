"""Timelines written: whole, over nothing that is not ours, in every format that holds sound."""

from __future__ import annotations

import json
import os
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio.clicks import film, with_clicks
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from tests.rights import as_ordinary_user
from v2a.errors import V2AError
from v2a_integrations.otio.editor_time import seconds
from v2a_integrations.otio.media_links import here as links_here
from v2a_integrations.otio.media_links import spellings
from v2a_integrations.otio.own_tracks import own_markers
from v2a_integrations.otio.read_timeline import read_document
from v2a_integrations.otio.save_timeline import (
    FileOptions,
    check_place,
    format_of,
    with_timelines,
    write_document,
    write_json,
)
from v2a_integrations.otio.score_file import places_of, sidecar_of


def sounds(path: Path) -> list[tuple[float, float, float]]:
    """Start, length and in-point of every sound on a timeline, seconds."""
    found = otio.adapters.read_from_file(str(path))
    made = []
    for lane in found.audio_tracks():
        for item in lane.find_clips():
            place = item.transformed_time_range(item.trimmed_range(), found.tracks)
            made.append((place.start_time, place.duration, item.source_range.start_time))
    return sorted(tuple(round(t.to_seconds(), 4) for t in times) for times in made)  # type: ignore[misc]


@pytest.mark.parametrize("suffix", ["otio", "otioz", "otiod", "xml", "aaf", "xges"])
def test_every_format_that_holds_sound_puts_it_at_the_same_place(
    tmp_path: Path, suffix: str
) -> None:
    made = with_clicks(film(tmp_path, 25.0, (40, 30), (10, 0)), tmp_path)
    write_document(made.timeline, tmp_path / f"out.{suffix}", tmp_path, FileOptions())
    expected = sorted(
        (frames[0] / 25, (frames[1] - frames[0]) / 25, (frames[0] - first) / 25)
        for entry in made.entries
        for frames, first in [(entry["frames"], entry["file_frames"][0])]
    )
    assert sounds(tmp_path / f"out.{suffix}") == [pytest.approx(times) for times in expected]
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("suffix", ["edl", "svg", "ale"])
def test_formats_without_sound_are_refused_by_name(suffix: str) -> None:
    with pytest.raises(V2AError, match="holds no sound tracks"):
        format_of(f"out.{suffix}", FileOptions())
    with pytest.raises(V2AError, match="nothing installed"):
        format_of("out.prproj", FileOptions())


def test_older_readers_get_older_schemas_and_unknown_releases_are_told(tmp_path: Path) -> None:
    made = with_clicks(film(tmp_path, 25.0, (40,), (0,)), tmp_path)
    write_document(made.timeline, tmp_path / "old.otio", tmp_path, FileOptions(schema="0.14"))
    text = (tmp_path / "old.otio").read_text("utf-8")
    assert '"Clip.1"' in text and '"Clip.2"' not in text
    with pytest.raises(V2AError, match="is no release"):
        write_document(made.timeline, tmp_path / "b.otio", tmp_path, FileOptions(schema="9.9"))
    with pytest.raises(V2AError, match="is for .otio"):
        write_document(made.timeline, tmp_path / "b.xml", tmp_path, FileOptions(schema="0.14"))


def test_a_round_trip_with_nothing_to_do_is_equal(shared: Path, tmp_path: Path) -> None:
    for file in sorted((shared / "timelines").glob("*.otio")):
        document = read_document(file)
        root = with_timelines(document, [found.clone() for found in document.timelines])
        write_document(root, tmp_path / file.name, file.parent, FileOptions())
        again = read_document(tmp_path / file.name).root
        assert again.to_json_string() == document.root.to_json_string(), file.name


def test_collections_keep_what_is_no_timeline(tmp_path: Path) -> None:
    inner = otio.schema.SerializableCollection("inner", [timeline(name="two"), clip("loose", 5)])
    outer = otio.schema.SerializableCollection("outer", [timeline(name="one"), inner])
    outer.to_json_file(str(tmp_path / "a.otio"))
    document = read_document(tmp_path / "a.otio")
    named = [timeline(name=f"{found.name}!") for found in document.timelines]
    root = with_timelines(document, named)
    assert [item.name for item in root] == ["one!", "inner"]
    assert [item.name for item in root[1]] == ["two!", "loose"]


def test_a_bundle_of_two_files_with_one_name_is_told(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.mov").write_bytes(b"x")
    made = timeline(track(clip("a", 5, url="a/x.mov"), gap(1), clip("b", 5, url="b/x.mov")))
    with pytest.raises(V2AError, match="cannot hold"):
        write_document(made, tmp_path / "out.otioz", tmp_path, FileOptions())
    assert not list(tmp_path.glob("*.otioz")) and not list(tmp_path.glob(".*"))


def test_nothing_of_somebody_else_is_written_over(tmp_path: Path) -> None:
    places = places_of("cut.otio", str(tmp_path / "out.otio"))
    out = tmp_path / "out.otio"
    assert (places.out, places.sidecar.name, places.stems.name) == (
        out, "out.foley.json", "out.stems.foley",
    )  # fmt: skip
    check_place(out, places.sidecar, force=False)
    out.touch()
    with pytest.raises(V2AError) as told:
        check_place(out, places.sidecar, force=False)
    assert told.value.reason == "OUTPUT_NOT_OURS"
    check_place(out, places.sidecar, force=True)
    write_json({"generator": "v2a", "output": "out.otio"}, places.sidecar)
    check_place(out, places.sidecar, force=False)
    write_json(sidecar_of("cut.otio", places_of("cut.otio", str(tmp_path / "out.xml")), []),
               places.sidecar)  # fmt: skip
    check_place(out, places.sidecar, force=False)  # still ours: one cut in two formats
    places.sidecar.write_text(json.dumps({"mine": 1}))
    with pytest.raises(V2AError, match="foley.json"):
        check_place(out, places.sidecar, force=False)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    out = tmp_path / "shut" / "out.otio"
    with as_ordinary_user():
        for work in (
            lambda: check_place(out, out.with_suffix(".json"), force=False),
            lambda: write_document(timeline(), out, tmp_path, FileOptions()),
            lambda: write_json({}, out.with_suffix(".json")),
        ):
            with pytest.raises(V2AError) as told:
                work()
            assert told.value.reason == "OUTPUT_READ_ONLY"


@pytest.mark.parametrize(
    ("source", "out", "timeline_file", "stems"),
    [
        ("a/cut.otio", None, "a/cut.foley.otio", "a/cut.stems.foley"),
        ("a/cut.foley.otio", None, "a/cut.foley.otio", "a/cut.stems.foley"),
        ("a/cut.edl", None, "a/cut.foley.otio", "a/cut.stems.foley"),
        ("a/cut.v2.otio", "b/mine.foley.xml", "b/mine.foley.xml", "b/mine.stems.foley"),
        ("-", None, "-", "timeline.stems.foley"),
        ("a/cut.otio", "-", "-", "timeline.stems.foley"),
    ],
)
def test_where_results_go(source: str, out: str | None, timeline_file: str, stems: str) -> None:
    places = places_of(source, out)
    assert str(places.out) == timeline_file and str(places.stems) == stems
    assert places.sidecar.parent == places.stems.parent


def test_what_is_written_says_exact_times(tmp_path: Path) -> None:
    """At an NTSC rate the timeline's own spelling is kept, so that nothing drifts against it."""
    made = with_clicks(film(tmp_path, 29.97, (40, 30), (10, 0)), tmp_path)
    rates = {item.duration().rate for lane in made.timeline.audio_tracks() for item in lane}
    assert rates == {29.97}
    assert seconds(otio.opentime.RationalTime(30, 29.97)) == seconds(
        otio.opentime.RationalTime(30, 30000 / 1001)
    )


@pytest.mark.parametrize("suffix", ["otio", "otioz", "xml"])
def test_media_is_found_from_where_the_result_lies(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "shots").mkdir()
    for name in ("a b.mov", "x.0001.png"):
        (tmp_path / "shots" / name).write_bytes(name.encode())
    stills = clip("stills", 1)
    stills.media_reference = otio.schema.ImageSequenceReference(
        "shots/", "x.", ".png", 1, 1, 24, 4, available_range=span(0, 1)
    )
    shot = clip("a", 5, url="shots/a%20b.mov", available=span(0, 5))
    made = timeline(track(shot, *([stills] if suffix == "otio" else [])))
    out = tmp_path / "Foley" / f"cut.{suffix}"
    out.parent.mkdir()
    write_document(made, out, tmp_path, FileOptions())
    document = read_document(out)
    for found in document.timelines[0].find_clips():
        reference = found.media_reference
        sequence = isinstance(reference, otio.schema.ImageSequenceReference)
        url = reference.target_url_for_image_number(0) if sequence else reference.target_url
        here = [path for way in spellings(url) if (path := links_here(way, document.folder))]
        assert here and here[0].read_bytes() in (b"a b.mov", b"x.0001.png")
    assert made.tracks[0][0].media_reference.target_url == "shots/a%20b.mov"


def test_a_ges_project_has_its_rate_its_uris_and_clocks_from_zero(tmp_path: Path) -> None:
    """One link that is no URI keeps GES from loading the whole project."""
    (tmp_path / "a b.mov").touch()
    shots = [
        clip("here", 25, 90_010, 25, "a%20b.mov", span(90_000, 100, 25)),
        clip("gone", 25, 5, 25, "gone.mov"),
        clip("web", 25, 5, 25, "https://host/x.mov"),
    ]
    made = timeline(track(*shots))
    write_document(made, tmp_path / "out.xges", tmp_path, FileOptions())
    text = (tmp_path / "out.xges").read_text("utf-8")
    wanted = [(tmp_path / name).as_uri() for name in ("a b.mov", "gone.mov")]
    assert all(f'asset-id="{url}"' in text for url in (*wanted, "https://host/x.mov"))
    assert 'inpoint="400000000"' in text and "framerate\\=\\(fraction\\)25/1" in text
    assert made.tracks[0][0].media_reference.target_url == "a%20b.mov"


def test_a_ges_project_comes_back_as_one_and_again(tmp_path: Path) -> None:
    """Read and written within one process, markers and all; a track for sound where it had none."""
    edit = film(tmp_path, 25.0, (40,), (0,))
    write_document(edit, tmp_path / "cut.xges", tmp_path, FileOptions())
    assert 'track-type="2"' not in (tmp_path / "cut.xges").read_text("utf-8")
    for name in ("once.xges", "twice.xges"):
        found = read_document(tmp_path / "cut.xges").timelines[0]
        made = with_clicks(found, tmp_path)
        write_document(made.timeline, tmp_path / name, tmp_path, FileOptions())
        (again,) = read_document(tmp_path / name).timelines
        assert len(own_markers(again)) >= 2 and again.duration().rate == 25
        assert 'track-type="2"' in (tmp_path / name).read_text("utf-8")
        os.replace(tmp_path / name, tmp_path / "cut.xges")


def test_an_aaf_knows_no_folder_either(tmp_path: Path) -> None:
    edit = film(tmp_path, 25.0, (40,), (0,))
    write_document(edit, tmp_path / "out.aaf", tmp_path, FileOptions())
    document = read_document(tmp_path / "out.aaf")
    (found,) = document.timelines[0].find_clips()
    ways = spellings(found.media_reference.target_url)
    assert any(links_here(way, Path("/")) == tmp_path / "f.mov" for way in ways)
