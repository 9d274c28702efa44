"""A daemon told to end does so in good time, gives back what it was doing, and goes on with it."""

from __future__ import annotations

import hashlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import grpc
import pytest

from tests.crash.witness import Witness, another, ended, number, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon, wait_until
from v2a.api.job_types import Job
from v2a.client import Client
from v2a.v1 import job_pb2
from v2a.v1 import job_service_pb2 as pb
from v2a.v1.job_service_pb2_grpc import JobServiceStub

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM"),
]
LONGEST_DRAIN_S = 30.0
"""Ten seconds that a child has to obey, five that calls have to end, and a loaded machine."""


def at_stage(client: Client, job: Job, stage: str) -> Job:
    """A job while it is at a stage."""
    while (seen := client.job(job.name)).progress.stage != stage:
        assert not seen.done, seen
        time.sleep(0.02)
    return seen


def test_a_watch_a_job_and_an_upload_end_in_order_and_the_job_is_made_once(
    start_daemon: StartDaemon,
) -> None:
    daemon = start_daemon()
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    with daemon.client() as client:
        quick = witness.create(client, spec(film, daemon.settings))
        ended(client, quick)
        slow = replace(daemon.settings, steps=400)
        job = witness.create(client, spec(another(film, "slow"), slow, 12))
        later = [witness.create(client, spec(another(film, f"later{k}"), slow)) for k in range(9)]
        at_stage(client, job, "generate")
        watch = Watch(daemon, job)
        wait_until(lambda: bool(watch.seen))
        upload = threading.Thread(target=refused_upload, args=(daemon,))
        upload.start()
        wait_until(lambda: any((daemon.state / "uploads").glob("*/*.part")))
        begun = time.monotonic()
        assert daemon.end(signal.SIGTERM) == 0
        assert time.monotonic() - begun < LONGEST_DRAIN_S
        upload.join(30)
        assert watch.end() in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE)
    assert watch.seen[-1] == job_pb2.JOB_STATE_QUEUED
    states = witness.check()
    assert all(states[number(one)] == "queued" for one in (job, *later))
    assert not list(witness.leftovers())
    again = start_daemon()
    with again.client() as client:
        for one in later:
            client.cancel(one.name)
        done = ended(client, job)
        assert (done.state, done.attempt) == ("succeeded", 1)
        for one in later:
            assert ended(client, one).state in ("cancelled", "succeeded")
        witness.check(again)


class Watch:
    """An open stream of a job, read in a thread."""

    def __init__(self, daemon: RunningDaemon, job: Job) -> None:
        self.seen: list[int] = []
        self._channel = daemon.channel()
        request = pb.WatchJobRequest(name=job.name)
        self._call = JobServiceStub(self._channel).WatchJob(request, metadata=daemon.metadata)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            for answer in self._call:
                self.seen.append(answer.job.state)
        except grpc.RpcError:
            return

    def end(self) -> grpc.StatusCode:
        self._thread.join(30)
        assert not self._thread.is_alive()
        code = self._call.code()
        self._channel.close()
        return code


def refused_upload(daemon: RunningDaemon) -> None:
    """One that takes longer than the daemon lives."""

    def messages() -> Iterator[pb.UploadMediaRequest]:
        header = pb.UploadHeader(
            file_name="film.mp4", size_bytes=1 << 30, sha256=hashlib.sha256(b"").hexdigest()
        )
        yield pb.UploadMediaRequest(header=header)
        while daemon.process.poll() is None:
            yield pb.UploadMediaRequest(data=bytes(256 << 10))
            time.sleep(0.05)

    with daemon.channel() as channel, pytest.raises(grpc.RpcError):
        JobServiceStub(channel).UploadMedia(messages(), metadata=daemon.metadata)


def test_what_the_cache_holds_of_a_job_on_any_device_is_not_found_again(
    start_daemon: StartDaemon,
) -> None:
    """Its sounds are the first thing that a new daemon's worker is asked for, on `auto`."""
    daemon = start_daemon()
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    slow = replace(daemon.settings, steps=400, device="auto", takes=8)
    with daemon.client() as client:
        job = witness.create(client, spec(film, slow, 12))
        at_stage(client, job, "generate")
    daemon.kill()
    witness.check()
    found = {path: path.stat().st_mtime_ns for path in (daemon.state / "cache/frames").iterdir()}
    again = start_daemon()
    with again.client() as client:
        done = ended(client, job)
        assert (done.state, done.attempt) == ("succeeded", 2)
        assert "find" not in done.seconds and done.seconds["generate"] > 0
        witness.check(again)
    assert found
