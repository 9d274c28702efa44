"""A watched folder as all that work in it share it."""

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
    """Where results are mirrored to; None is beside the footage."""
    present: Mapping[str, FileStamp] = field(default_factory=dict[str, FileStamp])
    """What the last look found."""
    naming: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from choosing a result's name until the ledger has it."""

    def holds(self, file: str) -> bool:
        """Whether a file, as the ledger calls it, was there at the last look."""
        return file in self.present or any(text_of(name) == file for name in self.present)

    def now_called(self, stamp: FileStamp, but: str) -> str | None:
        """Another file than `but` that is in this state: what it was renamed to."""
        return next((name for name, s in self.present.items() if s == stamp and name != but), None)
