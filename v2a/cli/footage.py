"""Which videos a command line means, and where the results of each go."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from v2a.errors import V2AError

OURS = ".foley"


def collect(given: Sequence[str]) -> list[Path | V2AError]:
    """The files that arguments name, folders searched; an error in each bad one's place.

    Inside folders, however deep, only known footage counts; never hidden files or our own results.
    """
    found: list[Path | V2AError] = []
    seen: set[Path] = set()
    for name in given:
        for item in _expand(name):
            key = Path(os.path.abspath(item)) if isinstance(item, Path) else None
            if key is None or key not in seen:
                found.append(item)
            if key is not None:
                seen.add(key)
    return found


def reject_url(name: str) -> None:
    """Raise IS_URL for something that is meant to be fetched; a file of such a name may exist."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:/", name) and not os.path.lexists(name):
        raise V2AError("IS_URL", path=name)


def _expand(name: str) -> Iterable[Path | V2AError]:
    path = Path(name)
    try:
        reject_url(name)
        if not path.is_dir():
            path.lstat()  # tells of a missing file; what opens it later tells the rest
            return [path]
        os.listdir(path)
    except V2AError as error:
        return [error]
    except PermissionError:
        return [V2AError("NO_PERMISSION", path=name)]
    except (OSError, ValueError):  # ValueError: a null byte
        return [V2AError("NOT_FOUND", path=name)]
    return sorted(_footage(path)) or [V2AError("NO_FOOTAGE", path=name)]


def _footage(folder: Path) -> Iterator[Path]:
    from v2a.frames.open_media import CONTAINERS

    endings = {ending for container in CONTAINERS.values() for ending in container}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_ours(name)]
        for name in files:
            if Path(name).suffix.lower() in endings and not name.startswith("."):
                yield Path(place, name)


def _is_ours(folder: str) -> bool:
    return folder.endswith(OURS)


def name_outputs(videos: Sequence[Path], out: Path | None) -> list[tuple[Path, str]]:
    """Folder and NAME of each video's `NAME.foley`: its stem, made distinct where two would meet.

    A folder that already holds another video's results counts as met.
    """
    from v2a.output.foley_names import safe_name

    taken: set[tuple[str, str]] = set()
    outputs: list[tuple[Path, str]] = []
    for video in videos:
        folder = video.parent if out is None else out
        for wished in _names(video):
            name = safe_name(wished)
            key = (os.path.abspath(folder), name.casefold())
            if key not in taken and not _holds_another(folder / f"{name}{OURS}", video):
                taken.add(key)
                outputs.append((folder, name))
                break
    return outputs


def read_sidecar(folder: Path) -> dict[str, Any] | None:
    """What `NAME.foley` says of itself; None where it does not."""
    try:
        found: Any = json.loads((folder / f"{folder.name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return cast(dict[str, Any], found) if isinstance(found, dict) else None


def _names(video: Path) -> Iterator[str]:
    yield video.stem
    yield video.name
    number = 2
    while True:
        yield f"{video.stem}-{number}"
        number += 1


def _holds_another(folder: Path, video: Path) -> bool:
    sidecar = read_sidecar(folder)
    return sidecar is not None and sidecar.get("file") not in (None, video.name)
