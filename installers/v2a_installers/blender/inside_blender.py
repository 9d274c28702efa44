"""Runs inside a Blender in the background: installs the add-on there, or uninstalls it.

Its last argument is JSON: {"do": "install" | "uninstall", "extension": ZIP, "legacy": ZIP}. What
became of it is one line on standard output, `MARK` and JSON: {"done": bool, "at": FOLDER} or
{"error": "..."}. It imports nothing of v2a: Blender's Python does not know it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import Any

import addon_utils
import bpy

MARK = "v2a-installer:"
MODULE = "generate_foley"
HAS_EXTENSIONS = bpy.app.version >= (4, 2, 0)


def main(asked: dict[str, str]) -> dict[str, Any]:
    """Install or uninstall; returns {"done": bool, "at": folder}."""
    removed = _out_of_legacy() + (_out_of_extensions() if HAS_EXTENSIONS else 0)
    if asked["do"] == "uninstall":
        if removed:
            bpy.ops.wm.save_userpref()
        return {"done": bool(removed), "at": ""}
    module = _extension(asked["extension"]) if HAS_EXTENSIONS else _legacy(asked["legacy"])
    if module not in bpy.context.preferences.addons or module not in sys.modules:
        raise RuntimeError("the add-on did not start")
    bpy.ops.wm.save_userpref()
    return {"done": True, "at": os.path.dirname(sys.modules[module].__file__)}


def _legacy(archive: str) -> str:
    bpy.ops.preferences.addon_install(filepath=archive, overwrite=True)
    bpy.ops.preferences.addon_enable(module=MODULE)
    return MODULE


def _extension(archive: str) -> str:
    repository = _repository()
    bpy.ops.extensions.package_install_files(
        repo=repository, filepath=archive, enable_on_install=True
    )
    return f"bl_ext.{repository}.{MODULE}"


def _repository() -> str:
    """Name of the user's repository of files from disk; made where it was deleted."""
    repositories = bpy.context.preferences.extensions.repos
    local = [repo for repo in _local() if repo.enabled]
    local.sort(key=lambda repo: repo.module != "user_default")
    if local:
        return local[0].module
    return repositories.new(name="User Default", module="user_default").module


def _local() -> list[Any]:
    """Repositories without a server, which the user may write to."""
    repositories = bpy.context.preferences.extensions.repos
    return [repo for repo in repositories if not repo.use_remote_url and repo.source != "SYSTEM"]


def _out_of_extensions() -> int:
    """Uninstall the extension from every repository; returns from how many."""
    removed = 0
    for number, repo in enumerate(bpy.context.preferences.extensions.repos):
        folder = os.path.join(repo.directory, MODULE)
        if os.path.isdir(folder):
            bpy.ops.extensions.package_uninstall(repo_index=number, pkg_id=MODULE)
            if os.path.isdir(folder):
                raise RuntimeError(f"{folder} could not be removed")
            removed += 1
        removed += _forget(f"bl_ext.{repo.module}.{MODULE}")
    return removed


def _out_of_legacy() -> bool:
    """Delete the legacy add-on from the user's scripts folder; returns whether it was there.

    Blender's own operator for this needs a window.
    """
    there = MODULE in bpy.context.preferences.addons
    if there:
        addon_utils.disable(MODULE, default_set=True)
    there |= _forget(MODULE)
    folder = os.path.join(bpy.utils.user_resource("SCRIPTS", path="addons"), MODULE)
    if os.path.islink(folder):
        os.remove(folder)
    elif os.path.isdir(folder):
        shutil.rmtree(folder)
    else:
        return there
    addon_utils.modules_refresh()
    return True


def _forget(module: str) -> bool:
    """Remove a module from the add-ons that Blender enables; returns whether it was among them."""
    addons = bpy.context.preferences.addons
    entry = addons.get(module)
    if entry is None:
        return False
    addons.remove(entry)
    return True


if __name__ == "__main__":
    try:
        told = main(json.loads(sys.argv[-1]))
    except Exception as error:  # whatever this Blender raises is told to whoever installs
        told = {"error": " ".join(str(error).split()) or type(error).__name__}
    print(MARK + json.dumps(told, allow_nan=False), flush=True)
    if not bpy.app.binary_path:
        os._exit(0)  # Blender as a module may hang at its end
