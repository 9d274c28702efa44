"""A full disk refuses new work politely and keeps what was promised; with room, all goes on."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import PATIENCE_S, Witness, another, ended, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import StartDaemon, wait_until
from v2a.errors import V2AError
from v2a.pipeline import scene_seed
from v2a_daemon.instance import LEAST_FREE

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]
ROOM = 64 << 20
"""Bytes of a small disk beyond what has to be free."""
SEED = 113
"""Of the job that is held while its sound is made: all that is known of it there."""


@contextmanager
def full(disk: Path, left: int) -> Generator[None]:
    """A disk with so many bytes left."""
    filler, size = disk / "filler", 0
    with filler.open("wb") as file:
        while (spare := shutil.disk_usage(disk).free - left) > 0:
            try:
                os.posix_fallocate(file.fileno(), size, spare)
                size += spare
            except OSError:  # somebody else took some of it
                time.sleep(0.01)
    try:
        yield
    finally:
        filler.unlink()


@pytest.mark.parametrize("left", [LEAST_FREE - (1 << 20), 0], ids=["nearly", "quite"])
def test_the_daemon_s_own_disk(
    left: int, small_disk: Callable[[str, int], Path], tmp_path: Path, start_daemon: StartDaemon
) -> None:
    """A job stands where its sound is made while the disk fills, then goes on: it meets it."""
    state = small_disk("daemon/state", LEAST_FREE + ROOM)
    struck = tmp_path / "struck"
    struck.mkdir()
    env = {
        "V2A_FAULT": f"hold@make/seed={scene_seed(SEED, 1)}:1",
        "V2A_FAULT_MEMORY": str(struck),
    }
    daemon = start_daemon(tmp_path / "daemon", env=env)
    witness = Witness(state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    with daemon.client() as client:
        first = ended(client, witness.create(client, spec(film, daemon.settings, 12)))
        assert first.state == "succeeded"
        settings = replace(daemon.settings, seed=SEED)
        running = witness.create(client, spec(another(film, "running"), settings, 12))
        wait_until(lambda: any(struck.iterdir()), PATIENCE_S)
        with full(state, left):
            with pytest.raises(V2AError) as refused:
                client.create_job(spec(another(film, "refused"), daemon.settings))
            assert refused.value.reason == "DISK_FULL" and refused.value.remedy
            assert client.job(first.name) == first
            if not left:
                with pytest.raises(V2AError) as refused:
                    client.upload(another(film, "upload"))
                assert refused.value.reason == "DISK_FULL"
            (struck / "go").touch()
            seen = ended(client, running)  # its end is recorded even there
        if left:  # what begun jobs need is kept free for them
            assert seen.state == "succeeded"
        else:
            assert seen.state == "failed" and seen.error and seen.error.reason == "DISK_FULL"
            assert ended(client, client.retry(running.name)).state == "succeeded"
        after = witness.create(client, spec(another(film, "after"), daemon.settings, 12))
        assert ended(client, after).state == "succeeded"
        witness.check(daemon)
        assert client.status().restarts == 0


def test_jobs_that_wait_on_a_full_disk_run_when_there_is_room(
    small_disk: Callable[[str, int], Path], tmp_path: Path, start_daemon: StartDaemon
) -> None:
    state = small_disk("daemon/state", LEAST_FREE + ROOM)
    daemon = start_daemon(tmp_path / "daemon", jobs_at_once=1)
    witness = Witness(state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    with daemon.client() as client:
        jobs = [
            witness.create(client, spec(another(film, f"film{k}"), daemon.settings, 12))
            for k in range(3)
        ]
    daemon.kill()
    witness.check()
    with full(state, LEAST_FREE - (1 << 20)):
        daemon = start_daemon(tmp_path / "daemon")
        with daemon.client() as client:
            time.sleep(3)
            assert [client.job(job.name).state for job in jobs] == ["queued"] * 3
            client.cancel(jobs[2].name)
            assert client.job(jobs[2].name).state == "cancelled"
    with daemon.client() as client:
        assert [ended(client, job).state for job in jobs] == ["succeeded"] * 2 + ["cancelled"]
        witness.check(daemon)


def test_the_disk_of_the_results(
    small_disk: Callable[[str, int], Path], start_daemon: StartDaemon
) -> None:
    daemon = start_daemon()
    disk = small_disk("daemon/root/out", 96 << 20)
    witness = Witness(daemon.state, daemon.root)
    film = write_film(disk / "film.mp4", Film(scenes=(12, 13)))
    with daemon.client() as client:
        with full(disk, 1 << 20):
            job = ended(client, witness.create(client, spec(film, daemon.settings, 12)))
            assert job.state == "failed" and job.error and job.error.reason == "DISK_FULL"
            assert job.attempt == 1 and not list((disk / "results").glob("*"))
        again = ended(client, client.retry(job.name))
        assert again.state == "succeeded" and "find" not in again.seconds
        witness.check(daemon)
