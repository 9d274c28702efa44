"""Packs: folders that hold all a sound model needs; found by name or path, fetched, made up.

`pocket` ships with v2a; others lie in the user's pack folder or wherever a path says.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from v2a.errors import V2AError
from v2a.packs.manifest import FILE_NAME, PackManifest, read_manifest
from v2a.packs.pack import DATA, Pack, forget_parts
from v2a.packs.torch_device import resolve_device
from v2a.types import Report

__all__ = [
    "Pack",
    "PackManifest",
    "adopt_pack",
    "catalogue_names",
    "find_pack",
    "forget_parts",
    "is_path",
    "list_packs",
    "packs_folder",
    "pull_pack",
    "random_pack",
    "resolve_device",
]

POCKET = "pocket"


def packs_folder() -> Path:
    """Folder of the user's packs: V2A_PACKS, else the platform's folder for user data."""
    named = os.environ.get("V2A_PACKS")
    return Path(named) if named else Path(platformdirs.user_data_dir("v2a")) / "packs"


def find_pack(name_or_path: str, here: bool = True) -> Pack:
    """The pack of a name or in a folder; PACK_NOT_FOUND or PACK_INVALID when it is none.

    A name that is no installed pack's is a folder's in the current one, if `here`.
    """
    folder = _locate(name_or_path, here)
    if folder is None:
        raise V2AError("PACK_NOT_FOUND", pack=name_or_path)
    return Pack(folder, read_manifest(folder))


def is_path(name_or_path: str) -> bool:
    """Whether the text is a path of a pack and not a name."""
    return Path(name_or_path).name != name_or_path or name_or_path == ".."


def _locate(name_or_path: str, here: bool) -> Path | None:
    places = [packs_folder() / name_or_path]
    if here:
        places.append(Path(name_or_path))
    if name_or_path == POCKET:
        places.insert(0, DATA / POCKET)
    if is_path(name_or_path):
        places = [Path(name_or_path).expanduser()]
    # Not `Path.is_file`, which raises where a name is longer than any file's.
    return next((p.resolve() for p in places if os.path.isfile(p / FILE_NAME)), None)


def list_packs() -> list[Pack]:
    """Every pack that can be found by name; folders with a broken pack.json are left out."""
    folders = [DATA / POCKET]
    if packs_folder().is_dir():
        folders += sorted(packs_folder().iterdir())
    found = []
    for folder in folders:
        try:
            found.append(Pack(folder.resolve(), read_manifest(folder)))
        except V2AError:
            continue
    return found


def catalogue_names() -> list[str]:
    """Names that `pull_pack` knows."""
    from v2a.packs.hub_catalogue import CATALOGUE

    return list(CATALOGUE)


def pull_pack(
    name: str,
    accept_licence: bool | Callable[[str], bool] = False,
    report: Report | None = None,
    revision: str | None = None,
) -> Pack:
    """Fetch a pack into the user's pack folder; it resumes, and takes a folder filled by hand.

    `accept_licence` is the user's answer, or a function that shows the terms and asks; it is asked
    once. Raises PACK_NOT_FOUND, PACK_LICENCE, HUB_UNREACHABLE, DISK_FULL, PACK_PART_ALTERED.
    """
    from v2a.packs.pull import pull

    return find_pack(str(pull(name, packs_folder(), accept_licence, report, revision)))


def adopt_pack(
    name: str, folder: Path, accept_licence: bool | Callable[[str], bool] = False
) -> Pack:
    """Make a pack of a folder that was filled by hand with the parts of a catalogue pack.

    Raises PACK_NOT_FOUND, PACK_LICENCE, or PACK_PART_MISSING for the first part not there.
    """
    from v2a.packs.adopt import adopt
    from v2a.packs.hub_catalogue import entry
    from v2a.packs.pull import settle_licence

    wanted = entry(name)
    settle_licence(wanted, packs_folder() / "accepted.json", accept_licence)
    adopt(wanted, folder)
    return find_pack(str(folder.resolve()))


def random_pack(like: str, folder: Path, seed: int = 0, half: bool = True) -> Pack:
    """Write a pack of random weights shaped like 'paper', 'pocket' or 'tiny'.

    Raises BAD_OPTION for an unknown shape, OUTPUT_NOT_OURS where the folder holds anything.
    """
    from v2a.packs.random_pack import random_pack as write

    return find_pack(str(write(like, folder, seed, half).resolve()))
