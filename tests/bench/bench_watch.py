"""A watched folder at its full size: a busy day with fifty kills, and ten thousand idle files."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.integrations.watch_folder.idle import idle_share
from tests.integrations.watch_folder.story import Day, Size
from v2a.packs.random_pack import tiny_pack


def run(quick: bool = False) -> dict[str, Any]:
    """The rows about watching; `quick` has a tenth of the files and of the kills."""
    size = Size(50, 2, 5, 1200) if quick else Size(500, 20, 50, 5400)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.monotonic()
        day = Day(folder / "day", tiny_pack(folder / "tiny"), size)
        try:
            day.run()  # raises where a file is scored twice, half-read or not explained
        finally:
            day.end_all()
        share = idle_share(folder / "idle", 10_000, 20 if quick else 120)
        return {
            f"{size.files} files, {size.broken} broken, {size.kills} kills: scored once each": len(
                day.written
            ),
            "explained": len(day.explained()),
            "seconds": round(time.monotonic() - begun),
            "share of a core, 10,000 files idle": round(share, 5),
        }
