"""Copies sound files beside a .blend file that is saved for the first time.

They are copied, not moved, as the saved file still points to where they were. A thread copies, the
strips are pointed to the copies when all are there, and the file has to be saved again.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import Any

import bpy

from . import compat, folders, strip_marks

SAVED = "//foley/"


class Copying(Thread):
    """A thread that copies files; once it has ended, `made` holds each copy's path."""

    def __init__(self, wanted: dict[str, Path]) -> None:
        super().__init__(name="foley copies", daemon=True)
        self.wanted = wanted
        self.made: dict[str, Path] = {}

    def run(self) -> None:
        """Copy the files that are not there yet; one that cannot be copied stays where it is."""
        for file, target in self.wanted.items():
            part = target.with_name(f".{token_hex(8)}.part")
            try:
                if not target.exists():
                    shutil.copyfile(file, part)
                    os.replace(part, target)
                self.made[file] = target
            except OSError:
                part.unlink(missing_ok=True)


_copying: Copying | None = None


def busy() -> bool:
    """Whether files are being copied."""
    return _copying is not None


def look() -> None:
    """Begin to copy sounds of the user's own folder beside a saved .blend file."""
    global _copying
    if not bpy.data.filepath or _copying is not None:
        return
    away = {str(folder) for folder in folders.passing()}
    wanted = [file for file in sorted(_files()) if str(Path(file).parent) in away]
    home = Path(bpy.path.abspath(SAVED))
    if wanted and folders.can_write(home):
        _copying = Copying({file: home / Path(file).name for file in wanted})
        _copying.start()


def step() -> bool:
    """Point strips to the copies once all are made; returns whether it did so just now."""
    global _copying
    if _copying is None or _copying.is_alive():
        return False
    made, _copying = _copying.made, None
    for scene in bpy.data.scenes:
        for strip, mark in list(strip_marks.foley_strips(scene)):
            _point(strip, mark, made)
    return bool(made)


def _files() -> set[str]:
    return {
        take.file
        for scene in bpy.data.scenes
        if compat.editor(scene) is not None
        for _, mark in strip_marks.foley_strips(scene)
        for take in mark.takes
        if not take.file.startswith("//")
    }


def _point(strip: Any, mark: strip_marks.Mark, made: dict[str, Path]) -> None:
    takes = tuple(
        replace(take, file=folders.spelled(made[take.file])) if take.file in made else take
        for take in mark.takes
    )
    if takes == mark.takes:
        return
    target = made.get(os.path.normpath(bpy.path.abspath(strip.sound.filepath)))
    if target is not None:
        strip.sound.filepath = folders.spelled(target)
    strip_marks.write_mark(strip, replace(mark, takes=takes))
