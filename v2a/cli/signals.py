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


def _quietly(hook: Hook) -> Hook:
    """The hook for exceptions that cannot be raised, told of all but interrupts."""
    return lambda what: None if what.exc_type is KeyboardInterrupt else hook(what)


@contextmanager
def stoppable() -> Generator[ShouldStop]:
    """Turns SIGINT and SIGTERM into a `should_stop` that says yes, and into KeyboardInterrupt.

    The interrupt makes long waits (loading a model) end at once and lets `finally` blocks clean
    up; a library that swallows it cannot swallow the flag, which the stages ask between steps.
    Python itself swallows one that lands in a callback, and would print a traceback of it.
    """

    def stop(number: int, _: FrameType | None) -> None:
        global _stopped
        _stopped = True
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt(signal.Signals(number))

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
