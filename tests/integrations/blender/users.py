"""Daemons, films and the `v2a` command as an add-on under test finds them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import Blender

PASSED = ("V2A_RUNTIME", "V2A_STATE", "XDG_CONFIG_HOME", "OMP_NUM_THREADS", "V2A_PACKS")
WHOLE = [[16, 36], [36, 56]]
"""Blender's frames of both scenes of a `Film()` that begins at 11 and is trimmed by 5."""


def surroundings(daemon: RunningDaemon, folder: Path, command: str = "") -> dict[str, str]:
    """An environment in which `v2a` is on PATH and finds the daemon; `command` is another v2a."""
    program = folder / "bin" / "v2a"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(command or f'#!/bin/sh\nexec {sys.executable} -m v2a "$@"\n')
    program.chmod(0o755)
    passed = {name: daemon.env[name] for name in PASSED if name in daemon.env}
    return passed | {"PATH": f"{program.parent}:{os.defpath}:/usr/bin:/bin"}


def told_by(script: str, blender: Blender, daemon: RunningDaemon, folder: Path) -> Any:
    """What a script tells of an edit with one film, in a folder of its own."""
    film = write_film(folder / "film.mp4", Film())
    given = {"film": str(film), "pack": str(daemon.pack), "blend": str(folder / "edit.blend")}
    return blender.run(script, given, environment=surroundings(daemon, folder))
