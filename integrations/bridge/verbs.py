"""What the bridge does, verb by verb: each takes a request and gives what `done` tells."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from v2a.client import AsyncClient
from v2a.jobs import Job, JobSpec, Output, OutputKind, TimelineClip
from v2a_integrations.bridge import asked, scenes
from v2a_integrations.bridge.daemon import Daemon
from v2a_integrations.bridge.deliver import Delivery, check_folder, lanes_of, orders_of, told
from v2a_integrations.bridge.handle import Handle
from v2a_integrations.bridge.media import bring
from v2a_integrations.bridge.plan import Plan, plan_of, settings_of
from v2a_integrations.stems.sounds import placed

Facts = dict[str, Any]
KINDS: frozenset[OutputKind] = frozenset({"stems", "sidecar"})


async def packs(daemon: Daemon, handle: Handle, request: asked.Packs) -> Facts:
    """Installed packs, then those that can be pulled."""
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


async def status(daemon: Daemon, handle: Handle, request: asked.Status) -> Facts:
    """What the daemon is doing."""
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


async def find_scenes(daemon: Daemon, handle: Handle, request: asked.Scenes) -> Facts:
    """The scenes of clips, one clip after the other."""
    plan = plan_of(request.clips, request.rate, request.settings)
    settings = settings_of(request.settings)
    found: list[Facts] = []
    with TemporaryDirectory(prefix="v2a-bridge-") as scratch:
        clips = await _brought(daemon, handle, plan, Path(scratch))
        for number, (clip, given) in enumerate(zip(clips, plan.clips, strict=True)):
            handle.step("scenes", 0.0, whole=number / len(clips), clip=number + 1)

            def detect(client: AsyncClient, clip: TimelineClip = clip) -> Awaitable[Any]:
                return client.detect_scenes(clip, settings)

            answer = await daemon.ask(detect, handle.waiting)
            found.append(scenes.told(given, plan, answer))
    return {"clips": found}


async def generate(daemon: Daemon, handle: Handle, request: asked.Generate) -> Facts:
    """Sounds for clips, as files in the folder."""
    plan = plan_of(request.clips, request.rate, request.settings)
    await asyncio.to_thread(check_folder, request.folder)
    with TemporaryDirectory(prefix="v2a-bridge-") as scratch:
        clips = await _brought(daemon, handle, plan, Path(scratch))
        settings = settings_of(request.settings)
        spec = JobSpec(clips, settings, Output(kinds=KINDS), title=request.title)
        done = await _made(daemon, handle, lambda client: client.create_job(spec, request.request))
        orders = orders_of(placed(plan, done.tracks), request.settings.crossfade)
        title = request.title or "foley"
        delivery = Delivery(daemon, handle, done, request.folder, title, Path(scratch))
        files = await delivery.all(orders, lambda f: handle.step("files", f, whole=1.0))
    lanes = lanes_of(orders)
    return {
        "job": done.name,
        "sounds": [
            told(
                order,
                made,
                plan.clips[order.sound.number - 1].id,
                lanes[order.sound.number, order.sound.scene.scene],
                plan.shift,
            )
            for order, made in zip(orders, files, strict=True)
        ],
        "report": None,
        "warnings": _warnings(plan, done),
    }


async def _brought(daemon: Daemon, handle: Handle, plan: Plan, scratch: Path) -> list[TimelineClip]:
    """The clips of a plan as the daemon takes them."""

    def bring_all(client: AsyncClient) -> Awaitable[list[TimelineClip]]:
        return bring(client, plan.clips, scratch, handle)

    return await daemon.ask(bring_all, handle.waiting)


async def _made(
    daemon: Daemon, handle: Handle, create: Callable[[AsyncClient], Awaitable[Job]]
) -> Job:
    """A job acknowledged, and then done; raises its error, or CANCELLED."""
    handle.held = True
    job = await daemon.ask(create, handle.waiting)
    handle.held = False
    handle.acknowledged(job)
    if handle.cancelled:
        await daemon.ask(lambda client: client.cancel(job.name), handle.waiting)
    return await daemon.follow(job.name, handle.progress, handle.waiting)


def _warnings(plan: Plan, job: Job) -> list[str]:
    """What the user should know, with the name of its clip."""
    return [
        f"{given.name}: {warning}"
        for given, track in zip(plan.clips, job.tracks, strict=True)
        for warning in track.warnings
    ]
