"""Broadcast WAV as editors want it: 24-bit PCM, mono, with a `bext` chunk, RF64 above 4 GB.

Sources: EBU Tech 3285 version 2 (bext), EBU Tech 3306 (RF64), Multimedia Programming Interface
and Data Specifications 1.0 (RIFF). The same sound gives the same bytes: no date is written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from v2a.tracks.loudness import Loudness

if TYPE_CHECKING:
    from numpy.typing import NDArray

BYTES = 3
"""Bytes of a sample: 24 bits, which editors expect of production sound."""
FULL_SCALE = 1 << 23
"""The integer of a sample of 1.0 at 24 bits."""
RIFF_LIMIT = 0xFFFFFFFF
"""Largest size in bytes that RIFF's 32 bits can say; larger files are RF64 (EBU Tech 3306)."""
NOT_MEASURED = 0x7FFF
"""A loudness field of `bext` without a value (EBU Tech 3285 version 2)."""
DAY = 24 * 60 * 60
"""Seconds of a day; a time before the film's start counts from the midnight before."""


@dataclass(frozen=True)
class Broadcast:
    """Fields of the `bext` chunk."""

    description: str
    time_reference: int = 0
    """Samples from the start of the film to the first of the file; what lies before the start
    counts from the midnight before, as no time of `bext` is negative."""
    coding: str = ""
    """Free words in the coding history."""
    loudness: Loudness | None = None


class WavWriter:
    """Writes a mono sound of a length known beforehand, block by block."""

    def __init__(
        self,
        path: Path,
        samples: int,
        rate: int,
        broadcast: Broadcast,
        riff_limit: int = RIFF_LIMIT,
    ) -> None:
        self.broadcast = broadcast
        """Fields of `bext`, written at the start and again at the end, so that loudness may be set
        meanwhile; `coding` must keep its length.
        """
        self.written = 0
        """Samples so far."""
        self._head = (samples, rate)
        self._riff_limit = riff_limit
        self._file: BinaryIO = path.open("wb")
        self._head_size = self._file.write(self._header())

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if error is None:
                assert self.written == self._head[0], f"{self.written} of {self._head[0]} samples"
                self._file.write(b"\0" * (self.written * BYTES % 2))
                self._file.seek(0)
                head = self._header()
                assert len(head) == self._head_size
                self._file.write(head)

    def write(self, block: NDArray[np.float32]) -> None:
        """Append (n,) samples; full scale is 1, rounded to 24 bits, held at full scale."""
        self.written += len(block)
        self._file.write(to_pcm24(block))

    def _header(self) -> bytes:
        return _header(*self._head, self.broadcast, self._riff_limit)


def write_wav(
    path: Path,
    blocks: Iterable[NDArray[np.float32]],
    samples: int,
    rate: int,
    broadcast: Broadcast,
) -> None:
    """Write a whole mono sound given in blocks of (n,) float32."""
    with WavWriter(path, samples, rate, broadcast) as wav:
        for block in blocks:
            wav.write(block)


def read_blocks(path: Path, block: int = 1 << 18) -> Iterator[NDArray[np.float32]]:
    """The samples of a mono file, (n,) float32 at a time."""
    import soundfile

    with soundfile.SoundFile(path) as file:
        while len(samples := file.read(block, dtype="float32")):
            yield samples.astype(np.float32, copy=False)


def to_pcm24(samples: NDArray[np.float32]) -> bytes:
    """(n,) samples as 24-bit little-endian integers."""
    scaled = np.rint(samples.astype(np.float64) * FULL_SCALE)
    whole = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, :BYTES].tobytes()


def _header(samples: int, rate: int, broadcast: Broadcast, riff_limit: int) -> bytes:
    """The bytes of the file before its samples."""
    size = samples * BYTES
    bext = _bext(broadcast, rate)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * BYTES, BYTES, BYTES * 8)
    chunks = _chunk(b"bext", bext) + _chunk(b"fmt ", form)
    riff = 4 + len(chunks) + 8 + size + size % 2
    if riff <= riff_limit:
        return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + chunks + _open(b"data", size)
    ds64 = _chunk(b"ds64", struct.pack("<QQQI", riff + 36, size, samples, 0))
    return struct.pack("<4sI4s", b"RF64", RIFF_LIMIT, b"WAVE") + (
        ds64 + chunks + _open(b"data", RIFF_LIMIT)
    )


def _bext(broadcast: Broadcast, rate: int) -> bytes:
    """The 602 fixed bytes of a version 2 chunk and the coding history."""
    history = f"A=PCM,F={rate},W={BYTES * 8},M=mono,T={broadcast.coding}\r\n"
    loudness = broadcast.loudness
    measured = (
        [
            loudness.integrated,
            loudness.range,
            loudness.true_peak,
            loudness.momentary,
            loudness.short_term,
        ]
        if loudness
        else [float("nan")] * 5
    )
    fixed = struct.pack(
        "<256s32s32s10s8sQH64s5h180x",
        _ascii(broadcast.description, 256),
        b"v2a",
        b"",
        b"",
        b"",
        broadcast.time_reference + (DAY * rate if broadcast.time_reference < 0 else 0),
        2,
        b"",
        *(_hundredths(value) for value in measured),
    )
    return fixed + _ascii(history, 4096)


def _hundredths(value: float) -> int:
    if not isfinite(value) or not -99.99 <= value <= 99.99:
        return NOT_MEASURED
    return round(value * 100)


def _ascii(text: str, most: int) -> bytes:
    return text.encode("ascii", "replace")[:most]


def _chunk(name: bytes, body: bytes) -> bytes:
    return _open(name, len(body)) + body + b"\0" * (len(body) % 2)


def _open(name: bytes, size: int) -> bytes:
    return struct.pack("<4sI", name, size)
