"""Paths that a client names, let through only where they lie in one of the daemon's folders."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from v2a.errors import V2AError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""A scheme; a drive's one letter is none."""
_MEDIA = ("/media", "/mnt", "/run/media", "/Volumes")


def default_roots() -> list[Path]:
    """Home and where media are mounted, those that exist."""
    return [path for path in (Path.home(), *map(Path, _MEDIA)) if path.is_dir()]


class Roots:
    """The folders in which media may be read and results written.

    A path is judged by where it leads when every link is followed, and a folder by what it is, not
    how it is spelled: `..`, links and a file system that does not tell cases apart change nothing.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        """NOT_FOUND for a root that is no folder."""
        for root in roots:
            if not root.is_dir():
                raise V2AError("NOT_FOUND", path=root)
        self.folders = tuple(root.resolve(strict=True) for root in roots)

    def readable(self, path: str) -> Path:
        """The file a client means, every link followed.

        Raises OUTSIDE_ROOTS (also for a relative path and one on another machine), IS_URL,
        NOT_FOUND, NOT_MEDIA (a folder, a pipe, a device), NO_PERMISSION.
        """
        found = self._existing(path)
        if not stat.S_ISREG(found.stat().st_mode):
            raise V2AError("NOT_MEDIA", path=path)
        return _allowed(found, os.R_OK, "NO_PERMISSION")

    def folder(self, path: str) -> Path:
        """A folder to read from; raises as `readable` does, NOT_FOUND for a file."""
        found = self._existing(path)
        if not found.is_dir():
            raise V2AError("NOT_FOUND", path=path)
        return _allowed(found, os.R_OK | os.X_OK, "NO_PERMISSION")

    def writable(self, folder: str) -> Path:
        """A folder to write into, which need not be there yet; nothing is made.

        Raises OUTSIDE_ROOTS, IS_URL, NOT_FOUND (a link that leads nowhere), OUTPUT_READ_ONLY.
        """
        wanted = _absolute(folder)
        # A link to nowhere is there: what it may lead to one day is not known.
        there = next(place for place in (wanted, *wanted.parents) if os.path.lexists(place))
        rest = wanted.relative_to(there)
        found = _resolved(there, folder)
        if ".." in rest.parts or not self._holds(found):
            raise V2AError("OUTSIDE_ROOTS", path=folder)
        if not found.is_dir():
            raise V2AError("OUTPUT_READ_ONLY", path=folder)
        return _allowed(found, os.W_OK | os.X_OK, "OUTPUT_READ_ONLY") / rest

    def _existing(self, path: str) -> Path:
        """The file or folder, in a root. What lies outside is not even told to be missing."""
        wanted = _absolute(path)
        try:
            found = _resolved(wanted, path)
        except V2AError:
            there = next(place for place in wanted.parents if os.path.exists(place))
            if self._holds(_resolved(there, path)):
                raise
            raise V2AError("OUTSIDE_ROOTS", path=path) from None
        if not self._holds(found):
            raise V2AError("OUTSIDE_ROOTS", path=path)
        return found

    def _holds(self, found: Path) -> bool:
        return any(
            parent.samefile(root) for parent in (found, *found.parents) for root in self.folders
        )


def _absolute(path: str) -> Path:
    if _URL.match(path):
        raise V2AError("IS_URL", path=path)
    other_machine = path.startswith(("//", "\\\\", "/\\", "\\/"))
    if "\0" in path or other_machine or not Path(path).is_absolute():
        raise V2AError("OUTSIDE_ROOTS", path=path.replace("\0", "\\0"))
    return Path(path)


def _resolved(wanted: Path, path: str) -> Path:
    try:
        return wanted.resolve(strict=True)
    except PermissionError as error:
        raise V2AError("NO_PERMISSION", path=path) from error
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise V2AError("NOT_FOUND", path=path) from error


def _allowed(found: Path, mode: int, reason: str) -> Path:
    if not os.access(found, mode):
        raise V2AError(reason, path=found)
    return found
