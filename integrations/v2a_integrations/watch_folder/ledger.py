"""The ledger of a watched folder: the daemon keeps its entries, this mirrors them in memory.

A file's content and its settings are its key, so that a renamed file is known and a changed one is
new. What is about to be done is written before it is done, with the request id of its job: whoever
is killed in between asks for the same job again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from v2a.client import AsyncClient
from v2a.client.watched_entry import Watched
from v2a_integrations.watch_folder.folder_settings import FolderSettings
from v2a_integrations.watch_folder.result_names import text_of
from v2a_integrations.watch_folder.scan import FileStamp


def key_of(sha256: str, wishes: FolderSettings) -> str:
    """The key of a file's content and the settings it is scored with, as hexadecimal SHA-256."""
    return hashlib.sha256(f"{sha256} {wishes.digest}".encode()).hexdigest()


def stamp_of(entry: Watched) -> FileStamp:
    """The stamp that an entry's file had when it was last seen."""
    return FileStamp(entry.size, entry.mtime_ns, entry.inode)


class Ledger:
    """One folder's entries; every change is on the daemon's disk before it is in here."""

    def __init__(self, client: AsyncClient, folder: str) -> None:
        self._client, self._folder = client, folder
        self._entries: dict[str, Watched] = {}
        self._files: dict[str, str] = {}
        self._results: dict[str, str] = {}

    async def load(self) -> None:
        """Read all entries from the daemon; raises the daemon's errors."""
        self._entries, self._files, self._results = {}, {}, {}
        async for entry in self._client.all_watched(self._folder):
            self._mirror(entry)

    def __iter__(self) -> Iterator[Watched]:
        return iter(self._entries.values())

    def get(self, key: str) -> Watched | None:
        """The entry with a key; None where there is none."""
        return self._entries.get(key)

    def of_file(self, file: str, stamp: FileStamp) -> Watched | None:
        """The entry of a file with this path and stamp, which need not be read then; or None."""
        entry = self._entries.get(self._files.get(text_of(file), ""))
        return entry if entry is not None and stamp_of(entry) == stamp else None

    def is_free(self, result: Path, file: str) -> bool:
        """Whether no file but `file` has its result at this path."""
        entry = self._entries.get(self._results.get(_folded(str(result)), ""))
        return entry is None or entry.file == text_of(file)

    def new(self, key: str, file: str, sha256: str, stamp: FileStamp) -> Watched:
        """An entry that is not yet written to the daemon."""
        return Watched(
            self._folder, key, text_of(file), sha256, stamp.size, stamp.mtime_ns, stamp.inode
        )

    async def put(self, entry: Watched) -> Watched:
        """Write an entry to the daemon, then here; returns it. Raises the daemon's errors."""
        await self._client.put_watched(entry)
        self._mirror(entry)
        return entry

    async def forget(self, key: str) -> None:
        """Delete an entry."""
        await self._client.forget_watched(self._folder, key)
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        for index, name in ((self._files, entry.file), (self._results, _folded(entry.result))):
            if index.get(name) == key:
                del index[name]

    async def give_place(self, entry: Watched) -> None:
        """Delete the other entries with the same result's path: their result was replaced."""
        for other in list(self._entries.values()):
            if other.key != entry.key and _folded(other.result) == _folded(entry.result):
                await self.forget(other.key)

    async def drop_tries(self, entry: Watched) -> None:
        """Delete entries of the same file with other contents that never had a result."""
        for other in list(self._entries.values()):
            if other.file == entry.file and other.key != entry.key and other.state != "done":
                await self.forget(other.key)

    def _mirror(self, entry: Watched) -> None:
        self._entries[entry.key] = entry
        self._files[entry.file] = entry.key
        if entry.result:
            self._results[_folded(entry.result)] = entry.key


def _folded(path: str) -> str:
    """A path as file systems compare it that ignore case."""
    return path.casefold()
