"""The files that a daemon on this machine may read and write itself: those inside its roots."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def is_inside(path: Path, roots: Iterable[Path]) -> bool:
    """Whether a path, links followed, lies in one of the roots and can be named to the daemon."""
    real = path.resolve()
    return is_text(path) and any(real.is_relative_to(root) for root in roots)


def is_text(path: Path) -> bool:
    """Whether a path can be written as UTF-8; file names are bytes, and some cannot."""
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True
