"""Finds the settings folders of Blenders that this user has started, and clears ours from them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from v2a.errors import V2AError
from v2a_installers.blender.addon_archives import MODULE

PLACES = {
    "darwin": "~/Library/Application Support/Blender",
    "win32": "%APPDATA%/Blender Foundation/Blender",
}
WHERE = (f"scripts/addons/{MODULE}", f"extensions/*/{MODULE}")


def used_versions() -> dict[tuple[int, int], Path]:
    """Settings folder of every version (major, minor) of Blender that this user has started."""
    linux = os.path.join(os.environ.get("XDG_CONFIG_HOME") or "~/.config", "blender")
    place = Path(os.path.expandvars(os.path.expanduser(PLACES.get(sys.platform, linux))))
    numbers = ((re.fullmatch(r"(\d+)\.(\d+)", path.name), path) for path in place.glob("*.*"))
    return {(int(said[1]), int(said[2])): path for said, path in numbers if said}


def delete_leftovers() -> list[Path]:
    """Delete the add-on from settings of Blenders that are gone; returns the deleted folders.

    Raises V2AError for one that cannot be deleted.
    """
    folders = [
        folder
        for settings in used_versions().values()
        for where in WHERE
        for folder in sorted(settings.glob(where))
    ]
    for folder in folders:
        try:
            folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
        except OSError as error:
            raise V2AError("NO_PERMISSION", path=folder) from error
    return folders
