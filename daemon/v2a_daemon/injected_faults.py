"""Faults on request, so that tests see what the daemon does when a child misbehaves.

`V2A_FAULT` holds `kind@stage` or `kind@stage:times`, several with commas: "exit@make:2,oom@find".
A fault strikes whenever its stage begins, so many times and no more, in every process anew; where
`V2A_FAULT_MEMORY` names a folder, times are counted there over all processes together. With
`kind@stage/word` it strikes only where what is asked for, as Python shows it, holds the word.

    stages  device, load, find, make, hear, raw (worker); media (media child); tracks,
            written (tracks child)
    exit    the process ends with status 70
    kill    the process is killed
    hang    the whole process stands still and answers nothing
    stall   the stage stands still, the process answers
    hold    likewise, until there is a file `go` in `V2A_FAULT_MEMORY`
    oom     the device is out of memory
    sticky  the device reports an error that only a new process cures
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections import Counter
from pathlib import Path

from v2a.errors import V2AError

EXIT = 70
LONG_S = 3600

_struck: Counter[str] = Counter()


def strike(stage: str, asked: object = None) -> None:
    """Do what `V2A_FAULT` wants at this stage; nothing where it is not set."""
    for fault in filter(None, os.environ.get("V2A_FAULT", "").split(",")):
        what, _, times = fault.partition(":")
        kind, _, where = what.partition("@")
        at, _, word = where.partition("/")
        if at == stage and word in repr(asked) and _count(what) <= int(times or 1_000_000):
            _do(kind)


def _count(fault: str) -> int:
    """How often it has struck, this time included."""
    memory = os.environ.get("V2A_FAULT_MEMORY")
    if memory is None:
        _struck[fault] += 1
        return _struck[fault]
    name = fault.replace("/", " ")
    number = 1
    while not _first(Path(memory) / f"{name} {number}"):
        number += 1
    return number


def _first(mark: Path) -> bool:
    """Whether nobody was here before. An empty file: a limited child may write none that is not."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _do(kind: str) -> None:
    match kind:
        case "exit":
            os._exit(EXIT)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            ctypes.PyDLL(None).sleep(LONG_S)  # a call that keeps Python's lock: no thread runs on
        case "stall":
            time.sleep(LONG_S)
        case "hold":
            while not Path(os.environ["V2A_FAULT_MEMORY"], "go").exists():
                time.sleep(0.01)
        case "oom":
            raise RuntimeError("CUDA out of memory (asked for by V2A_FAULT)")
        case "sticky":
            raise RuntimeError("CUDA error: device-side assert (asked for by V2A_FAULT)")
        case _:
            detail = f"V2A_FAULT: there is no fault {kind!r}"
            raise V2AError("BAD_OPTION", detail=detail, hint="see v2a_daemon/injected_faults.py")
