"""The two pipes of the bridge: lines of JSON in and out, each served by a thread of its own."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from v2a.api.json_text import to_json

PROTOCOL = 1
"""Version of the lines (docs/bridge.md); rises when a program of before would misread them."""
LONGEST_LINE = 64 << 20
"""Most bytes of a request. Chosen: a hundred thousand paths of pictures fit, while a program
that never ends a line cannot fill the memory."""
BLOCK = 1 << 16
"""Most bytes read at a time: what a pipe of Linux holds."""


class JsonWriter:
    """Writes events, one a line, in a thread of its own, so that a slow reader holds nothing up."""

    def __init__(self, descriptor: int) -> None:
        self.gone = threading.Event()
        """Set when the reader has closed its end."""
        self._descriptor = descriptor
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="speaker", daemon=True)
        self._thread.start()

    @classmethod
    def own(cls) -> JsonWriter:
        """A speaker on standard output; all else printed there goes to standard error from now."""
        sys.stdout.flush()
        descriptor = os.dup(sys.stdout.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return cls(descriptor)

    def say(self, event: Mapping[str, Any]) -> None:
        """Queue one event for writing; never waits."""
        self._waiting.put(to_json(event, ensure_ascii=True).encode("ascii") + b"\n")

    def close(self, seconds: float) -> None:
        """Write what is queued, as far as the reader takes it within so many seconds."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _write(self) -> None:
        while (line := self._waiting.get()) is not None:
            left = memoryview(line)
            try:
                while left:
                    left = left[os.write(self._descriptor, left) :]
            except OSError:
                self.gone.set()
                return


class JsonPipe:
    """Lines as they come in, without their ends; None stands for one over `longest` bytes."""

    def __init__(self, descriptor: int, longest: int = LONGEST_LINE) -> None:
        """Read a file descriptor in a thread, for the event loop that runs now."""
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[bytes | None | EOFError] = asyncio.Queue()
        reader = threading.Thread(target=self._read, args=(descriptor, longest), daemon=True)
        reader.start()

    def __aiter__(self) -> JsonPipe:
        return self

    async def __anext__(self) -> bytes | None:
        line = await self._lines.get()
        if isinstance(line, EOFError):
            raise StopAsyncIteration
        return line

    def end(self) -> None:
        """End the iteration as if the input had ended; called in the loop's thread."""
        self._lines.put_nowait(EOFError())

    def _read(self, descriptor: int, longest: int) -> None:
        for line in split(blocks(descriptor), longest):
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        self._loop.call_soon_threadsafe(self.end)


def blocks(descriptor: int) -> Iterator[bytes]:
    """Bytes of a file descriptor, at most `BLOCK` at a time, to its end or its first error."""
    try:
        while block := os.read(descriptor, BLOCK):
            yield block
    except OSError:
        return


def split(parts: Iterator[bytes], longest: int) -> Iterator[bytes | None]:
    """Lines without their ends, empty ones left out; None for one longer than `longest`.

    An unfinished line at the end is left out: its writer ended in the middle of it.
    """
    begun, length = list[bytes](), 0
    for part in parts:
        *ended, rest = part.split(b"\n")
        for piece in ended:
            whole = b"".join([*begun, piece]).strip() if length + len(piece) <= longest else None
            if whole is None or whole:
                yield whole
            begun, length = [], 0
        length += len(rest)
        begun.append(rest)
        if length > longest:
            begun.clear()
