"""Children that die, hang, or lose their device: replaced, their job begun again, twice at most."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import Witness, another, ended, pids, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, run_daemon
from v2a.api.job_types import Job
from v2a.client import Client
from v2a.job_settings import Settings
from v2a.pipeline import scene_seed

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL"),
]
ONCE = ["kill@find", "exit@find", "sticky@find", "hang@find", "kill@tracks", "kill@written"]
ONCE_MAKING = ["kill@make", "sticky@make"]
SEEDS = {"kill@make": 101, "sticky@make": 102, "oom@make": 103, "poison": 104, "no room": 105}
HANG_S = 10
"""Long enough that a loaded machine is not taken for a child that hangs."""


def word(what: str) -> str:
    """How a fault knows its job: by the name of its film, which no other film has."""
    return what.replace("@", "-at-").replace(" ", "-")


def faults() -> str:
    """Each strikes one job: by its film's name, where sounds are made by its first scene's seed."""
    seeds = {what: f"seed={scene_seed(seed, 1)}" for what, seed in SEEDS.items()}
    struck = [f"{what}/{word(what)}:1" for what in [*ONCE, "oom@find", "kill@media"]]
    struck += [f"{what}/{seeds[what]}:1" for what in [*ONCE_MAKING, "oom@make"]]
    struck += [f"kill@make/{seeds['poison']}", f"oom@make/{seeds['no room']}"]
    struck += ["kill@device:1"]
    return ",".join(struck)


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, tiny_pack_folder: Path
) -> Iterator[RunningDaemon]:
    memory = tmp_path_factory.mktemp("memory")
    env = {"V2A_FAULT": faults(), "V2A_FAULT_MEMORY": str(memory)}
    folder = tmp_path_factory.mktemp("daemon")
    made = run_daemon(folder, tiny_pack_folder, env, hang_s=HANG_S, keep_alive=-1)
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
    """Whatever befell the daemon in a test, the contract holds after it."""
    with daemon.client() as client:
        yield client
        witness.check(daemon)


def make(client: Client, witness: Witness, film: Path, settings: Settings, what: str) -> Job:
    """A job that a fault knows by `what`."""
    settings = replace(settings, seed=SEEDS.get(what, 0))
    return witness.create(client, spec(another(film, word(what)), settings, 12))


def test_a_worker_that_dies_before_its_first_word_is_replaced(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    job = ended(client, make(client, witness, film, daemon.settings, "first"))
    assert (job.state, job.attempt) == ("succeeded", 2)


@pytest.mark.parametrize("what", [*ONCE, *ONCE_MAKING])
def test_a_death_costs_an_attempt_and_no_more(
    what: str, daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    before = client.status().restarts
    job = ended(client, make(client, witness, film, daemon.settings, what))
    assert (job.state, job.attempt) == ("succeeded", 2)
    of_worker = not what.endswith(("tracks", "written"))
    assert client.status().restarts == before + of_worker


@pytest.mark.parametrize("what", ["kill@media", "oom@find", "oom@make"])
def test_what_the_worker_gets_over_by_itself_costs_nothing(
    what: str, daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    before = pids(daemon, "worker")
    job = ended(client, make(client, witness, film, daemon.settings, what))
    assert (job.state, job.attempt) == ("succeeded", 1)
    assert pids(daemon, "worker") == before


def test_memory_that_is_short_for_good_fails_the_job_and_not_the_worker(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    before = pids(daemon, "worker")
    job = ended(client, make(client, witness, film, daemon.settings, "no room"))
    assert job.state == "failed" and job.error and job.error.reason == "OUT_OF_MEMORY"
    assert job.attempt == 1 and pids(daemon, "worker") == before


def test_a_job_that_kills_three_times_has_failed_and_takes_no_other_with_it(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    poison = make(client, witness, film, daemon.settings, "poison")
    innocent = []
    while not (seen := client.job(poison.name)).done:
        if len(innocent) < 6:
            innocent.append(
                make(client, witness, film, daemon.settings, f"innocent{len(innocent)}")
            )
        time.sleep(1)
    assert seen.state == "failed" and seen.attempt == 3
    assert seen.error and seen.error.reason == "WORKER_CRASHED"
    others = [ended(client, job) for job in innocent]
    assert {job.state for job in others} == {"succeeded"}
    assert max(job.attempt for job in others) <= 2


def test_a_worker_that_stands_still_is_found_out(
    daemon: RunningDaemon, client: Client, witness: Witness, film: Path
) -> None:
    slow = replace(daemon.settings, steps=300)
    job = witness.create(client, spec(another(film, "still"), slow, 12))
    while client.job(job.name).progress.stage != "generate":
        time.sleep(0.05)
    (worker,) = pids(daemon, "worker")
    os.kill(worker, signal.SIGSTOP)
    begun = time.monotonic()
    while worker in pids(daemon, "worker"):
        time.sleep(0.1)
        assert time.monotonic() - begun < 10 * HANG_S
    assert time.monotonic() - begun >= HANG_S / 2
    job = ended(client, job)
    assert (job.state, job.attempt) == ("succeeded", 2)
    assert any("silent for" in line["message"] for line in daemon.said())
