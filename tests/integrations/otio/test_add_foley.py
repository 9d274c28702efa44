"""Timelines through a real daemon: where the sound lands, what stays, what is updated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a.client import Client
from v2a_integrations.otio.own_tracks import own_sounds, own_tracks
from v2a_integrations.otio.plan import PlanOptions
from v2a_integrations.otio.save_timeline import FileOptions
from v2a_integrations.otio.score_file import RunOptions, Scored, places_of, prepare, score

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(daemon: RunningDaemon) -> Iterator[Client]:
    with daemon.client() as client:
        yield client


@pytest.fixture(scope="module")
def folder(daemon: RunningDaemon) -> Path:
    """Two films of two scenes each, 2 s at 25 frames a second, where the daemon sees them."""
    folder = daemon.root / "timelines"
    folder.mkdir(exist_ok=True)
    for name in ("a", "b"):
        write_film(folder / f"{name}.mp4", Film(width=64, height=36, seed=ord(name)))
    return folder


@pytest.fixture
def made(folder: Path) -> otio.schema.Timeline:
    """A gap, then both films with a dissolve between them, at 25."""
    reach = otio.opentime.RationalTime(4, 25)
    dissolve = otio.schema.Transition("d", "SMPTE_Dissolve", reach, reach)
    items = [
        gap(5, 25),
        clip("first", 40, 5, 25, "a.mp4", span(0, 50, 25)),
        dissolve,
        clip("second", 40, 5, 25, "b.mp4", span(0, 50, 25)),
    ]
    made = timeline(track(*items, name="V1"), name="cut")
    made.global_start_time = otio.opentime.RationalTime(90_000, 25)
    made.metadata["editor"] = {"keep": ["me", 1, 2.5]}
    made.tracks.append(otio.schema.Track("A1", [clip("voice", 85, rate=25)], kind="Audio"))
    return made


def scored(
    client: Client,
    daemon: RunningDaemon,
    made: otio.schema.Timeline,
    folder: Path,
    out: Path,
    options: RunOptions | None = None,
) -> Scored:
    source = folder / f"{out.name}.in.otio"
    made.to_json_file(str(source))
    options = options or RunOptions(daemon.settings)
    return score(prepare(str(source), places_of(str(source), str(out)), options), options, client)


def stem_of(found: otio.schema.Clip) -> Path:
    from v2a_integrations.otio.media_links import spellings

    return Path(next(iter(spellings(found.media_reference.target_url))))


def test_sound_lies_on_the_cuts_and_everything_else_stays(
    client: Client, daemon: RunningDaemon, made: otio.schema.Timeline, folder: Path
) -> None:
    done = scored(client, daemon, made, folder, folder / "out.otio")
    out = otio.adapters.read_from_file(str(folder / "out.otio"))
    own = own_tracks(out)
    assert [t.name for t in out.tracks][:2] == ["V1", "A1"] and len(own) == len(out.tracks) - 2
    assert {t.name for t in own} == {"v2a Foley A", "v2a Foley B"}
    scenes = json.loads((folder / "out.foley.json").read_text("utf-8"))["scenes"]
    assert [scene["frames"] for scene in scenes] == [[5, 25], [25, 45], [45, 65], [65, 85]]
    for found in own_sounds(out, folder, Fraction(25)):
        check_clip(found.clip, found.entry)
    heard = [found.frames for found in own_sounds(out, folder, Fraction(25))]
    assert sorted(heard) == [(5, 25), (25, 49), (41, 65), (65, 85)]
    assert len(done.added[0].stems) == 4 and not list(done.places.stems.glob(".*"))
    assert [marker.marked_range.start_time.value for marker in out.tracks.markers] == [
        5,
        25,
        45,
        65,
    ]
    for own_track in own:
        del out.tracks[list(out.tracks).index(own_track)]
    out.tracks.markers[:] = []
    assert out.is_equivalent_to(made)


def check_clip(found: otio.schema.Clip, entry: object) -> None:
    """Whole frames at the timeline's rate, inside a 48 kHz 24-bit mono file that is as told."""
    assert isinstance(entry, dict)
    used, has = found.source_range, found.media_reference.available_range
    for time in (used.start_time, used.duration, has.start_time, has.duration):
        assert time.rate == 25 and time.value == int(time.value)
    assert has.start_time.value == 0 and used.start_time.value >= 0
    assert used.end_time_exclusive() <= has.end_time_exclusive()
    facts = soundfile.info(stem_of(found))
    assert (facts.samplerate, facts.subtype, facts.channels) == (48_000, "PCM_24", 1)
    assert facts.frames == has.duration.value * 1920
    begins = entry["file_frames"][0] * 1920
    assert begins + entry["onset_in_stem"] == entry["start_sample"]


def test_a_dissolve_is_heard_as_one(
    client: Client, daemon: RunningDaemon, made: otio.schema.Timeline, folder: Path, tmp_path: Path
) -> None:
    """Baked in turn on two tracks, or as the editor's own on one."""
    scored(client, daemon, made, folder, tmp_path / "baked.otio")
    baked = own_sounds(
        otio.adapters.read_from_file(str(tmp_path / "baked.otio")), tmp_path, Fraction(25)
    )
    before = next(o for o in baked if o.frames == (25, 49))
    sound, _ = soundfile.read(stem_of(before.clip))
    assert abs(sound[-1]) < 1e-3 and np.abs(sound[: 48_000 // 2]).max() > 1e-3
    options = RunOptions(daemon.settings, transitions=True)
    scored(client, daemon, made, folder, tmp_path / "faded.otio", options)
    (lane,) = own_tracks(otio.adapters.read_from_file(str(tmp_path / "faded.otio")))
    (fade,) = [item for item in lane if isinstance(item, otio.schema.Transition)]
    assert (fade.in_offset.value, fade.out_offset.value) == (4, 4)
    for item in lane:
        if isinstance(item, otio.schema.Clip):
            room = item.media_reference.available_range
            assert item.visible_range().start_time >= room.start_time
            assert item.visible_range().end_time_exclusive() <= room.end_time_exclusive()


def test_again_updates_and_a_lock_keeps_its_take(
    client: Client, daemon: RunningDaemon, made: otio.schema.Timeline, folder: Path
) -> None:
    out = folder / "again.foley.otio"
    scored(client, daemon, made, folder, out)
    first = otio.adapters.read_from_file(str(out))
    locked = sorted(own_sounds(first, folder, Fraction(25)), key=lambda own: own.frames)[0]
    locked.clip.markers.append(otio.schema.Marker("LOCK", span(0, 1, 25)))
    first.tracks[0][0].source_range = span(0, 15, 25)  # the editor makes room: all moves by ten
    options = RunOptions(replace(daemon.settings, seed=7))
    first.to_json_file(str(out))
    score(prepare(str(out), places_of(str(out), None), options), options, client)
    second = otio.adapters.read_from_file(str(out))
    assert len(own_tracks(second)) == len(own_tracks(first))
    sounds = sorted(own_sounds(second, folder, Fraction(25)), key=lambda own: own.frames)
    assert [own.entry["frames"] for own in sounds] == [[15, 35], [35, 55], [55, 75], [75, 95]]
    assert [own.locked for own in sounds] == [True, False, False, False]
    assert stem_of(sounds[0].clip) == stem_of(locked.clip)
    assert sounds[0].entry["takes"][0]["seed"] != sounds[1].entry["takes"][0]["seed"] - 1
    assert len(second.tracks.markers) == 4


def test_only_what_was_chosen_is_made_again(
    client: Client, daemon: RunningDaemon, made: otio.schema.Timeline, folder: Path
) -> None:
    out = folder / "part.foley.otio"
    scored(client, daemon, made, folder, out)
    before = {own.frames: stem_of(own.clip) for own in own_sounds(read(out), folder, Fraction(25))}
    settings = replace(daemon.settings, seed=9)
    options = RunOptions(settings, PlanOptions(clips=["second"]))
    score(prepare(str(out), places_of(str(out), None), options), options, client)
    after = {own.frames: stem_of(own.clip) for own in own_sounds(read(out), folder, Fraction(25))}
    assert before[(5, 25)] == after[(5, 25)]
    assert before[(65, 85)] != after[(65, 85)]


def read(path: Path) -> otio.schema.Timeline:
    return otio.adapters.read_from_file(str(path))


def test_takes_relative_links_and_older_readers(
    client: Client, daemon: RunningDaemon, made: otio.schema.Timeline, folder: Path
) -> None:
    settings = replace(daemon.settings, takes=2)
    options = RunOptions(settings, file=FileOptions(schema="0.14"), relative_links=True)
    scored(client, daemon, made, folder, folder / "old.otio", options)
    text = (folder / "old.otio").read_text("utf-8")
    assert '"Clip.1"' in text and '"Clip.2"' not in text
    for own in own_sounds(read(folder / "old.otio"), folder, Fraction(25)):
        url = own.clip.media_reference.target_url
        assert url.startswith("old.stems.foley/") and (folder / url).is_file()
        assert [take["take"] for take in own.entry["takes"]] == [1, 2]
