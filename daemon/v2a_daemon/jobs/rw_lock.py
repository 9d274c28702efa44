"""Who may be with a worker at once: many, or one that is suspected of killing it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class RwLock:
    """Entered together or alone, in the order of coming, so that nobody waits for ever."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone = False
        self._waiting: deque[tuple[bool, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def entered(self, alone: bool) -> AsyncGenerator[None]:
        """Inside while the block runs; with nobody else there if `alone`."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((alone, turn))
        self._admit()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._inside -= 1
                self._alone = False
            self._admit()

    def _admit(self) -> None:
        while self._waiting:
            alone, turn = self._waiting[0]
            if not turn.done():
                if self._alone or (alone and self._inside):
                    return
                self._inside += 1
                self._alone = alone
                turn.set_result(None)
            self._waiting.popleft()
