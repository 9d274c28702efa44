"""One scan of a watched folder: every file that counts, with its stamp.

A file that a scan does not find is not there now; it is never taken for deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from v2a_integrations.watch_folder.footage_names import SETTINGS, counts, is_searched


@dataclass(frozen=True)
class FileStamp:
    """Size, time and number of a file: equal stamps are taken for equal files."""

    size: int
    """Bytes."""
    mtime_ns: int
    inode: str

    @classmethod
    def of(cls, stat: os.stat_result) -> FileStamp:
        """The stamp of a file by its `stat`."""
        return cls(stat.st_size, stat.st_mtime_ns, str(stat.st_ino))


@dataclass(frozen=True)
class FolderScan:
    """The files of a watched folder at one moment."""

    files: dict[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """By path relative to the folder, with forward slashes."""
    settings: dict[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """`.v2a.toml` files, by the folder they lie in ("" for the watched one)."""


def look_into(root: Path, apart: Path | None = None) -> FolderScan | None:
    """Every file that counts under `root`, except below `apart`; None while `root` is not there.

    Links to folders are followed, and each folder is read once, so that loops end.
    """
    look = FolderScan()
    try:
        seen = {_identity(os.stat(root))}
        if apart is not None and apart.exists():
            seen.add(_identity(os.stat(apart)))
        linked = list(_fill(look, root, "", seen))
    except OSError:
        return None
    while linked:  # after the real folders, so that a file is known by its real name
        path, name = linked.pop()
        try:
            identity = _identity(os.stat(path))
            if identity not in seen:
                seen.add(identity)
                linked += _fill(look, Path(path), name, seen)
        except OSError:
            continue
    return look


def _fill(
    look: FolderScan, folder: Path, name: str, seen: set[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """Add the files of a folder and its real sub-folders; yields (path, name) of linked folders."""
    below: list[tuple[str, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{name}/{entry.name}" if name else entry.name
            try:
                if entry.name == SETTINGS:
                    look.settings[name] = FileStamp.of(entry.stat())
                elif counts(entry.name):
                    if entry.is_file():
                        look.files[path] = FileStamp.of(_stat(entry))
                elif is_searched(entry.name) and entry.is_dir():
                    if entry.is_symlink():
                        yield entry.path, path
                    else:
                        below.append((entry.path, path))
            except OSError:  # it went away, or its share did
                continue
    for place, path in below:
        try:
            identity = _identity(os.stat(place))
            if identity not in seen:
                seen.add(identity)
                yield from _fill(look, Path(place), path, seen)
        except OSError:
            continue


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    """A file's `stat`; on Windows a folder's listing knows neither inode nor the latest size."""
    return os.stat(entry.path) if os.name == "nt" else entry.stat()


def _identity(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino
