"""The state of one file of a watched folder, and the interface of what shows it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from v2a.client.watched_entry import Watched
from v2a.errors import V2AError

State = Literal["settling", "working", "waiting", "done", "known", "failed"]
"""In this order: changing; being scored; put off; scored now; scored before; cannot be scored."""


@dataclass(frozen=True)
class FileLine:
    """The state of one file of a watched folder."""

    file: str
    """Relative to the watched folder."""
    state: State
    stage: str = ""
    fraction: float = 0.0
    """How much of the whole job is done, 0 to 1."""
    result: str = ""
    error: V2AError | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The state as JSON holds it, without empty fields."""
        told: dict[str, Any] = {"file": self.file, "state": self.state}
        if self.stage:
            told |= {"stage": self.stage, "fraction": round(self.fraction, 3)}
        told |= {name: given for name in ("result", "note") if (given := getattr(self, name))}
        return told | ({"error": self.error.as_dict()} if self.error else {})


class Show(Protocol):
    """What shows a watch: a live table, or JSON lines."""

    def line(self, line: FileLine) -> None:
        """Show a file's new state."""
        ...

    def say(self, text: str) -> None:
        """Show a sentence about the folder as a whole."""
        ...


class Tally:
    """A show that also counts the files that could not be given sound."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._troubled: dict[str, bool] = {}

    def line(self, line: FileLine) -> None:
        """Count a file's state and show it."""
        self._troubled[line.file] = line.error is not None
        self._show.line(line)

    def say(self, text: str) -> None:
        """Show a sentence about the folder."""
        self._show.say(text)

    def check(self, present: Container[str]) -> None:
        """Raise SOME_FAILED if one of the files in `present` failed."""
        told = [troubled for file, troubled in self._troubled.items() if file in present]
        if any(told):
            raise V2AError("SOME_FAILED", failed=sum(told), total=len(told))


def line_of(entry: Watched) -> FileLine:
    """The state of a file by its entry in the ledger."""
    states: dict[str, State] = {"again": "waiting", "done": "done", "failed": "failed"}
    result = entry.result if entry.state == "done" else ""
    return FileLine(
        entry.file, states.get(entry.state, "working"), result=result, error=entry.error
    )
