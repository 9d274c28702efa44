"""Reads and writes links of timelines to files, in every spelling that editors use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import quote, unquote

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?=/)")
DRIVE = re.compile(r"/?([A-Za-z])[:|]([\\/].*)?$", re.DOTALL)


def is_remote(url: str) -> bool:
    """Whether a link names something on a network, which is never fetched."""
    found = SCHEME.match(url)
    return bool(found) and found[1].lower() != "file"  # type: ignore[index]


def is_absolute(url: str) -> bool:
    """Whether a link leads to the same place from everywhere."""
    return bool(SCHEME.match(url) or DRIVE.match(url)) or url.startswith(("/", "\\", "file:"))


def spellings(url: str) -> Iterator[str]:
    """The paths that a link can mean, likeliest first: as it stands, then with escapes decoded.

    `file:///a`, `file://localhost/a`, `file:/a`, `file://server/share/a`, `D:\\a`, `/D%3a/a`,
    `\\\\server\\share\\a`, plain absolute and relative paths.
    """
    if is_remote(url) or not url.strip() or "\0" in url:
        return
    rest, is_url = url, False
    if url[:5].lower() == "file:":
        rest, is_url = _without_host(url[5:]), True
    readings = [unquote(rest, errors="surrogateescape"), rest]
    for reading in dict.fromkeys(readings if is_url else reversed(readings)):
        drive = DRIVE.match(reading)
        yield f"{drive[1]}:{drive[2] or ''}" if drive else reading


def _without_host(rest: str) -> str:
    if not rest.startswith("//"):
        return rest
    host, slash, path = rest[2:].partition("/")
    if host.lower() in ("", "localhost"):
        return slash + path
    if DRIVE.match(unquote(host)):
        return f"{host}{slash}{path}"
    return rest  # a share: //server/share/file


def last_name(path: str) -> str:
    """The file name of a path of either system."""
    return names(path)[-1] if names(path) else ""


def names(path: str) -> tuple[str, ...]:
    """The folders and the file name of a path of either system."""
    windows = "\\" in path and "/" not in path or re.match(r"[A-Za-z]:", path)
    pure = PureWindowsPath(path) if windows else PurePosixPath(path)
    return tuple(part for part in pure.parts if part not in (pure.anchor, "/", "\\"))


def here(path: str, folder: Path) -> Path | None:
    """The existing file of a path on this machine, relative to `folder`; None if there is none."""
    if os.name != "nt" and (re.match(r"[A-Za-z]:", path) or path.startswith("\\\\")):
        return None
    try:
        found = folder / path
        return found if found.exists() else None
    except (OSError, ValueError):
        return None


def absolute_url(path: Path) -> str:
    """A path as `file:///…`, percent-encoded."""
    return path.absolute().as_uri()


def relative_url(path: Path, folder: Path) -> str:
    """A link as seen from a folder; absolute where there is no way (another drive)."""
    try:
        found = os.path.relpath(path.absolute(), folder.absolute())
    except ValueError:
        return absolute_url(path)
    return quote(found.replace(os.sep, "/"), safe="/", errors="surrogateescape")
