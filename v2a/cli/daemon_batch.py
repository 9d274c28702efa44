"""Jobs done by the daemon: sent ahead of what is shown, by path or uploaded, results fetched."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from v2a.api import job_types
from v2a.cli.batch import BatchJob
from v2a.cli.daemon_progress import tell_progress
from v2a.cli.detach_prompt import left_or_cancelled
from v2a.cli.reporters import Reporter
from v2a.client.blocking import Client
from v2a.client.daemon_roots import is_inside
from v2a.client.fetch_results import fetch
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.output.foley_names import relative_link
from v2a.output.output_folder import ENDING, check_ours
from v2a.types import Progress

AT_ONCE = 4
"""Jobs that are sent before the first of them is done: their scenes share batches."""


@dataclass(frozen=True)
class SentJob:
    """A file's job at the daemon, or why there is none."""

    job: BatchJob
    name: str = ""
    """"jobs/17"; empty where there is none."""
    fetched: bool = False
    """The results lie with the daemon and have to be brought here."""
    known_as: str = ""
    """How the daemon calls the file in its errors, as a pattern."""
    error: V2AError | None = None


class DaemonBatch:
    """A `Way` through the daemon, for these jobs in their order."""

    def __init__(
        self,
        client: Client,
        planned: Sequence[BatchJob],
        settings: Settings,
        force: bool,
        cancel_on_exit: bool,
        reporter: Reporter,
    ) -> None:
        self._client = client
        self._settings = replace(settings, cuts=(), pack=_pack(settings.pack))
        self._cuts = settings.options().scenes.known_cuts
        self._force = force
        self._cancel_on_exit = cancel_on_exit
        self._reporter = reporter
        self._roots = client.status().roots if client.here else ()
        self._waiting = self._send_all(planned)
        self._sent: deque[SentJob] = deque()
        self._shown: BatchJob | None = None

    def __call__(self, job: BatchJob) -> tuple[Path, float]:
        """Wait for a job's end; raises its error, or LEFT_RUNNING or CANCELLED on an interrupt."""
        self._shown = job
        try:
            return self._finish(self._next(job))
        except KeyboardInterrupt as interrupt:
            self._reporter.close()
            names = [sent.name for sent in self._sent if sent.name]
            raise left_or_cancelled(self._client, names, interrupt, self._cancel_on_exit) from None

    def _next(self, job: BatchJob) -> SentJob:
        """This job's, after sending as many more as may be on their way."""
        while self._sent and self._sent[0].job is not job:
            self._sent.popleft()
        while len(self._sent) < AT_ONCE and (sent := next(self._waiting, None)):
            self._sent.append(sent)
        return self._sent[0]

    def _send_all(self, planned: Iterable[BatchJob]) -> Iterator[SentJob]:
        for job in planned:
            if job.error is None:
                try:
                    yield self._send(job)
                except V2AError as error:
                    yield SentJob(job, error=error)

    def _send(self, job: BatchJob) -> SentJob:
        video, folder = Path(job.video), job.out / f"{job.name}{ENDING}"
        check_ours(folder, self._force)
        if self._inside(video) and self._inside(folder):
            media, link, out = Path(video.absolute()), "", job.out.absolute()
        else:
            media, link, out = self._upload(job, video), relative_link(video, folder), None
        clip = job_types.TimelineClip(media, known_cuts=self._cuts, name=job.name, media_link=link)
        output = job_types.Output(out, self._force)
        spec = job_types.JobSpec([clip], self._settings, output, title=video.name)
        request = str(uuid4())
        try:
            name = self._client.create_job(spec, request).name
        except KeyboardInterrupt:
            # Whether it arrived is not known: asked again, the same request is the same job.
            name = self._client.create_job(spec, request).name
            self._sent.append(SentJob(job, name))
            raise
        return SentJob(job, name, out is None, _known_as(media, video))

    def _inside(self, path: Path) -> bool:
        return is_inside(path, self._roots)

    def _upload(self, job: BatchJob, video: Path) -> job_types.Upload:
        from v2a.frames.open_media import open_media

        with open_media(video):  # nothing is sent that is not media
            pass
        shown = job is self._shown  # else it is sent ahead, and another one is spoken of
        return self._client.upload(
            video, lambda done: self._tell("upload", done) if shown else None
        )

    def _finish(self, sent: SentJob) -> tuple[Path, float]:
        if sent.error:
            raise sent.error
        try:
            done = self._client.wait(sent.name, lambda job: tell_progress(job, self._reporter))
        except V2AError as error:
            raise _as_given(error, sent) from error
        track = done.tracks[0]
        folder = sent.job.out / f"{sent.job.name}{ENDING}"
        if sent.fetched:
            folder = fetch(
                self._client,
                done,
                track,
                sent.job.out,
                self._force,
                lambda fraction: self._tell("download", fraction),
            )
        return folder, _seconds(done)

    def _tell(self, stage: str, fraction: float) -> None:
        self._reporter.progress(Progress(stage, fraction, whole=fraction))


def _pack(name: str) -> str:
    """A pack's folder as the daemon finds it; a name as it is."""
    path = Path(name).expanduser()
    return str(path.absolute()) if path.name != name else name


def _known_as(media: Path | job_types.Upload, video: Path) -> str:
    if isinstance(media, Path):
        return "|".join(re.escape(str(path)) for path in {media, media.resolve()})
    return rf"\S*{media.id}/{re.escape(video.name)}"


def _as_given(error: V2AError, sent: SentJob) -> V2AError:
    """The error with the file called as the user called it."""
    message = re.sub(sent.known_as, lambda _: sent.job.video, error.message)
    return V2AError.told(error.reason, message, error.remedy)


def _seconds(job: job_types.Job) -> float:
    """How long the daemon worked; 0 if its clock was set back meanwhile."""
    if job.started is None or job.ended is None:
        return 0.0
    return max(0.0, (job.ended - job.started).total_seconds())
