"""Chooses the folder of sound files: beside the .blend file, or the user's until that is saved."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import bpy

from . import sentences
from .plain_types import StripTake

NAME = "stems"
OLD_NAME = "foley_stems"
"""Name of the folder in the user's data, in Blenders that have no extensions."""


def for_sounds(wished: str) -> tuple[Path, list[str]]:
    """The folder for new sound files, created, and the warnings about it."""
    if not bpy.data.filepath and wished.startswith("//"):
        instead, lasts = of_user()
        said = sentences.UNSAVED if lasts else sentences.TEMPORARY
        return instead, [said.format(instead=instead)]
    folder = Path(os.path.abspath(bpy.path.abspath(wished or "//foley/")))
    if can_write(folder):
        return folder, []
    instead, _ = of_user()
    return instead, [sentences.NO_PLACE.format(folder=folder, instead=instead)]


def of_user() -> tuple[Path, bool]:
    """A folder of this user's for sound files, created, and whether it outlasts the session."""
    for ask in (_of_extension, _of_resources):
        try:
            folder = Path(ask())
        except (AttributeError, ValueError, OSError):
            continue
        if str(folder) not in ("", ".") and can_write(folder):
            return folder, True
    _temporary().mkdir(exist_ok=True)
    return _temporary(), False


def passing() -> list[Path]:
    """Folders that hold sound files until the .blend file is saved."""
    return [of_user()[0], _temporary()]


def can_write(folder: Path) -> bool:
    """Whether files can be written to a folder, which is created."""
    probe = folder / f".v2a-{token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def spelled(path: str | Path) -> str:
    """A path as Blender keeps it: relative ('//') if it is beside the .blend file or below."""
    if not bpy.data.filepath:
        return str(path)
    home = Path(bpy.data.filepath).resolve().parent
    try:
        return "//" + Path(path).resolve().relative_to(home).as_posix()
    except ValueError:
        return str(path)


def spelled_takes(takes: Iterable[StripTake]) -> tuple[StripTake, ...]:
    """Takes with their files' paths as Blender keeps them."""
    return tuple(
        take if take.file.startswith("//") else replace(take, file=spelled(take.file))
        for take in takes
    )


def _of_extension() -> str:
    return bpy.utils.extension_path_user(__package__, path=NAME, create=True)


def _of_resources() -> str:
    return bpy.utils.user_resource("DATAFILES", path=OLD_NAME, create=True)


def _temporary() -> Path:
    return Path(tempfile.gettempdir()) / "v2a-foley"
