"""The bridge's connection to the daemon: started when first needed, waited for when it is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TypeVar, cast

from v2a.api.job_types import Job
from v2a.client import AsyncClient, connect_async
from v2a.client.asynchronous import succeeded
from v2a.errors import V2AError

PATIENCE_S = 120.0
"""Seconds that a daemon may be away before a request fails. Chosen: longer than a restart with
its database's recovery takes, short enough that a person still waits."""
PAUSE_S = 0.5
"""Seconds between tries to reach a daemon that is away; chosen: a try costs next to nothing."""

Answer = TypeVar("Answer")
Waiting = Callable[[V2AError], None]
"""Called with the error each time the daemon is found to be away."""


class DaemonConnection:
    """A connection to this user's daemon, or to the one that the environment names."""

    def __init__(self) -> None:
        self._client: AsyncClient | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> AsyncClient:
        """The client, connected once; raises errors of starting a daemon, and DAEMON_VERSION."""
        async with self._connecting:
            if self._client is None:
                self._client = await connect_async(start=True)
        return self._client

    async def ask(
        self, call: Callable[[AsyncClient], Awaitable[Answer]], waiting: Waiting
    ) -> Answer:
        """The answer to a call that may be repeated: it is, while the daemon is away.

        Raises the call's error, and the daemon's once it was away for `PATIENCE_S` seconds.
        """
        client = await self.client()
        until = None
        while True:
            try:
                return await call(client)
            except V2AError as error:
                if not _is_away(error):
                    raise
                until = until or time.monotonic() + PATIENCE_S
                if time.monotonic() > until:
                    raise
                waiting(error)
            await asyncio.sleep(PAUSE_S)
            with suppress(V2AError):
                await client.status()  # finds the next one, or starts it

    async def follow(self, name: str, tell: Callable[[Job], None], waiting: Waiting) -> Job:
        """Watch a job to its end, through restarts of the daemon; raises its error, CANCELLED."""
        client = await self.client()
        after = 0
        while True:
            try:
                async with _watching(client, name, after, 0) as snapshots:
                    async for job in snapshots:
                        tell(job)
                        after = job.sequence
                        if job.done:
                            return succeeded(job)
            except V2AError as error:
                if not _is_away(error):
                    raise
                waiting(error)
            job = await self._heard_again(client, name, after)
            tell(job)
            if job.done:
                return succeeded(job)
            after = job.sequence

    async def close(self) -> None:
        """Close the connection; jobs go on."""
        if self._client is not None:
            await self._client.close()

    @staticmethod
    async def _heard_again(client: AsyncClient, name: str, after: int) -> Job:
        """The next state of a job after number `after`; raises DAEMON_LOST after `PATIENCE_S`."""
        async with _watching(client, name, after, PATIENCE_S) as snapshots:
            async for job in snapshots:
                return job
        raise V2AError("DAEMON_LOST", what=f"watching {name}")


def _is_away(error: V2AError) -> bool:
    """Whether an error means that no daemon serves now: it passes once one does."""
    return error.is_gone or error.reason == "DAEMON_STATE"


def _watching(
    client: AsyncClient, name: str, after: int, patience_s: float
) -> aclosing[AsyncGenerator[Job, None]]:
    """A watch of a job as a context, which ends the call with its body."""
    return aclosing(cast("AsyncGenerator[Job, None]", client.watch(name, after, patience_s)))
