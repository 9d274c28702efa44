"""A watched folder of a test's own, watched in this process or by `v2a watch`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fixtures_daemons import RunningDaemon
from v2a.client.watched_entry import Watched
from v2a.errors import V2AError
from v2a_integrations.watch_folder import watch_run
from v2a_integrations.watch_folder.file_state import FileLine
from v2a_integrations.watch_folder.watcher import WatchOptions

LONGEST_S = 240.0
"""On a machine that does much else at once."""
QUICK = WatchOptions(settle_s=0.3, interval_s=0.1, once=True)


@dataclass
class Told:
    """A show that keeps what it is told."""

    lines: list[FileLine] = field(default_factory=list[FileLine])
    said: list[str] = field(default_factory=list[str])
    end: str = ""
    """With `once`: how many files failed, if some did."""

    def line(self, line: FileLine) -> None:
        self.lines.append(line)

    def say(self, text: str) -> None:
        self.said.append(text)

    @property
    def scored(self) -> list[str]:
        """Files that got their sound now, in alphabetical order."""
        return sorted(line.file for line in self.lines if line.state == "done")

    @property
    def ends(self) -> dict[str, FileLine]:
        """The last that was told of each file."""
        return {line.file: line for line in self.lines}


@dataclass(frozen=True)
class WatchedFolder:
    """One folder, and the ways to watch it."""

    daemon: RunningDaemon
    folder: Path

    @property
    def said(self) -> dict[str, Any]:
        """The quickest sound there is."""
        return {"pack": str(self.daemon.pack), "device": "cpu", "steps": 1}

    def once(self, output: Path | None = None, **said: Any) -> Told:
        """Watch in this process until all is done."""
        told = Told()
        try:
            self.do(watch_run.watch(self.folder, output, self.said | said, QUICK, told))
        except V2AError as error:
            if error.reason != "SOME_FAILED":
                raise
            told.end = error.message
        return told

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run it, within the time a test has."""
        return asyncio.run(asyncio.wait_for(work, LONGEST_S))

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`v2a watch` in a process of its own, until it is ended."""
        quick = ["--pack", str(self.daemon.pack), "--device", "cpu", "--steps", "1", "--json"]
        soon = ["--settle", "0.5", "--interval", "0.2"]
        return subprocess.Popen(
            [sys.executable, "-m", "v2a", "watch", str(self.folder), *quick, *soon, *words],
            env=self.daemon.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def printed(self) -> list[dict[str, Any]]:
        """What `v2a watch --status` prints for programs."""
        words = [sys.executable, "-m", "v2a", "watch", str(self.folder), "--status", "--json"]
        lines = subprocess.run(words, env=self.daemon.env, capture_output=True, check=True).stdout
        return [json.loads(line) for line in lines.splitlines()]

    def ledger(self) -> dict[str, Watched]:
        """What is recorded, by file."""
        with self.daemon.client() as client:
            return {entry.file: entry for entry in client.all_watched(str(self.folder))}

    def jobs(self) -> int:
        """How many jobs the daemon has had."""
        with self.daemon.client() as client:
            return sum(1 for _ in client.jobs())


def told_by(process: subprocess.Popen[str], is_it: Callable[[dict[str, Any]], bool]) -> Any:
    """The first line of a running watch that is the one wanted."""
    assert process.stdout is not None
    for line in process.stdout:
        if is_it(told := json.loads(line)):
            return told
    raise AssertionError("the watch ended without saying so")


def stamps(folder: Path) -> dict[str, int]:
    """When each file of a result was written, nanoseconds."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def truncate(path: Path, to: float = 0.5) -> Path:
    """Cut a file off, as a copy that broke does."""
    os.truncate(path, int(path.stat().st_size * to))
    return path
