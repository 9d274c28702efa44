"""Plans: exact spans of the media that is really used, and a reason for every clip left out."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio.footage import footage_for, write_footage
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a.api.job_types import Span
from v2a.errors import V2AError
from v2a_integrations.otio.plan import PlanOptions, TimelinePlan, make_plan
from v2a_integrations.otio.plan_table import plan_document, print_plan
from v2a_integrations.otio.read_timeline import read_document, read_timelines


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """day.mov: 100 frames at 24 that begin at 01:00:00:00; plain.mov: 100 frames, no timecode."""
    folder = tmp_path_factory.mktemp("media")
    write_footage(folder / "day.mov", 100, timecode="01:00:00:00")
    write_footage(folder / "plain.mov", 100)
    return folder


def used(plan: TimelinePlan) -> list[tuple[Fraction, Fraction]]:
    """Frames at 24 of the media that each clip uses: first and how many."""
    spans = [planned.clip.source for planned in plan.clips]
    return [(span.start * 24, span.duration * 24) for span in spans if span]


HOUR = 86_400
AVAILABLE = span(HOUR, 100)


@pytest.mark.parametrize(
    ("start", "available", "file", "expected"),
    [
        (HOUR + 10, AVAILABLE, "day.mov", 10),
        (HOUR + 10, AVAILABLE, "plain.mov", 10),
        (HOUR + 10, None, "day.mov", 10),
        (10, None, "day.mov", 10),
        (10, span(0, 100), "day.mov", 10),
        (10, None, "plain.mov", 10),
        (10, span(4, 90), "plain.mov", 6),
        (HOUR + 10, span(0, 100), "day.mov", 10),
    ],
)
def test_what_is_used_counts_from_the_first_frame_of_the_file(
    media: Path, start: int, available: otio.opentime.TimeRange | None, file: str, expected: int
) -> None:
    made = timeline(track(clip("a", 20, start, url=file, available=available)))
    assert used(make_plan(made, media)) == [(expected, 20)]


def test_what_the_file_does_not_have_is_not_asked_for(media: Path) -> None:
    made = timeline(track(clip("a", 50, 80, url="plain.mov"), clip("b", 20, 500, url="plain.mov")))
    plan = make_plan(made, media)
    assert used(plan) == [(80, 20)] and plan.clips[0].frames == (0, 20)
    assert "30 of its frames have no media" in plan.clips[0].notes
    assert [(skip.clip, "its file lasts" in skip.reason) for skip in plan.skipped] == [("b", True)]


def test_speeds_freezes_and_reversal_reach_the_job_exactly(media: Path) -> None:
    frozen = clip("frozen", 10, 30, url="plain.mov")
    frozen.effects.append(otio.schema.FreezeFrame())
    items = [
        clip("slow", 30, 12, url="plain.mov", speed=0.5),
        frozen,
        clip("back", 20, 40, url="plain.mov", speed=-1.0),
    ]
    slow, held, back = (p.clip for p in make_plan(timeline(track(*items)), media).clips)
    second = Fraction(1, 24)
    assert (slow.source, slow.record) == (
        Span(12 * second, 15 * second),
        Span(Fraction(0), 30 * second),
    )
    assert (held.source, held.record) == (
        Span(30 * second, Fraction(0)),
        Span(30 * second, 10 * second),
    )
    assert (back.source, back.reversed) == (Span(40 * second, 20 * second), True)
    assert slow.frame_rate == held.frame_rate == 24


def test_edges_between_frames_go_to_the_nearest_and_the_picture_stays_in_time(media: Path) -> None:
    made = timeline(track(clip("a", 10), clip("b", 25, 5, rate=25, url="plain.mov"), clip("c", 24)))
    made.global_start_time = otio.opentime.RationalTime(0, 24)
    made.tracks[0][0].source_range = span(0, 10.25)
    (planned,) = make_plan(made, media).clips
    assert planned.frames == (10, 34)
    assert planned.clip.source is not None
    assert planned.clip.source.start == Fraction(5, 25) - Fraction(1, 4) / 24


def test_one_file_used_often_is_one_file(media: Path) -> None:
    made = timeline(track(*(clip(str(k), 10, k, url="plain.mov") for k in range(20))))
    plan = make_plan(made, media)
    assert list(plan.media.values()) == [20] and len({p.clip.media for p in plan.clips}) == 1


def test_media_is_relinked_by_the_place_most_like_the_old_one(tmp_path: Path) -> None:
    for folder in ("new/a", "new/b", "new/c"):
        write_footage(tmp_path / folder / "x.mov", 5)
    urls = ["file:///D:/old/b/X.MOV", "\\\\nas\\old\\a\\x.mov", "file:///elsewhere/x.mov"]
    made = timeline(track(*(clip(f"clip {url[-7]}", 5, url=url) for url in urls)))
    plan = make_plan(made, tmp_path, PlanOptions(relink=[tmp_path / "new"]))
    assert [str(p.clip.media.relative_to(tmp_path)) for p in plan.clips] == [
        "new/b/x.mov",
        "new/a/x.mov",
    ]  # type: ignore[union-attr]
    assert "could both be" in plan.skipped[0].reason


def test_missing_media_is_named(media: Path) -> None:
    resolve = clip("resolve", 5)
    resolve.metadata["Resolve_OTIO"] = {"Media Url": "/Volumes/gone/x.mov"}
    items = [
        resolve,
        clip("web", 5, url="https://host/x.mov"),
        clip("lost", 5),
        clip("text", 5, url="a.txt"),
    ]
    (media / "a.txt").write_text("ffconcat version 1.0\nfile day.mov\n")
    reasons = {skip.clip: skip.reason for skip in make_plan(timeline(track(*items)), media).skipped}
    assert "/Volumes/gone/x.mov" in reasons["resolve"]
    assert "never fetched" in reasons["web"]
    assert "nothing says where" in reasons["lost"]
    assert "not a video" in reasons["text"]


def test_clips_tracks_and_a_range_can_be_chosen(media: Path) -> None:
    low = track(clip("one", 20, url="plain.mov"), clip("two", 20, url="plain.mov"), name="low")
    high = track(gap(30), clip("three", 20, url="plain.mov"), name="high")
    made = timeline(low, high)

    def names(options: PlanOptions) -> list[tuple[str, int, int]]:
        return [(p.name, *p.frames) for p in make_plan(made, media, options).clips]

    assert names(PlanOptions(clips=["t*"])) == [("two", 20, 30), ("three", 30, 50)]
    assert names(PlanOptions(tracks=["low"])) == names(PlanOptions(tracks=["1"]))
    assert names(PlanOptions(tracks=["2"])) == [("three", 30, 50)]
    part = Span(Fraction(10, 24), Fraction(15, 24))
    assert names(PlanOptions(span=part)) == [("one", 10, 20), ("two", 20, 25)]
    assert used(make_plan(made, media, PlanOptions(span=part)))[0] == (10, 10)
    with pytest.raises(V2AError, match="is no track of"):
        names(PlanOptions(tracks=["middle"]))


def test_a_timeline_without_a_rate_asks_for_one(media: Path) -> None:
    made = timeline(track(clip("a", 48_000, rate=48_000, url="plain.mov")))
    with pytest.raises(V2AError) as told:
        make_plan(made, media)
    assert "--rate" in told.value.remedy
    assert make_plan(made, media, PlanOptions(rate=Fraction(25))).rate == 25


@pytest.mark.slow
def test_every_shared_timeline_is_planned_or_refused_by_name(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With media of the needed names, rates, lengths and timecodes made on the spot."""
    files = sorted(path for path in (shared / "timelines").iterdir() if path.suffix != ".md")
    assert len(files) > 30
    without: list[str] = []
    for file in files:
        timelines = read_timelines(file)
        footage_for(timelines, tmp_path / file.name)
        for found in timelines:
            plan = make_plan(found, file.parent, PlanOptions(relink=[tmp_path / file.name]))
            print_plan(plan)
            assert (
                json.loads(json.dumps(plan_document(plan)))["skipped"]
                == plan_document(plan)["skipped"]
            )
            assert all(skip.clip and skip.reason for skip in plan.skipped)
            without += [] if plan.clips else [file.name]
    assert set(without) == {
        "generator_reference_test.otio", "premiere_generators.xml",  # generators only
        "multi_audio.edl", "one_audio_clip.aaf", "sample_just_track.xml",  # no picture at all
    }  # fmt: skip
    assert (
        "skipped: test_title (V3) at 00:00:00:15: its picture is generated"
        in capsys.readouterr().out
    )


@pytest.mark.alone
def test_a_thousand_clips_of_fifty_files_are_planned_in_seconds(tmp_path: Path) -> None:
    for number in range(50):
        write_footage(tmp_path / f"{number}.mov", 60)
    clips = [clip(f"c{k}", 30, k % 20, url=f"{k % 50}.mov") for k in range(1000)]
    timeline(track(*clips), track(gap(500), *clips[:0])).to_json_file(str(tmp_path / "a.otio"))
    begun = time.monotonic()
    plan = make_plan(read_timelines(tmp_path / "a.otio")[0], tmp_path)
    assert time.monotonic() - begun < 5
    assert len(plan.clips) == 1000 and len(plan.media) == 50


def test_a_bundle_brings_its_media(media: Path, tmp_path: Path) -> None:
    made = timeline(track(clip("a", 20, 10, url=str(media / "plain.mov"))))
    made.tracks[0][0].media_reference.target_url = (media / "plain.mov").as_uri()
    otio.adapters.write_to_file(made, str(tmp_path / "a.otioz"), media_policy="MissingIfNotFile")
    document = read_document(tmp_path / "a.otioz")
    plan = make_plan(document.timelines[0], document.folder)
    assert used(plan) == [(10, 20)]
    (path,) = plan.media
    del document
    assert not path.exists()


def test_sound_without_a_picture_is_named(media: Path) -> None:
    made = timeline(otio.schema.Track("A1", [clip("song", 50, url="song.wav")], kind="Audio"))
    (skip,) = make_plan(made, media).skipped
    assert skip.clip == "song" and "no picture" in skip.reason
