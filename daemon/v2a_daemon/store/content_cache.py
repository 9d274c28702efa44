"""Products of the stages as files named by what shaped them, those long unused given up first.

`KIND/KEY.suffix`: files of one kind and key are one entry (a table and its summary), kept or given
up together. Other processes may write entries too; only this one gives them up.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Set
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from v2a.disk import PART, sweep, whole_file

Entry = tuple[str, str]
"""Kind and key."""


def digest(*parts: object) -> str:
    """SHA-256 over the parts as canonical JSON, lower-case hexadecimal.

    Parts are strings, numbers, Fractions, paths, bytes, None, enums, sequences, sets, mappings and
    dataclasses of these; another type is a TypeError. Lists and tuples are one, 1 and 1.0 and "1"
    are three.
    """
    text = json.dumps([_plain(part) for part in parts], separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ContentCache:
    """A folder of entries, bounded in bytes by `trim`."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder, self.limit_bytes = folder, limit_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.hits = self.misses = 0
        """Files asked for that were there, and that were not."""
        self.size = 0
        """Bytes of all entries when they were last counted."""
        self._lock = threading.Lock()
        self._held: Counter[Entry] = Counter()
        self._last_use = max((use for use, _, _ in self._entries().values()), default=0)

    def path(self, kind: str, key: str, suffix: str) -> Path:
        """Where a file of an entry lies, or would."""
        return self.folder / kind / f"{key}{suffix}"

    def has(self, kind: str, key: str, suffix: str) -> bool:
        """Whether a file is there; asking counts as use of its entry."""
        return self.has_path(self.path(kind, key, suffix))

    def has_path(self, path: Path) -> bool:
        """`has` for a path that `path` gave."""
        with self._lock:
            # Uses are counted up from the clock, so that one set back makes nothing look old.
            self._last_use = max(self._last_use + 1, time.time_ns())
            try:
                os.utime(path, ns=(self._last_use, self._last_use))
            except FileNotFoundError:
                self.misses += 1
                return False
            self.hits += 1
            return True

    def writing(self, kind: str, key: str, suffix: str) -> AbstractContextManager[Path]:
        """A path to write to, which becomes the entry's file at the end; DISK_FULL."""
        return whole_file(self.path(kind, key, suffix))

    @contextmanager
    def hold(self, paths: Iterable[Path]) -> Generator[None]:
        """Keep the entries of these paths, there or still to come, while the block runs."""
        entries = {_entry(path) for path in paths}
        with self._lock:
            self._held.update(entries)
        try:
            yield
        finally:
            with self._lock:
                self._held.subtract(entries)
                self._held += Counter()  # lets go of zeros

    def trim(self) -> int:
        """Give up the longest unused entries that nobody holds, down to the limit; bytes freed."""
        entries = self._entries()
        self.size = sum(size for _, size, _ in entries.values())
        excess, freed = self.size - self.limit_bytes, 0
        for entry, (use, size, paths) in sorted(entries.items(), key=lambda item: item[1][0]):
            if freed >= excess:
                break
            freed += size if self._give_up(entry, use, paths) else 0
        self.size -= freed
        return freed

    def bytes(self) -> int:
        """Bytes of all entries, counted anew."""
        self.size = sum(size for _, size, _ in self._entries().values())
        return self.size

    def clean(self) -> None:
        """Remove what a crash left half-written; only while nobody writes."""
        sweep(self.folder)

    def _give_up(self, entry: Entry, use: int, paths: list[Path]) -> bool:
        with self._lock:
            if self._held[entry] or any(_used(path) > use for path in paths):
                return False
            for path in paths:
                path.unlink(missing_ok=True)
            return True

    def _entries(self) -> dict[Entry, tuple[int, int, list[Path]]]:
        """Last use, bytes and paths of every entry."""
        entries: dict[Entry, tuple[int, int, list[Path]]] = {}
        for kind in _scan(self.folder):
            for file in _scan(kind.path):
                try:
                    stat = file.stat()
                except FileNotFoundError:
                    continue
                if file.name.endswith(PART):
                    continue
                entry = (kind.name, file.name.partition(".")[0])
                use, size, paths = entries.get(entry, (0, 0, []))
                paths.append(Path(file.path))
                entries[entry] = max(use, stat.st_mtime_ns), size + stat.st_size, paths
        return entries


def _entry(path: Path) -> Entry:
    return path.parent.name, path.name.partition(".")[0]


def _scan(folder: str | Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _used(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _plain(value: Any) -> Any:
    """A value as JSON that no other value has."""
    match value:
        case Enum():
            return {type(value).__name__: value.name}
        case float() if not isfinite(value):  # JSON has no word for it
            return {"float": str(value)}
        case None | bool() | int() | float() | str():
            return value
        case Fraction() | Path():
            return {"Path" if isinstance(value, Path) else "Fraction": str(value)}
        case bytes():
            return {"bytes": value.hex()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Set():
            return {"set": sorted((_plain(item) for item in value), key=json.dumps)}
        case Mapping():
            pairs = [[_plain(key), _plain(item)] for key, item in value.items()]
            return {"map": sorted(pairs, key=lambda pair: json.dumps(pair[0], allow_nan=False))}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            named = {field.name: _plain(getattr(value, field.name)) for field in fields}
            return {type(value).__name__: named}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
