"""Ctrl-C while the daemon works: the job goes on, unless somebody says otherwise."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.client import Client

LONGEST_CANCEL = 15.0
"""Seconds; a worker that does not obey in ten is ended."""


def left_or_cancelled(
    client: Client, names: Sequence[str], interrupt: KeyboardInterrupt, cancel: bool
) -> V2AError:
    """What the command ends with: jobs that go on (LEFT_RUNNING), or ended jobs (CANCELLED).

    On a terminal Ctrl-C asks whether they should end; termination never asks.
    """
    if not names:
        return V2AError("CANCELLED")
    if cancel or (interrupt.args != (signal.SIGTERM,) and _asked(names)):
        _cancel(client, names)
        return V2AError("CANCELLED")
    numbers = " ".join(name.removeprefix("jobs/") for name in names)
    return V2AError("LEFT_RUNNING", jobs=", ".join(names), numbers=numbers)


def _asked(names: Sequence[str]) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    signal.signal(signal.SIGINT, signal.default_int_handler)
    what = "the job" if len(names) == 1 else f"the {len(names)} jobs"
    try:
        return typer.confirm(f"\nCancel {what} as well?", default=False, err=True)
    except (typer.Abort, KeyboardInterrupt):
        return False


def _cancel(client: Client, names: Sequence[str]) -> None:
    """Ask every job to end, and wait until they have."""
    for name in names:
        client.cancel(name)
    for name in names:
        with suppress(V2AError):
            for _ in client.watch(name, patience_s=LONGEST_CANCEL):
                pass
