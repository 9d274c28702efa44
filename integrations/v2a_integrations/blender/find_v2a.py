"""Finds v2a: by the preference, its installer's file, PATH, and the usual folders. Never waits."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

INSTALLED = Path(__file__).with_name("installed.json")
"""Written by `v2a install blender` beside the add-on: {"v2a": "/abs/path/of/v2a"}."""
PROGRAM = "v2a.exe" if sys.platform == "win32" else "v2a"


def find(preferred: str) -> Path | None:
    """Path of the v2a to use; None where there is none.

    A preference is taken even if nothing is there, so that a wrong one leads to an error; an empty
    one leaves it to the installer's file, PATH and the usual folders.
    """
    if preferred:
        chosen = Path(preferred)
        return chosen / PROGRAM if chosen.is_dir() else chosen
    return next((path for path in _places() if _runs(path)), None)


def installed() -> Path | None:
    """Path of v2a in the installer's file; None where that is missing or cannot be read."""
    try:
        told = json.loads(INSTALLED.read_text("utf-8"))["v2a"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(told) if isinstance(told, str) else None


def _places() -> Iterator[Path]:
    written = installed()
    if written is not None:
        yield written
    on_path = shutil.which(PROGRAM)
    if on_path is not None:
        yield Path(on_path)
    home = Path.home()
    yield home / ".local" / "bin" / PROGRAM  # pipx, uv tool, pip --user
    yield home / ".local" / "share" / "uv" / "tools" / "v2a" / "bin" / PROGRAM
    yield home / ".local" / "pipx" / "venvs" / "v2a" / "bin" / PROGRAM
    if sys.platform == "darwin":
        yield Path("/opt/homebrew/bin") / PROGRAM
    if sys.platform == "win32":
        yield home / "pipx" / "venvs" / "v2a" / "Scripts" / PROGRAM
    else:
        yield Path("/usr/local/bin") / PROGRAM


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
