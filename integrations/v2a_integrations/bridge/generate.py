"""The verbs that make sound: create a job, follow it to its end, write its sounds to a folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from v2a.api.job_types import Job, JobSpec, Output, TimelineClip
from v2a.client import AsyncClient
from v2a.errors import V2AError
from v2a.types import SceneText
from v2a_integrations.bridge import job_report, request_media, requests
from v2a_integrations.bridge.daemon_connection import DaemonConnection
from v2a_integrations.bridge.deliver_sounds import Delivery, Order, check_folder, told
from v2a_integrations.bridge.media import bring
from v2a_integrations.bridge.mixer import Mixer
from v2a_integrations.bridge.plan import RequestPlan, plan_of, settings_of
from v2a_integrations.bridge.running_request import RunningRequest

Facts = dict[str, Any]
SOUNDS = Output(kinds=frozenset({"stems", "sidecar"}))


async def generate(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.GenerateRequest
) -> Facts:
    """Make sounds for clips, as files in the request's folder.

    Raises BAD_OPTION, NOT_FOUND, BAD_TIMELINE, DISK_FULL, OUTPUT_READ_ONLY, CANCELLED and the
    job's errors.
    """
    from v2a_integrations.bridge.deliver_sounds import lanes_of, orders_of, timed
    from v2a_integrations.stems.timeline_sounds import placed

    plan = plan_of(request.clips, request.rate, request.settings)
    await asyncio.to_thread(check_folder, request.folder)
    with TemporaryDirectory(prefix="v2a-bridge-", ignore_cleanup_errors=True) as scratch:
        job = await _job(daemon, handle, plan, request, Path(scratch))
        done = await _followed(daemon, handle, job)
        mixer = _mixer(request.mixer, request.rate)
        found = orders_of(placed(plan, done.tracks), request.settings.crossfade)
        orders = [timed(order, mixer, plan.shift) for order in found]
        files = await _delivered(
            daemon, handle, done, orders, request.folder, request.title, scratch
        )
    lanes = lanes_of(orders)
    sounds = [
        told(order, made, plan.clips[order.sound.number - 1].id, lanes[order.key], plan.shift)
        for order, made in zip(orders, files, strict=True)
    ]
    page = await show(daemon, handle, done, request.folder) if request.report else None
    return {
        "job": done.name,
        "sounds": sounds,
        "report": page,
        "warnings": _warnings(plan, done),
    }


async def regenerate(
    daemon: DaemonConnection, handle: RunningRequest, request: requests.RegenerateRequest
) -> Facts:
    """Make one more take of a scene; returns the sound with all its takes. Raises as `generate`."""
    from v2a_integrations.bridge.deliver_sounds import timed
    from v2a_integrations.bridge.regenerate import order_of

    await asyncio.to_thread(check_folder, request.folder)
    text = None
    if request.prompt or request.negative:
        weight = 1.0 if request.weight is None else request.weight
        text = SceneText(request.prompt or None, request.negative or None, weight)

    def create(client: AsyncClient) -> Awaitable[Job]:
        return client.regenerate_scene(
            request.job, request.scene, request.clip, request.seed, text, request.request
        )

    done = await _followed(daemon, handle, await _acknowledged(daemon, handle, create))
    untimed, shift = order_of(request, done)
    order = timed(untimed, _mixer(request.mixer, request.rate), shift)
    with TemporaryDirectory(prefix="v2a-bridge-", ignore_cleanup_errors=True) as scratch:
        (files,) = await _delivered(
            daemon, handle, done, [order], request.folder, request.name, scratch
        )
    track = next(track for track in done.tracks if track.clip == request.clip)
    return {
        "job": done.name,
        "sounds": [told(order, files, track.name, 0, shift)],
        "warnings": list(track.warnings),
    }


async def show(daemon: DaemonConnection, handle: RunningRequest, job: Job, folder: Path) -> str:
    """Path of a finished job's report page in a folder; written where it is not there yet."""
    place = job_report.place_of(job.title, job.name, folder)
    if page := job_report.there(place):
        return os.fspath(page)
    await asyncio.to_thread(check_folder, folder)
    done = job
    if not job_report.has_pages(job):
        number = str(uuid4())
        again = await daemon.ask(
            lambda client: client.retry(job.name, number, job_report.OUTPUT), handle.waiting
        )
        done = await daemon.follow(again.name, handle.progress, handle.waiting)
    write = partial(job_report.write, done, place, job.title)
    await daemon.ask(lambda client: handle.in_thread(write), handle.waiting)
    page = job_report.there(place)
    assert page is not None
    return os.fspath(page)


async def brought(
    daemon: DaemonConnection, handle: RunningRequest, plan: RequestPlan, scratch: Path
) -> list[TimelineClip]:
    """The clips of a plan, with media that the daemon can read; asks again while it is away."""
    return await daemon.ask(
        lambda client: bring(client, plan.clips, scratch, handle), handle.waiting
    )


async def _job(
    daemon: DaemonConnection,
    handle: RunningRequest,
    plan: RequestPlan,
    request: requests.GenerateRequest,
    scratch: Path,
) -> Job:
    """The job of a request, acknowledged; the same request again is the same job."""
    output = job_report.OUTPUT if request.report else SOUNDS

    def create(clips: Sequence[TimelineClip]) -> Callable[[AsyncClient], Awaitable[Job]]:
        spec = JobSpec(clips, settings_of(request.settings), output, title=request.title)
        return lambda client: client.create_job(spec, request.request)

    named = request_media.recall(request.request, plan.clips)
    if named is not None:
        try:
            return await _acknowledged(daemon, handle, create(named))
        except V2AError as error:
            if error.scope != "file" or not error.retry:
                raise  # else the daemon forgot the request, and media is not where it was then
    clips = await brought(daemon, handle, plan, scratch)
    await asyncio.to_thread(request_media.keep, request.request, plan.clips, clips)
    return await _acknowledged(daemon, handle, create(clips))


async def _acknowledged(
    daemon: DaemonConnection,
    handle: RunningRequest,
    create: Callable[[AsyncClient], Awaitable[Job]],
) -> Job:
    """Create a job and wait until it is acknowledged; it is cancelled if its request was."""
    handle.held = True
    try:
        job = await daemon.ask(create, handle.waiting)
    finally:
        handle.held = False
    handle.acknowledged(job)
    if handle.cancelled:
        await daemon.ask(lambda client: client.cancel(job.name), handle.waiting)
    return job


async def _followed(daemon: DaemonConnection, handle: RunningRequest, job: Job) -> Job:
    """Follow a job until it has succeeded; raises its error, or CANCELLED."""
    return await daemon.follow(job.name, handle.progress, handle.waiting)


async def _delivered(
    daemon: DaemonConnection,
    handle: RunningRequest,
    done: Job,
    orders: Sequence[Order],
    folder: Path,
    title: str,
    scratch: str,
) -> list[dict[int, Path]]:
    """Write the files of all takes of the orders' sounds, one dict {take: path} an order."""
    delivery = Delivery(daemon, handle, done, folder, title or "foley", Path(scratch))
    return await delivery.all(orders, lambda f: handle.step("files", f, whole=1.0))


def _mixer(clock: requests.TimelineClock | None, rate: Fraction) -> Mixer | None:
    return None if clock is None else Mixer(clock.first, clock.fps, clock.base, rate)


def _warnings(plan: RequestPlan, job: Job) -> list[str]:
    """Warnings of a job, each with the name of its clip."""
    return [
        f"{given.name}: {warning}"
        for given, track in zip(plan.clips, job.tracks, strict=True)
        for warning in track.warnings
    ]
