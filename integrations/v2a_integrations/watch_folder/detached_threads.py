"""Blocking work in daemon threads, which do not keep the process from ending.

A network share that is gone may never answer, so nothing may wait for such a thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")


async def apart(work: Callable[[], Result]) -> Result:
    """Run `work` in a daemon thread of its own; returns its result or raises its error."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def tell(setter: Callable[[], object]) -> None:
        def unless_cancelled() -> None:
            if not done.done():
                setter()

        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(unless_cancelled)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            trouble = error
            tell(lambda: done.set_exception(trouble))
        else:
            tell(lambda: done.set_result(result))

    threading.Thread(target=run, name="v2a-watch", daemon=True).start()
    return await done
