"""Events of the file system (by watchdog) as a hint that a scan may be worth it now."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import suppress
from pathlib import Path, PurePath

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from v2a_integrations.watch_folder.footage_names import SETTINGS, counts, is_searched

TELLING: list[type[FileSystemEvent]] = [
    *(DirCreatedEvent, DirMovedEvent),
    *(FileClosedEvent, FileCreatedEvent, FileModifiedEvent, FileMovedEvent),
]
"""Events that count. Opening and reading are left out: the watcher itself does both."""


class ScanWakeup(FileSystemEventHandler):
    """Ends a wait when something of interest happens below a folder.

    Where the system tells of nothing (network shares) or cannot watch so much, nothing is heard,
    and the looks at their intervals find everything. Made inside the event loop.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loop = asyncio.get_running_loop()
        self._heard = asyncio.Event()
        self._observer: BaseObserver | None = None
        # It is told when a folder is moved while it is being listened to, which ours always are.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")

    def start(self) -> None:
        """Begin to observe the folder, or begin again after it had gone away."""
        self.stop()
        observer = Observer()
        observer.daemon = True
        try:
            observer.schedule(self, str(self._root), recursive=True, event_filter=TELLING)
            observer.start()
        except OSError:
            return
        self._observer = observer

    def stop(self) -> None:
        """Observe no more; the observer's threads end by themselves."""
        if self._observer is not None:
            self._observer.stop()
            self._observer = None

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take an event about what may be footage or settings; runs in the observer's thread."""
        of_interest = is_searched if event.is_directory else _is_read
        paths = (event.src_path, event.dest_path)
        if any(of_interest(PurePath(str(path)).name) for path in paths if path):
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self.hear)

    def hear(self) -> None:
        """End the wait, from the event loop's thread."""
        self._heard.set()

    async def wait(self, least: float, most: float) -> None:
        """Wait until an event comes: at least `least` and at most `most` seconds."""
        await asyncio.sleep(least)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._heard.wait(), max(0.0, most - least))
        self._heard.clear()


def _is_read(name: str) -> bool:
    return counts(name) or name == SETTINGS
