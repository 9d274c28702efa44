"""What a watch costs when nothing happens."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil

from tests.fixtures_daemons import environment
from v2a_daemon.store.schema import migrate
from v2a_integrations.watch_folder.folder_settings import wishes_of
from v2a_integrations.watch_folder.ledger import key_of
from v2a_integrations.watch_folder.watcher import LONGEST_PAUSE_S

A_LOOK_S = 0.02
"""Processor time that a look at thousands of files takes at least, and nothing else does."""
A_FOLDER = 100
"""Files."""


def idle_share(folder: Path, files: int, seconds: float) -> float:
    """Share of one core that `v2a watch` takes over a folder of so many files, all done."""
    root, state = folder / "footage", folder / "state"
    state.mkdir(parents=True)
    with closing(sqlite3.connect(state / "jobs.db", isolation_level=None)) as database:
        migrate(database)
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO watched VALUES (?, ?, ?, ?, ?, ?, ?, 'done', '', '', ?, 0, '', '', '', 0)",
            [_entry(root, number) for number in range(files)],
        )
        database.execute("COMMIT")
    env = environment(state, folder / "runtime")
    command = [sys.executable, "-m", "v2a", "watch", str(root), "--json"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as watch:
        try:
            assert watch.stdout is not None
            for _ in range(files):
                assert json.loads(watch.stdout.readline())["state"] == "known"
            return _share(psutil.Process(watch.pid), seconds)
        finally:
            watch.terminate()
            subprocess.run([sys.executable, "-m", "v2a", "stop"], env=env, check=False)


def _entry(root: Path, number: int) -> tuple[str | int, ...]:
    """A file of its own content and the row that says it was done."""
    file = f"{number // A_FOLDER:03}/{number:05}.mp4"
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(str(number).encode())
    sha256, stat = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat()
    key = key_of(sha256, wishes_of({}))
    return str(root), key, file, sha256, stat.st_size, stat.st_mtime_ns, str(stat.st_ino), file


def _share(process: psutil.Process, seconds: float) -> float:
    """Processor time over time, once the start is over; of whole rounds, however long they are."""
    time.sleep(5)
    before, begun = _after_a_look(process)
    time.sleep(seconds)
    after, ended = _after_a_look(process)
    return (after - before) / (ended - begun)


def _after_a_look(process: psutil.Process) -> tuple[float, float]:
    """Processor time and time when a look has just been taken; at the latest when one is due."""
    latest, used = time.monotonic() + LONGEST_PAUSE_S + 30, _used(process)
    while time.monotonic() < latest:
        time.sleep(0.5)
        before, used = used, _used(process)
        if used - before >= A_LOOK_S:
            time.sleep(1)
            break
    return _used(process), time.monotonic()


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
