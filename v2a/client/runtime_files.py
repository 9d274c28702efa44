"""Paths of this user's daemon, for client and daemon alike: runtime file, socket, state, log."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import platformdirs

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's own limit is 104 (macOS) or 108 (Linux), its last byte a zero."""


@dataclass(frozen=True)
class Running:
    """A running daemon, as its runtime file describes it."""

    address: str
    """unix:PATH or HOST:PORT."""
    token: str
    pid: int
    version: str
    network: str = ""
    """HOST:PORT for other machines; empty where there is none."""


def runtime_folder() -> Path:
    """Folder (0700) of the runtime file and the socket; V2A_RUNTIME names another."""
    given = os.environ.get("V2A_RUNTIME")
    if given:
        return Path(given).absolute()
    with warnings.catch_warnings():  # that a session has none is usual in a container
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("v2a")


def runtime_file() -> Path:
    """The file (0600) that a running daemon keeps: its address, token, process and version."""
    return runtime_folder() / "daemon.json"


def state_folder() -> Path:
    """Folder (0700) of jobs, uploads, cache and log; V2A_STATE names another."""
    given = os.environ.get("V2A_STATE")
    return Path(given).absolute() if given else platformdirs.user_state_path("v2a")


def log_folder() -> Path:
    """Folder of daemon.jsonl and of what a start in the background printed."""
    return state_folder() / "log"


def socket_path() -> Path:
    """The daemon's socket: in the runtime folder, or where that is too long, in a short one."""
    path = runtime_folder() / "daemon.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    whose = str(os.getuid()) if sys.platform != "win32" else ""
    short = hashlib.sha256(whose.encode() + os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"v2a-{short}", "daemon.sock")


def read_runtime() -> Running | None:
    """The runtime file's contents; None where it is missing, damaged or another user's."""
    try:
        with runtime_file().open(encoding="utf-8") as file:
            if sys.platform != "win32" and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            told: Any = json.load(file)
        facts = cast(dict[str, Any], told)
        address, token, version = (str(facts[key]) for key in ("address", "token", "version"))
        network = str(facts.get("network", ""))
        return Running(address, token, int(facts["pid"]), version, network)
    except (OSError, ValueError, KeyError, TypeError):
        return None
