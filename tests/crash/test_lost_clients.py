"""Clients that stop reading cost no memory; those who watch a job that is deleted are told."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import grpc
import psutil
import pytest

from tests.crash.witness import Witness, another, ended, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon
from v2a.api.job_types import Job
from v2a.client import Client
from v2a.v1 import job_service_pb2 as pb
from v2a.v1.job_service_pb2_grpc import JobServiceStub

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]
READERS = 16
BYTES = 256 << 20
"""Of a file that nobody fetches to its end."""
MOST_GROWTH = 48 << 20
"""Of the server: far less than one such file; what 32 channels keep is among it."""


def rss(daemon: RunningDaemon) -> int:
    return psutil.Process(daemon.pid).memory_info().rss


def test_readers_that_stop_cost_no_memory(start_daemon: StartDaemon) -> None:
    daemon = start_daemon()
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    with daemon.client() as client, ExitStack() as stack:
        first = ended(client, witness.create(client, spec(film, daemon.settings, 12)))
        file = next(file for file in first.artifacts if file.kind == "mix")
        os.truncate(file.path, BYTES)  # and back before anybody looks
        before = rss(daemon)
        slow = replace(daemon.settings, steps=600)
        job = witness.create(client, spec(another(film, "slow"), slow, 12))
        for _ in range(READERS):
            stub = JobServiceStub(stack.enter_context(daemon.channel()))
            wanted = pb.DownloadArtifactRequest(name=file.name)
            download = stub.DownloadArtifact(wanted, metadata=daemon.metadata)
            watch = stub.WatchJob(pb.WatchJobRequest(name=job.name), metadata=daemon.metadata)
            for stream in (download, watch):
                next(iter(stream))  # one message, then no more
                stack.callback(stream.cancel)
        most = watched_to_its_end(daemon, client, job)
        print(f"{(most - before) >> 20} MiB more with {READERS} stalled watches and downloads")
        assert most - before < MOST_GROWTH
        os.truncate(file.path, file.size)
    witness.check(daemon)


def watched_to_its_end(daemon: RunningDaemon, client: Client, job: Job) -> int:
    """The most memory that the server had meanwhile."""
    most = 0
    while not client.job(job.name).done:
        most = max(most, rss(daemon))
        time.sleep(0.1)
    assert client.job(job.name).state == "succeeded"
    return most


@pytest.mark.alone
def test_watchers_of_a_deleted_job_are_told(daemon: RunningDaemon, tmp_path: Path) -> None:
    film = write_film(daemon.root / f"{tmp_path.name}.mp4", Film())
    with daemon.client() as client, daemon.channel() as channel:
        job = ended(client, client.create_job(spec(film, daemon.settings)))
        asked = pb.WatchJobRequest(name=job.name)
        streams = [
            JobServiceStub(channel).WatchJob(asked, metadata=daemon.metadata) for _ in range(8)
        ]
        client.delete(job.name)
        begun = time.monotonic()
        for stream in streams:
            try:
                assert [answer.job.name for answer in stream] == [job.name]
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.NOT_FOUND  # pyright: ignore
        assert time.monotonic() - begun < 8, "they waited for a heartbeat"
