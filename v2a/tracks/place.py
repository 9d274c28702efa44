"""A `NAME.foley` takes its place whole or not at all, and only where v2a may put one."""

from __future__ import annotations

import errno
import glob
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from v2a.errors import V2AError
from v2a.tracks.names import GENERATOR, Names

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ENDING = ".foley"
MEGABYTE = 1_000_000
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
FULL = {errno.ENOSPC, errno.EDQUOT}


def check_ours(folder: Path, force: bool = False) -> None:
    """Raise OUTPUT_NOT_OURS where something stands that v2a did not make, unless forced."""
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


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """An unfinished folder beside `folder` that takes its place when the body ends well.

    What a writer left there that was killed is put right first.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _mend(folder)
    part = folder.parent / f".{folder.name}.part-{token_hex(4)}"
    part.mkdir()
    with _locked(part):
        try:
            yield part
            _take_place(part, folder)
        finally:
            _delete(part)


def _mend(folder: Path) -> None:
    """Remove what no living writer works on; a folder that was moved away is moved back."""
    name = glob.escape(folder.name)
    olds = list(folder.parent.glob(f".{name}.old-*"))
    for part in folder.parent.glob(f".{name}.part-*"):
        with _locked(part) as free:
            if not free:
                return
            _delete(part)
    for old in olds:
        if folder.exists():
            _delete(old)
        else:
            old.rename(folder)


@contextmanager
def _locked(part: Path) -> Iterator[bool]:
    """A lock on an unfinished folder, which ends with the process; False where there is none."""
    handle = _lock(part)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _lock(part: Path) -> int | None:
    """None where another has it, and where folders have no locks."""
    if fcntl is None:  # Windows, which would not move a folder that is open
        return None
    try:
        handle = os.open(part, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _take_place(part: Path, folder: Path) -> None:
    """Move the finished folder to its name; what stood there is gone only once that worked."""
    if not (folder.exists() or folder.is_symlink()):
        part.rename(folder)
        return
    old = folder.parent / f".{folder.name}.old-{token_hex(4)}"
    folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    _delete(old)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def disk_errors(folder: Path, need: int) -> Iterator[None]:
    """Give the disk's errors their reasons."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(folder, need, free_bytes(folder)) from error
        if error.errno in READ_ONLY:
            raise V2AError("OUTPUT_READ_ONLY", path=folder.parent) from error
        raise


def check_free(folder: Path, need: int) -> None:
    """Raise DISK_FULL where a folder is to be and so many bytes are not free."""
    free = free_bytes(folder)
    if free < need:
        raise disk_full(folder, need, free)


def disk_full(folder: Path, need: int, free: int) -> V2AError:
    """DISK_FULL for a folder that needs and has so many bytes."""
    needed, left = -(-need // MEGABYTE), free // MEGABYTE
    return V2AError("DISK_FULL", path=folder.parent, need_mb=needed, free_mb=left)


def free_bytes(folder: Path) -> int:
    """Bytes free where a folder is to be."""
    there = next(parent for parent in folder.absolute().parents if parent.exists())
    return shutil.disk_usage(there).free
