"""Watching a job to its end, also through restarts of the daemon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from v2a.api.job_types import Job
from v2a.api.proto_codec import job_from_wire
from v2a.client.reconnect import ReconnectingChannel
from v2a.errors import V2AError
from v2a.v1 import job_service_pb2 as pb

PAUSE_S = 0.2
"""Seconds between two looks for a daemon that went away. Chosen: a restart takes about as long."""


async def watch(
    line: ReconnectingChannel, name: str, after: int, patience_s: float
) -> AsyncIterator[Job]:
    """A job's snapshots after a sequence, to its end; see `AsyncClient.watch`.

    Raises DAEMON_LOST after `patience_s` seconds without a snapshot or a daemon.
    """
    heard = time.monotonic()
    while True:
        try:
            async for job in _snapshots(line, name, after):
                heard, after = time.monotonic(), job.sequence
                yield job
                if job.done:
                    return
        except V2AError as error:
            if not error.is_replaced:
                raise
        if time.monotonic() - heard > patience_s:
            raise V2AError("DAEMON_LOST", what=f"watching {name}")
        await asyncio.sleep(PAUSE_S)
        after = await _resume(line, name, after)


async def _snapshots(line: ReconnectingChannel, name: str, after: int) -> AsyncIterator[Job]:
    """The snapshots of one stream until it breaks, without those repeated as signs of life."""
    link, last = line.link, after or -1
    with link.telling(f"watching {name}"):
        request = pb.WatchJobRequest(name=name, after_sequence=after)
        async for answer in link.jobs.WatchJob(request, metadata=link.metadata):
            job = job_from_wire(answer.job)
            if job.sequence > last or job.done:
                last = job.sequence
                yield job


async def _resume(line: ReconnectingChannel, name: str, after: int) -> int:
    """Find the daemon again; returns the sequence to go on from, which a crash may have lowered."""
    try:
        await line.renew()
        request = pb.GetJobRequest(name=name)
        answer = await line.ask("jobs", "GetJob", request, f"watching {name}")
    except V2AError as error:
        if error.is_replaced or error.reason == "DAEMON_STATE":
            return after
        raise
    return min(after, answer.job.sequence - 1)
