"""Keeps a `v2a bridge` running while requests are open, and sends them again when it ended.

A request stays in a list until its last event; a new child gets all of them again, which is safe,
for the same request is the same job.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from . import find_v2a, preferences, sentences
from .bridge_child import BridgeChild
from .bridge_facts import KNOWN

PROTOCOL = 1
"""Version of the bridge's lines that this add-on speaks (docs/bridge.md)."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
"""Seconds before an ended child is started again: at first, doubled each time, and at most.
Chosen: a single crash is hardly noticed, and a child that always ends costs little."""
MOST_ENDS = 6
"""Ends in a row before its requests are given up. Chosen: with the pauses about 16 seconds."""
LONGEST_HELLO_S = 120.0
"""Seconds in which a child must greet. Chosen for a first start from a slow disk; a warm start
takes 0.2 s (tests/bench/RESULTS.md)."""
LAST = ("done", "error")
"""Last events of a request."""


class BridgeLink:
    """The open requests of this Blender, and the child that answers them."""

    def __init__(self) -> None:
        self._asked: dict[str, dict[str, Any]] = {}
        self._child: BridgeChild | None = None
        self._greeted = False
        self._begun = 0.0
        self._ends = 0
        self._not_before = 0.0
        self._program = Path()

    @property
    def busy(self) -> bool:
        """Whether a request is open."""
        return bool(self._asked)

    @property
    def log(self) -> str:
        """The last lines of the child's standard error."""
        return self._child.log if self._child is not None else ""

    def ask(self, line: dict[str, Any]) -> None:
        """Open a request; `line` has an "id" of its own."""
        if not self._asked:
            self._ends, self._not_before = 0, 0.0  # somebody tries again
        self._asked[line["id"]] = line
        if self._greeted and self._child is not None:
            self._child.send(line)

    def drop(self, number: str) -> None:
        """Close a request, whose events are no longer wanted."""
        self._asked.pop(number, None)

    def step(self) -> list[dict[str, Any]]:
        """Start the child as needed; returns the events since the last call. Never waits."""
        now = time.monotonic()
        if self._child is None:
            return self._begin(now) if self._asked and now >= self._not_before else []
        told: list[dict[str, Any]] = []
        for event in self._child.events():
            told += self._heard(event)
            if self._child is None:
                break
        if self._child is not None and not self._greeted and now > self._begun + LONGEST_HELLO_S:
            told += self._give_up("V2A_SILENT", sentences.NOT_V2A.format(path=self._program))
        return told

    def close(self) -> None:
        """Let the child end, and close all requests."""
        self._asked.clear()
        self._drop_child()

    def _begin(self, now: float) -> list[dict[str, Any]]:
        found = find_v2a.find(preferences.chosen())
        if found is None:
            return self._give_up("V2A_MISSING", sentences.MISSING)
        self._program, self._begun = found, now
        self._child = BridgeChild([str(found), "bridge"])
        return []

    def _heard(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        kind = event.get("event")
        if kind == "gone":
            return self._gone(event)
        if not self._greeted:
            return self._greet(event)
        if kind in LAST:
            self._asked.pop(str(event.get("id")), None)
        if kind in ("progress", "done"):
            self._ends = 0
        return [event]

    def _greet(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        if event.get("event") != "hello":
            return self._give_up("V2A_OTHER", sentences.NOT_V2A.format(path=self._program))
        version = str(event.get("version"))
        if event.get("protocol") != PROTOCOL:
            said = sentences.PROTOCOL.format(path=self._program, version=version)
            return self._give_up("V2A_PROTOCOL", said)
        self._greeted, KNOWN.version, KNOWN.trouble = True, version, ""
        assert self._child is not None
        for line in self._asked.values():
            self._child.send(line)
        return []

    def _gone(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        greeted, told = self._greeted, str(event.get("told", ""))
        self._drop_child()
        self._ends += 1
        if not greeted and event.get("code") in (None, 2, 126, 127):
            # It cannot be started, or knows no bridge: another try ends the same way.
            return self._give_up("V2A_OTHER", sentences.NOT_V2A.format(path=self._program), told)
        if self._ends >= MOST_ENDS:
            last = next(reversed([line for line in told.splitlines() if line.strip()]), "no word")
            said = sentences.KEEPS_ENDING.format(times=self._ends, told=last.strip()[:200])
            return self._give_up("V2A_ENDS", said, told)
        pause = min(FIRST_PAUSE_S * 2 ** (self._ends - 1), LONGEST_PAUSE_S)
        self._not_before = time.monotonic() + pause
        return [
            {"id": number, "event": "waiting", "message": sentences.GONE} for number in self._asked
        ]

    def _give_up(self, reason: str, message: str, told: str = "") -> list[dict[str, Any]]:
        """Answer all open requests with one error; the next request tries again."""
        told = told or self.log
        self._drop_child(kill=True)
        KNOWN.trouble = message
        asked, self._asked = list(self._asked), {}
        error = {"event": "error", "reason": reason, "message": message, "remedy": ""}
        return [{"id": number, **error, "detail": told} for number in asked]

    def _drop_child(self, kill: bool = False) -> None:
        if self._child is not None:
            self._child.kill() if kill else self._child.close()
        self._child, self._greeted = None, False
