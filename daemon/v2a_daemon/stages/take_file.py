"""A take's wave as a file: .npy, (n,) float32 at the pack's rate, mapped into memory when read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.disk import whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIX = ".npy"
HEAD_BYTES = 128
"""Of the head that NumPy writes before so short a shape; samples follow."""
HEAD = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '<f4', 'fortran_order': False, "
    rb"'shape': \((\d{1,18}),\), \} *\n",
    re.DOTALL,
)


def save_wave(wave: NDArray[np.float32], path: Path) -> None:
    """Write a wave (n,); DISK_FULL."""
    import numpy as np

    with whole_file(path) as part, part.open("wb") as file:
        np.save(file, wave, allow_pickle=False)


def load_wave(path: Path) -> NDArray[np.float32]:
    """The wave of a file that `is_wave`, to be read only."""
    import numpy as np

    return np.load(path, mmap_mode="r", allow_pickle=False)


def is_wave(path: Path) -> bool:
    """Whether all of a wave that `save_wave` wrote lies there; without NumPy, for the server."""
    try:
        with path.open("rb") as file:
            head = HEAD.fullmatch(file.read(HEAD_BYTES))
            size = file.seek(0, 2)
    except OSError:
        return False
    return head is not None and size == HEAD_BYTES + 4 * int(head[1])
