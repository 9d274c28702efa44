"""Ctrl-C and termination: the first stops the job tidily, the second ends it at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from v2a.errors import V2AError
from v2a.types import ShouldStop

Hook = Callable[[Any], object]

_stopped = False
"""Set by the first signal until the command has ended; there is one command in a process."""


def was_stopped() -> bool:
    """Whether a signal has stopped the running command: what fails after it fails because of it.

    An interrupt in the middle of a library's import comes out as that library's own error, or is
    swallowed and leaves half a module, on which the next import fails.
    """
    return _stopped


def _importer(frame: FrameType | None) -> FrameType | None:
    """Our own code that waits for the import of a library which a frame is part of, if it is."""
    importing = False
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("v2a"):
            return frame if importing else None
        importing = importing or frame.f_code.co_filename.startswith("<frozen importlib.")
        frame = frame.f_back
    return None


def _raise_back_in(home: FrameType, interrupt: KeyboardInterrupt) -> None:
    """Raise it as soon as this thread is back in a frame, by the means of a debugger."""

    def elsewhere(_: FrameType, event: str, told: Any) -> None:
        """Trace no other frame."""

    def back(_: FrameType, event: str, told: Any) -> None:
        home.f_trace = None
        sys.settrace(before)
        raise interrupt

    before, home.f_trace = sys.gettrace(), back
    sys.settrace(elsewhere)


def _quietly(hook: Hook) -> Hook:
    """The hook for exceptions that cannot be raised, told of all but interrupts."""
    return lambda what: None if what.exc_type is KeyboardInterrupt else hook(what)


@contextmanager
def stoppable() -> Generator[ShouldStop]:
    """Turns SIGINT and SIGTERM into a `should_stop` that says yes, and into KeyboardInterrupt.

    The interrupt makes long waits (loading a model) end at once and lets `finally` blocks clean
    up; a library that swallows it cannot swallow the flag, which the stages ask between steps.
    It never lands in a library's import, whose native code may abort the process for it, but
    right after it.
    Python itself swallows one that lands in a callback, and would print a traceback of it.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        global _stopped
        _stopped = True
        signal.signal(number, signal.SIG_DFL)
        interrupt = KeyboardInterrupt(signal.Signals(number))
        if (home := _importer(frame)) is None:
            raise interrupt
        _raise_back_in(home, interrupt)

    global _stopped
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    unraisable, sys.unraisablehook = sys.unraisablehook, _quietly(sys.unraisablehook)
    try:
        yield was_stopped
    except KeyboardInterrupt:
        # The command-line library would turn it into a bare exit code and say nothing.
        raise V2AError("CANCELLED") from None
    finally:
        _stopped = False
        sys.unraisablehook = unraisable
        for number, handler in before.items():
            signal.signal(number, handler)
