"""Files and folders on a disk: written whole or not at all, the room for them, and their SHA-256.

Everything of v2a that others read is written through this page. What `whole_file` and
`whole_folder` promise:

- Under the name stands what stood there before or all of the new content, however the writer ends.
- Once the block has ended, content and name were handed to the disk (fsync of every file, of its
  folder and of the folder around it): pulling the plug then loses nothing, and pulling it earlier
  leaves what stood there before.
- Writers of one name do not disturb each other; what the last one to end has written stays.
- What a killed writer leaves is hidden and lies beside the name: `.NAME.XXXXXXXX.part` of a file,
  `.NAME.part-XXXXXXXX` and `.NAME.old-XXXXXXXX` of a folder. The next writer of that name sweeps
  it: of a file once it is a day old, of a folder as soon as no living writer holds its lock. Who
  owns a folder alone, as the daemon does its own, sweeps all of it with `sweep`.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from v2a import errors
from v2a.errors import MEGABYTE, V2AError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

PART = ".part"
"""Ending of a file in the making."""
FREE_SPACE = "free some space there"
"""What a full disk asks for where its user has not chosen the place, as the daemon's own."""
OTHER_DISK = f"{FREE_SPACE}, or choose a folder on another disk"
"""What a full disk asks for where results go."""
FORGOTTEN_S = 86_400.0
"""Seconds after which a file in the making has no living writer: no single file takes a day."""
CHUNK = 1 << 22
"""Bytes read at once: large enough for a disk's full speed, small beside any memory."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
LOST = FULL | {errno.EIO}
"""What a failed fsync of a folder means; other errors say that its file system has none."""


# -- whole or not at all ---------------------------------------------------------------------------


@contextmanager
def whole_file(
    path: Path, *, private: bool = False, ending: str = "", need: int = 0
) -> Iterator[Path]:
    """A path to write to, which becomes `path` when the block ends well and is gone if it does not.

    `private`: it is there already, empty, and only this user may read it (mode 0600).
    `ending` is what the path to write to ends in, where the writer chooses a format by it; what it
    writes may be a folder as well. `need` is in bytes, for the message of a full disk. Raises
    DISK_FULL, OUTPUT_READ_ONLY.
    """
    with disk_errors(path.parent, need):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_forgotten(path)
        part = path.with_name(f".{path.name}.{token_hex(4)}{PART}{ending}")
        try:
            if private:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            yield part
            put_in_place(part, path)
        finally:
            _delete(part)


def write_whole(path: Path, text: str, *, encoding: str = "utf-8", private: bool = False) -> None:
    """Write a text file whole or not at all, its line ends as they are; raises as `whole_file`."""
    with whole_file(path, private=private) as part:
        part.write_text(text, encoding, newline="")


@contextmanager
def whole_folder(folder: Path, need: int = 0) -> Iterator[Path]:
    """An unfinished folder beside `folder` that takes its place when the block ends well.

    What a writer left there that was killed is put right first: its unfinished folder goes, and
    the one it had moved away comes back. `need` is in bytes, for the message of a full disk.
    Raises DISK_FULL, OUTPUT_READ_ONLY.
    """
    with disk_errors(folder.parent, need, OTHER_DISK):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _mend(folder)
        part = folder.parent / f".{folder.name}.part-{token_hex(4)}"
        part.mkdir()
        with _locked(part):
            try:
                yield part
                put_in_place(part, folder)
            finally:
                _delete(part)


def put_in_place(part: Path, place: Path) -> None:
    """Give what is finished its name, in the same folder, with the promises above; OSError."""
    flush(part)
    _move(part, place)
    _flush_folder(place.parent)


def sweep(folder: Path) -> None:
    """Remove every file in the making in a folder and its folders; only while nobody writes."""
    for part in folder.rglob(f"*{PART}"):
        with suppress(OSError):
            _delete(part)


def flush(path: Path) -> None:
    """Hand a file's content to the disk, or that of all files of a folder and their names."""
    if not path.is_dir():
        _flush_file(path)
        return
    for at, _, names in os.walk(path, topdown=False):
        for name in names:
            if not (file := Path(at, name)).is_symlink():
                _flush_file(file)
        _flush_folder(Path(at))


def _sweep_forgotten(path: Path) -> None:
    """Remove what writers of this name left long ago."""
    oldest = time.time() - FORGOTTEN_S
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\{PART}(\.\w+)?")
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name):
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < oldest:
                        _delete(Path(entry.path))


def _flush_file(path: Path) -> None:
    # Windows flushes only what is open for writing; elsewhere a file may be read-only.
    handle = os.open(path, os.O_RDWR | os.O_BINARY if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    """Hand a folder's names to the disk, where its file system can."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one that may be written to and not read
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in LOST:
            raise
    finally:
        os.close(handle)


def _move(part: Path, place: Path) -> None:
    """Move what is finished to its name; a folder there is gone only once that worked."""
    if not part.is_dir():
        part.replace(place)
        return
    if not (place.exists() or place.is_symlink()):
        part.rename(place)
        return
    old = place.parent / f".{place.name}.old-{token_hex(4)}"
    place.rename(old)
    try:
        part.rename(place)
    except OSError:
        old.rename(place)
        raise
    _delete(old)


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


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


# -- room ------------------------------------------------------------------------------------------


@contextmanager
def disk_errors(folder: Path, need: int = 0, hint: str = FREE_SPACE) -> Iterator[None]:
    """Give the disk's errors their reasons, DISK_FULL and OUTPUT_READ_ONLY; others stay.

    `folder` is the one that is written to, `need` the bytes that it takes.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(folder, need, hint) from error
        if error.errno in READ_ONLY:
            raise V2AError("OUTPUT_READ_ONLY", path=folder) from error
        raise


def check_free(folder: Path, need: int, hint: str = FREE_SPACE) -> int:
    """Bytes free on the disk of a folder, there or still to come; DISK_FULL below `need`."""
    free = free_bytes(folder)
    if free < need:
        raise disk_full(folder, need, hint)
    return free


def disk_full(folder: Path, need: int = 0, hint: str = FREE_SPACE) -> V2AError:
    """DISK_FULL for a folder that takes `need` bytes, or more than are free where that is less."""
    free = free_bytes(folder)
    return errors.disk_full(folder, max(need, free + MEGABYTE), free, hint)


def free_bytes(folder: Path) -> int:
    """Bytes free on the disk of a folder, there or still to come."""
    places = (folder.absolute(), *folder.absolute().parents)
    return shutil.disk_usage(next(place for place in places if place.exists())).free


# -- content ---------------------------------------------------------------------------------------


def sha256(path: Path, report: Callable[[float], None] | None = None) -> str:
    """SHA-256 of a file, lower-case hexadecimal; `report` hears the fraction read. OSError."""
    if report is None:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest, done = hashlib.sha256(), 0
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            done += len(block)
            report(done / size)
    return digest.hexdigest()
