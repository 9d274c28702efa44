"""Runs `v2a bridge` as a child process: requests in, events out, without waiting. No bpy here.

Threads of its own start it, read its events and write requests, so that neither a slow start nor a
full pipe can hold the interface up; they hand plain dicts over in queues.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

KEPT_LINES = 60
"""Lines of its standard error that are kept for the button that shows details. Chosen: more than
one error with its traceback."""
OURS = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONNOUSERSITE", "LD_PRELOAD")
"""Environment variables for Blender's own Python, which v2a's must not get."""


class BridgeChild:
    """One run of a command that speaks JSON lines."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._said: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._asked: SimpleQueue[bytes | None] = SimpleQueue()
        self._log: deque[str] = deque(maxlen=KEPT_LINES)
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = False
        Thread(target=self._run, name="v2a bridge", daemon=True).start()

    def send(self, request: dict[str, Any]) -> None:
        """Queue a request; it is written as soon as the child reads."""
        self._asked.put(json.dumps(request, allow_nan=False).encode() + b"\n")

    def events(self, most: int = 100) -> list[dict[str, Any]]:
        """New events, `most` at most; the last one ever is {"event": "gone", "code", "told"}."""
        found: list[dict[str, Any]] = []
        while len(found) < most:
            try:
                found.append(self._said.get_nowait())
            except Empty:
                break
        return found

    def close(self) -> None:
        """Close the child's input, which ends it; jobs in the daemon go on."""
        self._closing = True
        self._asked.put(None)

    def kill(self) -> None:
        """Kill the child."""
        self.close()
        if self._process is not None:
            self._process.kill()

    @property
    def log(self) -> str:
        """The last `KEPT_LINES` lines of its standard error."""
        return "\n".join(self._log)

    def _run(self) -> None:
        code: int | None = None
        try:
            self._process = process = self._start()
        except OSError as error:
            self._log.append(f"{self.command[0]}: {error.strerror or error}")
        else:
            Thread(target=self._write, args=(process,), daemon=True).start()
            listening = Thread(target=self._listen, args=(process,), daemon=True)
            listening.start()
            assert process.stdout is not None
            for line in process.stdout:
                self._said.put(_read(line))
            code = process.wait()
            listening.join(1)
        self._asked.put(None)
        self._said.put({"event": "gone", "code": code, "told": self.log})

    def _start(self) -> subprocess.Popen[bytes]:
        hidden = subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name not in OURS},
            creationflags=hidden,
        )

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        try:
            while (line := self._asked.get()) is not None:
                process.stdin.write(line)
                process.stdin.flush()
            process.stdin.close()
        except OSError:
            return  # it has gone, which its reader tells

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self._log.append(line.decode(errors="replace").rstrip())


def _read(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return {"event": "noise", "line": line.decode(errors="replace").strip()[:200]}
    return told
