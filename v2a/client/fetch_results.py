"""A clip's results from the daemon into a `NAME.foley` here, which appears whole or not at all."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from v2a.api.job_types import Artifact, Job, Track
from v2a.client.asynchronous import OnFraction, ignore
from v2a.client.blocking import Client
from v2a.disk import OTHER_DISK, check_free, whole_folder
from v2a.errors import V2AError
from v2a.output.output_folder import ENDING, check_ours

SPARE = 64_000_000
"""Bytes left free on the disk, over what a folder needs; as `foley_folder.SPARE`."""


def fetch(
    client: Client,
    job: Job,
    track: Track,
    into: Path,
    force: bool = False,
    on_fraction: OnFraction = ignore,
) -> Path:
    """Download all files of one clip; returns the folder `into/NAME.foley`.

    One of that name is replaced if v2a made it, or with `force`. Raises OUTPUT_NOT_OURS,
    OUTPUT_READ_ONLY, DISK_FULL and what `download` raises.
    """
    folder = into / f"{track.name}{ENDING}"
    check_ours(folder, force)
    wanted = [artifact for artifact in job.artifacts if artifact.clip == track.clip]
    size = sum(artifact.size for artifact in wanted)
    check_free(into, size + SPARE, OTHER_DISK)
    with whole_folder(folder, size + SPARE) as part:
        done = 0
        for artifact in wanted:
            place = part / _inside(artifact)
            place.parent.mkdir(parents=True, exist_ok=True)
            client.download(artifact, place)
            done += artifact.size
            on_fraction(done / size)
    return folder


def _inside(artifact: Artifact) -> PurePosixPath:
    """The file's path inside the folder; DOWNLOAD_BROKEN for one that would lie outside."""
    path = PurePosixPath(artifact.file)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise V2AError("DOWNLOAD_BROKEN", name=artifact.name)
    return path
