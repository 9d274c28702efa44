"""The bridge's verbs but for sound: each takes a request and returns the fields of `done`."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from v2a.api.job_types import TimelineClip
from v2a.client import AsyncClient
from v2a.errors import V2AError
from v2a_integrations.bridge import clip_scenes, requests
from v2a_integrations.bridge.daemon_connection import DaemonConnection
from v2a_integrations.bridge.generate import Facts, brought, show
from v2a_integrations.bridge.plan import plan_of, settings_of
from v2a_integrations.bridge.running_request import RunningRequest


async def packs(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.PacksRequest
) -> Facts:
    """List the packs: installed ones, then those that can be pulled."""
    found = await daemon.ask(lambda client: client.packs(), handle.waiting)
    return {
        "packs": [
            {
                "name": pack.name,
                "installed": pack.installed,
                "description": pack.description,
                "mappers": list(pack.mappers),
            }
            for pack in found
        ]
    }


async def status(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.StatusRequest
) -> Facts:
    """Return the daemon's version, address, load and memory, as `v2a status` shows them."""
    now = await daemon.ask(lambda client: client.status(), handle.waiting)
    return {
        "version": now.version,
        "address": now.address,
        "pid": now.pid,
        "queued": now.queued,
        "running": now.running,
        "device": next((worker.device for worker in now.workers), None),
        "free": now.free,
    }


async def find_scenes(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.ScenesRequest
) -> Facts:
    """Find the scenes of clips, one after the other; raises BAD_OPTION and the daemon's errors."""
    plan = plan_of(request.clips, request.rate, request.settings)
    settings = settings_of(request.settings)
    found: list[Facts] = []
    with TemporaryDirectory(prefix="v2a-bridge-", ignore_cleanup_errors=True) as scratch:
        clips = await brought(daemon, handle, plan, Path(scratch))
        for number, (clip, given) in enumerate(zip(clips, plan.clips, strict=True)):
            handle.step("scenes", 0.0, whole=number / len(clips), clip=number + 1)

            def detect(client: AsyncClient, clip: TimelineClip = clip) -> Awaitable[Any]:
                return client.detect_scenes(clip, settings)

            answer = await daemon.ask(detect, handle.waiting)
            found.append(clip_scenes.told(given, plan, answer))
    return {"clips": found}


async def report(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.ReportRequest
) -> Facts:
    """Write the report pages of a job into a folder; raises NO_SUCH_JOB and JOB_NOT_DONE."""
    job = await daemon.ask(lambda client: client.job(request.job), handle.waiting)
    if job.state != "succeeded":
        raise V2AError("JOB_NOT_DONE", name=job.name, state=job.state)
    page = await show(daemon, handle, job, request.folder)
    return {"report": page}
