"""A watched folder under the root of the tests' daemon."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures_daemons import RunningDaemon
from tests.integrations.watch_folder.watchers import WatchedFolder


@pytest.fixture
def watched(
    daemon: RunningDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WatchedFolder]:
    """An empty folder, whose watchers find the tests' daemon."""
    monkeypatch.setenv("V2A_RUNTIME", str(daemon.runtime))
    monkeypatch.setenv("V2A_STATE", str(daemon.state))
    folder = daemon.root / "watched" / tmp_path.name
    folder.mkdir(parents=True)
    yield WatchedFolder(daemon, folder)
    shutil.rmtree(folder)
