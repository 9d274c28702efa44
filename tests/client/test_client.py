"""The typed client against a real daemon: whole jobs, their results, stages, packs, status."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import subprocess
import sys
import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, wait_until
from v2a.api.job_types import JobSpec, Output, TimelineClip
from v2a.client import AsyncClient, Client, connect_async
from v2a.client.daemon_answers import AudioRequest
from v2a.errors import V2AError
from v2a.types import SceneText

SMALL = Film(scenes=(10, 10), width=64, height=36)


@pytest.fixture
def client(daemon: RunningDaemon):  # noqa: ANN201
    """A client of the daemon of most tests."""
    with daemon.client() as client:
        yield client


@pytest.fixture(scope="session")
def small_film(daemon: RunningDaemon) -> Path:
    """A film where the daemon can see it."""
    (daemon.root / "client").mkdir(exist_ok=True)
    return write_film(daemon.root / "client" / "small.mp4", SMALL)


def spec(daemon: RunningDaemon, film: Path, **changes: object) -> JobSpec:
    settings = replace(daemon.settings, **changes)
    return JobSpec([TimelineClip(film, known_cuts=(10,))], settings)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_heavy_is_loaded() -> None:
    script = (
        "import sys, v2a.client.blocking, v2a.client.fetch_results, v2a.client.start_daemon;"
        "sys.exit(', '.join(m for m in ('torch', 'av', 'numpy') if m in sys.modules) or None)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_two_clients_are_twins() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        public = inspect.getmembers(kind, inspect.isfunction)
        return {
            name: list(inspect.signature(function).parameters)
            for name, function in public
            if not name.startswith("_")
        }

    assert methods(Client) == methods(AsyncClient)


def test_a_job_from_file_to_files(
    daemon: RunningDaemon, client: Client, small_film: Path, tmp_path: Path
) -> None:
    out = daemon.root / "client" / "out"
    wanted = replace(spec(daemon, small_film), output=Output(out), title="a title")
    seen = []
    job = client.wait(client.create_job(wanted).name, seen.append)
    assert (job.state, job.title, job.done) == ("succeeded", "a title", True)
    sequences = [snapshot.sequence for snapshot in seen]
    assert sequences == sorted(set(sequences)) and seen[-1] == job
    assert all(0 <= snapshot.progress.whole <= 1 for snapshot in seen)
    (track,) = job.tracks
    assert (track.folder, track.frames, track.duration) == (out / "small.foley", 20, Fraction(4, 5))
    assert [scene.frames for scene in track.scenes] == [(0, 10), (10, 20)]
    for artifact in job.artifacts:
        fetched = client.download(artifact, tmp_path / "fetched")
        assert artifact.path == track.folder / artifact.file
        assert sha256(fetched) == artifact.sha256 == sha256(artifact.path)
    assert client.job(job.name) == job
    assert list(client.watch(job.name))[-1] == job  # a late one hears the end, and ends


def test_the_same_request_is_one_job(
    daemon: RunningDaemon, client: Client, small_film: Path
) -> None:
    wanted, request_id = spec(daemon, small_film), str(uuid4())
    first, second = (client.create_job(wanted, request_id) for _ in range(2))
    assert first.name == second.name != client.create_job(wanted).name
    with pytest.raises(V2AError) as caught:
        client.create_job(replace(wanted, title="another"), request_id)
    assert caught.value.reason == "REQUEST_ID_REUSED" and request_id in caught.value.message


def test_one_scene_anew(daemon: RunningDaemon, client: Client, small_film: Path) -> None:
    done = client.wait(client.create_job(spec(daemon, small_film)).name)
    again = client.regenerate_scene(done.name, 2, text=SceneText("rain"))
    job = client.wait(again.name)
    assert job.parent == done.name
    first, second = job.tracks[0].scenes
    assert (len(first.takes), first.take) == (1, 1) and (len(second.takes), second.take) == (2, 2)
    assert second.takes[1].prompt == "rain" and second.takes[0] != second.takes[1]
    with pytest.raises(V2AError) as caught:
        client.regenerate_scene(done.name, 3)
    assert caught.value.reason == "BAD_OPTION"


def test_what_fails_is_raised_and_can_be_retried(
    daemon: RunningDaemon, client: Client, tmp_path: Path
) -> None:
    broken = daemon.root / "client" / "broken.mp4"
    broken.parent.mkdir(exist_ok=True)
    broken.write_text("no film", "utf-8")
    job = client.create_job(spec(daemon, broken))
    with pytest.raises(V2AError) as caught:
        client.wait(job.name)
    assert caught.value.reason == "NOT_MEDIA" and caught.value.remedy
    write_film(broken, SMALL)
    again = client.wait(client.retry(job.name).name)
    assert (again.state, again.parent) == ("succeeded", job.name)
    client.delete(job.name)
    with pytest.raises(V2AError) as caught:
        client.job(job.name)
    assert caught.value.reason == "NO_SUCH_JOB" and job.name in caught.value.message


def test_cancelled_is_an_error_of_its_own(
    daemon: RunningDaemon, client: Client, small_film: Path
) -> None:
    job = client.create_job(spec(daemon, small_film, steps=1000, seed=99))
    client.cancel(job.name)
    with pytest.raises(V2AError) as caught:
        client.wait(job.name)
    assert caught.value.reason == "CANCELLED"
    assert client.cancel(job.name).state == "cancelled"  # twice is no error


def test_jobs_come_in_pages(
    daemon: RunningDaemon, client: Client, small_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v2a.client.asynchronous.PAGE", 2)
    made = [client.create_job(spec(daemon, small_film)).name for _ in range(5)]
    assert [job.name for job in client.jobs(limit=5)] == made[::-1]
    assert {job.name for job in client.jobs()} >= set(made)
    for name in made:
        client.wait(name)
    assert all(job.state == "succeeded" for job in client.jobs(["succeeded"], limit=9))


def test_media_that_the_daemon_cannot_see(
    daemon: RunningDaemon, client: Client, tmp_path: Path
) -> None:
    film, told = write_film(tmp_path / "far away.mp4", SMALL), []
    with pytest.raises(V2AError) as caught:
        client.create_job(spec(daemon, film))
    assert caught.value.reason == "OUTSIDE_ROOTS"
    upload = client.upload(film, told.append)
    assert upload.id == sha256(film) and told[-1] == 1.0
    assert client.upload(film) == upload
    clip = TimelineClip(upload, known_cuts=(10,))
    job = client.wait(client.create_job(JobSpec([clip], daemon.settings)).name)
    assert job.tracks[0].name == "far away"


def test_each_stage_alone(daemon: RunningDaemon, client: Client, small_film: Path) -> None:
    found = client.detect_scenes(TimelineClip(small_film, known_cuts=(10,)), daemon.settings)
    assert [scene.frames for scene in found.scenes] == [(0, 10), (10, 20)]
    assert [cut.frame for cut in found.cuts] == [10]
    vectors = [scene.clip_vector for scene in found.scenes]
    first, second = client.predict_clap(
        vectors, [SceneText(), SceneText("rain", "birds")], daemon.settings
    )
    assert first.clap_vector == pytest.approx(found.scenes[0].clap_vector, abs=1e-3)
    assert first.negative_vector is None and second.negative_vector is not None
    wanted = AudioRequest(second.clap_vector, Fraction(1, 2), 3, second.negative_vector)
    pieces = list(client.generate_audio([wanted], daemon.settings))
    samples = sum(len(piece.samples) for piece in pieces)
    assert samples == pieces[-1].rate // 2 and pieces[-1].last


def test_packs_and_status(daemon: RunningDaemon, client: Client) -> None:
    by_name = {pack.name: pack for pack in client.packs()}
    assert not by_name["paper"].installed and by_name["pocket"].installed
    wait_until(lambda: client.status().running == 0)  # jobs that earlier tests left to themselves
    loaded = client.load_pack(str(daemon.pack), "cpu")
    assert loaded.folder == daemon.pack and "vocabulary" in loaded.mappers
    status = client.status()
    assert status.pid == daemon.pid and status.roots == (daemon.root,)
    assert len(status.workers) == 1 and status.workers[0].memory > 0
    assert client.unload_packs() == 1
    with pytest.raises(V2AError) as caught:
        client.load_pack("no-such-pack")
    assert caught.value.reason == "PACK_NOT_FOUND" and "packs list" in caught.value.remedy


def test_with_an_event_loop(daemon: RunningDaemon, small_film: Path) -> None:
    async def whole() -> list[str]:
        async with await connect_async(daemon.address, daemon.token) as client:
            wanted = spec(daemon, small_film)
            jobs = await asyncio.gather(*(client.create_job(wanted) for _ in range(3)))
            done = await asyncio.gather(*(client.wait(job.name) for job in jobs))
            assert [job.name async for job in client.jobs(limit=3)]
            return [job.state for job in done]

    assert asyncio.run(whole()) == ["succeeded"] * 3


def test_hanging_up_ends_whoever_still_waits(daemon: RunningDaemon, small_film: Path) -> None:
    slow = replace(daemon.settings, steps=1000, seed=77)
    client = daemon.client()
    name = client.create_job(JobSpec([TimelineClip(small_film)], slow)).name
    ended: list[BaseException] = []

    def follow() -> None:
        try:
            for _ in client.watch(name):
                watching.set()
        except CancelledError as error:
            ended.append(error)

    watching = threading.Event()
    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert watching.wait(30)
    client.close()
    client.close()  # twice is once
    thread.join(60)
    assert not thread.is_alive() and len(ended) == 1
    with daemon.client() as other:
        other.cancel(name)


def test_no_call_that_begins_while_another_thread_hangs_up_waits_for_ever(
    daemon: RunningDaemon,
) -> None:
    for _ in range(30):
        check_hanging_up_between_calls(daemon.client())


def check_hanging_up_between_calls(client: Client) -> None:
    ended: list[BaseException] = []
    calling = threading.Event()

    def call() -> None:
        try:
            while True:
                client.status()
                calling.set()
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    assert calling.wait(60)
    client.close()
    thread.join(60)
    assert not thread.is_alive() and [type(error) for error in ended] == [CancelledError]
