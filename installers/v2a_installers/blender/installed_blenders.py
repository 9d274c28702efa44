"""Finds the Blenders on this machine, by where each system keeps them, and their versions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import V2AError
from v2a_installers.blender.addon_archives import OLDEST

SECONDS_TO_ANSWER = 60
"""Seconds that a Blender may take to print its version. Chosen generously, for a first start from
a slow disk; it only ends a program that hangs."""
PATTERNS = {
    "linux": (
        "/usr/bin/blender*",
        "/usr/local/bin/blender*",
        "/usr/local/blender*/blender",
        "/opt/blender*/blender",
        "/opt/blender/*/blender",
        "/snap/bin/blender",
        "~/bin/blender*",
        "~/.local/bin/blender*",
        "~/blender*/blender",
        "~/.local/opt/blender*/blender",
        "~/Applications/blender*/blender",
        "~/Downloads/blender-*/blender",
        "~/.steam/steam/steamapps/common/Blender/blender",
        "~/.local/share/Steam/steamapps/common/Blender/blender",
    ),
    "darwin": (
        "/Applications/Blender*.app/Contents/MacOS/Blender",
        "/Applications/Blender*/Blender.app/Contents/MacOS/Blender",
        "~/Applications/Blender*.app/Contents/MacOS/Blender",
        "~/Library/Application Support/Steam/steamapps/common/Blender/Blender.app/Contents/MacOS/"
        "Blender",
    ),
    "win32": (
        "%ProgramFiles%/Blender Foundation/Blender*/blender.exe",
        "%ProgramFiles(x86)%/Steam/steamapps/common/Blender/blender.exe",
        "%LOCALAPPDATA%/Programs/Blender*/blender.exe",
    ),
}
SAID = re.compile(r"^Blender (\d+)\.(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Blender:
    """A Blender that can be started."""

    program: Path
    version: tuple[int, int]

    @property
    def name(self) -> str:
        """The name for people: "Blender 4.5"."""
        return f"Blender {self.version[0]}.{self.version[1]}"


def on_this_machine() -> list[Blender]:
    """Every Blender found, the oldest first; one for each version, as those share their settings.

    Programs that do not answer as a Blender does are passed over.
    """
    found: dict[tuple[int, int], Blender] = {}
    for program in _candidates():
        try:
            blender = ask(program)
        except V2AError:
            continue
        found.setdefault(blender.version, blender)
    return [found[version] for version in sorted(found)]


def ask(program: Path) -> Blender:
    """The Blender at a path, which may be its program, its folder or its app.

    Raises V2AError where nothing is there or where it does not answer as a Blender does.
    """
    if not program.exists():
        raise V2AError("NOT_FOUND", path=program)
    file = _inside(program)
    try:
        result = subprocess.run(
            [file, "--version"], capture_output=True, text=True, timeout=SECONDS_TO_ANSWER
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        said = None
    else:
        said = SAID.search(result.stdout)
    if said is None:
        raise V2AError("NOT_BLENDER", path=program)
    return Blender(file, (int(said[1]), int(said[2])))


def check_age(blender: Blender) -> None:
    """Raise V2AError for a Blender that the add-on does not run in."""
    if blender.version < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise V2AError("BLENDER_OLD", blender=blender.name, path=blender.program, oldest=oldest)


def _inside(program: Path) -> Path:
    """Path of the program, given itself, its folder or its app."""
    if program.is_dir():
        for name in ("Contents/MacOS/Blender", "blender.exe", "blender"):
            if (program / name).is_file():
                return (program / name).absolute()
    return program.absolute()


def _candidates() -> Iterator[Path]:
    """Programs that may be Blenders, each real file once; the one that PATH names comes first."""
    seen: set[Path] = set()
    for path in _paths():
        # blender-softwarecursor, blender-thumbnailer and the like are other programs.
        if not re.fullmatch(r"blender(-?\d[\d.]*)?(\.exe)?", path.name, re.IGNORECASE):
            continue
        real = path.resolve()
        if real in seen or not os.access(path, os.X_OK):
            continue
        seen.add(real)
        yield path


def _paths() -> Iterable[Path]:
    if first := shutil.which("blender"):
        yield Path(first)
    system = sys.platform if sys.platform in PATTERNS else "linux"
    for pattern in PATTERNS[system]:
        full = Path(os.path.expandvars(os.path.expanduser(pattern)))
        yield from sorted(Path(full.anchor).glob(str(full.relative_to(full.anchor))))
