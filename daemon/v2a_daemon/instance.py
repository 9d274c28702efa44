"""The daemon's place among others: one a user, its folders, its lock, its runtime file."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

import v2a
from v2a.api.json_text import to_json
from v2a.client import runtime_files
from v2a.client.runtime_files import Running
from v2a.disk import write_whole
from v2a.errors import V2AError

LEAST_FREE = 128 << 20
"""Bytes that must be free where the daemon keeps its things, or it takes no work on: with fewer it
could not even record that its disk is full."""


class Instance:
    """Holds the lock from `take` to `leave`; whoever holds it is the daemon."""

    def __init__(self) -> None:
        self.state = runtime_files.state_folder()
        self.runtime = runtime_files.runtime_folder()
        self.token = ""
        """Known once the place is taken; the same at every start, for clients elsewhere."""
        self._lock = FileLock(self.state / "daemon.lock", mode=0o600)

    def take(self) -> None:
        """Make the folders ours alone and take the lock; DAEMON_RUNNING, DAEMON_STATE."""
        for folder in (self.state, self.runtime, runtime_files.socket_path().parent):
            _private(folder)
        try:
            self._lock.acquire(timeout=0)
            self.token = _token(self.state / "token")
        except Timeout:
            there = runtime_files.read_runtime()
            facts = (there.address, there.pid) if there else ("(starting)", "unknown")
            raise V2AError("DAEMON_RUNNING", address=facts[0], pid=facts[1]) from None
        except OSError as trouble:
            raise _unusable(self.state, trouble) from trouble

    def announce(self, address: str, network: str) -> None:
        """Write the runtime file."""
        told = asdict(Running(address, self.token, os.getpid(), v2a.__version__, network))
        _write_private(runtime_files.runtime_file(), to_json(told))

    def leave(self) -> None:
        """Take the runtime file away and let go of the lock."""
        there = runtime_files.read_runtime()
        if there is not None and there.pid == os.getpid():
            runtime_files.runtime_file().unlink(missing_ok=True)
        self._lock.release()


def _token(path: Path) -> str:
    """The token in a file of ours alone; a new one where there is none or others could read it."""
    try:
        kept, stat = path.read_text("ascii").strip(), path.stat()
        if re.fullmatch("[0-9a-f]{64}", kept) and not stat.st_mode & 0o077:
            return kept
    except (FileNotFoundError, ValueError):
        pass
    token = secrets.token_hex(32)
    _write_private(path, token)
    return token


def _write_private(path: Path, text: str) -> None:
    """A file of this user alone (0600), whole."""
    try:
        write_whole(path, text, private=True)
    except V2AError as trouble:
        raise V2AError(
            "DAEMON_STATE", path=path, detail=f"cannot be used: {trouble.message}"
        ) from trouble
    except OSError as trouble:
        raise _unusable(path, trouble) from trouble


def _private(folder: Path) -> None:
    """A folder of this user alone (0700); DAEMON_STATE if it cannot be one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stat = folder.stat()
        if hasattr(os, "getuid") and stat.st_uid != os.getuid():
            raise V2AError("DAEMON_STATE", path=folder, detail="belongs to somebody else")
        if stat.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as trouble:
        raise _unusable(folder, trouble) from trouble


def _unusable(folder: Path, trouble: OSError) -> V2AError:
    detail = f"cannot be used ({trouble.strerror or trouble})"
    return V2AError("DAEMON_STATE", path=folder, detail=detail)
