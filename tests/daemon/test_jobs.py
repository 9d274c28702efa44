"""Whole jobs through a real daemon: what is made, what is made again, and what is not."""

from __future__ import annotations

import hashlib
import json
import pickle
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.api.job_types import Job, JobSpec, Output, Span, TimelineClip, Track
from v2a.client import Client
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText


@pytest.fixture
def client(daemon: RunningDaemon) -> Iterator[Client]:
    with daemon.client() as client:
        yield client


@pytest.fixture
def quick(daemon: RunningDaemon) -> Settings:
    """The tiny pack, one step."""
    return daemon.settings


@pytest.fixture
def film(daemon: RunningDaemon, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenes of a second; its name is its own, so no other test's cache knows it."""
    folder = daemon.root / uuid.uuid4().hex
    folder.mkdir()
    seed = int(uuid.uuid4().int % 10_000)
    return write_film(
        folder / "film.mp4", Film(scenes=(25, 25, 25 + seed % 7), width=64 + 2 * (seed % 50))
    )


def done(client: Client, spec: JobSpec) -> Job:
    return client.wait(client.create_job(spec).name)


def stems(job: Job) -> dict[tuple[int, int], bytes]:
    """(scene, take) to its sound."""
    return {
        (file.scene, file.take): soundfile.read(file.path)[0].tobytes()
        for file in job.artifacts
        if file.kind == "stems"
    }


def takes_made(daemon: RunningDaemon) -> set[str]:
    """What the cache holds of generated sound."""
    return {file.name for file in (daemon.state / "cache" / "takes").iterdir()}


def sidecar(track: Track) -> dict[str, Any]:
    return json.loads((track.folder / f"{track.name}.foley.json").read_text("utf-8"))


def test_a_job_makes_tracks_that_tile_the_clip_and_files_that_are_whole(
    client: Client, quick: Settings, film: Path
) -> None:
    job = done(
        client, JobSpec([TimelineClip(film, known_cuts=(25, 50))], quick, Output(film.parent))
    )
    (track,) = job.tracks
    assert track.folder == film.parent / "film.foley"
    assert [scene.frames[0] for scene in track.scenes] == [0, 25, 50]
    places = [scene.place for scene in track.scenes]
    assert all(a.end == b.start for a, b in zip(places, places[1:], strict=False))
    assert places[0].start == 0 and places[-1].end == track.duration
    for file in job.artifacts:
        data = file.path.read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    for scene in track.scenes:
        (take,) = scene.takes
        stem = next(file for file in job.artifacts if file.name == take.artifact)
        assert soundfile.info(stem.path).frames == sum(scene.samples)
    assert job.progress.whole == 1 and job.attempt == 1 and job.started and job.ended


def test_the_same_request_is_one_job_and_another_one_of_its_id_is_refused(
    client: Client, quick: Settings, film: Path
) -> None:
    request_id = str(uuid.uuid4())
    spec = JobSpec([TimelineClip(film)], quick)
    first = client.create_job(spec, request_id)
    assert client.create_job(spec, request_id).name == first.name
    with pytest.raises(V2AError) as caught:
        client.create_job(JobSpec([TimelineClip(film)], quick, title="other"), request_id)
    assert caught.value.reason == "REQUEST_ID_REUSED"
    client.wait(first.name)


def test_the_same_job_again_makes_nothing_again(
    client: Client, quick: Settings, film: Path
) -> None:
    spec = JobSpec([TimelineClip(film, known_cuts=(25,))], quick, Output(film.parent))
    first = done(client, spec)
    written = {file.path: file.path.stat().st_mtime_ns for file in first.artifacts}
    again = done(client, spec)
    assert stems(again) == stems(first)
    assert {file.path: file.path.stat().st_mtime_ns for file in again.artifacts} == written
    next(iter(written)).unlink()  # but what is gone is written anew
    third = done(client, spec)
    assert all(file.path.is_file() for file in third.artifacts)
    assert stems(third) == stems(first)


def test_another_prompt_for_one_scene_makes_that_scene_only(
    daemon: RunningDaemon, client: Client, quick: Settings, film: Path
) -> None:
    clip = TimelineClip(film, known_cuts=(25, 50))
    done(client, JobSpec([clip], quick, Output(film.parent)))
    before = takes_made(daemon)
    worded = replace(quick, scene_texts={2: SceneText("rain")})
    second = done(client, JobSpec([clip], worded, Output(film.parent)))
    assert len(takes_made(daemon) - before) == 1
    assert [scene.takes[0].prompt for scene in second.tracks[0].scenes] == [None, "rain", None]


def test_a_scene_regenerated_keeps_all_takes_and_the_rest(
    client: Client, quick: Settings, film: Path
) -> None:
    clip = TimelineClip(film, known_cuts=(25, 50))
    first = done(client, JobSpec([clip], quick, Output(film.parent)))
    second = client.wait(client.regenerate_scene(first.name, 2).name)
    third = client.wait(client.regenerate_scene(second.name, 2, text=SceneText("rain")).name)
    takes = third.tracks[0].scenes[1].takes
    assert [take.take for take in takes] == [1, 2, 3] and third.tracks[0].scenes[1].take == 3
    assert [take.prompt for take in takes] == [None, None, "rain"]
    assert len({take.seed for take in takes}) == 3
    sounds = stems(third)
    assert {key: sounds[key] for key in stems(second)} == stems(second)
    assert len({sounds[2, take] for take in (1, 2, 3)}) == 3
    told = sidecar(third.tracks[0])["scenes"][1]
    assert told["take"] == 3 and len(told["takes"]) == 3
    mixed = soundfile.read(third.tracks[0].folder / "film.foley.wav")[0]
    was = soundfile.read(next(f.path for f in third.artifacts if (f.scene, f.take) == (1, 1)))[0]
    assert np.abs(mixed[2400:30_000] - was[2400:30_000]).max() < 1e-3  # the rest is untouched
    assert third.parent == second.name


def test_results_stay_with_the_daemon_where_no_folder_is_given(
    client: Client, quick: Settings, film: Path, tmp_path: Path
) -> None:
    kinds = frozenset({"stems", "sidecar"})
    job = done(client, JobSpec([TimelineClip(film)], quick, Output(kinds=kinds)))  # pyright: ignore
    assert {file.kind for file in job.artifacts} == kinds
    for artifact in job.artifacts:
        got = client.download(artifact, tmp_path / Path(artifact.file).name)
        assert hashlib.sha256(Path(got).read_bytes()).hexdigest() == artifact.sha256
    client.delete(job.name)
    assert not any(file.path.exists() for file in job.artifacts)
    with pytest.raises(V2AError) as caught:
        client.job(job.name)
    assert caught.value.reason == "NO_SUCH_JOB"


def test_media_that_was_uploaded_names_its_results(
    client: Client, quick: Settings, film: Path
) -> None:
    upload = client.upload(film)
    job = done(client, JobSpec([TimelineClip(upload)], quick))
    assert job.tracks[0].name == "film"


def test_the_same_bytes_under_two_names_are_told_by_their_own(
    client: Client, quick: Settings, film: Path
) -> None:
    other = film.with_name("the other.mov")
    other.write_bytes(film.read_bytes())
    link = film.with_name("a link.mp4")
    link.symlink_to(film)
    uploads = [(client.upload(path), path.name) for path in (film, other)]
    for media, name in (*uploads, (other, other.name), (link, link.name)):
        clip = TimelineClip(media, name="as wished")
        (track,) = done(client, JobSpec([clip], quick, Output(film.parent / "out"))).tracks
        assert sidecar(track)["file"] == name
        timeline = next(file for file in track.folder.iterdir() if file.suffix == ".otio")
        assert f'"name": "{name}"' in timeline.read_text("utf-8")


DAMAGE = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "random": lambda data: random.Random(1).randbytes(len(data)),
    "pickle": lambda data: pickle.dumps({"of": "before"}),
    "other format": lambda data: data.replace(b'"format": 1', b'"format": 0', 1),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_cache_is_made_anew(
    client: Client, quick: Settings, film: Path, daemon: RunningDaemon, how: str
) -> None:
    """Whatever lies in the cache, the job succeeds with the same sound."""
    text = SceneText(f"rain {how}")  # words of its own: what is found is made by this test
    spec = JobSpec([TimelineClip(film, text=text)], quick, Output(film.parent / how))
    first = stems(done(client, spec))
    entries = [file for file in (daemon.state / "cache").glob("*/*") if file.is_file()]
    assert {file.suffix for file in entries} >= {".npz", ".json", ".npy"}
    for file in entries:
        file.write_bytes(DAMAGE[how](file.read_bytes()))
    again = replace(spec, output=Output(film.parent / f"{how} again"))
    assert stems(done(client, again)) == first


def test_a_link_names_its_results(client: Client, quick: Settings, film: Path) -> None:
    link = film.with_name("another name.mp4")
    link.symlink_to(film)
    job = done(client, JobSpec([TimelineClip(link)], quick, Output(film.parent)))
    (track,) = job.tracks
    assert track.name == "another name"
    assert sidecar(track)["file"] == "another name.mp4"


def test_clips_of_a_timeline_lie_where_the_timeline_has_them(
    client: Client, quick: Settings, film: Path
) -> None:
    second = Fraction(1)
    places = [
        (Span(0 * second, second), Span(10 * second, second)),
        (Span(second, second), Span(11 * second, 2 * second)),  # at half its speed
        (Span(2 * second, 0 * second), Span(13 * second, second)),  # a frame held
    ]
    clips = [TimelineClip(film, *spans, frame_rate=Fraction(25)) for spans in places]
    settings = replace(quick, outer_handles=True)
    job = done(client, JobSpec(clips, settings, Output(film.parent)))
    assert [track.name for track in job.tracks] == ["film", "film-2", "film-3"]
    assert [track.duration for track in job.tracks] == [1, 2, 1]
    assert [track.frames for track in job.tracks] == [25, 50, 25]
    for clip, track in zip(clips, job.tracks, strict=True):
        assert clip.record and track.scenes[0].place.start == clip.record.start
        assert track.scenes[-1].place.end == clip.record.end
        lead, _, tail = track.scenes[0].samples
        assert lead > 0 and tail > 0
    assert job.tracks[2].scenes[0].quiet  # a held frame does not move


def test_a_bad_clip_fails_the_job_with_its_reason(
    client: Client, quick: Settings, film: Path
) -> None:
    empty = film.with_name("text.mp4")
    empty.write_text("this is no film")
    job = client.create_job(JobSpec([TimelineClip(film), TimelineClip(empty)], quick))
    with pytest.raises(V2AError) as caught:
        client.wait(job.name)
    assert caught.value.reason == "NOT_MEDIA" and "text.mp4" in caught.value.message
    failed = client.job(job.name)
    assert failed.state == "failed" and not failed.artifacts


def test_a_job_that_failed_can_be_retried_once_its_trouble_is_gone(
    client: Client, quick: Settings, film: Path
) -> None:
    there = film.with_name("later.mp4")
    there.write_bytes(b"not yet")
    job = client.create_job(JobSpec([TimelineClip(there)], quick))
    with pytest.raises(V2AError):
        client.wait(job.name)
    there.write_bytes(film.read_bytes())
    again = client.wait(client.retry(job.name).name)
    assert again.state == "succeeded" and again.parent == job.name


def test_a_job_is_written_once_more_with_other_files_and_nothing_is_made_again(
    client: Client, quick: Settings, film: Path
) -> None:
    first = done(client, JobSpec([TimelineClip(film)], quick, Output(kinds=frozenset({"stems"}))))
    first = client.wait(client.regenerate_scene(first.name, 2).name)
    wanted = Output(kinds=frozenset({"stems", "report", "mix"}))
    again = client.wait(client.retry(first.name, output=wanted).name)
    assert {file.kind for file in first.artifacts} == {"stems", "sidecar"}
    assert {file.kind for file in again.artifacts} == {"stems", "sidecar", "report", "mix"}
    assert again.parent == first.name and stems(again) == stems(first) and len(stems(again)) == 4


def test_a_cancelled_job_ends_as_one_and_leaves_nothing(
    client: Client, quick: Settings, film: Path
) -> None:
    slow = replace(quick, steps=1000, seed=5)
    job = client.create_job(JobSpec([TimelineClip(film)], slow, Output(film.parent / "out")))
    for seen in client.watch(job.name):
        if seen.progress.stage == "generate" or seen.done:
            break
    client.cancel(job.name)
    client.cancel(job.name)  # asking twice is no error
    ended = next(seen for seen in client.watch(job.name) if seen.done)
    assert ended.state == "cancelled"
    assert not list((film.parent / "out").glob("*"))


def test_pages_of_jobs_are_newest_first_and_complete(
    client: Client, quick: Settings, film: Path
) -> None:
    made = [client.create_job(JobSpec([TimelineClip(film)], quick)).name for _ in range(5)]
    for name in made:
        client.wait(name)
    listed = [job.name for job in client.jobs(limit=5)]
    assert listed == made[::-1]
    assert all(job.state == "succeeded" for job in client.jobs(states=["succeeded"]))


def test_stages_alone_agree_with_the_whole(client: Client, quick: Settings, film: Path) -> None:
    clip = TimelineClip(film, known_cuts=(25, 50))
    found = client.detect_scenes(clip, quick)
    assert [scene.frames for scene in found.scenes] == [(0, 25), (25, 50), (50, found.frames)]
    heard = client.predict_clap([scene.clip_vector for scene in found.scenes], settings=quick)
    for scene, sound in zip(found.scenes, heard, strict=True):
        assert np.allclose(scene.clap_vector, sound.clap_vector, atol=1e-4)
