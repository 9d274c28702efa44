"""Processes killed and jobs cancelled at instants drawn by chance: how often the promises held.

The tests strike once at every stage; what they leave out is left to chance here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.crash.random_cancels import cancelled_at_any_instant
from tests.crash.random_kills import LONGEST_S, killed_at_any_instant
from tests.crash.random_store_kills import store_killed_at_any_instant
from v2a.packs.random_pack import tiny_pack


def run(quick: bool = False) -> dict[str, Any]:
    """Kills of every kind of process, of the writer of the store, and cancels."""
    kills, folders, cancels = (2, 2, 8) if quick else (6, 10, 16)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack = tiny_pack(folder / "tiny")
        rows: dict[str, Any] = {
            f"{victim} killed": killed_at_any_instant(victim, kills, folder / victim, pack)
            for victim in LONGEST_S
        }
        rows["store's writer killed"] = ", ".join(
            store_killed_at_any_instant(seed, folder / f"store{seed}") for seed in range(folders)
        )
        rows["jobs cancelled"] = cancelled_at_any_instant(cancels, folder / "cancels", pack)
        return rows
