"""The watch itself: look, wait until files are ready, hand them over, look again."""

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
from v2a_integrations.watch_folder.scan_wakeup import Wake
from v2a_integrations.watch_folder.score_entry import Scorer, is_settled
from v2a_integrations.watch_folder.settling import Settling
from v2a_integrations.watch_folder.watched_folder import Folder

AT_ONCE = 8
"""Files on their way: their scenes share batches."""
IDLE_SHARE, BUSY_SHARE = 200, 20
"""A look is followed by a pause of so many times the processor time that it and its use took."""
LONGEST_PAUSE_S, SHORTEST_PAUSE_S = 60.0, 0.25
SOON_S, FIRST_RETRY_S, LONGEST_RETRY_S = 1.0, 5.0, 1800.0

TRIES_ONCE = 3
"""With `once`; else there is no end to them."""


@dataclass(frozen=True)
class WatchOptions:
    """How a folder is watched."""

    settle_s: float = 5.0
    """A file that has not changed for so many seconds is whole."""
    interval_s: float = 2.0
    """Seconds from look to look while something happens, and at least."""
    once: bool = False
    """End when all that is there has been done."""


@dataclass(frozen=True)
class Later:
    """When a file in some state is tried again."""

    stamp: FileStamp
    when: float
    """Monotonic seconds."""
    tries: int


class Watcher:
    """One watched folder. What is on its way when it ends goes on in the daemon."""

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
        """`bell` is a file that is touched by who has written to the ledger."""
        self._folder, self._ledger, self._scorer = folder, ledger, scorer
        self._wishes, self._show, self._options = wishes, show, options
        self._settling = Settling(options.settle_s)
        self._known: dict[str, tuple[FileStamp, FolderSettings]] = {}
        """Files that need nothing, in the state in which they do."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._keys: set[str] = set()
        self._later: dict[str, Later] = {}
        self._wrong: dict[str, V2AError] = {}
        """What is wrong with the `.v2a.toml` of a folder."""
        self._arrived = False
        """Whether footage has come that no timeline has been looked into with."""
        self._gone = False
        self._bell, self._rung = bell, _rung(bell)

    async def run(self) -> None:
        """Watch until cancelled, or with `once` until nothing is left to do."""
        wake = Wake(self._folder.root)
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

    async def _look(self, wake: Wake) -> tuple[FolderScan | None, float]:
        """What is there, and the processor seconds spent on finding out."""
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
        """Take away the tasks that have ended; raises what none of them should."""
        for file, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[file]
                await task

    async def _reload(self) -> None:
        """Read the ledger again where somebody else has written to it, once nothing is on its way.

        A daemon that is not there now is asked at the next look.
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

    def _turn_to(self, look: FolderScan, wake: Wake) -> None:
        """Hand over what is ready."""
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

    def _settles(self, file: str, look: FolderScan, now: float, wake: Wake) -> bool:
        """Whether a file is neither known nor on its way nor put off; one that is ready is begun.

        Each is known by its state and by what is wished for it: either may change.
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
        """Whether a file need not even be read: the ledger saw it so, and all is done."""
        entry = self._ledger.of_file(file, stamp)
        if entry is None or entry.key != key_of(entry.sha256, wishes) or not is_settled(entry):
            return False
        self._known[file] = (stamp, wishes)
        line = line_of(entry)
        self._show.line(replace(line, state="known") if line.state == "done" else line)
        return True

    def _start(self, file: str, stamp: FileStamp, wishes: FolderSettings, wake: Wake) -> None:
        run = FileRun(
            self._folder, self._ledger, self._scorer, self._keys, self._show, file, stamp, wishes
        )
        task = self._tasks[file] = asyncio.create_task(self._one(run))
        task.add_done_callback(lambda _: wake.hear())

    async def _one(self, run: FileRun) -> None:
        """One file to its end, or until it may be tried again."""
        again = await run.run()
        later = self._later.pop(run.file, None)
        if again is None:
            self._known[run.file] = (run.stamp, run.wishes)
        elif again != "unsettled":
            tries = 0 if later is None else later.tries
            wait = SOON_S if again == "soon" else FIRST_RETRY_S * 4 ** min(tries, 9)
            when = time.monotonic() + min(wait, LONGEST_RETRY_S)
            self._later[run.file] = Later(run.stamp, when, tries + (again == "later"))

    def _is_done(self) -> bool:
        """Whether nothing is left, or only what has been put off often enough."""
        waits = any(later.tries < TRIES_ONCE for later in self._later.values())
        return not (self._tasks or self._settling or waits)

    def _pause(self, spent: float) -> tuple[float, float]:
        """Least and most seconds until the next look, after one that took so much."""
        interval = self._options.interval_s
        least = min(interval, max(SHORTEST_PAUSE_S, spent * BUSY_SHARE))
        if self._tasks or self._settling:
            return least, interval
        most = max(interval, min(spent * IDLE_SHARE, LONGEST_PAUSE_S))
        now = time.monotonic()
        due = [max(least, later.when - now) for later in self._later.values()]
        return least, min([most, *due])

    def _tell_wrong_settings(self) -> None:
        """Say once what is wrong with a `.v2a.toml`, also beside it."""
        folder, wrong = self._folder, self._wishes.wrong()
        for name, error in wrong.items():
            if str(self._wrong.get(name)) != str(error):
                self._show.say(f"{error.message}; {error.remedy}")
                explain(folder.root, folder.output, f"{name}/{SETTINGS}".lstrip("/"), None, error)
        for name in self._wrong.keys() - wrong.keys():
            take_back(folder.root, folder.output, f"{name}/{SETTINGS}".lstrip("/"))
        self._wrong = wrong


def _rung(bell: Path) -> int:
    """When the bell was rung last; 0 for never."""
    try:
        return bell.stat().st_mtime_ns
    except OSError:
        return 0
