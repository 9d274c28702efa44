"""Takes of scenes: another one made, another one chosen, accepted, muted."""

from typing import Any

import bpy

from .. import compat, heartbeat, sentences, start_jobs, swap_take
from ..strip_marks import Mark, change_mark, mark_of


class FOLEY_OT_regenerate(bpy.types.Operator):
    """Make another take of the scenes of the selected Foley strips, with other words if given."""

    bl_idname = "foley.regenerate"
    bl_label = "Regenerate Scene"
    bl_options = {"REGISTER"}

    prompt: bpy.props.StringProperty(
        name="Prompt", description="What should be heard; empty keeps to the picture"
    )
    negative: bpy.props.StringProperty(
        name="Negative Prompt", description="What should not be heard"
    )
    weight: bpy.props.FloatProperty(
        name="Prompt Weight", description="1 is the prompt alone", default=1.0, min=0.0, max=1.0
    )
    seed: bpy.props.IntProperty(name="Seed", description="0 takes one that was not used", min=0)

    def execute(self, context: Any) -> set[str]:
        """Begin a job for every scene."""
        scene = compat.scene_of(context)
        found = {mark.key: mark for _, mark in chosen(scene)}
        if not found:
            self.report({"WARNING"}, sentences.NO_FOLEY)
            return {"CANCELLED"}
        for mark in found.values():
            heartbeat.send(start_jobs.begin_take(scene, mark, self._said(mark)))
        return {"FINISHED"}

    def invoke(self, context: Any, _event: Any) -> set[str]:
        """Ask for the words first, those of now to begin with."""
        found = chosen(compat.scene_of(context))
        if found:
            self.prompt = found[-1][1].chosen.prompt
        return context.window_manager.invoke_props_dialog(self, width=400)

    def _said(self, mark: Mark) -> dict[str, Any]:
        """The fields of the request: the words and the seed that were given."""
        said: dict[str, Any] = {"seed": self.seed or fresh_seed(mark)}
        words = {"prompt": self.prompt.strip(), "negative": self.negative.strip()}
        said |= {name: word for name, word in words.items() if word}
        return said | ({"weight": round(self.weight, 4)} if any(words.values()) else {})


class FOLEY_OT_next_take(bpy.types.Operator):
    """Hear the next take of the selected Foley strips; trims, fades and volume stay."""

    bl_idname = "foley.next_take"
    bl_label = "Next Take"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Change the files."""
        return _swap(self, context, 1)


class FOLEY_OT_previous_take(bpy.types.Operator):
    """Hear the previous take of the selected Foley strips; trims, fades and volume stay."""

    bl_idname = "foley.previous_take"
    bl_label = "Previous Take"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Change the files."""
        return _swap(self, context, -1)


class FOLEY_OT_accept(bpy.types.Operator):
    """Mark the selected Foley strips as good, or take it back; accepted ones are not replaced."""

    bl_idname = "foley.accept"
    bl_label = "Accept"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Mark them."""
        found = chosen(compat.scene_of(context))
        accept = not all(mark.accepted for _, mark in found)
        for strip, _ in found:
            change_mark(strip, accepted=accept)
        return _finished(self, found)


class FOLEY_OT_mute(bpy.types.Operator):
    """Mute the selected Foley strips, or let them be heard again."""

    bl_idname = "foley.mute"
    bl_label = "Mute"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Any) -> set[str]:
        """Mute them."""
        found = chosen(compat.scene_of(context))
        mute = not all(strip.mute for strip, _ in found)
        for strip, _ in found:
            strip.mute = mute
        return _finished(self, found)


def chosen(scene: Any) -> list[tuple[Any, Mark]]:
    """The selected Foley strips and their marks, inside selected metas too; else the active one."""
    strips = [inner for strip in compat.selected(scene) for inner in _with_inner(strip)]
    active = compat.active(scene)
    found = [(strip, mark) for strip in strips if (mark := mark_of(strip)) is not None]
    if not found and active is not None and (mark := mark_of(active)) is not None:
        found = [(active, mark)]
    return found


def fresh_seed(mark: Mark) -> int:
    """A seed that no take of the scene has; the same for the same takes."""
    return max(take.seed for take in mark.takes) % (2**62) + 1


def _with_inner(strip: Any) -> list[Any]:
    if strip.type != "META":
        return [strip]
    return [deep for inner in compat.strips(strip) for deep in _with_inner(inner)]


def _swap(operator: Any, context: Any, forward: int) -> set[str]:
    found = chosen(compat.scene_of(context))
    several = [(strip, mark) for strip, mark in found if len(mark.takes) > 1]
    if found and not several:
        operator.report({"INFO"}, sentences.NO_OTHER_TAKE)
        return {"CANCELLED"}
    for strip, mark in several:
        try:
            swap_take.choose(strip, mark, swap_take.neighbour(mark, forward))
        except swap_take.NoTake as why:
            operator.report({"WARNING"}, str(why))
    return _finished(operator, found)


def _finished(operator: Any, found: list[tuple[Any, Mark]]) -> set[str]:
    if not found:
        operator.report({"WARNING"}, sentences.NO_FOLEY)
        return {"CANCELLED"}
    return {"FINISHED"}


CLASSES = (
    FOLEY_OT_regenerate,
    FOLEY_OT_next_take,
    FOLEY_OT_previous_take,
    FOLEY_OT_accept,
    FOLEY_OT_mute,
)
