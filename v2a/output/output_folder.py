"""Where v2a may put a `NAME.foley`: at a free place, or over one that it made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from v2a.errors import V2AError
from v2a.output.foley_names import GENERATOR, Names

ENDING = ".foley"


def check_ours(folder: Path, force: bool = False) -> None:
    """Raise OUTPUT_NOT_OURS if a path exists that v2a did not make, unless forced."""
    if (folder.exists() or folder.is_symlink()) and not force and not is_ours(folder):
        raise V2AError("OUTPUT_NOT_OURS", path=folder)


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a sidecar that v2a wrote."""
    sidecar = folder / Names(folder.name.removesuffix(ENDING)).sidecar
    try:
        found: Any = json.loads(sidecar.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("generator") == GENERATOR and "schema" in found
