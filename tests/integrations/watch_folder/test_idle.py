"""Files that need nothing cost next to nothing: counted in calls, so that no clock has a say.

What that comes to on ten thousand files and a clock is a bench (`python -m tests.bench watch`).
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.watch_folder.watchers import Told
from v2a.client.watched_entry import Watched
from v2a_integrations.watch_folder import watcher as module
from v2a_integrations.watch_folder.folder_settings import SettingsBook, wishes_of
from v2a_integrations.watch_folder.ledger import Ledger, key_of
from v2a_integrations.watch_folder.scan import FileStamp
from v2a_integrations.watch_folder.scan_wakeup import ScanWakeup
from v2a_integrations.watch_folder.watched_folder import Folder
from v2a_integrations.watch_folder.watcher import Watcher, WatchOptions

FOLDERS, FILES = 20, 50
"""Folders, and files in each."""
LOOKS = 5
COUNTED = ("open", "os.listdir", "os.scandir", "socket.connect", "subprocess.Popen")
"""Audit events of Python: every file that is read and every folder that is looked into."""


class Client:
    """A daemon that knows every file of a folder, and counts what it is asked."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked = root, Counter[str]()

    async def all_watched(self, folder: str) -> Any:
        self.asked["all_watched"] += 1
        for path in sorted(self.root.rglob("*.mp4")):
            sha256, stamp = hashlib.sha256(path.read_bytes()).hexdigest(), FileStamp.of(path.stat())
            file, key = str(path.relative_to(self.root)), key_of(sha256, wishes_of({}))
            at = (stamp.size, stamp.mtime_ns, stamp.inode)
            yield Watched(folder, key, file, sha256, *at, state="done")

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, None]]:
        async def asked(*_args: Any) -> None:
            self.asked[name] += 1

        return asked


@contextmanager
def audited() -> Iterator[Counter[str]]:
    """Counts what Python does to the system; a hook cannot be taken back, so it falls silent."""
    counts, on = Counter[str](), [True]

    def hook(event: str, _args: Any) -> None:
        if on and event in COUNTED:
            counts[event] += 1

    sys.addaudithook(hook)
    try:
        yield counts
    finally:
        on.clear()


def test_an_idle_watch_looks_into_folders_and_does_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "footage"
    for number in range(FOLDERS * FILES):
        path = root / f"{number // FILES:03}" / f"{number:05}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(number).encode())
    client, told, pauses = Client(root), Told(), list[tuple[float, float]]()
    rounds = list[tuple[int, Counter[str], Counter[str]]]()

    async def wait(_wake: ScanWakeup, least: float, most: float) -> None:
        """The pause between two looks, which takes no time here; the last one ends the watch."""
        pauses.append((least, most))
        rounds.append((len(told.lines), counts.copy(), client.asked.copy()))
        if len(pauses) == LOOKS:
            raise asyncio.CancelledError

    async def apart(work: Callable[[], Any]) -> Any:
        """A look as it is, said to have taken a tenth of a second of processor time."""
        return work()[0], 0.1

    async def watch() -> None:
        ledger = Ledger(client, str(root))  # type: ignore[arg-type]
        await ledger.load()
        watcher = Watcher(
            Folder(root, None), ledger, client, SettingsBook(root, {}), told,  # type: ignore[arg-type]
            WatchOptions(), tmp_path / "bell",
        )  # fmt: skip
        await watcher.run()

    monkeypatch.setattr(ScanWakeup, "wait", wait)
    monkeypatch.setattr(ScanWakeup, "start", lambda _: None)
    monkeypatch.setattr(module, "apart", apart)
    with audited() as counts, pytest.raises(asyncio.CancelledError):
        asyncio.run(watch())
    assert rounds[0][0] == FOLDERS * FILES and {line.state for line in told.lines} == {"known"}
    for (lines, before, asked), (later, after, asked_later) in zip(
        rounds, rounds[1:], strict=False
    ):
        assert after - before == {"os.scandir": 1 + FOLDERS}, "one look, and nothing is read"
        assert (later, asked_later) == (lines, asked), "nothing is told and nobody is asked"
    for least, most in pauses[1:]:
        assert most >= module.IDLE_SHARE * 0.1, "a pause of two hundred times what a look took"
        assert least >= WatchOptions().interval_s
