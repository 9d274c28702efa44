"""A file that holds room on the disk, so that what was begun can be recorded when it is full."""

from __future__ import annotations

import os
from pathlib import Path

from v2a.disk import free_bytes


class Ballast:
    """Deleted when the disk is full, made again when there is room for it twice over."""

    def __init__(self, path: Path, size: int) -> None:
        """`size` in bytes."""
        self.path, self.size = path, size

    def drop(self) -> bool:
        """Give the room away; False where it had been given away before."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def restore(self) -> bool:
        """Whether it is there, made where it was not; a disk without room for it is no error."""
        if self.path.exists() and self.path.stat().st_size == self.size:
            return True
        self.path.unlink(missing_ok=True)
        if self.free() < 2 * self.size:
            return False
        try:
            # No zeros: a file system that compresses would keep no room for them.
            self.path.write_bytes(os.urandom(self.size))
        except OSError:
            self.path.unlink(missing_ok=True)
            return False
        return True

    def free(self) -> int:
        """Bytes free on its disk."""
        return free_bytes(self.path.parent)
