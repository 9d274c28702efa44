"""The loop of a watch: scan the folder, begin the files that are whole, wait, scan again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path

from v2a.errors import V2AError
from v2a_integrations.watch_folder.detached_threads import apart
from v2a_integrations.watch_folder.explain_failure import explain, take_back
from v2a_integrations.watch_folder.file_run import FileRun
from v2a_integrations.watch_folder.file_state import FileLine, Show, line_of
from v2a_integrations.watch_folder.folder_settings import FolderSettings, SettingsBook
from v2a_integrations.watch_folder.footage_names import SETTINGS, is_timeline
from v2a_integrations.watch_folder.ledger import Ledger, key_of
from v2a_integrations.watch_folder.scan import FileStamp, FolderScan, look_into
from v2a_integrations.watch_folder.scan_wakeup import ScanWakeup
from v2a_integrations.watch_folder.score_entry import Scorer, is_settled
from v2a_integrations.watch_folder.settling import Settling
from v2a_integrations.watch_folder.watched_folder import Folder

AT_ONCE = 8
"""Files scored at the same time. Chosen: enough that their scenes share batches."""
IDLE_SHARE, BUSY_SHARE = 200, 20
"""A scan is followed by a pause of so many times the processor seconds that it and its use took.
Chosen as half a per cent of a core when idle and five when busy; measured 0.53 % over 10,000
files (tests/bench/RESULTS.md)."""
LONGEST_PAUSE_S, SHORTEST_PAUSE_S = 60.0, 0.25
"""Bounds of that pause, seconds. Chosen: a file that no event told of waits a minute at most, and
a burst of events costs four scans a second at most."""
SOON_S, FIRST_RETRY_S, LONGEST_RETRY_S = 1.0, 5.0, 1800.0
"""Seconds until a file is tried again: while the same content is being scored; after its first
error, four times as long each time; and at most. Chosen so that a restart of the daemon costs
little time and a long outage few tries."""

TRIES_ONCE = 3
"""Tries of a file with `once`, chosen; without `once` tries do not end."""


@dataclass(frozen=True)
class WatchOptions:
    """How a folder is watched."""

    settle_s: float = 5.0
    """A file whose stamp has not changed for so many seconds is whole."""
    interval_s: float = 2.0
    """Most seconds from scan to scan while files settle or are scored; least when idle."""
    once: bool = False
    """End when every file has its sound or has been given up."""


@dataclass(frozen=True)
class PostponedFile:
    """When a file is tried again, unless it changes before."""

    stamp: FileStamp
    when: float
    """Monotonic seconds."""
    tries: int


class Watcher:
    """Watches one folder. Jobs that run when it ends go on in the daemon."""

    def __init__(
        self,
        folder: Folder,
        ledger: Ledger,
        scorer: Scorer,
        wishes: SettingsBook,
        show: Show,
        options: WatchOptions,
        bell: Path,
    ) -> None:
        """`bell` is a file that other processes touch when they have written to the ledger."""
        self._folder, self._ledger, self._scorer = folder, ledger, scorer
        self._wishes, self._show, self._options = wishes, show, options
        self._settling = Settling(options.settle_s)
        self._known: dict[str, tuple[FileStamp, FolderSettings]] = {}
        """Files that need nothing as long as their stamp and settings are these."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._keys: set[str] = set()
        self._later: dict[str, PostponedFile] = {}
        self._wrong: dict[str, V2AError] = {}
        """The error of a wrong `.v2a.toml`, by its folder."""
        self._arrived = False
        """Whether footage has come since timelines were last tried."""
        self._gone = False
        self._bell, self._rung = bell, _rung(bell)

    async def run(self) -> None:
        """Watch until cancelled, or with `once` until nothing is left to do."""
        wake = ScanWakeup(self._folder.root)
        wake.start()
        try:
            while True:
                look, spent = await self._look(wake)
                await self._collect()
                await self._reload()
                if look is not None:
                    begun = time.thread_time()
                    self._turn_to(look, wake)
                    # The first one tells of every file, and is no measure.
                    spent += min(spent, time.thread_time() - begun)
                    if self._options.once and self._is_done():
                        return
                await wake.wait(*self._pause(spent))
        finally:
            wake.stop()
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _look(self, wake: ScanWakeup) -> tuple[FolderScan | None, float]:
        """A scan of the folder (None while it is gone), and the processor seconds that it took."""
        folder = self._folder

        def timed() -> tuple[FolderScan | None, float]:
            begun = time.thread_time()
            return look_into(folder.root, folder.output), time.thread_time() - begun

        look, spent = await apart(timed)
        if (look is None) != self._gone:
            self._gone = look is None
            self._show.say(f"{folder.root}: {'is not there' if self._gone else 'is there again'}")
            if not self._gone:
                wake.start()
        return look, spent

    async def _collect(self) -> None:
        """Remove the tasks that have ended; raises an error that one of them ended with."""
        for file, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[file]
                await task

    async def _reload(self) -> None:
        """Read the ledger again where another process wrote to it and no file is being scored.

        A daemon that is away now is asked after the next scan.
        """
        rung = _rung(self._bell)
        if rung == self._rung or self._tasks:
            return
        try:
            await self._ledger.load()
        except V2AError as error:
            self._show.say(f"{error.message}; {error.remedy}")
            return
        self._rung = rung
        self._known.clear()
        self._later.clear()

    def _turn_to(self, look: FolderScan, wake: ScanWakeup) -> None:
        """Take a scan: update the settings, and begin the files that are whole."""
        arrived = look.files.keys() - self._folder.present.keys()
        self._arrived = self._arrived or not all(map(is_timeline, arrived))
        self._folder.present = look.files
        self._wishes.turn_to(look)
        self._tell_wrong_settings()
        now = time.monotonic()
        self._later = {
            file: later
            for file, later in self._later.items()
            if look.files.get(file) == later.stamp  # one that changes is tried when it is ready
        }
        files = sorted(look.files, key=lambda file: (is_timeline(file), file))
        settling = [file for file in files if self._settles(file, look, now, wake)]
        self._settling.keep_only(set(settling))
        if self._arrived and not self._settling.is_any_young(now):
            self._arrived = False
            for file, later in self._later.items():
                if is_timeline(file):  # what has come may be the media that it waits for
                    self._later[file] = replace(later, when=now)

    def _settles(self, file: str, look: FolderScan, now: float, wake: ScanWakeup) -> bool:
        """Whether a file still has to wait before it is scored; one that is whole is begun here.

        Files that are done, being scored or put off do not wait, until their stamp or their
        settings change.
        """
        stamp, wishes = look.files[file], self._wishes.of(file)
        if isinstance(wishes, V2AError):
            self._show.line(FileLine(file, "waiting", error=wishes))
            return False
        if wishes.ignore or file in self._tasks or self._known.get(file) == (stamp, wishes):
            return False
        if file not in self._known and self._is_recorded(file, stamp, wishes):
            return False
        later = self._later.get(file)
        if later is not None and later.when > now:
            return False
        ready = self._settling.is_ready(file, stamp, now)
        if not ready or (is_timeline(file) and self._settling.is_any_young(now)):
            self._show.line(FileLine(file, "settling"))
        elif len(self._tasks) < AT_ONCE and _rung(self._bell) == self._rung:
            self._start(file, stamp, wishes, wake)
            return False
        return True

    def _is_recorded(self, file: str, stamp: FileStamp, wishes: FolderSettings) -> bool:
        """Whether a file need not be read: the ledger has its stamp and settings as settled."""
        entry = self._ledger.of_file(file, stamp)
        if entry is None or entry.key != key_of(entry.sha256, wishes) or not is_settled(entry):
            return False
        self._known[file] = (stamp, wishes)
        line = line_of(entry)
        self._show.line(replace(line, state="known") if line.state == "done" else line)
        return True

    def _start(self, file: str, stamp: FileStamp, wishes: FolderSettings, wake: ScanWakeup) -> None:
        run = FileRun(
            self._folder, self._ledger, self._scorer, self._keys, self._show, file, stamp, wishes
        )
        task = self._tasks[file] = asyncio.create_task(self._one(run))
        task.add_done_callback(lambda _: wake.hear())

    async def _one(self, run: FileRun) -> None:
        """Run one file, and note when it is tried again if it is not done."""
        again = await run.run()
        later = self._later.pop(run.file, None)
        if again is None:
            self._known[run.file] = (run.stamp, run.wishes)
        elif again != "unsettled":
            tries = 0 if later is None else later.tries
            wait = SOON_S if again == "soon" else FIRST_RETRY_S * 4 ** min(tries, 9)
            when = time.monotonic() + min(wait, LONGEST_RETRY_S)
            self._later[run.file] = PostponedFile(run.stamp, when, tries + (again == "later"))

    def _is_done(self) -> bool:
        """Whether no file is left but those that have been tried `TRIES_ONCE` times."""
        waits = any(later.tries < TRIES_ONCE for later in self._later.values())
        return not (self._tasks or self._settling or waits)

    def _pause(self, spent: float) -> tuple[float, float]:
        """Least and most seconds until the next scan; this one took `spent` processor seconds."""
        interval = self._options.interval_s
        least = min(interval, max(SHORTEST_PAUSE_S, spent * BUSY_SHARE))
        if self._tasks or self._settling:
            return least, interval
        most = max(interval, min(spent * IDLE_SHARE, LONGEST_PAUSE_S))
        now = time.monotonic()
        due = [max(least, later.when - now) for later in self._later.values()]
        return least, min([most, *due])

    def _tell_wrong_settings(self) -> None:
        """Show each error of a `.v2a.toml` once, and write it into a text file beside it."""
        folder, wrong = self._folder, self._wishes.wrong()
        for name, error in wrong.items():
            if str(self._wrong.get(name)) != str(error):
                self._show.say(f"{error.message}; {error.remedy}")
                explain(folder.root, folder.output, f"{name}/{SETTINGS}".lstrip("/"), None, error)
        for name in self._wrong.keys() - wrong.keys():
            take_back(folder.root, folder.output, f"{name}/{SETTINGS}".lstrip("/"))
        self._wrong = wrong


def _rung(bell: Path) -> int:
    """When the bell was last touched, in ns since the epoch; 0 where it never was."""
    try:
        return bell.stat().st_mtime_ns
    except OSError:
        return 0
