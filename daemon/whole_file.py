"""A file written whole or not at all: `.part` beside it, flushed to the disk, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from v2a.errors import V2AError

PART = ".part"
"""Ending of what is being written; what a crash leaves of it is nobody's."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """A path to write to; at the end it is `path`, or gone where the block raised.

    Raises DISK_FULL where writing ended for want of room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{PART}")
    try:
        yield part
        _flush(part)
        os.replace(part, path)
        _flush_folder(path.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(path) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def disk_full(path: Path, need: int = 0) -> V2AError:
    """DISK_FULL for the disk of a path whose folder is there; `need` in bytes."""
    free = shutil.disk_usage(path.parent).free >> 20
    return V2AError("DISK_FULL", path=path, need_mb=max(need >> 20, free + 1), free_mb=free)


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
