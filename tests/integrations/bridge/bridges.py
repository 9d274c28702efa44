"""`v2a bridge` as programs run it: a child process, JSON lines both ways."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

Event = dict[str, Any]
PATIENCE_S = 240.0
"""On a machine that does much else at once."""
LAST = ("done", "error")


class Bridge:
    """A bridge and all that it has said."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "v2a", "bridge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(env),
        )
        self.said: list[Event] = []
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Bridge:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def write(self, line: bytes) -> None:
        """Write a line as it is."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def ask(self, do: str, **facts: Any) -> str:
        """Send a request; its id."""
        id = str(uuid4())
        self.write(json.dumps({"id": id, "do": do, **facts}).encode())
        return id

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        """The first event, of all it said and will say, that is wanted."""
        for event in self.said:
            if wanted(event):
                return event
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                raise AssertionError(f"never said; it said {self.said[-5:]}") from None
            assert line, f"ended with {self.process.wait()}; it said {self.said[-5:]}"
            event = json.loads(line)
            self.said.append(event)
            if wanted(event):
                return event

    def heard(self, id: str, *events: str) -> Event:
        """The first of some events (its last word, if none are named) of a request."""
        return self.until(lambda e: e.get("id") == id and e["event"] in (events or LAST))

    def done(self, id: str) -> Event:
        """What came of a request; fails if that is an error."""
        last = self.heard(id)
        assert last["event"] == "done", last
        return last

    def reason(self, id: str) -> str:
        """Why a request failed."""
        last = self.heard(id)
        assert last["event"] == "error", last
        assert "\n" not in last["message"] and last["remedy"], last
        return last["reason"]

    def end(self) -> int:
        """End its input; its exit code."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                self._lines.put(line)
        finally:
            self._lines.put(b"")


def clip(media: Path, start: str, duration: str, at: str, **more: Any) -> Event:
    """A clip at its own speed."""
    return {
        "id": f"strip {at}",
        "name": f"clip at {at}",
        "media": str(media),
        "source": [start, duration],
        "record": [at, duration],
        **more,
    }
