"""A job cancelled at any instant ends soon, leaves nothing behind and troubles no other."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import Witness, another, ended, pids, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon, run_daemon
from v2a.api.job_types import Job
from v2a.client import Client
from v2a.pipeline import scene_seed

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]
STAGES = ("frames", "sounds", "generate", "tracks")
STEPS = 150
"""Of the sound model: a second or so on a quiet core."""
CANCEL_S = 3


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, tiny_pack_folder: Path
) -> Iterator[RunningDaemon]:
    made = run_daemon(tmp_path_factory.mktemp("daemon"), tiny_pack_folder, keep_alive=-1)
    yield made
    assert made.end() == 0


@pytest.fixture(scope="module")
def film(daemon: RunningDaemon) -> Path:
    """Long enough to be met in every stage."""
    return write_film(daemon.root / "film.mp4", Film(scenes=(200, 200)))


@pytest.fixture(scope="module")
def witness(daemon: RunningDaemon) -> Witness:
    return Witness(daemon.state, daemon.root)


@pytest.fixture
def client(daemon: RunningDaemon, witness: Witness) -> Iterator[Client]:
    with daemon.client() as client:
        yield client
        witness.check(daemon)


def begin(
    client: Client, witness: Witness, daemon: RunningDaemon, film: Path, name: str, steps: int
) -> Job:
    settings = replace(daemon.settings, steps=steps)
    return witness.create(client, spec(another(film, name), settings, 200))


@pytest.mark.parametrize("stage", STAGES)
def test_in_every_stage(
    stage: str, daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    steps = STEPS if stage == "generate" else 1
    for attempt in range(5):  # a stage may be over before the word of it is here
        job = begin(client, witness, daemon, film, f"{stage}{attempt}", steps)
        seen = next(
            seen for seen in client.watch(job.name) if seen.done or seen.progress.stage == stage
        )
        workers = pids(daemon, "worker")
        client.cancel(job.name)
        done = ended(client, job)
        assert done.state in ("cancelled", "succeeded") and done.error is None
        assert pids(daemon, "worker") == workers, "a worker that obeys lives on"
        witness.check(daemon)
        if done.state == "cancelled" and not seen.done:
            break
    assert done.state == "cancelled" and not done.artifacts
    assert not (film.parent / "results" / f"{stage}{attempt}.foley").exists()


def test_at_any_instant(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    chance, jobs = random.Random(3), list[Job]()
    for k in range(16):
        jobs.append(begin(client, witness, daemon, film, f"any{k}", chance.choice((1, STEPS))))
        time.sleep(chance.uniform(0, 0.5))
        client.cancel(chance.choice(jobs).name)
    for job in jobs[::2]:
        client.cancel(job.name)
        client.cancel(job.name)
    states = [ended(client, job).state for job in jobs]
    print({state: states.count(state) for state in sorted(set(states))})
    assert set(states) <= {"cancelled", "succeeded"}
    assert client.status().restarts == 0


def test_one_of_a_shared_batch_leaves_the_other_whole(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    first = begin(client, witness, daemon, film, "first", 6 * STEPS)
    second = begin(client, witness, daemon, film, "second", 6 * STEPS)
    third = begin(client, witness, daemon, film, "third", 6 * STEPS)
    for job in (first, second, third):
        while client.job(job.name).progress.stage != "generate":
            time.sleep(0.02)
    client.cancel(second.name)
    assert ended(client, second).state == "cancelled"
    done = [ended(client, job) for job in (first, third)]
    assert [(job.state, job.attempt) for job in done] == [("succeeded", 1)] * 2
    assert len({file.sha256 for job in done for file in job.artifacts if file.scene}) > 2


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_child_that_does_not_obey_is_killed_in_time(
    start_daemon: StartDaemon, tmp_path: Path
) -> None:
    seed = f"seed={scene_seed(7, 1)}"
    fault = f"stall@find/deaf-find,stall@make/{seed},stall@tracks/deaf-tracks"
    struck = tmp_path / "struck"
    struck.mkdir()
    env = {"V2A_FAULT": fault, "V2A_FAULT_MEMORY": str(struck)}
    daemon = start_daemon(env=env, cancel_s=CANCEL_S)
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film())
    with daemon.client() as client:
        early = witness.create(client, spec(film, daemon.settings))
        while not (workers := pids(daemon, "worker")):
            time.sleep(0.02)
        client.cancel(early.name)  # while its worker loads, which others may need
        assert ended(client, early).state == "cancelled"
        for stage, killed in (("find", 1), ("make", 2), ("tracks", 2)):
            settings = replace(daemon.settings, seed=7 * (stage == "make"))
            job = witness.create(client, spec(another(film, f"deaf-{stage}"), settings))
            while not list(struck.glob(f"stall@{stage}*")):
                time.sleep(0.1)
            assert killed > 1 or pids(daemon, "worker") == workers
            begun = time.monotonic()
            client.cancel(job.name)
            assert ended(client, job).state == "cancelled"
            while client.status().restarts < killed or pids(daemon, "tracks"):
                assert time.monotonic() - begun < CANCEL_S + 20
                time.sleep(0.1)
            assert client.status().restarts == killed
            witness.check(daemon)
        after = witness.create(client, spec(another(film, "after"), daemon.settings))
        assert ended(client, after).state == "succeeded"
