"""Downloads go on where they stopped and are never wrong; uploads are refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.api.job_types import Job, JobSpec, TimelineClip
from v2a.client import Client
from v2a.client.fetch_results import fetch
from v2a.errors import V2AError


@pytest.fixture(scope="module")
def job(daemon: RunningDaemon) -> Job:
    """A job whose results lie with the daemon."""
    film = write_film(daemon.root / "transfer.mp4", Film(scenes=(10,), width=64, height=36))
    with daemon.client() as client:
        spec = JobSpec([TimelineClip(film, whole=True)], daemon.settings)
        return client.wait(client.create_job(spec).name)


@pytest.fixture
def client(daemon: RunningDaemon):  # noqa: ANN201
    """A client of the daemon of most tests."""
    with daemon.client() as client:
        yield client


@pytest.mark.parametrize("begun", [0, 1, 1000, -1, None])
def test_a_download_goes_on(client: Client, job: Job, tmp_path: Path, begun: int | None) -> None:
    artifact = max(job.artifacts, key=lambda artifact: artifact.size)
    whole = artifact.path.read_bytes()
    (tmp_path / ".file.part").write_bytes(whole[:begun])
    told = []
    client.download(artifact, tmp_path / "file", told.append)
    assert (tmp_path / "file").read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert told == sorted(told) and told[-1] == 1.0


@pytest.mark.parametrize("rubbish", [b"x" * 100, b"x" * 10_000_000])
def test_a_part_of_something_else_is_not_kept(
    client: Client, job: Job, tmp_path: Path, rubbish: bytes
) -> None:
    artifact = job.artifacts[0]
    (tmp_path / ".file.part").write_bytes(rubbish)
    client.download(artifact, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == artifact.path.read_bytes()


def test_what_is_there_already_is_not_fetched(client: Client, job: Job, tmp_path: Path) -> None:
    artifact = job.artifacts[0]
    client.download(artifact, tmp_path / "file")
    gone = replace(artifact, name="jobs/999999/artifacts/1")
    client.download(gone, tmp_path / "file")
    with pytest.raises(V2AError) as caught:
        client.download(gone, tmp_path / "other")
    assert caught.value.reason in ("NO_SUCH_JOB", "NO_SUCH_ARTIFACT")


def test_content_that_is_not_as_recorded_is_refused(
    client: Client, job: Job, tmp_path: Path
) -> None:
    artifact = replace(job.artifacts[0], sha256="0" * 64)
    with pytest.raises(V2AError) as caught:
        client.download(artifact, tmp_path / "file")
    assert caught.value.reason == "DOWNLOAD_BROKEN"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(client: Client, job: Job, tmp_path: Path) -> None:
    with pytest.raises(V2AError) as caught:
        client.download(job.artifacts[0], tmp_path / "no-folder" / "file")
    assert caught.value.reason == "OUTPUT_READ_ONLY"


def test_a_whole_folder(client: Client, job: Job, tmp_path: Path) -> None:
    told = []
    folder = fetch(client, job, job.tracks[0], tmp_path, on_fraction=told.append)
    assert folder == tmp_path / "transfer.foley" and told[-1] == 1.0
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {artifact.file for artifact in job.artifacts}
    fetch(client, job, job.tracks[0], tmp_path)  # our own may be replaced
    (folder / "transfer.foley.json").unlink()
    with pytest.raises(V2AError) as caught:
        fetch(client, job, job.tracks[0], tmp_path)
    assert caught.value.reason == "OUTPUT_NOT_OURS"
    fetch(client, job, job.tracks[0], tmp_path, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["transfer.foley"]


@pytest.mark.parametrize("file", ["../escaped.wav", "/escaped.wav", "a/../../escaped.wav", ""])
def test_a_daemon_cannot_write_outside_the_folder(
    client: Client, job: Job, tmp_path: Path, file: str
) -> None:
    evil = replace(job, artifacts=(replace(job.artifacts[0], file=file),))
    with pytest.raises(V2AError) as caught:
        fetch(client, evil, job.tracks[0], tmp_path / "out")
    assert caught.value.reason == "DOWNLOAD_BROKEN"
    assert list(tmp_path.rglob("*.wav")) == [] and list((tmp_path / "out").iterdir()) == []


def test_uploads_that_cannot_be(client: Client, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.mp4", tmp_path):
        with pytest.raises(V2AError) as caught:
            client.upload(path)
        assert caught.value.reason == "NOT_FOUND"
