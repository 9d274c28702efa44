"""A ready file read once, for its SHA-256; it must look the same before and after."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from v2a_integrations.watch_folder.scan import FileStamp

CHUNK = 4 << 20
HEAD = 4096
"""Bytes in which an FCP 7 timeline says what it is."""


def read_whole(path: Path, stamp: FileStamp) -> str | None:
    """Lower-case hexadecimal SHA-256; None where the file is not, or no more, in this state.

    Raises PermissionError.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            if FileStamp.of(os.fstat(file.fileno())) != stamp:
                return None
            while data := file.read(CHUNK):
                digest.update(data)
            same = FileStamp.of(os.fstat(file.fileno())) == stamp
        return digest.hexdigest() if same and is_still(path, stamp) else None
    except PermissionError:
        raise
    except OSError:
        return None


def is_still(path: Path, stamp: FileStamp) -> bool:
    """Whether a file is there and in this state."""
    try:
        return FileStamp.of(path.stat()) == stamp
    except OSError:
        return False


def is_no_timeline(path: Path) -> bool:
    """Whether an XML file is somebody else's: cameras write one beside every clip."""
    if path.suffix.lower() != ".xml":
        return False
    with path.open("rb") as file:
        return b"<xmeml" not in file.read(HEAD)
