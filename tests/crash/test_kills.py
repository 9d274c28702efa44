"""The server killed while a job stands at each of its stages: nothing is lost, all goes on.

What kills children at each stage is in `test_child_faults.py`; any process at any instant is a
bench (`random_kills.py`).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import PATIENCE_S, Witness, another, ended, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import StartDaemon, wait_until
from v2a.pipeline import scene_seed

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL"),
]
SEED = 111
"""Of the job that is struck while its sound is made: all that is known of it there."""
STAGES = {
    "device": "",
    "find": "/struck-find",
    "media": "/struck-media",
    "make": f"/seed={scene_seed(SEED, 1)}",
    "tracks": "/struck-tracks",
    "written": "/struck-written",
}
"""Where a child stands still, once each, until its server is killed; and how it knows the job."""


def test_the_server_is_killed_at_every_stage(start_daemon: StartDaemon, tmp_path: Path) -> None:
    struck = tmp_path / "struck"
    struck.mkdir()
    faults = ",".join(f"stall@{stage}{word}:1" for stage, word in STAGES.items())
    env = {"V2A_FAULT": faults, "V2A_FAULT_MEMORY": str(struck)}
    daemon = start_daemon(env=env)
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    for number, stage in enumerate(STAGES, 1):
        settings = replace(daemon.settings, seed=SEED if stage == "make" else number)
        with daemon.client() as client:
            job, beside = (
                witness.create(client, spec(another(film, f"{name}-{stage}"), how, 12))
                for name, how in (("struck", settings), ("beside", daemon.settings))
            )
        wait_until(lambda stage=stage: any(struck.glob(f"stall@{stage}*")), PATIENCE_S)
        daemon.kill()
        witness.check()
        daemon = start_daemon(env=env)
        with daemon.client() as client:
            done = ended(client, job)
            assert (done.state, done.attempt) == ("succeeded", 2), stage
            done = ended(client, beside)
            assert done.state == "succeeded" and done.attempt <= 2, stage
        witness.check(daemon)
