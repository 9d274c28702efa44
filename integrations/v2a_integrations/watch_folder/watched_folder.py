"""A watched folder: its paths and its last scan, shared by the watcher and all its runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from v2a_integrations.watch_folder.result_names import text_of
from v2a_integrations.watch_folder.scan import FileStamp


@dataclass
class Folder:
    """A watched folder."""

    root: Path
    output: Path | None
    """Folder that results are mirrored to; None puts them beside the footage."""
    present: Mapping[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """Stamps of the files that the last scan found, by path relative to `root`."""
    naming: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from choosing a result's path until the ledger has it."""

    def holds(self, file: str) -> bool:
        """Whether the last scan found a file, given as the ledger spells it."""
        return file in self.present or any(text_of(name) == file for name in self.present)

    def now_called(self, stamp: FileStamp, but: str) -> str | None:
        """A file other than `but` that has this stamp, so was renamed to this; None for none."""
        return next((name for name, s in self.present.items() if s == stamp and name != but), None)
