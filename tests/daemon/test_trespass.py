"""What a client names and may not have: paths that lead out, and media that means harm."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.daemon.test_media_child import HOSTILE
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, reason_of
from v2a.api.job_types import Job, JobSpec, Output, TimelineClip
from v2a.client import Client
from v2a.errors import BAD_MEDIA
from v2a.v1 import job_pb2, pack_service_pb2, stage_service_pb2
from v2a.v1 import job_service_pb2 as pb
from v2a.v1.job_service_pb2_grpc import JobServiceStub
from v2a.v1.pack_service_pb2_grpc import PackServiceStub
from v2a.v1.stage_service_pb2_grpc import StageServiceStub

CALL_S = 60.0
WIDER = {"many streams": ("",)}
"""What the limits of a daemon let pass, and those of the media child's own tests do not."""


@pytest.fixture(scope="module")
def outside(
    tmp_path_factory: pytest.TempPathFactory, daemon: RunningDaemon, tiny_pack_folder: Path
) -> Path:
    """A folder with all that a job needs, but beside the roots; links in the root lead there."""
    folder = tmp_path_factory.mktemp("outside").resolve()
    write_film(folder / "film.mp4", Film())
    shutil.copytree(tiny_pack_folder, folder / "pack")
    (daemon.root / "link").symlink_to(folder)
    (daemon.root / "link.mp4").symlink_to(folder / "film.mp4")
    (daemon.root / "nowhere").symlink_to(folder / "new")
    write_film(daemon.root / "film.mp4", Film())
    return folder


def ways_out(root: Path, outside: Path, name: str) -> dict[str, str]:
    """Spellings of `outside/name`, and of what no daemon should ever open."""
    up = "/".join([".."] * len(root.parts))
    return {
        "itself": f"{outside}/{name}",
        "..": f"{root}/{up}{outside}/{name}",
        "a link": f"{root}/link/{name}",
        "a link and ..": f"{root}/link/../{outside.name}/{name}",
        "file:": f"file://{outside}/{name}",
        "FILE:": f"FILE:{outside}/{name}",
        "file: inside": f"file://{root}/{name}",
        "UNC": f"//localhost{outside}/{name}",
        "UNC of Windows": rf"\\localhost\c$\{name}",
        "a URL": f"https://localhost/{name}",
        "a URL in capitals": f"HTTP://localhost/{name}",
        "concat:": f"concat:{outside}/{name}",
        "relative": name,
        "home": f"~/{name}",
        "a zero": f"{root}/\0{outside}/{name}",
        "capitals": f"{str(root).upper()}/{name}" if sys.platform == "linux" else f"/{name}",
        "a device": "/dev/zero",
        "a process": "/proc/self/environ",
        "the root of all": "/",
        "a name without end": "/" + "a/" * 9000 + name,
    }


Ask = Callable[[grpc.Channel, str, RunningDaemon], object]


def _job_media(channel: grpc.Channel, path: str, daemon: RunningDaemon) -> object:
    stub: Any = JobServiceStub(channel)
    request = pb.CreateJobRequest(clips=[job_pb2.TimelineClip(path=path)])
    return stub.CreateJob(request, metadata=daemon.metadata, timeout=CALL_S)


def _job_output(channel: grpc.Channel, path: str, daemon: RunningDaemon) -> object:
    stub: Any = JobServiceStub(channel)
    clip = job_pb2.TimelineClip(path=str(daemon.root / "film.mp4"))
    request = pb.CreateJobRequest(clips=[clip], output=job_pb2.Output(folder=path))
    return stub.CreateJob(request, metadata=daemon.metadata, timeout=CALL_S)


def _job_pack(channel: grpc.Channel, path: str, daemon: RunningDaemon) -> object:
    stub: Any = JobServiceStub(channel)
    clip = job_pb2.TimelineClip(path=str(daemon.root / "film.mp4"))
    request = pb.CreateJobRequest(clips=[clip], settings=job_pb2.Settings(pack=path))
    return stub.CreateJob(request, metadata=daemon.metadata, timeout=CALL_S)


def _stage_media(channel: grpc.Channel, path: str, daemon: RunningDaemon) -> object:
    stub: Any = StageServiceStub(channel)
    request = stage_service_pb2.DetectScenesRequest(clip=job_pb2.TimelineClip(path=path))
    return stub.DetectScenes(request, metadata=daemon.metadata, timeout=CALL_S)


def _loaded_pack(channel: grpc.Channel, path: str, daemon: RunningDaemon) -> object:
    stub: Any = PackServiceStub(channel)
    request = pack_service_pb2.LoadPackRequest(pack=path)
    return stub.LoadPack(request, metadata=daemon.metadata, timeout=CALL_S)


ASKED: dict[str, tuple[Ask, str]] = {
    "media of a job": (_job_media, "film.mp4"),
    "media of a stage": (_stage_media, "film.mp4"),
    "results": (_job_output, "new"),
    "a job's pack": (_job_pack, "pack"),
    "a pack to load": (_loaded_pack, "pack"),
}


@pytest.mark.parametrize("what", ASKED)
def test_no_path_leads_out_of_the_roots(daemon: RunningDaemon, outside: Path, what: str) -> None:
    ask, name = ASKED[what]
    before = sorted(outside.rglob("*"))
    with daemon.channel() as channel:
        for spelling, path in ways_out(daemon.root, outside, name).items():
            with pytest.raises(grpc.RpcError) as refused:
                ask(channel, path, daemon)
            reason = reason_of(refused.value)
            by_name = "pack" in what and Path(path).name == path
            expected = ("PACK_NOT_FOUND",) if by_name else ("OUTSIDE_ROOTS", "IS_URL")
            assert reason in expected, (spelling, reason)
    assert sorted(outside.rglob("*")) == before


def test_links_are_followed_before_they_are_judged(daemon: RunningDaemon, outside: Path) -> None:
    with daemon.channel() as channel:
        for ask, link in (
            (_job_media, "link.mp4"),
            (_job_output, "link"),
            (_job_output, "nowhere"),
        ):
            with pytest.raises(grpc.RpcError) as refused:
                ask(channel, str(daemon.root / link), daemon)
            assert reason_of(refused.value) in ("OUTSIDE_ROOTS", "NOT_FOUND")
    assert not (outside / "new").exists()


# -- hostile media --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(daemon: RunningDaemon) -> Iterator[Client]:
    with daemon.client() as connected:
        yield connected


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_hostile_media_end_their_own_job_and_nothing_else(
    daemon: RunningDaemon, client: Client
) -> None:
    jobs: dict[str, Job] = {}
    restarts = client.status().restarts
    for number, (name, (make, _)) in enumerate(HOSTILE.items()):
        folder = daemon.root / "hostile" / str(number)
        folder.mkdir(parents=True)
        write_film(folder / "secret.mp4", Film())
        make(folder / "film.mp4")
        clip = TimelineClip(folder / "film.mp4")
        output = Output(kinds=frozenset({"mix", "sidecar"}))
        jobs[name] = client.create_job(JobSpec([clip], daemon.settings, output))
    for name, job in jobs.items():
        *_, ended = client.watch(job.name)
        reason = ended.error.reason if ended.error else ""
        assert reason in (*HOSTILE[name][1], *WIDER.get(name, ())), (name, ended.error)
        assert ended.state == ("failed" if reason else "succeeded")
        if ended.error:
            assert ended.error.entry.exit == BAD_MEDIA and "secret" not in ended.error.message
            assert ended.attempt == 1 and ended.artifacts == ()
    assert client.status().restarts == restarts
