"""The writer killed at every step of its work: what was promised holds when the store opens again.

Any instant is a bench (`random_store_kills.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.crash.store_promises import Promises, bury, check, start_writer
from tests.crash.store_writer import OPERATIONS, Strike
from tests.stores import in_store

NUMBERS = (1, 7)
"""The first of its kind, and one with others before it."""


@pytest.mark.crash
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_at_every_step_nothing_promised_is_lost(tmp_path: Path) -> None:
    promises, first = Promises(), 0
    strikes = [
        Strike(operation, when, number)
        for number in NUMBERS
        for operation in OPERATIONS
        for when in ("inside", "after")
    ]
    for strike in strikes:
        first += 10_000
        before = len(promises.added), len(promises.ended)
        writer, told = start_writer(tmp_path, first, strike)
        bury(writer, told, promises)
        in_store(tmp_path, lambda store: check(store, promises), ballast_bytes=4096)
        if strike.number > 1:
            assert (len(promises.added), len(promises.ended)) > before, "others were kept"
    assert promises.added and promises.claims and promises.ended and promises.cancelled
