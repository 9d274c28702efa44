"""The clock set back while jobs wait and run: order and sequences are not its business."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.witness import Witness, another, ended, number, spec
from tests.films import Film, write_film
from tests.fixtures_daemons import StartDaemon

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed"),
]


class Clock:
    """The clock that a daemon sees."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.set("+0")
        self.env = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, offset: str) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.replace(self._file)


def test_set_back_while_a_job_runs_and_again_before_a_restart(
    start_daemon: StartDaemon, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    daemon = start_daemon(env=clock.env)
    witness = Witness(daemon.state, daemon.root)
    film = write_film(daemon.root / "film.mp4", Film(scenes=(12, 13)))
    slow = replace(daemon.settings, steps=300)
    with daemon.client() as client:
        first = ended(client, witness.create(client, spec(film, daemon.settings, 12)))
        running = witness.create(client, spec(another(film, "running"), slow, 12))
        sequences: list[int] = []
        for seen in client.watch(running.name):
            sequences.append(seen.sequence)
            if seen.progress.stage == "generate":
                clock.set("-30d")
        assert sequences == sorted(set(sequences)) and sequences[-1] > first.sequence
        assert client.job(running.name).state == "succeeded"
        later = [
            witness.create(client, spec(another(film, f"later{k}"), slow, 12)) for k in range(2)
        ]
        assert later[0].created and first.created and later[0].created < first.created
        before = client.job(later[0].name).sequence
    daemon.kill()
    witness.check()
    clock.set("-60d")
    daemon = start_daemon(env=clock.env)
    with daemon.client() as client:
        done = [ended(client, job) for job in later]
        assert {job.state for job in done} == {"succeeded"}
        assert done[0].sequence > before
        names = [job.name for job in client.jobs()]
        assert names == sorted(names, key=lambda name: -int(name.rpartition("/")[2]))
        assert names[0] == later[-1].name and number(first) == 1
        witness.check(daemon)
        assert client.status().restarts == 0
