"""The add-on's preferences: where v2a is, a button that checks it, how to install it."""

# Not `from __future__ import annotations`: Blender reads the annotations of properties.
import subprocess
import sys
from typing import Any

import bpy

from . import drawing, find_v2a

HOW = (
    "v2a makes the sound; it is a program of its own, beside Blender. Install it as its README "
    "says, then run 'v2a install blender', which also tells this add-on where it is."
)
CHECK_EVERY = 0.2
"""Seconds between looks at a check that runs; chosen, soon enough for a person."""
LOOKS = 150
"""Looks before a program that does not answer is given up. Chosen: half a minute, as a first start
from a slow disk is slow."""


class Check:
    """`v2a --version` at work, and what became of it; never waited for."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.said = ""
        self.good = False
        self.looks = 0

    def start(self, program: str) -> None:
        """Ask a program for its version; an earlier check is dropped."""
        self.stop()
        self.said, self.good, self.looks = "", False, 0
        hidden = subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0
        try:
            self.process = subprocess.Popen(
                [program, "--version"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                errors="replace",
                creationflags=hidden,
            )
        except OSError as error:
            self.said = f"{program} cannot be started: {error.strerror or error}"

    def look(self) -> float | None:
        """Seconds until the next look is due, None when it is done."""
        if self.process is None:
            return None
        self.looks += 1
        if self.process.poll() is None and self.looks < LOOKS:
            return CHECK_EVERY
        program = str(self.process.args[0])  # type: ignore[index]
        told = self.stop().strip()
        self.good = told.startswith("v2a ")
        self.said = f"{program}: {told}" if self.good else f"{program} does not answer as v2a does"
        return None

    def stop(self) -> str:
        """End what still runs; returns what it said."""
        if self.process is None:
            return ""
        self.process.kill()
        told = self.process.communicate()[0]
        self.process = None
        return told


CHECK = Check()


class FOLEY_OT_check(bpy.types.Operator):
    """Start v2a once to see whether it is there and of which version it is."""

    bl_idname = "foley.check"
    bl_label = "Check"
    bl_options = {"INTERNAL"}

    def execute(self, context: Any) -> set[str]:
        """Begin; the preferences show what became of it."""
        program = find_v2a.find(chosen())
        if program is None:
            CHECK.stop()
            CHECK.said, CHECK.good = "no v2a was found", False
            return {"FINISHED"}
        CHECK.start(str(program))
        bpy.app.timers.register(_look, first_interval=CHECK_EVERY)
        return {"FINISHED"}


class FoleyPreferences(bpy.types.AddonPreferences):
    """Where v2a is."""

    bl_idname = __package__

    v2a: bpy.props.StringProperty(
        name="v2a",
        description="The v2a program; empty finds it where it was installed",
        subtype="FILE_PATH",
    )

    def draw(self, context: Any) -> None:
        """The path, the check and what it found."""
        layout = self.layout
        row = layout.row(align=True)
        row.prop(self, "v2a")
        row.operator("foley.check", icon="FILE_REFRESH")
        if CHECK.process is not None:
            layout.label(text="Asking v2a…", icon="SORTTIME")
        elif CHECK.said:
            layout.label(text=CHECK.said, icon="CHECKMARK" if CHECK.good else "ERROR")
        drawing.sentence(layout, context, HOW, "INFO")


def chosen() -> str:
    """The path that the user gave; empty where none was."""
    addon = bpy.context.preferences.addons.get(__package__)
    given = getattr(getattr(addon, "preferences", None), "v2a", "")
    return bpy.path.abspath(given) if given else ""


def _look() -> float | None:
    again = CHECK.look()
    if again is None:
        for window in bpy.context.window_manager.windows:
            for area in window.screen.areas:
                if area.type == "PREFERENCES":
                    area.tag_redraw()
    return again


CLASSES = (FOLEY_OT_check, FoleyPreferences)


def register() -> None:
    """Make them known."""
    for one in CLASSES:
        bpy.utils.register_class(one)


def unregister() -> None:
    """Take them away."""
    CHECK.stop()
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
