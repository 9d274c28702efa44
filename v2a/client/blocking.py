"""The typed client for programs without an event loop: `AsyncClient` run in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from v2a.api.job_types import Artifact, Job, JobSpec, JobState, Output, TimelineClip, Upload
from v2a.client import daemon_answers
from v2a.client.asynchronous import AsyncClient, OnFraction, OnProgress, ignore, succeeded
from v2a.client.discovery import Find
from v2a.client.watched_entry import Watched
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText

Answer = TypeVar("Answer")


class Client:
    """A daemon's jobs, stages and packs; made by `connect`, ended by `with` or `close`.

    Methods are those of `AsyncClient`, told there. They may be called from any thread.
    """

    def __init__(self, find: Find, any_version: bool = False) -> None:
        self._closed, self._beginning = False, threading.RLock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="v2a", daemon=True)
        self._thread.start()
        try:
            self._inner = self._run(AsyncClient.connected(find, any_version))
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the channel; jobs go on. Calls of other threads raise CancelledError."""
        with self._beginning:
            if self._closed:
                return
            self._closed = True
            hanging_up = self._begin(_hang_up(self._inner))
        try:
            hanging_up.result()
        finally:
            self._end()

    @property
    def here(self) -> bool:
        """Whether the daemon sees the same files as this process."""
        return self._inner.here

    def create_job(self, spec: JobSpec, request_id: str | None = None) -> Job:
        """Have a job acknowledged, after which it is never lost."""
        return self._run(self._inner.create_job(spec, request_id))

    def job(self, name: str) -> Job:
        """A job as it is now."""
        return self._run(self._inner.job(name))

    def jobs(self, states: Collection[JobState] = (), limit: int | None = None) -> Iterator[Job]:
        """Jobs, newest first, without tracks and artifacts."""
        return self._each(self._inner.jobs(states, limit))

    def watch(self, name: str, after: int = 0, patience_s: float = 60) -> Iterator[Job]:
        """A job's snapshots until it has ended, through restarts of the daemon."""
        return self._each(self._inner.watch(name, after, patience_s))

    def wait(self, name: str, on_progress: OnProgress = ignore) -> Job:
        """A job once it has succeeded; raises its error."""
        for job in self.watch(name):
            on_progress(job)
            if job.done:
                return succeeded(job)
        raise V2AError("DAEMON_LOST", what=f"watching {name}")

    def cancel(self, name: str) -> Job:
        """Ask a job to end."""
        return self._run(self._inner.cancel(name))

    def retry(self, name: str, request_id: str | None = None, output: Output | None = None) -> Job:
        """A new job like one that has ended."""
        return self._run(self._inner.retry(name, request_id, output))

    def regenerate_scene(
        self,
        name: str,
        scene: int,
        clip: int = 1,
        seed: int | None = None,
        text: SceneText | None = None,
        request_id: str | None = None,
    ) -> Job:
        """A new job with one more take of one scene in use."""
        asked = self._inner.regenerate_scene(name, scene, clip, seed, text, request_id)
        return self._run(asked)

    def delete(self, name: str) -> None:
        """Forget an ended job."""
        self._run(self._inner.delete(name))

    def upload(self, path: Path, on_fraction: OnFraction = ignore) -> Upload:
        """Bring media to a daemon that cannot see it."""
        return self._run(self._inner.upload(path, on_fraction))

    def download(self, artifact: Artifact, to: Path, on_fraction: OnFraction = ignore) -> Path:
        """Fetch a job's file; `to` appears whole."""
        return self._run(self._inner.download(artifact, to, on_fraction))

    def detect_scenes(
        self, clip: TimelineClip, settings: Settings | None = None
    ) -> daemon_answers.DetectedScenes:
        """A clip's scenes, their labels and vectors."""
        return self._run(self._inner.detect_scenes(clip, settings))

    def predict_clap(
        self,
        clip_vectors: Sequence[Sequence[float]],
        texts: Sequence[SceneText] = (),
        settings: Settings | None = None,
    ) -> list[daemon_answers.PredictedSound]:
        """CLAP vectors and words for CLIP vectors."""
        return self._run(self._inner.predict_clap(clip_vectors, texts, settings))

    def generate_audio(
        self, requests: Sequence[daemon_answers.AudioRequest], settings: Settings | None = None
    ) -> Iterator[daemon_answers.AudioPiece]:
        """Sounds for CLAP vectors, in stretches as they are done."""
        return self._each(self._inner.generate_audio(requests, settings))

    def packs(self) -> list[daemon_answers.PackFacts]:
        """Installed packs, then those that can be pulled."""
        return self._run(self._inner.packs())

    def load_pack(
        self, pack: str, device: str = "auto", keep_alive_s: float | None = None
    ) -> daemon_answers.PackFacts:
        """Bring a pack into a worker's memory."""
        return self._run(self._inner.load_pack(pack, device, keep_alive_s))

    def unload_packs(self) -> int:
        """Free the workers' memory; how many of them were ended."""
        return self._run(self._inner.unload_packs())

    def pull_pack(
        self, pack: str, accept_licence: bool = False, on_fraction: OnFraction = ignore
    ) -> daemon_answers.PackFacts:
        """Have the daemon fetch a pack of the catalogue."""
        return self._run(self._inner.pull_pack(pack, accept_licence, on_fraction))

    def watched(self, folder: str, key: str) -> Watched | None:
        """The ledger's entry of a watched folder and a key; None where there is none."""
        return self._run(self._inner.watched(folder, key))

    def all_watched(self, folder: str) -> Iterator[Watched]:
        """All entries of the ledger for a watched folder."""
        return self._each(self._inner.all_watched(folder))

    def put_watched(self, entry: Watched) -> None:
        """Write an entry of the ledger."""
        self._run(self._inner.put_watched(entry))

    def forget_watched(self, folder: str, key: str) -> None:
        """Forget an entry of the ledger."""
        self._run(self._inner.forget_watched(folder, key))

    def status(self) -> daemon_answers.DaemonStatus:
        """The daemon's status: version, jobs, workers, disk."""
        return self._run(self._inner.status())

    def shutdown(self, now: bool = False) -> int:
        """End the daemon; how many running jobs go back to the queue."""
        return self._run(self._inner.shutdown(now))

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        with self._beginning:
            if self._closed:  # `close` ends what began before it, and nobody would end this
                work.close()
                raise CancelledError
            future = self._begin(work)
        try:
            return future.result()
        except BaseException:  # an interrupt, which ends the call as well
            future.cancel()
            raise

    def _begin(self, work: Coroutine[Any, Any, Answer]) -> Future[Answer]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _each(self, items: AsyncIterator[Answer]) -> Iterator[Answer]:
        nothing: Any = object()
        try:
            while (item := self._run(_next(items, nothing))) is not nothing:
                yield item
        finally:
            with suppress(CancelledError):
                self._run(_close(items))

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _next(items: AsyncIterator[Answer], nothing: Answer) -> Answer:
    return await anext(items, nothing)


async def _hang_up(client: AsyncClient) -> None:
    await client.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _close(items: Any) -> None:
    await items.aclose()
