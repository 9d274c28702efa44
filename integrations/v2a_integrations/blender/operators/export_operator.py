"""Export stems: copies of the chosen takes, for somebody else's mix."""

import filecmp
import os
import shutil
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

import bpy

from .. import compat, folders, sentences, strip_marks
from .take_operators import chosen


class FOLEY_OT_export_stems(bpy.types.Operator):
    """Copy the chosen takes of the scene's Foley strips to a folder; no file is written over."""

    bl_idname = "foley.export_stems"
    bl_label = "Export Stems"
    bl_options = {"REGISTER"}

    directory: bpy.props.StringProperty(
        name="Folder", description="Where the copies go", subtype="DIR_PATH"
    )
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    selected_only: bpy.props.BoolProperty(
        name="Selected Only", description="Only of Foley strips that are selected"
    )

    def execute(self, context: Any) -> set[str]:
        """Copy them."""
        scene = compat.scene_of(context)
        folder = Path(bpy.path.abspath(self.directory)) if self.directory else None
        if folder is None or not folders.can_write(folder):
            self.report({"ERROR"}, sentences.CANNOT_EXPORT.format(folder=folder or "no folder"))
            return {"CANCELLED"}
        found = chosen(scene) if self.selected_only else list(strip_marks.foley_strips(scene))
        files = {bpy.path.abspath(mark.chosen.file) for strip, mark in found if not strip.mute}
        if not files:
            self.report({"WARNING"}, sentences.NO_FOLEY)
            return {"CANCELLED"}
        return self._copy(sorted(files), folder)

    def _copy(self, files: list[str], folder: Path) -> set[str]:
        try:
            for file in files:
                copy_beside(Path(file), folder)
        except OSError as error:
            self.report({"ERROR"}, sentences.CANNOT_COPY.format(file=error.filename, why=error))
            return {"CANCELLED"}
        self.report({"INFO"}, sentences.EXPORTED.format(count=len(files), folder=folder))
        return {"FINISHED"}

    def invoke(self, context: Any, _event: Any) -> set[str]:
        """Ask for the folder first."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}


def copy_beside(file: Path, folder: Path) -> Path:
    """Copy a file into a folder, whole or not at all, under a name that nothing has."""
    part = folder / f".{token_hex(8)}.part"
    try:
        shutil.copyfile(file, part)
        for number in count(1):
            more = "" if number == 1 else f"_{number}"
            target = folder / f"{file.stem}{more}{file.suffix}"
            if target.exists() and filecmp.cmp(part, target, shallow=False):
                return target  # copied before
            if not target.exists():
                os.rename(part, target)
                return target
    finally:
        part.unlink(missing_ok=True)
    raise AssertionError("names do not end")


CLASSES = (FOLEY_OT_export_stems,)
