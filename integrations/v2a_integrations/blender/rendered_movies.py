"""Renders movies of stretches that only Blender can show, in a second Blender, on a copy.

The user's file and scene are not touched, and nothing here waits: `poll` reads the progress.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import bpy

from . import frame_rates
from .plain_types import Refused, StripClip, ToRender

LONGER_SIDE = 320
"""Pixels of the movies' longer side, about. Chosen: above the 224 of the picture towers."""
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "render_ranges.py")


class Rendering:
    """Movies being rendered; `done` once `clips` and `refused` hold the whole result."""

    def __init__(self, scene: Any, wanted: Sequence[ToRender], folder: str) -> None:
        """Starts at once; the movies come to lie in a new folder in `folder`.

        Raises OSError where the folder cannot be written or no Blender started, RuntimeError where
        Blender cannot copy the scene.
        """
        self.wanted = tuple(wanted)
        self.clips: tuple[StripClip, ...] = ()
        self.refused: tuple[Refused, ...] = ()
        self.done = not self.wanted
        self.rate = frame_rates.scene_rate(scene)
        self.folder = tempfile.mkdtemp(prefix="render-", dir=folder)
        self._child: subprocess.Popen[bytes] | None = None
        if self.done:
            return
        try:
            self._start(scene)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _start(self, scene: Any) -> None:
        task = {
            "blend": self._path("scene.blend"),
            "scene": scene.name,
            "side": LONGER_SIDE,
            "parent": os.getpid(),
            "progress": self._path("progress"),
            "ranges": [
                {
                    "first": frame_rates.blender_frame(scene, part.frames[0]),
                    "last": frame_rates.blender_frame(scene, part.frames[1]) - 1,
                    "movie": self._movie(number),
                }
                for number, part in enumerate(self.wanted, 1)
            ],
        }
        bpy.data.libraries.write(task["blend"], {scene}, path_remap="ABSOLUTE")
        with open(self._path("task.json"), "w", encoding="utf-8") as file:
            json.dump(task, file, allow_nan=False)
        with open(self._path("log.txt"), "wb") as log:
            self._child = subprocess.Popen(
                [*_blender(), self._path("task.json")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )

    def poll(self) -> float:
        """The share that is rendered, 0 to 1; never waits."""
        if self.done or self._child is None:
            return 1.0
        if self._child.poll() is not None:
            self._collect(self._child.returncode)
            return 1.0
        try:
            with open(self._path("progress"), encoding="ascii") as file:
                frames = int(file.read() or 0)
        except (OSError, ValueError):
            return 0.0
        return min(frames / sum(b - a for a, b in (part.frames for part in self.wanted)), 1.0)

    def cancel(self) -> None:
        """Stop rendering and remove all its files."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self.done, self.clips = True, ()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _collect(self, status: int) -> None:
        self.done = True
        clips: list[StripClip] = []
        refused: list[Refused] = []
        for number, part in enumerate(self.wanted, 1):
            if os.path.isfile(self._movie(number)):
                clips.append(self._clip(part, self._movie(number)))
            else:
                why = f"{part.reason}, and rendering it failed: {self._last_words(status)}"
                refused.append(Refused(part.strip, why))
        self.clips, self.refused = tuple(clips), tuple(refused)
        for name in ("scene.blend", "task.json", "progress", "progress-partial", "log.txt"):
            if os.path.exists(self._path(name)):
                os.unlink(self._path(name))
        if not clips:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _clip(self, part: ToRender, movie: str) -> StripClip:
        a, b = part.frames
        lasts = frame_rates.seconds(b - a, self.rate)
        record = (frame_rates.seconds(a, self.rate), lasts)
        return StripClip(part.id, part.name, part.strip, movie, (Fraction(0), lasts), record)

    def _last_words(self, status: int) -> str:
        try:
            with open(self._path("log.txt"), encoding="utf-8", errors="replace") as log:
                lines = [line.strip() for line in log if line.strip()]
        except OSError:
            lines = []
        said = [line for line in lines if "rror" in line or "nable" in line] or lines
        return said[-1][:200] if said else f"Blender ended with {status}"

    def _movie(self, number: int) -> str:
        return self._path(f"{number}.mp4")

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)


def discard(media: Iterable[str], folder: str) -> None:
    """Removes the movies among media files that were rendered into `folder`."""
    for path in media:
        place = os.path.dirname(path)
        ours = os.path.basename(place).startswith("render-")
        if ours and os.path.dirname(place) == os.path.abspath(folder):
            shutil.rmtree(place, ignore_errors=True)


def _blender() -> list[str]:
    """The command that runs a script in a Blender like this one."""
    if bpy.app.binary_path:
        return [bpy.app.binary_path, "-b", "--factory-startup", "-P", SCRIPT, "--"]
    return [sys.executable, SCRIPT]
