"""Scores one entry of the ledger: footage as a job, a timeline through the OTIO integration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from v2a.api.job_types import Job, JobSpec, Output, TimelineClip, Upload
from v2a.client import AsyncClient, connect
from v2a.client.daemon_roots import is_inside
from v2a.client.fetch_results import fetch
from v2a.client.watched_entry import Watched
from v2a.errors import V2AError
from v2a.output.foley_names import relative_link, shown
from v2a.output.output_folder import ENDING, check_ours
from v2a_integrations.watch_folder.detached_threads import apart
from v2a_integrations.watch_folder.folder_settings import FolderSettings
from v2a_integrations.watch_folder.score_timeline import score_timeline

OnJob = Callable[[Job], None]
MOST_CRASHES = 3
"""Crashes after which a file is given up. Chosen: the daemon itself has tried each of them as
often as its own limit of attempts (3 unless set otherwise), so nine in all."""


def is_daemons(error: V2AError) -> bool:
    """Whether an error is the daemon's (it is away, or takes no jobs now), not the file's."""
    return error.scope == "daemon"


def worth_another_try(error: V2AError, failures: int) -> bool:
    """Whether an error may pass by itself, after so many failures: not bad media or settings."""
    if error.is_crash:
        return failures < MOST_CRASHES
    return error.retry


def is_settled(entry: Watched) -> bool:
    """Whether nothing is to be done for an entry: it has its sound, or it cannot have any."""
    if entry.state == "failed" and entry.error is not None:
        return not worth_another_try(entry.error, entry.failures)
    return entry.state == "done"


class Scorer:
    """Scores files through one daemon, on this machine or another."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def has_job(self, entry: Watched) -> bool:
        """Whether the daemon still knows the job of an entry."""
        try:
            await self._client.job(entry.job)
        except V2AError as error:
            if error.reason != "NO_SUCH_JOB":
                raise
            return False
        return True

    async def ask(self, path: Path, entry: Watched, wishes: FolderSettings) -> Job:
        """Create the job of a file; asked again with the same entry, it is the same job."""
        result = Path(entry.result)
        await apart(lambda: check_ours(result))
        by_path = await self._is_seen(path, result)
        media = path if by_path else await self._upload(path)
        link = "" if by_path else relative_link(path, result)
        clip = TimelineClip(media, name=result.name.removesuffix(ENDING), media_link=link)
        output = Output(result.parent if by_path else None, kinds=wishes.kinds)
        spec = JobSpec([clip], wishes.settings, output, title=shown(path))
        return await self._client.create_job(spec, entry.request_id)

    async def finish(
        self, path: Path, entry: Watched, wishes: FolderSettings, on_job: OnJob
    ) -> None:
        """Wait for an entry's job and fetch its results where needed; raises the job's error."""
        del wishes  # they went with the job
        done = await self._client.wait(entry.job, on_job)
        into = Path(entry.result).parent
        if done.tracks and done.tracks[0].folder.parent != into:
            await apart(lambda: _fetch(done, into))

    async def timeline(
        self, path: Path, entry: Watched, wishes: FolderSettings, on_job: OnJob
    ) -> None:
        """Put sound on a timeline; raises as `score_timeline` does."""
        await apart(lambda: score_timeline(path, entry, wishes, on_job))

    async def _is_seen(self, *paths: Path) -> bool:
        """Whether the daemon that runs now may read and write all of these paths itself."""
        if not self._client.here:
            return False
        roots = (await self._client.status()).roots
        return all(is_inside(path, roots) for path in paths)

    async def _upload(self, path: Path) -> Upload:
        from v2a.frames.media_header import look

        await apart(lambda: look(path))  # nothing is sent that is not media
        return await self._client.upload(path)


def _fetch(done: Job, into: Path) -> None:
    with connect() as client:
        fetch(client, done, done.tracks[0], into)
