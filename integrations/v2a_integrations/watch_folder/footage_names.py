"""Which files of a watched folder are footage or timelines, by their names alone."""

from __future__ import annotations

from pathlib import PurePath

from v2a.frames.open_media import CONTAINERS

OUTPUT = "Foley"
"""Name of the folder beside the footage that results go to."""
SETTINGS = ".v2a.toml"
TIMELINES = frozenset({".otio", ".edl", ".xml", ".aaf"})
FOOTAGE = frozenset(ending for endings in CONTAINERS.values() for ending in endings)
OTHERS = frozenset({"$RECYCLE.BIN", "System Volume Information", "@eaDir", "lost+found"})
"""Folders that systems keep for themselves."""


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden, or somebody's unfinished work."""
    return name.startswith((".", "~"))


def is_own(name: str) -> bool:
    """Whether v2a made it: `NAME.foley`, `NAME.foley.otio`, `NAME.foley-error.txt` and kin."""
    return name.endswith(".foley") or ".foley." in name or ".foley-" in name


def counts(name: str) -> bool:
    """Whether a file is footage or a timeline, going by its name.

    What is being copied or downloaded has an ending of its own (.part, .tmp, .crdownload).
    """
    ending = PurePath(name).suffix.lower()
    return (ending in FOOTAGE or ending in TIMELINES) and not is_hidden(name) and not is_own(name)


def is_timeline(name: str) -> bool:
    """Whether a file that counts is a timeline rather than footage."""
    return PurePath(name).suffix.lower() in TIMELINES


def is_searched(folder: str) -> bool:
    """Whether a sub-folder may hold footage."""
    return not (is_hidden(folder) or is_own(folder) or folder == OUTPUT or folder in OTHERS)
