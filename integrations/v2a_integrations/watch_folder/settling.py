"""Decides when a file is whole: its stamp stayed the same for a while, in two scans at least."""

from __future__ import annotations

from collections.abc import Collection

from v2a_integrations.watch_folder.scan import FileStamp


class Settling:
    """Files that are new or changed, and since when each has had its stamp.

    Times are this process's monotonic seconds: a share's clock may be anywhere.
    """

    def __init__(self, settle_s: float) -> None:
        """A file is whole once its stamp is `settle_s` seconds old."""
        self._settle_s = settle_s
        self._since: dict[str, tuple[FileStamp, float]] = {}

    def is_ready(self, file: str, stamp: FileStamp, now: float) -> bool:
        """Whether a file of the scan is whole and may be read; `now` in monotonic seconds."""
        known = self._since.get(file)
        if known is None or known[0] != stamp:
            self._since[file] = (stamp, now)
            return False
        return now - known[1] >= self._settle_s

    def is_any_young(self, now: float) -> bool:
        """Whether some file has changed less than `settle_s` before `now`."""
        return any(now - since < self._settle_s for _, since in self._since.values())

    def keep_only(self, files: Collection[str]) -> None:
        """Drop all other files: they were begun or are gone, and start anew if they come back."""
        self._since = {file: known for file, known in self._since.items() if file in files}

    def __len__(self) -> int:
        return len(self._since)
