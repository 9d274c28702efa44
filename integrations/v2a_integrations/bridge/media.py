"""Brings the media of a request to where the daemon can read it: by path, or by upload."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from v2a.api.job_types import TimelineClip, Upload
from v2a.client import AsyncClient
from v2a.client.daemon_roots import is_inside
from v2a.errors import V2AError
from v2a_integrations.bridge.plan import GivenClip
from v2a_integrations.bridge.running_request import RunningRequest
from v2a_integrations.stems.still_videos import render


async def bring(
    client: AsyncClient,
    clips: Sequence[GivenClip],
    scratch: Path,
    handle: RunningRequest,
) -> list[TimelineClip]:
    """The clips of a job; every file that the daemon cannot read itself is uploaded once.

    Stills become videos in `scratch`. Raises NOT_FOUND and NO_PERMISSION for media, BAD_TIMELINE
    for a picture that cannot be read.
    """
    await asyncio.to_thread(_check, clips)
    roots = (await client.status()).roots if client.here else ()
    wanted = {clip.stills or clip.clip.media: clip for clip in clips if not _is_seen(clip, roots)}
    brought: dict[object, Upload] = {}
    for number, (media, clip) in enumerate(wanted.items()):

        def told(fraction: float, done: int = number) -> None:
            handle.step("upload", (done + fraction) / len(wanted))

        film = clip.clip.media
        if clip.stills:
            film = await handle.in_thread(partial(render, clip.stills, scratch, handle.stop.is_set))
        assert isinstance(film, Path)
        brought[media] = await client.upload(film, told)
    return [
        replace(clip.clip, media=brought.get(clip.stills or clip.clip.media, clip.clip.media))
        for clip in clips
    ]


def _check(clips: Sequence[GivenClip]) -> None:
    """Raise NOT_FOUND or NO_PERMISSION for media that cannot be read, before anything is done."""
    for clip in clips:
        for path in clip.stills.files if clip.stills else [clip.clip.media]:
            assert isinstance(path, Path)
            try:
                there = path.is_file()
            except PermissionError as error:
                raise V2AError("NO_PERMISSION", path=path) from error
            if not there:
                raise V2AError("NOT_FOUND", path=path)
            if not os.access(path, os.R_OK):
                raise V2AError("NO_PERMISSION", path=path)


def _is_seen(clip: GivenClip, roots: Sequence[Path]) -> bool:
    """Whether the daemon may read a clip's media itself."""
    media = clip.clip.media
    assert isinstance(media, Path)
    return clip.stills is None and is_inside(media, roots)
