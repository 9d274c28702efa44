"""Options of `v2a serve` as the daemon's own command line spells them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast


def arguments(**said: str | float | Path | Sequence[Path] | None) -> list[str]:
    """`--name value` for everything that was said, once for each of several values."""
    words: list[str] = []
    for name, value in said.items():
        values = cast(list[Any], value if isinstance(value, list) else [value])
        for one in values:
            if one is not None:
                words += [f"--{name.replace('_', '-')}", str(one)]
    return words
