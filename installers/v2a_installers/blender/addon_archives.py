"""Writes the add-on's zips: an extension, and a legacy add-on for Blender 3.4 to 4.1."""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from v2a.api.json_text import to_json
from v2a.disk import whole_file

MODULE = "generate_foley"
"""The add-on's name inside Blender."""
MANIFEST = "blender_manifest.toml"
INSTALLED = "installed.json"
"""File beside the add-on's `__init__.py` that names the v2a that installed it."""
OLDEST = (3, 4)
"""The first Blender (major, minor) that the add-on runs in: the oldest it is tested in."""
EXTENSIONS = (4, 2)
"""The first Blender (major, minor) that has extensions."""
LEFT_OUT = {"__pycache__", INSTALLED}
TIME = (1980, 1, 1, 0, 0, 0)
"""Date and time of every file in a zip, so that equal files make equal zips: ZIP's earliest."""


def source() -> Path:
    """Folder of the add-on in this installation of v2a."""
    return Path(str(files("v2a_integrations").joinpath("blender")))


def manifest() -> dict[str, Any]:
    """The add-on's `blender_manifest.toml` as a dict."""
    return tomllib.loads((source() / MANIFEST).read_text("utf-8"))


def extension_name() -> str:
    """File name of the extension's zip."""
    return f"{MODULE}-{manifest()['version']}.zip"


def legacy_name() -> str:
    """File name of the zip for a Blender that has no extensions."""
    return f"{MODULE}-{manifest()['version']}-legacy.zip"


def write_extension(file: Path, extra: Mapping[str, bytes] | None = None) -> None:
    """Write the zip for Blender 4.2 and newer; `extra` are files to add, by name.

    The same add-on makes the same bytes, wherever and whenever. Raises V2AError where `file`
    cannot be written; an older one of that name is replaced as a whole.
    """
    _write(file, {**_contents(), **(extra or {})})


def write_legacy(file: Path, extra: Mapping[str, bytes] | None = None) -> None:
    """Write the zip for older Blenders, as `write_extension` does: a folder without a manifest."""
    contents = {**_contents(), **(extra or {})}
    del contents[MANIFEST]
    _write(file, {f"{MODULE}/{name}": data for name, data in contents.items()})


def installed(v2a: Path, version: str) -> dict[str, bytes]:
    """`INSTALLED` as {name: content}, for the add-on to find the v2a that installed it."""
    told = {"v2a": str(v2a), "version": version}
    return {INSTALLED: (to_json(told) + "\n").encode()}


def _contents() -> dict[str, bytes]:
    """Every file of the add-on, {path inside it with '/': content}."""
    folder = source()
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = sorted(path.as_posix() for path in found if not LEFT_OUT & set(path.parts))
    return {name: (folder / name).read_bytes() for name in names}


def _write(file: Path, contents: Mapping[str, bytes]) -> None:
    with whole_file(file) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, contents[name])
