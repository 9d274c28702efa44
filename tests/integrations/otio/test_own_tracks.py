"""What an earlier run put into a timeline is found again, whatever the editor made of it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio.clicks import film, with_clicks
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a_integrations.otio.audio_tracks import replace_tracks
from v2a_integrations.otio.own_tracks import OwnTracks, kept, own_markers, own_sounds, own_tracks
from v2a_integrations.otio.plan import make_plan
from v2a_integrations.otio.save_timeline import write_json

RATE = Fraction(25)


def scored(folder: Path) -> otio.schema.Timeline:
    """A cut of two clips with sound, its stems and sidecar where a run leaves them."""
    stems = folder / "cut.stems.foley"
    stems.mkdir()
    made = with_clicks(film(folder, 25.0, (40, 30), (10, 0)), folder)
    for found in made.timeline.find_clips():
        for reference in found.media_references().values():
            old = Path(reference.target_url.removeprefix("file://"))
            if old.suffix == ".wav":
                old.rename(stems / old.name)
                reference.target_url = (stems / old.name).as_uri()
    write_json({"generator": "v2a", "scenes": list(made.entries)}, folder / "cut.foley.json")
    return made.timeline


def as_resolve_returns_it(made: otio.schema.Timeline) -> otio.schema.Timeline:
    """Metadata dropped, paths plain, names kept; then as FCP 7 XML does: track names gone, too."""
    for item in [made, made.tracks, *made.tracks, *made.find_clips(), *made.tracks.markers]:
        item.metadata.clear()
    for marker in made.tracks.markers:
        marker.comment = ""
    for number, lane in enumerate(made.tracks):
        lane.name = f"{lane.kind} {number}"
    for found in made.find_clips():
        reference = found.media_reference
        reference.target_url = reference.target_url.removeprefix("file://")
    return made


@pytest.mark.parametrize("dropped", [False, True])
def test_our_sounds_are_found_with_and_without_metadata(tmp_path: Path, dropped: bool) -> None:
    made = scored(tmp_path)
    made = as_resolve_returns_it(made) if dropped else made
    found = own_sounds(made, tmp_path, RATE)
    assert len(own_tracks(made)) == 2 and len(own_markers(made)) == 4
    assert sorted(own.frames for own in found) == [(10, 30), (30, 50), (50, 65), (65, 80)]
    assert all(tuple(own.entry["frames"]) == own.frames for own in found)
    replace_tracks(made, [], RATE, 25.0)
    assert not own_tracks(made) and not own_markers(made) and len(made.tracks) == 1


def test_sound_of_somebody_else_is_never_ours(tmp_path: Path) -> None:
    music = otio.schema.Track("Music", [clip("song", 50, url="song.wav")], kind="Audio")
    empty = otio.schema.Track("A2", kind="Audio")
    made = timeline(track(clip("a", 50)))
    made.tracks.extend([music, empty])
    made.tracks.markers.append(otio.schema.Marker("mine", span(0, 1)))
    assert own_tracks(made) == [] and own_markers(made) == []


def lock(made: otio.schema.Timeline, folder: Path, how: str) -> None:
    """Lock the sound of frames 30 to 50."""
    (own,) = [own for own in own_sounds(made, folder, RATE) if own.frames == (30, 50)]
    if how == "marker on the clip":
        own.clip.markers.append(otio.schema.Marker("Lock", span(0, 1, 25)))
    elif how == "marker on the timeline":
        made.tracks.markers.append(otio.schema.Marker("x", span(35, 1, 25), comment="locked: good"))
    elif how == "metadata":
        own.clip.metadata["v2a"]["locked"] = True
    else:
        path = folder / "cut.foley.json"
        document = json.loads(path.read_text("utf-8"))
        document["scenes"][1]["locked"] = True
        path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "how", ["marker on the clip", "marker on the timeline", "metadata", "sidecar"]
)
def test_a_lock_can_be_said_in_four_ways(tmp_path: Path, how: str) -> None:
    made = scored(tmp_path)
    lock(made, tmp_path, how)
    found = {own.frames: own.locked for own in own_sounds(made, tmp_path, RATE)}
    assert [frames for frames, locked in found.items() if locked] == [(30, 50)]


def held(
    folder: Path, made: otio.schema.Timeline, items: list[otio.core.Composable]
) -> list[OwnTracks]:
    made.tracks[0][:] = items
    return [own for own in own_sounds(made, folder, RATE) if own.locked]


def test_a_locked_sound_follows_its_picture(tmp_path: Path) -> None:
    made = scored(tmp_path)
    lock(made, tmp_path, "sidecar")
    shot = clip("c0", 40, 0, 25, "f.mov", span(0, 200, 25))
    cases: list[tuple[list[otio.core.Composable], tuple[int, int] | None]] = [
        ([gap(10, 25), shot], (30, 50)),
        ([gap(17, 25), shot.clone()], (37, 57)),
        ([clip("trimmed", 25, 5, 25, "f.mov", span(0, 200, 25))], (15, 25)),
        ([clip("other part", 25, 100, 25, "f.mov", span(0, 200, 25))], None),
        ([clip("faster", 25, 0, 25, "f.mov", span(0, 200, 25), speed=2.0)], None),
    ]
    for items, expected in cases:
        (own,) = held(tmp_path, made, items)
        found = kept(own, make_plan(made, tmp_path), 25.0)
        assert (found.frames if found else None) == expected
        if found:
            used = found.clip.source_range
            assert used.duration.value == found.frames[1] - found.frames[0]
            assert used.start_time == own.clip.source_range.start_time
