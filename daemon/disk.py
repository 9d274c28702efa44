"""Is there room? Asked before work is taken on, for a full disk cannot even record that it is."""

from __future__ import annotations

import shutil
from pathlib import Path

from v2a.errors import V2AError

LEAST = 128 << 20
"""Bytes that must be free where the daemon keeps its things."""


def check_free(folder: Path, least: int = LEAST) -> int:
    """Bytes free where a folder lies; DISK_FULL if they are fewer than `least`."""
    free = shutil.disk_usage(folder).free
    if free < least:
        need, left = -(-least // 1_000_000), free // 1_000_000
        raise V2AError("DISK_FULL", path=folder, need_mb=need, free_mb=left)
    return free
