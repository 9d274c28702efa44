"""The Blenders the add-on is tested in, each a process and an environment of its own.

`Blender.run(SCRIPT, given)` calls `main(given)` of a script (a path, or a name in `scripts/`)
inside that Blender, where the add-on is imported as `generate_foley`, and returns the result.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
INSIDE = HERE / "inside.py"
VERSIONS = ("3.4", "4.5", "5.0")
"""Debian's, and the two from the package index."""


class InsideError(AssertionError):
    """What went wrong inside a Blender: its traceback, or what it said before it died."""


@dataclass(frozen=True)
class Running:
    """A script at work in a Blender."""

    process: subprocess.Popen[str]
    folder: Path
    name: str

    def result(self, timeout: float = 240) -> Any:
        """What `main` returned; raises InsideError with the traceback where it raised."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise InsideError(
                f"Blender {self.name} took over {timeout} s:\n{self._log()}"
            ) from None
        kept = self.folder / "result.json"
        said = json.loads(kept.read_text()) if kept.exists() else {}
        if "result" in said:
            return said["result"]
        raise InsideError(
            f"Blender {self.name}, exit {status}:\n{said.get('error') or self._log()}"
        )

    def _log(self) -> str:
        return (self.folder / "log.txt").read_text(errors="replace")[-4000:]


@dataclass(frozen=True)
class Blender:
    """One Blender, and how a script is run in it."""

    version: str
    command: tuple[str, ...]
    """What comes before SCRIPT GIVEN RESULT."""
    folder: Path
    """Scratch: homes, logs, results."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def module(self) -> bool:
        """Whether it is a Python module, not a program."""
        return "-P" not in self.command

    def start(
        self, script: str | Path, given: Any = None, environment: Mapping[str, str] | None = None
    ) -> Running:
        """Starts a script and returns at once."""
        path = Path(script)
        path = path if path.is_absolute() else HERE / "scripts" / path.with_suffix(".py")
        folder = self.folder / uuid.uuid4().hex[:8]
        folder.mkdir(parents=True)
        with (folder / "log.txt").open("w") as log:
            process = subprocess.Popen(
                [*self.command, str(path), json.dumps(given), str(folder / "result.json")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                env={**self.home(), **self.environment, **(environment or {})},
                cwd=folder,
            )
        return Running(process, folder, self.version)

    def run(
        self,
        script: str | Path,
        given: Any = None,
        timeout: float = 240,
        environment: Mapping[str, str] | None = None,
    ) -> Any:
        """What the script's `main(given)` returns; raises InsideError."""
        return self.start(script, given, environment).result(timeout)

    def home(self) -> dict[str, str]:
        """An environment in which no setting, add-on or Python of this machine's user is found."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BLENDER"))}
        kept.pop("VIRTUAL_ENV", None)
        return {
            **kept,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "BLENDER_USER_RESOURCES": str(home / "blender"),
            "BLENDER_USER_CONFIG": str(home / "blender/config"),
            "BLENDER_USER_SCRIPTS": str(home / "blender/scripts"),
            "OMP_WAIT_POLICY": "PASSIVE",
        }


def find(version: str, folder: Path) -> Blender | str:
    """The Blender of that version, or the reason why it cannot be had here."""
    found = _command(version)
    return found if isinstance(found, str) else Blender(version, tuple(found), folder)


@lru_cache
def _command(version: str) -> Sequence[str] | str:
    if version == "3.4":
        program = shutil.which("blender")
        if program is None:
            return "no 'blender' on PATH (Debian 12: apt install blender python3-numpy)"
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=120)
        if not said.stdout.startswith(f"Blender {version}"):
            return f"{program} is {said.stdout.splitlines()[:1]}, not {version}"
        options = ["-b", "--factory-startup", "--python-exit-code", "1"]
        return [program, *options, "-P", str(INSIDE), "--"]
    python = ROOT / ".blenders" / version / "bin/python"
    if not (python.is_file() and (ROOT / ".blenders" / version / ".made").is_file()):
        return f"no bpy {version} (scripts/blenders makes it)"
    return [str(python), str(INSIDE)]
