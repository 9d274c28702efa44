"""Limits that a child sets on itself before it touches anything that it was given."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from dataclasses import dataclass

try:
    import resource
except ImportError:  # Windows
    resource = None

GIB = 1 << 30
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class ProcessLimits:
    """What a process may use; None leaves as it is."""

    memory: int | None = None
    """Bytes of address space."""
    cpu_s: int | None = None
    """Seconds of processor time, all threads together."""
    file_bytes: int | None = None
    """Bytes of the largest file it may write."""
    open_files: int | None = None


@dataclass(frozen=True)
class MediaLimits:
    """What media may ask of us; a film of 8K, one of two hours and one of 24 hours pass."""

    hours: float = 24.0
    pixels: int = 1 << 26
    """Of one picture."""
    streams: int = 256
    frames: int = 6_000_000
    memory: int = 16 * GIB
    """Bytes of address space of the process that decodes."""
    cpu_s: int = 400_000
    """Seconds of processor time of the process that decodes."""
    stall_s: float = 120.0
    """Seconds without a sign of life."""

    @property
    def process(self) -> ProcessLimits:
        """Those that the system watches over."""
        return ProcessLimits(self.memory, self.cpu_s, file_bytes=0, open_files=64)


TRACKS = ProcessLimits(memory=64 * GIB, open_files=4096)
"""Of a tracks child: takes are mapped into memory, the folder's files are as long as the film."""


def set_limits(limits: ProcessLimits) -> None:
    """Limit this process for the rest of its life; no core file either. Nothing on Windows."""
    if resource is None:
        return
    wanted = {
        "RLIMIT_AS": limits.memory,
        "RLIMIT_CPU": limits.cpu_s,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None and value is not None:
            _lower(kind, value)


def _lower(kind: int, value: int) -> None:
    assert resource is not None
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # At its hard limit of time a process is killed without a word of why: that lies a second on.
    above = value + 1 if kind == resource.RLIMIT_CPU and value != hard else value
    try:
        resource.setrlimit(kind, (value, above))
    except (OSError, ValueError):
        # macOS refuses some below what is in use; the others still hold.
        return


def die_with_parent(parent: int | None = None) -> None:
    """Let the system end this process when the thread that started it ends (Linux).

    With the number of the process that started it, this ends as well where that is gone already:
    the system tells nobody of an end that came before it was asked to.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os._exit(0)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the server: it reaches every process of a terminal's group."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
