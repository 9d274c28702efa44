"""Writes and removes the small text file that says why a film or timeline has no sound."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePosixPath

from v2a.client.watched_entry import Watched
from v2a.disk import write_whole
from v2a.errors import V2AError
from v2a.output.foley_names import safe_name, shown

ENDING = ".foley-error.txt"
FIRST = "v2a could not put sound on"


def explain(
    root: Path, output: Path | None, file: str, entry: Watched | None, error: V2AError
) -> None:
    """Write `NAME.foley-error.txt` beside a file, or under `output` if results go there.

    NAME is that of the result in `entry`, else the file's whole name. Raises nothing: what cannot
    be written is in the ledger. A file of that name that v2a did not write stays.
    """
    path = _folder(root, output, file) / f"{_name(file, entry)}{ENDING}"
    text = f"{_first(file)}\n{error.message}\n{error.remedy}\n({error.reason})\n"
    with suppress(OSError, V2AError):
        if path.exists() and not path.read_text("utf-8", "replace").startswith(FIRST):
            return
        write_whole(path, text.encode(errors="replace").decode())


def take_back(root: Path, output: Path | None, file: str, entry: Watched | None = None) -> None:
    """Remove the text file that `explain` wrote for a file, if it is there."""
    for name in {_name(file, entry), _name(file, None)}:
        path = _folder(root, output, file) / f"{name}{ENDING}"
        with suppress(OSError):
            if path.read_text("utf-8", "replace").partition("\n")[0] == _first(file):
                path.unlink()


def _folder(root: Path, output: Path | None, file: str) -> Path:
    return (output or root) / PurePosixPath(file).parent


def _name(file: str, entry: Watched | None) -> str:
    if entry is not None and entry.result:
        return PurePosixPath(entry.result.replace("\\", "/")).name.partition(".foley")[0]
    return safe_name(PurePosixPath(file).name)


def _first(file: str) -> str:
    return f"{FIRST} {shown(Path(file))}"
