"""Finding the daemon: by an address that was given, the environment's, or this user's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from v2a.client.channel import DaemonAddress, local_place, place_of
from v2a.client.runtime_files import read_runtime
from v2a.client.start_daemon import serves, start
from v2a.errors import V2AError

Find = Callable[[], DaemonAddress]
"""Returns the daemon's present address and token; a new daemon has a new token."""


def finder(
    address: str | None = None,
    token: str | None = None,
    ca: Path | None = None,
    start: bool = False,
) -> Find:
    """A function that finds the daemon, for `AsyncClient.connected`.

    Without an address V2A_DAEMON, V2A_TOKEN and V2A_CA give it; without those it is this user's
    own daemon, started with `start` where none serves. Raises BAD_OPTION for an address of another
    form, BAD_TOKEN where no token is known.
    """
    address = address or os.environ.get("V2A_DAEMON")
    if not address:
        return _own_or_started if start else local_place
    token = token or os.environ.get("V2A_TOKEN")
    given_ca = os.environ.get("V2A_CA")
    place = _given(address, token, ca or (Path(given_ca) if given_ca else None))
    return lambda: place


def is_elsewhere() -> bool:
    """Whether the environment names a daemon, so that none of this user's is to be started."""
    return bool(os.environ.get("V2A_DAEMON"))


def _given(address: str, token: str | None, ca: Path | None) -> DaemonAddress:
    here = address.startswith("unix:")
    if not here and ":" not in address:
        raise V2AError(
            "BAD_OPTION",
            detail=f"{address} is no address of a daemon",
            hint="give unix:PATH or HOST:PORT",
        )
    if token is None:
        running = read_runtime()
        if running is None or running.address != address:
            raise V2AError("BAD_TOKEN")
        token = running.token
    return DaemonAddress(address, token, ca, here=here)


def _own_or_started() -> DaemonAddress:
    running = read_runtime()
    if running is None or not serves(running):
        running = start()
    return place_of(running)
