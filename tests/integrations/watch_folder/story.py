"""A busy day of a watched folder: slow copies, bursts, renames, broken files, and processes killed.

What must hold at its end, however it went: every whole file scored exactly once, every broken one
explained, none half-read.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.films import Film, write_film
from tests.fixtures_daemons import environment, wait_until
from v2a.client import connect

FRAMES = 12
SETTLE_S = 1.0
VICTIMS = [(True, False), (False, True), (True, True)]
"""Whether the watcher is killed, and the daemon."""
EARLY = "copying "
"""Before the name of a file that is renamed while it is being written."""


@dataclass(frozen=True)
class Size:
    """How busy the day is."""

    files: int
    broken: int
    kills: int
    patience_s: float
    at_random: bool = True
    """Who is killed, and how long after a result was seen; else each in turn, at once."""


@dataclass
class Day:
    """One folder's day; `folder` is for all that is made."""

    folder: Path
    pack: Path
    size: Size
    seed: int = 7
    written: dict[str, int] = field(default_factory=dict[str, int])
    """When the sidecar of each result was written that was seen first, nanoseconds."""

    def __post_init__(self) -> None:
        self.footage, self.cards = self.folder / "footage", self.folder / "cards"
        self.footage.mkdir(parents=True)
        self.cards.mkdir()
        (self.footage / ".v2a.toml").write_text('outputs = ["mix"]\n')
        self._random = random.Random(self.seed)
        self._log_file, self._begins = self.folder / "watch.jsonl", 0
        self._log = self._log_file.open("ab")
        roots = json.dumps([str(self.footage), str(self.pack)])
        self.env = environment(
            self.folder / "state", self.folder / "runtime", V2A_DAEMON_ROOT=roots
        )
        self._watch: subprocess.Popen[bytes] | None = None

    # -- what is dropped ------------------------------------------------------------------------

    def films(self) -> tuple[list[Path], list[Path]]:
        """Whole files and broken ones, no two of one content, on a card of their own."""
        film = write_film(self.cards / "film.mp4", Film(scenes=(FRAMES,)))
        made = [self._another(film, number) for number in range(self.size.files)]
        film.unlink()
        broken = made[: self.size.broken]
        for number, path in enumerate(broken):
            if number % 2:
                path.write_bytes(self._random.randbytes(2000 + number))
            else:
                os.truncate(path, path.stat().st_size // 2 - number)
        self._random.shuffle(made)
        return [path for path in made if path not in broken], broken

    def _another(self, film: Path, number: int) -> Path:
        """The same film with other bytes in it, which nobody knows yet."""
        path = self.cards / f"take {number:03}.mp4"
        unlike = struct.pack(">I4s", 24, b"free") + self._random.randbytes(16)
        path.write_bytes(film.read_bytes() + unlike)
        return path

    def drop(self, paths: list[Path]) -> None:
        """Bring files to the folder in every way that there is, one after the other."""
        ways = (self._slowly, self._at_once, self._renamed_meanwhile, self._with_a_pause)
        for number, path in enumerate(paths):
            place = self.footage / f"day {number % 3}"
            place.mkdir(exist_ok=True)
            ways[0 if number % 5 == 0 else 1 + number % 3](path, place / path.name)

    def _at_once(self, path: Path, to: Path) -> None:
        shutil.copy(path, to)

    def _slowly(self, path: Path, to: Path, pause_s: float = SETTLE_S / 4) -> None:
        data = path.read_bytes()
        step = len(data) // 4 + 1
        with to.open("wb") as file:
            for begin in range(0, max(len(data), 1), step):
                file.write(data[begin : begin + step])
                file.flush()
                time.sleep(pause_s)

    def _renamed_meanwhile(self, path: Path, to: Path) -> None:
        """Copied under another name that counts, which changes while it is being written."""
        early = to.with_name(f"{EARLY}{to.name}")
        data = path.read_bytes()
        with early.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            early.rename(to)
            time.sleep(SETTLE_S / 4)
            file.write(data[len(data) // 2 :])

    def _with_a_pause(self, path: Path, to: Path) -> None:
        """A copy that stops for so long that it looks whole; only for a few, the rest at once."""
        if self._random.random() < 0.2:
            self._slowly(path, to, SETTLE_S * 1.5)
        else:
            self._at_once(path, to)

    # -- who is killed --------------------------------------------------------------------------

    def watch(self, *more: str) -> None:
        """Start a watcher, which starts a daemon where none runs."""
        words = ["--pack", str(self.pack), "--device", "cpu", "--steps", "1", "--json"]
        soon = ["--settle", str(SETTLE_S), "--interval", "0.5"]
        command = [sys.executable, "-m", "v2a", "watch", str(self.footage), *words, *soon, *more]
        self._begins = self._log_file.stat().st_size
        self._watch = subprocess.Popen(command, env=self.env, stdout=self._log, stderr=self._log)

    def _watches(self) -> bool:
        """Whether the latest watcher has told of a file: it is past its start."""
        return b'"state"' in self._log_file.read_bytes()[self._begins :]

    def _is_watched(self) -> bool:
        """Likewise; a watcher that did not come past its start is replaced, as a service is."""
        if self._watch is None or self._watch.poll() is not None:
            self.watch()
        return self._watches()

    def kill(self, watcher: bool, daemon: bool) -> None:
        """As if the machine had gone out, for one or both of them; a killed watcher is replaced."""
        if daemon and (pid := self.daemon_pid()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if watcher and self._watch is not None:
            self._watch.kill()
            self._watch.wait()
        if self._watch is None or self._watch.poll() is not None:
            self.watch()

    def daemon_pid(self) -> int | None:
        """Of the daemon that runs now, if it is one of this folder's."""
        try:
            pid = int(json.loads((self.folder / "runtime" / "daemon.json").read_bytes())["pid"])
            environ = Path(f"/proc/{pid}/environ").read_bytes()
        except (OSError, ValueError, KeyError):
            return None
        return pid if str(self.folder / "state").encode() in environ else None

    # -- the day --------------------------------------------------------------------------------

    def run(self) -> None:
        """All of it, to the moment when nothing is left to do."""
        good, broken = self.films()
        everything = [*good, *broken]
        self._random.shuffle(everything)
        copier = threading.Thread(target=self.drop, args=(everything,), daemon=True)
        self.watch()
        copier.start()
        kills, end = 0, time.monotonic() + self.size.patience_s
        while time.monotonic() < end:
            time.sleep(0.3)
            self._note_results()
            # Spread over the day: so much must have been done since the last one.
            due = (kills + 1) * len(good) // (self.size.kills + 1)
            if kills < self.size.kills and len(self.written) >= due:
                victims = self._victims(kills)
                if self.size.at_random or self._are_there(*victims):
                    self.kill(*victims)
                    kills += 1
            if kills == self.size.kills and not copier.is_alive() and self._is_done(good, broken):
                break
        self._end()
        self.check(good, broken)

    def _victims(self, kills: int) -> tuple[bool, bool]:
        """Whether to kill the watcher, and the daemon, after so many kills; now."""
        if not self.size.at_random:
            return VICTIMS[kills % len(VICTIMS)]
        time.sleep(self._random.uniform(0.1, 4))
        return self._random.choice(VICTIMS)

    def _are_there(self, watcher: bool, daemon: bool) -> bool:
        """Whether those who are to be killed run, past their start."""
        return (not watcher or self._watches()) and (not daemon or self.daemon_pid() is not None)

    def _is_done(self, good: list[Path], broken: list[Path]) -> bool:
        told = sorted(f"{path.stem}.foley-error.txt" for path in broken)
        return len(self.written) == len(good) and self.explained() == told

    def _end(self) -> None:
        """The watcher's, as a service ends it; one more finds nothing to do, or the last of it."""
        assert self._watch is not None
        wait_until(self._is_watched, 300)  # one that was just started would end as a command does
        self._watch.send_signal(signal.SIGTERM)
        assert self._watch.wait(120) == 0, "the watcher did not end tidily"
        self.watch("--once")
        assert self._watch.wait(300) == (1 if self.size.broken else 0)
        self._log.close()

    def end_all(self) -> None:
        """No process outlives the day, whatever came of it."""
        if self._watch is not None and self._watch.poll() is None:
            self._watch.kill()
            self._watch.wait()
        pid = self.daemon_pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 60
            while self.daemon_pid() == pid and time.monotonic() < end:
                time.sleep(0.1)

    def _note_results(self) -> None:
        for sidecar in self.sidecars():
            try:
                self.written.setdefault(sidecar.name, sidecar.stat().st_mtime_ns)
            except OSError:  # being replaced
                continue

    def sidecars(self) -> list[Path]:
        """Of every result."""
        return sorted(self.footage.glob("day */Foley/*.foley/*.foley.json"))

    def explained(self) -> list[str]:
        """Names of the files that say why there is no sound; not for what had an early name."""
        names = (path.name for path in self.footage.rglob("*.foley-error.txt"))
        return sorted(name for name in names if not name.startswith(EARLY))

    def check(self, good: list[Path], broken: list[Path]) -> None:
        """What must hold."""
        names = sorted(f"{path.stem}.foley.json" for path in good)
        assert [path.name for path in self.sidecars()] == sorted(names, key=self._place_of)
        for sidecar in self.sidecars():
            told = json.loads(sidecar.read_text("utf-8"))
            assert told["frames"] == FRAMES, f"{sidecar.name} is of half a file"
            assert (sidecar.parent / told["files"]["mix"]).is_file()
            again = (sidecar.stat().st_mtime_ns - self.written[sidecar.name]) / 1e9
            assert again == 0, f"{sidecar.name} was written again after {again:.1f} s"
        assert self.explained() == sorted(f"{path.stem}.foley-error.txt" for path in broken)
        states = sorted(state for _, state in self._ledger())
        assert states == ["done"] * len(good) + ["failed"] * len(broken)
        assert not list(self.footage.rglob(".*.part*")), "something was left half-written"

    def _place_of(self, name: str) -> str:
        return next(str(path) for path in self.sidecars() if path.name == name)

    def _ledger(self) -> Iterator[tuple[str, str]]:
        told = json.loads((self.folder / "runtime" / "daemon.json").read_bytes())
        with connect(told["address"], told["token"]) as client:
            for entry in client.all_watched(str(self.footage)):
                if (self.footage / entry.file).exists():  # not what had an early name
                    yield entry.file, entry.state
