"""JobService: whole jobs created, watched, cancelled, retried, and their results fetched."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio

from v2a.api import proto_codec
from v2a.api.job_types import ENDED, JobState
from v2a.disk import check_free
from v2a.errors import V2AError
from v2a.pipeline import scene_seed
from v2a.types import SEEDS
from v2a.v1 import job_pb2 as job_pb
from v2a.v1 import job_service_pb2 as pb
from v2a_daemon.api.allowed_folders import Roots
from v2a_daemon.api.job_view import job_number, view
from v2a_daemon.api.named_packs import find_pack_within
from v2a_daemon.api.transfers import Transfers
from v2a_daemon.instance import LEAST_FREE
from v2a_daemon.jobs.job_queue import JobQueue
from v2a_daemon.jobs.job_spec import ExtraTake, Spec, read_spec, write_extra
from v2a_daemon.jobs.progress_hub import Live, WatchHub
from v2a_daemon.store import Row, Store
from v2a_daemon.store.uploads import Uploads

PAGE, LONGEST_PAGE = 50, 1000
LONGEST_TITLE = 1000
"""Letters; a page of jobs holds as many titles."""
Context = grpc.aio.ServicerContext[Any, Any]


class JobService(Transfers):
    """Jobs over gRPC."""

    def __init__(
        self,
        store: Store,
        schedule: JobQueue,
        hub: WatchHub,
        roots: Roots,
        uploads: Uploads,
        kept: Path,
        queue_limit: int,
    ) -> None:
        super().__init__(store, uploads)
        self._schedule, self._hub = schedule, hub
        self._roots, self._kept = roots, kept
        self._queue_limit = queue_limit
        self.drained = False
        """What ran is back in the queue: watches end with that."""
        self.watchers: set[asyncio.Task[Any]] = set()
        """Calls of WatchJob, for the drain to end."""

    async def CreateJob(
        self, request: pb.CreateJobRequest, context: Context
    ) -> pb.CreateJobResponse:
        """Check everything that can be told now, then acknowledge.

        What was acknowledged before is not checked again: its media may be gone by now.
        """
        _check_request_id(request.request_id)
        first = await self._store.asked(request.request_id, _body(request)[1])
        if first is not None:
            return pb.CreateJobResponse(job=await self._view(first))
        spec = await self._checked(request)
        title = request.title or _title(spec)
        row = await self._add(request, title, request.priority, request.request_id)
        return pb.CreateJobResponse(job=await self._view(row))

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        """One job, with all it made."""
        row = await self._store.get(job_number(request.name))
        return pb.GetJobResponse(job=await self._view(row))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        """A page of jobs, newest first; the token is the last job's number."""
        size = request.page_size or PAGE
        if not 1 <= size <= LONGEST_PAGE:
            raise proto_codec.bad_field("page_size", f"{size} is not from 1 to {LONGEST_PAGE}")
        if request.page_token and not re.fullmatch(r"[1-9]\d{0,17}", request.page_token):
            raise proto_codec.bad_field("page_token", "is none that a page gave")
        if unknown := [state for state in request.states if state not in proto_codec.STATE_NAMES]:
            raise proto_codec.bad_field("states", f"name {unknown[0]}, which is no state")
        states: list[JobState] = [proto_codec.STATE_NAMES[state] for state in request.states]
        before = int(request.page_token) if request.page_token else None
        rows = await self._store.page(size + 1, before, states)
        more = str(rows[size - 1].id) if len(rows) > size else ""
        jobs = [view(row, self._hub.of(row.id, row.sequence)) for row in rows[:size]]
        return pb.ListJobsResponse(jobs=jobs, next_page_token=more)

    async def WatchJob(
        self, request: pb.WatchJobRequest, context: Context
    ) -> AsyncIterator[pb.WatchJobResponse]:
        """Snapshots until the job has ended."""
        number = job_number(request.name)
        row = await self._store.get(number)
        task = asyncio.current_task()
        assert task is not None
        self.watchers.add(task)
        try:
            async for live in self._hub.ticks(number, row.sequence):
                row = await self._store.get(number)
                yield pb.WatchJobResponse(job=await self._view(row, live))
                if row.state in ENDED or self.drained:
                    return
        finally:
            self.watchers.discard(task)

    async def CancelJob(
        self, request: pb.CancelJobRequest, context: Context
    ) -> pb.CancelJobResponse:
        """Ask, and say where the job stands."""
        row = await self._schedule.cancel(job_number(request.name))
        return pb.CancelJobResponse(job=await self._view(row))

    async def RetryJob(self, request: pb.RetryJobRequest, context: Context) -> pb.RetryJobResponse:
        """The same request once more, as a new job."""
        row = await self._ended(request.name)
        again = _request(row)
        if request.HasField("output"):
            again.output.CopyFrom(request.output)
        await self._checked(again, row.extra)
        added = await self._add(
            again, row.title, row.priority, request.request_id, row.id, row.extra
        )
        return pb.RetryJobResponse(job=await self._view(added))

    async def RegenerateScene(
        self, request: pb.RegenerateSceneRequest, context: Context
    ) -> pb.RegenerateSceneResponse:
        """The same request with one more take of one scene in use."""
        row = await self._ended(request.name)
        if row.state != "succeeded":
            raise V2AError("JOB_NOT_DONE", name=request.name, state=row.state)
        again = _request(row)
        spec = await self._checked(again, row.extra)
        take = _take(request, row, spec)
        extra = write_extra((*spec.extra, take))
        added = await self._add(again, row.title, row.priority, request.request_id, row.id, extra)
        return pb.RegenerateSceneResponse(job=await self._view(added))

    async def DeleteJob(
        self, request: pb.DeleteJobRequest, context: Context
    ) -> pb.DeleteJobResponse:
        """Forget an ended job and what lies with the daemon of it."""
        number = job_number(request.name)
        await self._store.delete(number)
        await asyncio.to_thread(shutil.rmtree, self._kept / str(number), ignore_errors=True)
        self._hub.forget(number)
        return pb.DeleteJobResponse()

    # -- shared by several calls ----------------------------------------------------------------

    async def _checked(self, request: pb.CreateJobRequest, extra: str = "") -> Spec:
        """The request read; raises all that would stop it before any work is done."""
        self.refuse_while_draining()
        if not 0 <= request.priority <= 9:
            raise proto_codec.bad_field("priority", f"{request.priority} is not from 0 to 9")
        if len(request.title) > LONGEST_TITLE:
            raise proto_codec.bad_field("title", f"is longer than {LONGEST_TITLE} letters")
        _check_request_id(request.request_id)
        spec = await asyncio.to_thread(read_spec, request, extra, self._roots, self._uploads)
        await asyncio.to_thread(_check_pack, spec, self._roots)
        await asyncio.to_thread(check_free, self._kept, LEAST_FREE)
        return spec

    async def _add(
        self,
        request: pb.CreateJobRequest,
        title: str,
        priority: int,
        request_id: str,
        parent: int | None = None,
        extra: str = "[]",
    ) -> Row:
        _check_request_id(request_id)
        spec, body_hash = _body(request, parent, extra)
        row = await self._store.add(
            spec, body_hash, request_id, title, priority, parent, extra, self._queue_limit
        )
        self._schedule.wake()
        return row

    async def _view(self, row: Row, live: Live | None = None) -> job_pb.Job:
        artifacts = await self._store.artifacts(row.id) if row.state in ENDED else None
        return view(row, live or self._hub.of(row.id, row.sequence), artifacts)

    async def _ended(self, name: str) -> Row:
        row = await self._store.get(job_number(name))
        if row.state not in ENDED:
            raise V2AError("JOB_NOT_ENDED", name=name)
        return row


def _body(
    request: pb.CreateJobRequest, parent: int | None = None, extra: str = "[]"
) -> tuple[bytes, str]:
    """The request as it is kept, and a hash of all that makes it this job and no other."""
    body = pb.CreateJobRequest()
    body.CopyFrom(request)
    body.request_id = ""
    spec = body.SerializeToString(deterministic=True)
    what = hashlib.sha256(b"\0".join((spec, extra.encode(), str(parent).encode())))
    return spec, what.hexdigest()


def _request(row: Row) -> pb.CreateJobRequest:
    return pb.CreateJobRequest.FromString(row.spec)


def _title(spec: Spec) -> str:
    first = spec.clips[0].name
    return first if len(spec.clips) == 1 else f"{first} and {len(spec.clips) - 1} more"


def _check_request_id(request_id: str) -> None:
    try:
        if not request_id or str(uuid.UUID(request_id)) == request_id:
            return
    except ValueError:
        pass
    raise proto_codec.bad_field("request_id", "is not a lower-case UUID")


def _check_pack(spec: Spec, roots: Roots) -> None:
    pack = find_pack_within(spec.settings.pack, roots)
    if spec.settings.mapper not in (None, "vocabulary"):
        pack.mapper_file(spec.settings.mapper)


def _take(request: pb.RegenerateSceneRequest, row: Row, spec: Spec) -> ExtraTake:
    """The take that is asked for; BAD_OPTION where there is no such clip or scene."""
    clip, tracks = request.clip or 1, job_pb.Job.FromString(row.result).tracks
    if not 1 <= clip <= len(tracks):
        raise proto_codec.bad_field("clip", f"{clip} does not exist; the job has {len(tracks)}")
    scenes = tracks[clip - 1].scenes
    if not 1 <= request.scene <= len(scenes):
        raise proto_codec.bad_field(
            "scene", f"{request.scene} does not exist; the clip has {len(scenes)}"
        )
    before = spec.extras(clip, request.scene)
    text = before[-1].text if before else None
    if request.HasField("text"):
        text = proto_codec.text_from_wire(request.text)
    if request.HasField("seed"):
        SEEDS.require("seed", request.seed)
        return ExtraTake(clip, request.scene, request.seed, text)
    used = {take.seed for take in scenes[request.scene - 1].takes}
    seeds = (scene_seed(spec.settings.seed + k, request.scene) for k in range(1, len(used) + 2))
    return ExtraTake(clip, request.scene, next(s for s in seeds if s not in used), text)
