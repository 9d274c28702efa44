"""JSON as v2a prints and writes it: one spelling, and never what is no JSON."""

from __future__ import annotations

import json
from typing import Any


def to_json(value: Any, **how: Any) -> str:
    """A value as JSON, letters of every script as they are; `how` goes to `json.dumps`.

    Raises ValueError for infinity and NaN, which JSON has no words for: Python's own spelling of
    them ends every other reader of a line.
    """
    return json.dumps(value, allow_nan=False, **{"ensure_ascii": False, **how})
