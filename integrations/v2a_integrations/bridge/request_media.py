"""How the media of a request was named to the daemon, so that asked again it is the same request.

Media may be gone when an editor asks again, or lie in another place: a movie that was rendered for
the purpose, a daemon with other folders. The daemon knows a job by its body: this keeps the body.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from v2a.api.job_types import TimelineClip, Upload
from v2a.api.json_text import to_json
from v2a.client.runtime_files import state_folder
from v2a.disk import write_whole
from v2a.errors import V2AError
from v2a_integrations.bridge.plan import GivenClip

KEPT_S = 90 * 86_400
"""Seconds that a request's media is remembered. Chosen: an editor's file that is opened again
after more than 90 days begins a new job."""


def recall(request: str, clips: Sequence[GivenClip]) -> list[TimelineClip] | None:
    """The clips of a request with their media as the job was created with; None if not known."""
    try:
        told: Any = json.loads(_file(request).read_text("utf-8"))
        named = [_media(media) for media in told["media"]]
        given = told["given"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if given != [_given(clip) for clip in clips]:
        return None
    pairs = zip(clips, named, strict=True)
    return [replace(clip.clip, media=media) for clip, media in pairs]


def keep(request: str, clips: Sequence[GivenClip], brought: Sequence[TimelineClip]) -> None:
    """Remember the media that a request's job was created with; a write error is ignored."""
    named = [
        {"upload": media.id, "name": media.name}
        if isinstance(media := clip.media, Upload)
        else {"path": os.fspath(media)}
        for clip in brought
    ]
    text = to_json({"given": [_given(clip) for clip in clips], "media": named})
    file = _file(request)
    with suppress(OSError, V2AError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, text)
        _forget_old(file.parent)


def _given(clip: GivenClip) -> str:
    """The media of a clip as the program's request names it."""
    media = clip.clip.media
    assert isinstance(media, Path)
    return os.fspath(media)


def _media(told: Any) -> Path | Upload:
    return Upload(told["upload"], told["name"]) if "upload" in told else Path(told["path"])


def _file(request: str) -> Path:
    return state_folder() / "bridge" / f"{request}.json"


def _forget_old(folder: Path) -> None:
    oldest = time.time() - KEPT_S
    for file in folder.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
