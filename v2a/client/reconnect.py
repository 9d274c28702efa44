"""A channel that outlives a daemon: where it was replaced, the new one is called."""

from __future__ import annotations

import asyncio
from typing import Any

from v2a.client.channel import Channel
from v2a.client.discovery import Find
from v2a.errors import V2AError

UNARY_S = 5.0
"""Seconds a short call may take. Chosen for a machine under load; 1 ms is usual (RESULTS.md)."""


class ReconnectingChannel:
    """The present channel, replaced when the daemon is found at another address."""

    def __init__(self, find: Find, link: Channel) -> None:
        self.link = link
        self._find = find

    async def ask(
        self,
        service: str,
        method: str,
        request: Any,
        what: str,
        deadline: float = UNARY_S,
        again: bool = True,
    ) -> Any:
        """The answer to a call; with `again` it is made once more if the daemon was replaced.

        `service` is a field of `Channel`, `what` completes "in the middle of …", `deadline` is in
        seconds. Raises as `Channel.telling`.
        """
        try:
            return await self._once(service, method, request, what, deadline)
        except V2AError as error:
            if not again or not error.is_replaced:
                raise
        await self.renew()
        return await self._once(service, method, request, what, deadline)

    async def _once(
        self, service: str, method: str, request: Any, what: str, deadline: float
    ) -> Any:
        link = self.link
        with link.telling(what):
            call = getattr(getattr(link, service), method)
            return await call(request, timeout=deadline, metadata=link.metadata)

    async def renew(self) -> None:
        """Find the daemon again; raises DAEMON_NOT_RUNNING or DAEMON_STATE where it is not."""
        place = await asyncio.to_thread(self._find)
        if place == self.link.place:
            return
        old, self.link = self.link, Channel(place)
        self.link.reached = True
        await old.close()
