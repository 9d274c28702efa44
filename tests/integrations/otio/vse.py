"""Inside Blender: sounds laid in the sequencer as a timeline says, and mixed down by Blender."""

from __future__ import annotations

from typing import Any

import bpy


def main(given: Any) -> None:
    """`sounds` are (file, channel, first frame of the file, in-point, frames heard)."""
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = given["fps"], given["fps_base"]
    scene.render.ffmpeg.audio_mixrate = 48_000
    scene.frame_start, scene.frame_end = 1, given["frames"]
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    for path, channel, first, into, length in given["sounds"]:
        strip = strips.new_sound("s", path, channel, first + 1)
        strip.frame_offset_start = into
        strip.frame_final_duration = length
        assert (strip.frame_final_start, strip.frame_final_duration) == (first + into + 1, length)
    bpy.ops.sound.mixdown(filepath=given["out"], container="WAV", codec="PCM", format="S24")
