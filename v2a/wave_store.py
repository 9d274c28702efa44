"""Generated sounds of a film of any length: in memory while few, else in an unnamed file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float32]
IN_MEMORY = 64 << 20
"""Bytes of sound kept in memory: 17 minutes at 16 kHz. Chosen: most films never touch the disk."""


class WaveStore:
    """Keeps float32 waves; once they pass `IN_MEMORY`, further ones are pages of a file.

    The file has no name, so nothing is left behind however the process ends. The waves that
    `keep` gave stay readable until the store is closed.
    """

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._left = in_memory
        self._file: IO[bytes] | None = None

    def __enter__(self) -> WaveStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, wave: Wave) -> Wave:
        """The wave (n,) as given, or as a read-only map of the file; OSError on a full disk."""
        self._left -= wave.nbytes
        if self._left >= 0 or not len(wave):
            return wave
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  (closed on exit)
        begin = self._file.seek(0, 2)
        self._file.write(wave.tobytes())
        self._file.flush()
        return np.memmap(self._file, np.float32, "r", begin, wave.shape)
