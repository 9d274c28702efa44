"""How a watch is told: lines for programs, a table for people; any name can be told."""

from __future__ import annotations

import asyncio
import io
import json
import os

import pytest
from rich.console import Console

from v2a.errors import V2AError
from v2a_integrations.watch_folder import watch_display
from v2a_integrations.watch_folder.file_state import FileLine
from v2a_integrations.watch_folder.watch_display import JsonDisplay, LiveTable, table

FAILED = FileLine("b.mp4", "failed", error=V2AError("NO_FRAMES", path="b.mp4"))


def test_a_line_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    lines = JsonDisplay()
    for fraction in (0.0, 0.01, 0.5, 0.52):
        lines.line(FileLine("a.mp4", "working", "generate", fraction))
    for _ in range(2):
        lines.line(FAILED)
        lines.line(FileLine("a.mp4", "done", result="/x/a.foley"))
    lines.say("hm")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one.get("fraction") for one in told[:2]] == [0.0, 0.5]
    assert told[2]["error"]["reason"] == "NO_FRAMES" and told[3]["result"] == "/x/a.foley"
    assert told[4:] == [{"note": "hm"}]


def test_names_of_any_bytes_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    line = FileLine(os.fsdecode(b"caf\xe9\xff.mp4"), "done")
    JsonDisplay().line(line)
    assert json.loads(capsys.readouterr().out)["state"] == "done"
    page = io.StringIO()
    Console(file=page, width=100).print(table([line, FAILED]))
    assert "b.mp4 has no frame that can be decoded" in page.getvalue()
    page.getvalue().encode()


def test_the_table_is_drawn_when_something_happens_and_not_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch_display, "MOMENT_S", 0.01)
    drawn: list[int] = []
    live = LiveTable("/films")

    async def watch() -> None:
        monkeypatch.setattr(live._live, "refresh", lambda: drawn.append(1))  # noqa: SLF001
        await asyncio.sleep(0.1)
        assert not drawn
        for number in range(100):
            live.line(FileLine(f"{number}.mp4", "known"))
        await asyncio.sleep(0.1)

    try:
        asyncio.run(watch())
    finally:
        live.close()
    assert len(drawn) == 2, "once for a hundred lines, once at the end"
