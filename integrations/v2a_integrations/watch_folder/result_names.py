"""Paths of results, and the names that files get whose results would have the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from v2a.output.foley_names import Names, safe_name, shown
from v2a.output.output_folder import ENDING
from v2a_integrations.watch_folder.footage_names import OUTPUT, is_timeline

SOUND = ".foley.otio"
IsFree = Callable[[Path], bool]
"""Whether no other file of the watched folder has its result at a path."""


def result_of(root: Path, file: str, output: Path | None, is_free: IsFree) -> Path:
    """Path of a file's result: `NAME.foley` for footage, `NAME.foley.otio` for a timeline.

    `file` is relative to `root`. NAME is its stem, or where that is taken its whole name, then one
    with a number. Whatever is not this file's own result is never chosen.
    """
    place = folder_of(root, file, output)
    ending = SOUND if is_timeline(file) else ENDING
    for wished in _names(PurePosixPath(file)):
        result = place / f"{safe_name(wished)}{ending}"
        if is_free(result) and not _is_anothers(result, Path(file)):
            return result
    raise AssertionError("numbers do not end")


def folder_of(root: Path, file: str, output: Path | None) -> Path:
    """Folder of a file's result: mirrored under `output`, else beside the file.

    Footage has its results in `Foley/`; a timeline is handed back where it was dropped.
    """
    folder = PurePosixPath(file).parent
    if output is not None:
        return output / folder
    return root / folder if is_timeline(file) else root / folder / OUTPUT


def text_of(file: str) -> str:
    """A relative path as text for the ledger; bytes that are no UTF-8 become escapes."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _names(file: PurePosixPath) -> Iterator[str]:
    yield file.stem
    yield file.name
    number = 2
    while True:
        yield f"{file.stem}-{number}"
        number += 1


def _is_anothers(result: Path, file: Path) -> bool:
    """Whether the path is taken by something that is not the result of a file of this name."""
    if not (result.exists() or result.is_symlink()):
        return False
    if result.name.endswith(SOUND):
        return _said(result.with_name(result.stem + ".json"), "input") != file.name
    name = result.name.removesuffix(ENDING)
    return _said(result / Names(name).sidecar, "file") != shown(file)


def _said(sidecar: Path, key: str) -> Any:
    try:
        found: Any = json.loads(sidecar.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found.get(key) if isinstance(found, dict) else None
