"""Runs the bridge: greets, dispatches the lines of standard input, and ends the process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress

from v2a import __version__
from v2a_integrations.bridge.json_pipes import PROTOCOL, JsonPipe, JsonWriter

CLOSE_S = 0.3
"""Seconds for each of: leaving the requests at work, closing the connection, writing the last
events. Chosen: an editor that quits may wait a second for its child, and jobs go on anyway."""


def run() -> None:
    """Serve the program at the other ends of standard input and output; ends the process."""
    speaker = JsonWriter.own()
    speaker.say({"event": "hello", "protocol": PROTOCOL, "version": __version__})
    asyncio.run(_serve(speaker))


async def _serve(speaker: JsonWriter) -> None:
    # What costs time comes after the first line was said.
    from v2a_integrations.bridge.dispatcher import Dispatcher

    desk, lines = Dispatcher(speaker.say), JsonPipe(sys.stdin.fileno())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where they end the process
            loop.add_signal_handler(number, lines.end)
    async for line in lines:
        desk.take(line)
        if speaker.gone.is_set():
            break
    await desk.close(CLOSE_S)
    await asyncio.to_thread(speaker.close, CLOSE_S)
    sys.stderr.flush()
    os._exit(0)  # a thread may be starting a daemon, and nothing could hurry it
