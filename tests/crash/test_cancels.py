"""A job cancelled at any stage ends, leaves nothing behind and troubles no other.

Any instant is a bench (`random_cancels.py`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import PATIENCE_S, Witness, another, ended, pids, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon, run_daemon, wait_until
from v2a.api.job_types import Job
from v2a.client import Client
from v2a.pipeline import scene_seed

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]
SEED = 112
"""Of the job that is held while its sound is made: all that is known of it there."""
STAGES = {
    "find": "/struck-find",
    "media": "/struck-media",
    "make": f"/seed={scene_seed(SEED, 1)}",
    "tracks": "/struck-tracks",
}
"""Where a child stands still, once each; and how it knows the job."""
STEPS = 150
"""Of the sound model: a second or so on a quiet core."""
CANCEL_S = 3


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where children note what stage they stand still at, until there is a `go`."""
    return tmp_path_factory.mktemp("struck")


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, tiny_pack_folder: Path, struck: Path
) -> Iterator[RunningDaemon]:
    faults = ",".join(f"hold@{stage}{word}:1" for stage, word in STAGES.items())
    env = {"V2A_FAULT": faults, "V2A_FAULT_MEMORY": str(struck)}
    folder = tmp_path_factory.mktemp("daemon")
    made = run_daemon(folder, tiny_pack_folder, env, keep_alive=-1, cancel_s=PATIENCE_S)
    yield made
    assert made.end() == 0


@pytest.fixture(scope="module")
def film(daemon: RunningDaemon) -> Path:
    return write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))


@pytest.fixture(scope="module")
def witness(daemon: RunningDaemon) -> Witness:
    return Witness(daemon.state, daemon.root)


@pytest.fixture
def client(daemon: RunningDaemon, witness: Witness) -> Iterator[Client]:
    with daemon.client() as client:
        yield client
        witness.check(daemon)


@pytest.mark.parametrize("stage", STAGES)
def test_in_every_stage(
    stage: str, daemon: RunningDaemon, client: Client, witness: Witness, film: Path, struck: Path
) -> None:
    """Its child stands there when the cancel comes, then obeys; the job beside it goes on."""
    settings = replace(daemon.settings, seed=SEED if stage == "make" else 0)
    beside = witness.create(client, spec(another(film, f"beside-{stage}"), daemon.settings, 12))
    job = witness.create(client, spec(another(film, f"struck-{stage}"), settings, 12))
    wait_until(lambda: any(struck.glob(f"hold@{stage} *")), PATIENCE_S)
    workers = pids(daemon, "worker")
    for _ in range(2):  # asked twice it is cancelled once
        client.cancel(job.name)
    (struck / "go").touch()
    done = ended(client, job)
    (struck / "go").unlink()
    assert (done.state, done.attempt, done.error) == ("cancelled", 1, None) and not done.artifacts
    assert not (film.parent / "results" / f"struck-{stage}.foley").exists()
    done = ended(client, beside)
    assert (done.state, done.attempt) == ("succeeded", 1)
    assert pids(daemon, "worker") == workers, "a worker that obeys lives on"
    assert client.status().restarts == 0


def begin(
    client: Client, witness: Witness, daemon: RunningDaemon, film: Path, name: str, steps: int
) -> Job:
    settings = replace(daemon.settings, steps=steps)
    return witness.create(client, spec(another(film, name), settings, 12))


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
