"""Shows a watch: as a live table on a terminal, as one JSON object a line elsewhere."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from v2a.api.json_text import to_json
from v2a_integrations.watch_folder.file_state import FileLine
from v2a_integrations.watch_folder.result_names import text_of

ROWS = 12
"""Rows of the live table; chosen to fit a terminal of 24 lines with head and folded names."""
ORDER = ("working", "waiting", "settling", "failed", "done", "known")
"""States from the top of the live table: what is being done, what failed, what is done."""
MOMENT_S = 0.5
"""Seconds from a change to the drawing that shows it; chosen: two drawings a second suffice."""
STEP = 0.05
"""Least growth of a job's fraction (0 to 1) that prints a line; chosen to keep logs short."""


class JsonDisplay:
    """One line on standard output whenever a file's state changes."""

    def __init__(self) -> None:
        self._told: dict[str, FileLine] = {}

    def line(self, line: FileLine) -> None:
        """Print a file's state, unless the last line of that file said the same."""
        before = self._told.get(line.file)
        if before is not None and _same(before, line):
            return
        self._told[line.file] = line
        self._print(line.as_dict())

    def say(self, text: str) -> None:
        """Print `{"note": text}`."""
        self._print({"note": text})

    def close(self) -> None:
        """Do nothing."""

    def _print(self, told: dict[str, Any]) -> None:
        print(_json(told), flush=True)


class LiveTable:
    """A table of the files of a watch, redrawn in place."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lines: dict[str, FileLine] = {}
        self._said = ""
        self._live = Live(get_renderable=self._drawn, auto_refresh=False)
        self._live.start()
        self._due: asyncio.TimerHandle | None = None

    def line(self, line: FileLine) -> None:
        """Keep a file's state for the next drawing; within a state the newest stand first."""
        self._lines.pop(line.file, None)
        self._lines[line.file] = line
        self._draw_soon()

    def say(self, text: str) -> None:
        """Show a sentence above the table."""
        self._said = text
        self._draw_soon()

    def close(self) -> None:
        """Draw the last state and leave it there."""
        self._live.stop()

    def _draw_soon(self) -> None:
        """Draw once for all changes within `MOMENT_S`; without a change nothing is drawn."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(MOMENT_S, self._draw)

    def _draw(self) -> None:
        self._due = None
        self._live.refresh()

    def _drawn(self) -> RenderableType:
        lines = list(reversed(self._lines.values()))
        shown = sorted(lines, key=lambda line: ORDER.index(line.state))[:ROWS]
        counts = Counter(line.state for line in lines)
        summary = ", ".join(f"{counts[state]} {state}" for state in ORDER if counts[state])
        head = Text(f"{self._folder}: {summary or 'nothing yet'}", overflow="fold")
        said = [Text(self._said, style="yellow", overflow="fold")] if self._said else []
        return Group(head, *said, table(shown))


def table(lines: Iterable[FileLine]) -> Table:
    """A table of files: name, state, and its stage, result or error."""
    made = Table(box=box.SIMPLE_HEAD)
    for column in ("file", "state", "where, or why not"):
        made.add_column(column, overflow="fold")
    for line in lines:
        stage = f"{line.stage} {line.fraction:.0%}" if line.stage else ""
        why = f"{line.error.message}; {line.error.remedy}" if line.error else ""
        state = line.state if line.state != "known" else "done before"
        words = (line.file, state, why or line.note or line.result or stage)
        made.add_row(*(Text(text_of(word)) for word in words))
    return made


def print_lines(lines: Iterable[FileLine], as_json: bool) -> None:
    """Print the states of files once, as a table or as JSON lines."""
    if as_json:
        for line in lines:
            print(_json(line.as_dict()))
        return
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a log or a program reads it: a row stays a line
    console.print(table(lines))


def shower(folder: str, as_json: bool) -> JsonDisplay | LiveTable:
    """A live table where standard output is a terminal, else JSON lines."""
    return JsonDisplay() if as_json or not sys.stdout.isatty() else LiveTable(folder)


def _json(told: dict[str, Any]) -> str:
    """One line of JSON; bytes of a file's name that are no text become escapes."""
    text = to_json(told)
    return text.encode("utf-8", "backslashreplace").decode()


def _same(before: FileLine, line: FileLine) -> bool:
    if (before.state, before.stage, str(before.error)) != (line.state, line.stage, str(line.error)):
        return False
    return before.result == line.result and abs(before.fraction - line.fraction) < STEP
