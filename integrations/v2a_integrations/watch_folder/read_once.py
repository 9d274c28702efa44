"""Reads a ready file once, for its SHA-256; its stamp must be the same before and after."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from v2a_integrations.watch_folder.scan import FileStamp

CHUNK = 4 << 20
"""Bytes read at a time; chosen so that the memory stays small and a share is asked seldom."""
HEAD = 4096
"""Bytes in which an FCP 7 timeline says what it is: its `<xmeml>` follows the XML declaration."""


def read_whole(path: Path, stamp: FileStamp) -> str | None:
    """Lower-case hexadecimal SHA-256; None where the file's stamp is another before or after.

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
    """Whether a file is there and has this stamp."""
    try:
        return FileStamp.of(path.stat()) == stamp
    except OSError:
        return False


def is_no_timeline(path: Path) -> bool:
    """Whether a file ends in .xml and is no FCP 7 timeline: cameras write one beside every clip."""
    if path.suffix.lower() != ".xml":
        return False
    with path.open("rb") as file:
        return b"<xmeml" not in file.read(HEAD)
