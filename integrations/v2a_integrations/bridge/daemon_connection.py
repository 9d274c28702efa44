"""The bridge's one line to the daemon: found or started when first needed, waited for when gone."""

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
"""Seconds that a daemon may be away before whoever asked hears of it as an error."""
PAUSE_S = 0.5

Answer = TypeVar("Answer")
Waiting = Callable[[V2AError], None]
"""Told each time the daemon has gone away."""


class DaemonConnection:
    """This user's daemon, or the one that the environment names."""

    def __init__(self) -> None:
        self._client: AsyncClient | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> AsyncClient:
        """A client; raises what keeps a daemon from being found or started, and DAEMON_VERSION."""
        async with self._connecting:
            if self._client is None:
                self._client = await connect_async(start=True)
        return self._client

    async def ask(
        self, call: Callable[[AsyncClient], Awaitable[Answer]], waiting: Waiting
    ) -> Answer:
        """The answer to a call that may be made again, as often as the daemon goes away."""
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
        """A job to its end, through restarts of the daemon; raises its error, or CANCELLED."""
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
        """Hang up; jobs go on."""
        if self._client is not None:
            await self._client.close()

    @staticmethod
    async def _heard_again(client: AsyncClient, name: str, after: int) -> Job:
        """What is heard next of a job, from whichever daemon; DAEMON_LOST if nothing is."""
        async with _watching(client, name, after, PATIENCE_S) as snapshots:
            async for job in snapshots:
                return job
        raise V2AError("DAEMON_LOST", what=f"watching {name}")


def _is_away(error: V2AError) -> bool:
    """Whether an error passes once a daemon serves again."""
    return error.is_gone or error.reason == "DAEMON_STATE"


def _watching(
    client: AsyncClient, name: str, after: int, patience_s: float
) -> aclosing[AsyncGenerator[Job, None]]:
    """A watch that is ended with its body."""
    return aclosing(cast("AsyncGenerator[Job, None]", client.watch(name, after, patience_s)))
