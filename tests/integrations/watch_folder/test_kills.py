"""Watcher, daemon and both killed while footage arrives: each file once, all the same.

Many kills at any instant of a longer day are a bench (`python -m tests.bench watch`).
"""

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
    size = Size(files=12, broken=2, kills=3, patience_s=1200, at_random=False)
    day = Day(tmp_path, tiny_pack_folder, size)
    try:
        day.run()
    finally:
        day.end_all()
