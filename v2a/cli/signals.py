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
    stopped = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt(signal.Signals(number))

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    unraisable, sys.unraisablehook = sys.unraisablehook, _quietly(sys.unraisablehook)
    try:
        yield lambda: stopped
    except KeyboardInterrupt:
        # The command-line library would turn it into a bare exit code and say nothing.
        raise V2AError("CANCELLED") from None
    finally:
        sys.unraisablehook = unraisable
        for number, handler in before.items():
            signal.signal(number, handler)
