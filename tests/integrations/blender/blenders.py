"""The Blenders the add-on is tested in, each a process and an environment of its own.

`Blender.run(SCRIPT, given)` calls `main(given)` of a script (a path, or a name in `scripts/`)
inside that Blender, where the add-on is imported as `generate_foley`, and returns the result. One
process runs one script after another, each in an empty file with the add-on loaded anew; one in
which something failed ends, and the next is a new one. `start` is always a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
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
        kept, until = self.folder / "result.json", time.monotonic() + timeout
        while not kept.exists() and self.process.poll() is None:
            if time.monotonic() > until:
                self.process.kill()
                self.process.wait()
                raise InsideError(f"Blender {self.name} took over {timeout} s:\n{self._log()}")
            time.sleep(0.02)
        said = json.loads(kept.read_text()) if kept.exists() else {}
        if "result" in said:
            return said["result"]
        status = self.process.wait(timeout)
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
    _kept: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])
    """The process that runs one script after another, once there is one."""

    @property
    def module(self) -> bool:
        """Whether it is a Python module, not a program."""
        return "-P" not in self.command

    def start(
        self, script: str | Path, given: Any = None, environment: Mapping[str, str] | None = None
    ) -> Running:
        """Starts a script in a process of its own and returns at once."""
        folder = self._new_folder()
        words = [str(_path(script)), json.dumps(given), str(folder / "result.json")]
        process = self._process(words, folder, environment or {})
        assert process.stdin is not None
        process.stdin.close()
        return Running(process, folder, self.version)

    def run(
        self,
        script: str | Path,
        given: Any = None,
        timeout: float = 240,
        environment: Mapping[str, str] | None = None,
    ) -> Any:
        """What the script's `main(given)` returns; raises InsideError."""
        folder = self._new_folder()
        order = {
            "script": str(_path(script)),
            "given": json.dumps(given),
            "result": str(folder / "result.json"),
            "folder": str(folder),
            "environment": {**self.home(), **self.environment, **(environment or {})},
        }
        process = self._kept_process()
        assert process.stdin is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return Running(process, folder, self.version).result(timeout)

    def close(self) -> None:
        """End the process that runs one script after another."""
        for process in self._kept:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._kept.clear()

    def _kept_process(self) -> subprocess.Popen[str]:
        if self._kept and self._kept[0].poll() is not None:
            self._kept.clear()
        if not self._kept:
            self._kept.append(self._process(["--serve"], self._new_folder(), {}))
        return self._kept[0]

    def _process(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        with (folder / "log.txt").open("w") as log:
            return subprocess.Popen(
                [*self.command, *words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                env={**self.home(), **self.environment, **environment},
                cwd=folder,
            )

    def _new_folder(self) -> Path:
        folder = self.folder / uuid.uuid4().hex[:8]
        folder.mkdir(parents=True)
        return folder

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


def _path(script: str | Path) -> Path:
    """Of a script that is named by its path, or by its name in `scripts/`."""
    path = Path(script)
    return path if path.is_absolute() else HERE / "scripts" / path.with_suffix(".py")


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
