"""The typed client of the daemon, with and without an event loop; loads neither torch nor NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from v2a.client.asynchronous import AsyncClient
    from v2a.client.blocking import Client

__all__ = ["AsyncClient", "Client", "connect", "connect_async"]


def __getattr__(name: str) -> object:
    """The two classes once they are asked for: the daemon's own start needs no client."""
    if name == "AsyncClient":
        from v2a.client.asynchronous import AsyncClient

        return AsyncClient
    if name == "Client":
        from v2a.client.blocking import Client

        return Client
    raise AttributeError(name)


def connect(
    address: str | None = None,
    token: str | None = None,
    ca: Path | None = None,
    start: bool = False,
    any_version: bool = False,
) -> Client:
    """A client of the daemon at `address` ("unix:PATH" or "HOST:PORT"), or of this user's own.

    Without an address, V2A_DAEMON, V2A_TOKEN and V2A_CA are asked, then the runtime file; with
    `start`, a daemon of this user's is started where none serves. `ca` is the file (PEM) with the
    certificates that a daemon's own must come from, without which nothing is encrypted. Raises
    DAEMON_NOT_RUNNING, DAEMON_STATE, BAD_TOKEN and, unless `any_version`, DAEMON_VERSION.
    """
    from v2a.client.blocking import Client
    from v2a.client.discovery import finder

    return Client(finder(address, token, ca, start), any_version)


async def connect_async(
    address: str | None = None,
    token: str | None = None,
    ca: Path | None = None,
    start: bool = False,
    any_version: bool = False,
) -> AsyncClient:
    """The same for programs with an event loop."""
    from v2a.client.asynchronous import AsyncClient
    from v2a.client.discovery import finder

    return await AsyncClient.connected(finder(address, token, ca, start), any_version)
