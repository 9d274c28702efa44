"""Watcher and daemon killed again and again while footage arrives: once each, all the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integrations.watch_folder.story import Day, Size

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL and /proc"),
]


def test_every_file_once_through_kills(tmp_path: Path, tiny_pack_folder: Path) -> None:
    day = Day(tmp_path, tiny_pack_folder, Size(files=40, broken=4, kills=6, patience_s=1200))
    try:
        day.run()
    finally:
        day.end_all()
