"""Installs and uninstalls the add-on by starting a Blender once, in the background."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import v2a
from v2a.errors import V2AError
from v2a_installers.blender import addon_archives
from v2a_installers.blender.installed_blenders import Blender, check_age

SCRIPT = Path(__file__).with_name("inside_blender.py")
MARK = "v2a-installer:"
"""Start of the one line that the script inside Blender prints for us."""
SECONDS_TO_START = 300
"""Seconds that a Blender may take to start, install and end. Chosen generously, for one with many
add-ons on a slow disk; it only ends a Blender that hangs."""


def install(blender: Blender) -> Path:
    """Install and enable the add-on, replacing an older one; returns its folder.

    Raises V2AError for a Blender that is too old, does not start, or refuses.
    """
    check_age(blender)
    with tempfile.TemporaryDirectory(prefix="v2a-blender-") as folder:
        extra = addon_archives.installed(this_v2a(), v2a.__version__)
        extension = Path(folder, addon_archives.extension_name())
        legacy = Path(folder, addon_archives.legacy_name())
        addon_archives.write_extension(extension, extra)
        addon_archives.write_legacy(legacy, extra)
        asked = {"do": "install", "extension": str(extension), "legacy": str(legacy)}
        return Path(_run(blender, asked)["at"])


def uninstall(blender: Blender) -> bool:
    """Disable and delete the add-on; returns whether it was there.

    Raises V2AError for a Blender that does not start or refuses.
    """
    if blender.version < addon_archives.OLDEST:
        return False
    return bool(_run(blender, {"do": "uninstall"})["done"])


def this_v2a() -> Path:
    """Absolute path of the command that runs now, for the add-on to start it by.

    Raises V2AError where v2a runs without having been installed as a command.
    """
    name = "v2a.exe" if sys.platform == "win32" else "v2a"
    beside = Path(sys.executable).with_name(name)
    called = Path(sys.argv[0]).absolute()
    for path in (called, beside):
        if path.name == name and path.is_file():
            return path
    if found := shutil.which("v2a"):
        return Path(found).absolute()
    raise V2AError(
        "BAD_OPTION",
        detail="this v2a is not installed as a command, so Blender could not start it",
        hint="install it with 'pip install .' and run the 'v2a' that this makes",
    )


def _run(blender: Blender, asked: dict[str, Any]) -> dict[str, Any]:
    """Run the script in a Blender; returns its JSON. Raises V2AError for an error or no answer."""
    command = [
        blender.program,
        "--background",
        "--python",
        SCRIPT,
        "--",
        json.dumps(asked, allow_nan=False),
    ]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS_TO_START
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(blender, f"it did not end within {SECONDS_TO_START} s") from error
    except OSError as error:
        raise _refused(blender, error.strerror or str(error)) from error
    lines = result.stdout.splitlines()
    told = next((line.removeprefix(MARK) for line in lines if line.startswith(MARK)), None)
    if told is None:
        said = result.stderr.strip().splitlines()
        raise _refused(blender, said[-1] if said else f"it ended with {result.returncode}")
    answer: dict[str, Any] = json.loads(told)
    if "error" in answer:
        raise _refused(blender, answer["error"])
    return answer


def _refused(blender: Blender, detail: str) -> V2AError:
    return V2AError("BLENDER_REFUSED", blender=blender.name, path=blender.program, detail=detail)
