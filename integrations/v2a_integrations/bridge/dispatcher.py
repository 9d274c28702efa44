"""Begins the requests of a program, several at once, and ends those that are cancelled."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from v2a.errors import V2AError
from v2a_integrations.bridge import bridge_verbs, generate, requests
from v2a_integrations.bridge.daemon_connection import DaemonConnection
from v2a_integrations.bridge.json_pipes import LONGEST_LINE
from v2a_integrations.bridge.running_request import RunningRequest, Say

Verb = Callable[[DaemonConnection, RunningRequest, Any], Awaitable[dict[str, Any]]]
VERBS: dict[type[requests.BaseRequest], Verb] = {
    requests.PacksRequest: bridge_verbs.packs,
    requests.StatusRequest: bridge_verbs.status,
    requests.ScenesRequest: bridge_verbs.find_scenes,
    requests.GenerateRequest: generate.generate,
    requests.RegenerateRequest: generate.regenerate,
    requests.ReportRequest: bridge_verbs.report,
}


class Dispatcher:
    """The requests at work, by their ids."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._daemon = DaemonConnection()
        self._at_work: dict[str, tuple[RunningRequest, asyncio.Task[None]]] = {}

    def take(self, line: bytes | None) -> None:
        """Begin the request of a line, or say its error; None is a line that was too long."""
        if line is None:
            detail = f"a line is longer than {LONGEST_LINE} bytes"
            self._refuse(None, V2AError("BAD_OPTION", detail=detail, hint="ask for less at once"))
            return
        try:
            request = requests.request_of(line)
        except V2AError as error:
            self._refuse(requests.id_of(line), error)
            return
        if request.id in self._at_work:
            detail = f"id {request.id} is that of a request at work"
            error = V2AError("BAD_OPTION", detail=detail, hint="use a new one for every request")
            self._refuse(None, error)
            return
        handle = RunningRequest(request.id, getattr(request, "request", None), self._say)
        task = asyncio.create_task(self._work(handle, request))
        self._at_work[request.id] = (handle, task)

    async def close(self, seconds: float) -> None:
        """Leave all requests within so many seconds; their jobs go on in the daemon."""
        tasks = [task for _, task in self._at_work.values()]
        for handle, task in self._at_work.values():
            handle.stop.set()
            handle.quiet()
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._daemon.close(), seconds)

    def _refuse(self, id: str | None, error: V2AError) -> None:
        self._say({"id": id, "event": "error", **error.as_dict()})

    async def _work(self, handle: RunningRequest, request: requests.Request) -> None:
        try:
            if isinstance(request, requests.CancelRequest):
                facts = await self._cancel(handle, request)
            else:
                facts = await VERBS[type(request)](self._daemon, handle, request)
            handle.say("done", **facts)
        except V2AError as error:
            handle.error(error)
        except asyncio.CancelledError:
            if not handle.cancelled:
                raise  # the bridge ends
            handle.error(V2AError("CANCELLED"))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            words = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            handle.error(V2AError("INTERNAL", detail=words))
        finally:
            handle.quiet()
            self._at_work.pop(handle.id, None)

    async def _cancel(
        self, handle: RunningRequest, request: requests.CancelRequest
    ) -> dict[str, Any]:
        """End all work of a request; raises NO_SUCH_JOB where there is none."""
        found = [
            (other, task)
            for other, task in self._at_work.values()
            if other.request == request.request and other is not handle
        ]
        if not found:
            raise V2AError("NO_SUCH_JOB", name=f"request {request.request}")
        for other, task in found:
            other.cancelled = True
            if other.job is not None:
                name = other.job
                job = await self._daemon.ask(
                    lambda client, name=name: client.cancel(name), handle.waiting
                )
                if not job.done:
                    continue  # its end is told as that of its job
            if not other.held:
                other.stop.set()
                task.cancel()
        return {}
