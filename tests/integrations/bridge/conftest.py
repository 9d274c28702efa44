"""Bridges to the daemon of most tests, and to one of a user who runs none yet."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, environment, wait_until
from tests.integrations.bridge.bridges import Bridge
from v2a.client.runtime_files import Running


@pytest.fixture
def bridges() -> Iterator[Callable[[dict[str, str]], Bridge]]:
    """Starts bridges in an environment; they end with the test."""
    with ExitStack() as stack:
        yield lambda env: stack.enter_context(Bridge(env))


@pytest.fixture
def bridge(daemon: RunningDaemon, bridges: Callable[[dict[str, str]], Bridge]) -> Bridge:
    """A bridge to the daemon of most tests."""
    return bridges(daemon.env)


@pytest.fixture
def quick(daemon: RunningDaemon) -> dict[str, Any]:
    """Settings of the quickest sound there is."""
    return {"pack": str(daemon.pack), "steps": 1, "handle": "1/5"}


@pytest.fixture(scope="session")
def film(daemon: RunningDaemon) -> Path:
    """Two scenes of a second, 25 frames a second, where the daemon of most tests sees it."""
    folder = daemon.root / "bridge"
    folder.mkdir(exist_ok=True)
    return write_film(folder / "film.mp4", Film(width=64, height=36, seed=8))


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a user who runs no daemon; one that is started is ended."""
    env = environment(tmp_path / "state", tmp_path / "runtime")
    env |= {"V2A_DAEMON_ROOT": json.dumps([str(tmp_path)])}
    yield env
    while (told := daemon_of(env)) is not None:
        try:
            os.kill(told.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        wait_until(lambda told=told: daemon_of(env) != told, 60)


def daemon_of(env: dict[str, str]) -> Running | None:
    """The daemon of an environment, as its runtime file tells."""
    try:
        told = json.loads(Path(env["V2A_RUNTIME"], "daemon.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Running(told["address"], told["token"], told["pid"], told["version"])
