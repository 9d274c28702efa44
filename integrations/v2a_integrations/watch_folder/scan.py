"""One look at a watched folder: every file that counts, with the stamp that tells its states apart.

What a look does not find is not there now; it is never taken for deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from v2a_integrations.watch_folder.footage_names import SETTINGS, counts, is_searched


@dataclass(frozen=True)
class FileStamp:
    """What tells one state of a file from another without reading it."""

    size: int
    """Bytes."""
    mtime_ns: int
    inode: str

    @classmethod
    def of(cls, stat: os.stat_result) -> FileStamp:
        """Of a file as it is now."""
        return cls(stat.st_size, stat.st_mtime_ns, str(stat.st_ino))


@dataclass(frozen=True)
class FolderScan:
    """What lies in a watched folder."""

    files: dict[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """By path relative to the folder, with forward slashes."""
    settings: dict[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """`.v2a.toml` files, by the folder they lie in ("" for the watched one)."""


def look_into(root: Path, apart: Path | None = None) -> FolderScan | None:
    """Everything that counts under `root`, except below `apart`; None while `root` is not there.

    Links to folders are followed, each folder is looked into once: loops end.
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
    """Put a folder's files into the look, and those of its real sub-folders; the linked ones."""
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
    """A file's; on Windows a directory's listing knows neither inode nor the latest size."""
    return os.stat(entry.path) if os.name == "nt" else entry.stat()


def _identity(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino
