"""What is shown of a file as it stands, and of the folder as a whole."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from v2a.client.watched_entry import Watched
from v2a.errors import V2AError

State = Literal["settling", "working", "waiting", "done", "known", "failed"]
"""Changing; being scored; put off; scored now; scored before; not to be, for a reason."""


@dataclass(frozen=True)
class FileLine:
    """One file as it stands."""

    file: str
    """Relative to the watched folder."""
    state: State
    stage: str = ""
    fraction: float = 0.0
    """Of its job."""
    result: str = ""
    error: V2AError | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """What is printed for programs: only what there is to say."""
        told: dict[str, Any] = {"file": self.file, "state": self.state}
        if self.stage:
            told |= {"stage": self.stage, "fraction": round(self.fraction, 3)}
        told |= {name: given for name in ("result", "note") if (given := getattr(self, name))}
        return told | ({"error": self.error.as_dict()} if self.error else {})


class Show(Protocol):
    """A live table, or JSON lines."""

    def line(self, line: FileLine) -> None:
        """A file's new state."""
        ...

    def say(self, text: str) -> None:
        """Something about the folder as a whole."""
        ...


class Tally:
    """A show that also knows which of the files it was told of have no sound, for a reason."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._troubled: dict[str, bool] = {}

    def line(self, line: FileLine) -> None:
        """Count it and show it."""
        self._troubled[line.file] = line.error is not None
        self._show.line(line)

    def say(self, text: str) -> None:
        """Show it."""
        self._show.say(text)

    def check(self, present: Container[str]) -> None:
        """Raise SOME_FAILED if a file that is still there has no sound, and was told why."""
        told = [troubled for file, troubled in self._troubled.items() if file in present]
        if any(told):
            raise V2AError("SOME_FAILED", failed=sum(told), total=len(told))


def line_of(entry: Watched) -> FileLine:
    """What the ledger knows of a file."""
    states: dict[str, State] = {"again": "waiting", "done": "done", "failed": "failed"}
    result = entry.result if entry.state == "done" else ""
    return FileLine(
        entry.file, states.get(entry.state, "working"), result=result, error=entry.error
    )
