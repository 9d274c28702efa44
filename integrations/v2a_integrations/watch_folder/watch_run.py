"""What `v2a watch` does: watch a folder, report from its ledger, have files scored again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from v2a.client import connect_async
from v2a.client.runtime_files import runtime_folder
from v2a.errors import V2AError
from v2a_integrations.watch_folder.file_state import FileLine, Show, Tally, line_of
from v2a_integrations.watch_folder.folder_settings import SettingsBook
from v2a_integrations.watch_folder.ledger import Ledger
from v2a_integrations.watch_folder.scan import look_into
from v2a_integrations.watch_folder.score_entry import Scorer
from v2a_integrations.watch_folder.watched_folder import Folder
from v2a_integrations.watch_folder.watcher import Watcher, WatchOptions


def folder_at(path: Path) -> Path:
    """The folder to watch, by its real path; raises NOT_FOUND."""
    if not path.is_dir():
        raise V2AError("NOT_FOUND", path=path)
    return path.resolve()


async def watch(
    root: Path, output: Path | None, said: Mapping[str, Any], options: WatchOptions, show: Show
) -> None:
    """Watch a folder until cancelled; `said` holds the command line's settings as TOML's keys.

    Raises BAD_OPTION where another process watches it, the errors of starting a daemon, and with
    `once` SOME_FAILED if some of the files have no sound when it ends.
    """
    wishes, tally = SettingsBook(root, said), Tally(show)
    with _alone(root):
        async with await connect_async(start=True) as client:
            ledger = Ledger(client, str(root))
            await ledger.load()
            folder, bell = Folder(root, output), _side(root, "bell")
            await Watcher(folder, ledger, Scorer(client), wishes, tally, options, bell).run()
            tally.check(folder.present)


async def status(root: Path) -> list[FileLine]:
    """The state of every file in the ledger, and the error of every wrong `.v2a.toml`."""
    async with await connect_async(start=True) as client:
        lines = [line_of(entry) async for entry in client.all_watched(str(root))]
    book = SettingsBook(root, {})
    if look := look_into(root):
        book.turn_to(look)
    lines += [
        FileLine(f"{name}/.v2a.toml".lstrip("/"), "failed", error=error)
        for name, error in book.wrong().items()
    ]
    return sorted(lines, key=lambda line: line.file)


async def ask_again(root: Path, failed: bool, missing: bool) -> int:
    """Have files scored once more: those that `failed`, those whose result is `missing`.

    Returns how many; a running watcher of the folder takes them up.
    """
    async with await connect_async(start=True) as client:
        entries = [entry async for entry in client.all_watched(str(root))]
        wanted = [
            entry
            for entry in entries
            if (failed and entry.state == "failed")
            or (missing and entry.state == "done" and not os.path.lexists(entry.result))
        ]
        for entry in wanted:
            await client.put_watched(replace(entry, state="again", failures=0))
    if wanted:
        bell = _side(root, "bell")
        bell.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        bell.touch(mode=0o600)
    return len(wanted)


def is_watched(root: Path) -> bool:
    """Whether a process of this user watches the folder."""
    try:
        with _alone(root):
            return False
    except V2AError:
        return True


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold a folder's lock to the end of the body; raises BAD_OPTION where another process does."""
    place = _side(root, "lock")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(place, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise V2AError(
            "BAD_OPTION",
            detail=f"{root} is watched by another process",
            hint="end that one first; --status, --retry and --rescore work beside it",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _side(root: Path, ending: str) -> Path:
    """Path of a small file about a watched folder, in the daemon's runtime folder."""
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    return runtime_folder() / f"watch-{name}.{ending}"
