"""The typed client, for programs with an event loop; `blocking` is the same without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from pathlib import Path
from uuid import uuid4

from v2a.api import proto_codec
from v2a.api.job_types import Artifact, Job, JobSpec, JobState, Output, TimelineClip, Upload
from v2a.client import daemon_answers, transfer, watch_job
from v2a.client.channel import Channel, check_version
from v2a.client.discovery import Find
from v2a.client.reconnect import ReconnectingChannel
from v2a.client.watched_entry import Watched, watched_from_wire, watched_to_wire
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SCENE_NUMBERS, SEEDS, SceneText
from v2a.v1 import daemon_service_pb2 as daemon_pb
from v2a.v1 import job_service_pb2 as job_pb
from v2a.v1 import pack_service_pb2 as pack_pb
from v2a.v1 import stage_service_pb2 as stage_pb
from v2a.v1 import watch_service_pb2 as watch_pb

WORK_S = 3600.0
"""Seconds a call that does the work itself may take. Chosen: an hour of a slow machine."""
PAGE = 200
"""Jobs of one answer when jobs are listed. Chosen: far below the largest message."""

OnProgress = Callable[[Job], None]
OnFraction = transfer.OnFraction


def ignore(_: object) -> None:
    """A report of progress that does nothing."""


class AsyncClient:
    """A daemon's jobs, stages and packs; made by `connect_async`, ended by `async with`.

    Every method raises `V2AError`: the daemon's own, or DAEMON_NOT_RUNNING or DAEMON_LOST where it
    does not answer.
    """

    def __init__(self, line: ReconnectingChannel) -> None:
        self._line = line

    @classmethod
    async def connected(cls, find: Find, any_version: bool = False) -> AsyncClient:
        """A client of the daemon that `find` gives, once it answers; DAEMON_VERSION for another."""
        place = await asyncio.to_thread(find)
        if place.version and not any_version:
            check_version(place.version)
        client = cls(ReconnectingChannel(find, Channel(place)))
        try:
            status = await client.status()
            if not any_version:
                check_version(status.version)
        except BaseException:
            await client.close()
            raise
        return client

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the channel; jobs go on."""
        await self._line.link.close()

    @property
    def here(self) -> bool:
        """Whether the daemon sees the same files as this process."""
        return self._line.link.place.here

    # Jobs

    async def create_job(self, spec: JobSpec, request_id: str | None = None) -> Job:
        """Have a job acknowledged, after which it is never lost.

        The same UUID `request_id` with the same job gives the job of the first time.
        """
        request = job_pb.CreateJobRequest(
            request_id=request_id or str(uuid4()),
            clips=[proto_codec.clip_to_wire(clip) for clip in spec.clips],
            settings=proto_codec.settings_to_wire(spec.settings),
            output=proto_codec.output_to_wire(spec.output),
            title=spec.title,
            priority=spec.priority,
        )
        answer = await self._line.ask("jobs", "CreateJob", request, "creating a job", deadline=30)
        return proto_codec.job_from_wire(answer.job)

    async def job(self, name: str) -> Job:
        """A job as it is now; NO_SUCH_JOB."""
        request = job_pb.GetJobRequest(name=name)
        answer = await self._line.ask("jobs", "GetJob", request, "asking for a job")
        return proto_codec.job_from_wire(answer.job)

    async def jobs(
        self, states: Collection[JobState] = (), limit: int | None = None
    ) -> AsyncIterator[Job]:
        """Jobs, newest first, without tracks and artifacts; only those in `states` if any."""
        request = job_pb.ListJobsRequest(page_size=PAGE)
        request.states.extend(proto_codec.STATES[state] for state in states)  # type: ignore[arg-type]
        left = limit
        while left is None or left > 0:
            request.page_size = PAGE if left is None else min(PAGE, left)
            answer = await self._line.ask("jobs", "ListJobs", request, "listing jobs")
            for message in answer.jobs:
                yield proto_codec.job_from_wire(message)
            if left is not None:
                left -= len(answer.jobs)
            request.page_token = answer.next_page_token
            if not request.page_token:
                return

    async def watch(self, name: str, after: int = 0, patience_s: float = 60) -> AsyncIterator[Job]:
        """A job's snapshots: one now, one a change, the last one when it has ended.

        Only those after sequence `after`. A daemon that goes away is looked for again; DAEMON_LOST
        once none has answered for `patience_s` seconds.
        """
        async for job in watch_job.watch(self._line, name, after, patience_s):
            yield job

    async def wait(self, name: str, on_progress: OnProgress = ignore) -> Job:
        """A job once it has succeeded; raises its error if it failed, CANCELLED if it was."""
        async for job in self.watch(name):
            on_progress(job)
            if job.done:
                return succeeded(job)
        raise V2AError("DAEMON_LOST", what=f"watching {name}")

    async def cancel(self, name: str) -> Job:
        """Ask a job to end; no error for one that has."""
        request = job_pb.CancelJobRequest(name=name)
        answer = await self._line.ask("jobs", "CancelJob", request, "cancelling a job")
        return proto_codec.job_from_wire(answer.job)

    async def retry(
        self, name: str, request_id: str | None = None, output: Output | None = None
    ) -> Job:
        """A new job like one that has ended, with another `output` if one is given.

        What was finished is not done again.
        """
        request = job_pb.RetryJobRequest(
            name=name,
            request_id=request_id or str(uuid4()),
            output=None if output is None else proto_codec.output_to_wire(output),
        )
        answer = await self._line.ask("jobs", "RetryJob", request, "retrying a job", deadline=30)
        return proto_codec.job_from_wire(answer.job)

    async def regenerate_scene(
        self,
        name: str,
        scene: int,
        clip: int = 1,
        seed: int | None = None,
        text: SceneText | None = None,
        request_id: str | None = None,
    ) -> Job:
        """A new job with one more take of one scene in use; other scenes and takes are kept.

        Raises BAD_OPTION for a number that no scene, clip or seed has.
        """
        SCENE_NUMBERS.require("scene", scene)
        SCENE_NUMBERS.require("clip", clip)
        if seed is not None:
            SEEDS.require("seed", seed)
        request = job_pb.RegenerateSceneRequest(
            name=name,
            clip=clip,
            scene=scene,
            seed=seed,
            text=None if text is None else proto_codec.text_to_wire(text),
            request_id=request_id or str(uuid4()),
        )
        what = "regenerating a scene"
        answer = await self._line.ask("jobs", "RegenerateScene", request, what, deadline=30)
        return proto_codec.job_from_wire(answer.job)

    async def delete(self, name: str) -> None:
        """Forget an ended job, with the results that lie with the daemon."""
        request = job_pb.DeleteJobRequest(name=name)
        await self._line.ask(
            "jobs", "DeleteJob", request, "deleting a job", deadline=30, again=False
        )

    async def upload(self, path: Path, on_fraction: OnFraction = ignore) -> Upload:
        """Bring media to a daemon that cannot see it; content it has already is not sent."""
        return await transfer.upload(self._line.link, path, on_fraction)

    async def download(
        self, artifact: Artifact, to: Path, on_fraction: OnFraction = ignore
    ) -> Path:
        """Fetch a job's file; `to` appears whole. Called again after a break, it goes on."""
        await transfer.download(self._line.link, artifact, to, on_fraction)
        return to

    # Stages

    async def detect_scenes(
        self, clip: TimelineClip, settings: Settings | None = None
    ) -> daemon_answers.DetectedScenes:
        """A clip's scenes, their labels and vectors."""
        request = stage_pb.DetectScenesRequest(
            clip=proto_codec.clip_to_wire(clip),
            settings=proto_codec.settings_to_wire(settings or Settings()),
        )
        answer = await self._line.ask("stages", "DetectScenes", request, "finding scenes", WORK_S)
        return daemon_answers.scenes_from_wire(answer)

    async def predict_clap(
        self,
        clip_vectors: Sequence[Sequence[float]],
        texts: Sequence[SceneText] = (),
        settings: Settings | None = None,
    ) -> list[daemon_answers.PredictedSound]:
        """CLAP vectors and words for CLIP vectors (N, 512), with N texts or none."""
        request = stage_pb.PredictClapRequest(
            clip_vectors=[stage_pb.Vector(values=vector) for vector in clip_vectors],
            texts=[proto_codec.text_to_wire(text) for text in texts],
            settings=proto_codec.settings_to_wire(settings or Settings()),
        )
        answer = await self._line.ask("stages", "PredictClap", request, "imagining sounds", WORK_S)
        return [daemon_answers.sound_from_wire(sound) for sound in answer.sounds]

    async def generate_audio(
        self, requests: Sequence[daemon_answers.AudioRequest], settings: Settings | None = None
    ) -> AsyncIterator[daemon_answers.AudioPiece]:
        """Sounds for CLAP vectors, in stretches as they are done."""
        request = stage_pb.GenerateAudioRequest(
            sounds=[daemon_answers.audio_to_wire(sound) for sound in requests],
            settings=proto_codec.settings_to_wire(settings or Settings()),
        )
        link = self._line.link
        with link.telling("generating"):
            call = link.stages.GenerateAudio(request, timeout=WORK_S, metadata=link.metadata)
            async for answer in call:
                yield daemon_answers.piece_from_wire(answer)

    # Packs

    async def packs(self) -> list[daemon_answers.PackFacts]:
        """Installed packs, then those that can be pulled."""
        answer = await self._line.ask(
            "packs", "ListPacks", pack_pb.ListPacksRequest(), "listing packs"
        )
        return [daemon_answers.pack_from_wire(pack) for pack in answer.packs]

    async def load_pack(
        self, pack: str, device: str = "auto", keep_alive_s: float | None = None
    ) -> daemon_answers.PackFacts:
        """Load a pack in a worker; it stays that many seconds without use, below 0 for ever."""
        request = pack_pb.LoadPackRequest(pack=pack, device=device, keep_alive_s=keep_alive_s)
        answer = await self._line.ask("packs", "LoadPack", request, "loading a pack", WORK_S)
        return daemon_answers.pack_from_wire(answer.pack)

    async def unload_packs(self) -> int:
        """Free the workers' memory; how many of them were ended."""
        request = pack_pb.UnloadPacksRequest()
        answer = await self._line.ask("packs", "UnloadPacks", request, "unloading packs", WORK_S)
        return answer.workers

    async def pull_pack(
        self, pack: str, accept_licence: bool = False, on_fraction: OnFraction = ignore
    ) -> daemon_answers.PackFacts:
        """Have the daemon fetch a pack of the catalogue; it resumes where it stopped."""
        request = pack_pb.PullPackRequest(pack=pack, accept_licence=accept_licence)
        link, answer = self._line.link, pack_pb.PullPackResponse()
        with link.telling("pulling a pack"):
            async for answer in link.packs.PullPack(request, metadata=link.metadata):
                on_fraction(answer.fraction)
        return daemon_answers.pack_from_wire(answer.pack)

    # Watch folders

    async def watched(self, folder: str, key: str) -> Watched | None:
        """The ledger's entry of a watched folder and a key; None where there is none."""
        request = watch_pb.GetWatchedRequest(folder=folder, key=key)
        answer = await self._line.ask("watch", "GetWatched", request, "asking the ledger")
        return watched_from_wire(answer.watched) if answer.HasField("watched") else None

    async def all_watched(self, folder: str) -> AsyncIterator[Watched]:
        """All entries of the ledger for a watched folder."""
        request = watch_pb.ListWatchedRequest(folder=folder)
        while True:
            answer = await self._line.ask("watch", "ListWatched", request, "asking the ledger", 30)
            for message in answer.watched:
                yield watched_from_wire(message)
            request.page_token = answer.next_page_token
            if not request.page_token:
                return

    async def put_watched(self, entry: Watched) -> None:
        """Write an entry of the ledger, in place of the one with its folder and key."""
        request = watch_pb.PutWatchedRequest(watched=watched_to_wire(entry))
        await self._line.ask("watch", "PutWatched", request, "writing the ledger", 30)

    async def forget_watched(self, folder: str, key: str) -> None:
        """Forget an entry of the ledger; no error where there is none."""
        request = watch_pb.ForgetWatchedRequest(folder=folder, key=key)
        await self._line.ask("watch", "ForgetWatched", request, "writing the ledger", 30)

    # The daemon

    async def status(self) -> daemon_answers.DaemonStatus:
        """The daemon's status: version, jobs, workers, disk."""
        request = daemon_pb.GetStatusRequest()
        answer = await self._line.ask("daemon", "GetStatus", request, "asking for its status")
        return daemon_answers.status_from_wire(answer)

    async def shutdown(self, now: bool = False) -> int:
        """End the daemon; returns how many running jobs go back to the queue."""
        request = daemon_pb.ShutdownRequest(now=now)
        answer = await self._line.ask("daemon", "Shutdown", request, "ending it", again=False)
        return answer.requeued


def succeeded(job: Job) -> Job:
    """The ended job if it succeeded; raises its error, or CANCELLED."""
    if job.state == "succeeded":
        return job
    if job.error is not None and job.state == "failed":
        raise job.error
    raise V2AError("CANCELLED")
