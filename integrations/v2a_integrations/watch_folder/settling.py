"""When a file is ready: it has looked the same for a while, in two looks at least."""

from __future__ import annotations

from collections.abc import Collection

from v2a_integrations.watch_folder.scan import FileStamp


class Settling:
    """Files that are new or changed, and since when each has looked as it does.

    Time is this process's own: a share's clock may be anywhere.
    """

    def __init__(self, settle_s: float) -> None:
        """`settle_s` in seconds."""
        self._settle_s = settle_s
        self._since: dict[str, tuple[FileStamp, float]] = {}

    def is_ready(self, file: str, stamp: FileStamp, now: float) -> bool:
        """Whether a file that a look found may be read; `now` in monotonic seconds."""
        known = self._since.get(file)
        if known is None or known[0] != stamp:
            self._since[file] = (stamp, now)
            return False
        return now - known[1] >= self._settle_s

    def is_any_young(self, now: float) -> bool:
        """Whether some file has changed within the time after which it would be whole."""
        return any(now - since < self._settle_s for _, since in self._since.values())

    def keep_only(self, files: Collection[str]) -> None:
        """Forget the others: they were taken, or are not there, and begin anew if they come."""
        self._since = {file: known for file, known in self._since.items() if file in files}

    def __len__(self) -> int:
        return len(self._since)
