"""What was written for a clip, remembered: is it all still there as it was?"""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from v2a_daemon.children.tracks_messages import TracksResult

Stamp = tuple[int, int]
"""Bytes, and nanoseconds of the last change."""
_MEMORY = TypeAdapter(tuple[TracksResult, tuple[Stamp, ...]])


def remember(result: TracksResult, folder: Path | None = None) -> str:
    """A result with its files' stamps, as JSON; `folder` is where the files still are."""
    return _MEMORY.dump_json((result, _stamps(result, folder or result.folder))).decode()


def recall(memory: str | bytes) -> TracksResult | None:
    """The result, if every file has the stamp it had; else None, as for what cannot be read."""
    try:
        result, stamps = _MEMORY.validate_json(memory)
        return result if _stamps(result, result.folder) == stamps else None
    except (OSError, ValueError):
        return None


def _stamps(result: TracksResult, folder: Path) -> tuple[Stamp, ...]:
    return tuple(_stamp(folder / file.file) for file in result.files)


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns
