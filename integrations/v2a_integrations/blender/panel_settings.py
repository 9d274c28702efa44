"""The panel's settings: a property group on every scene, and its fields of a request."""

# Not `from __future__ import annotations`: Blender reads the annotations of property groups.
from fractions import Fraction
from typing import Any

import bpy

from . import bridge_facts

LEVEL = 5.0
"""The threshold at a sensitivity of 1: the engine's default. Twice as sensitive is half of it."""


def _packs(_settings: Any, _context: Any, typed: str) -> list[str]:
    return [name for name in bridge_facts.pack_names() if typed.lower() in name.lower()]


def _mappers(settings: Any, _context: Any, typed: str) -> list[str]:
    return [
        name for name in bridge_facts.mapper_names(settings.pack) if typed.lower() in name.lower()
    ]


class FoleySettings(bpy.types.PropertyGroup):
    """Everything that a person may set; `scene.foley`."""

    pack: bpy.props.StringProperty(
        name="Pack",
        description="The sound model: 'pocket' comes with v2a, others are found by name or folder",
        default="pocket",
        search=_packs,
        search_options={"SUGGESTION"},
    )
    mapper: bpy.props.StringProperty(
        name="Mapper",
        description="How pictures become sounds; empty takes the pack's own choice",
        search=_mappers,
        search_options={"SUGGESTION"},
    )
    prompt: bpy.props.StringProperty(
        name="Prompt",
        description="What should be heard, in words; empty listens to the picture alone",
    )
    negative: bpy.props.StringProperty(
        name="Negative Prompt", description="What should not be heard, in words"
    )
    weight: bpy.props.FloatProperty(
        name="Prompt Weight",
        description="How much the prompt counts against the picture: 1 is the prompt alone",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )
    seed: bpy.props.IntProperty(
        name="Seed", description="Another number gives other sounds; the same gives the same", min=0
    )
    takes: bpy.props.IntProperty(
        name="Takes", description="How many sounds to choose from for every scene", default=1,
        min=1, max=8,
    )  # fmt: skip
    steps: bpy.props.IntProperty(
        name="Steps",
        description="More take longer and sound better; 0 is the usual number",
        min=0,
        max=200,
    )
    sensitivity: bpy.props.FloatProperty(
        name="Sensitivity",
        description="Higher finds more scenes in a strip",
        default=1.0,
        min=0.1,
        max=20.0,
        soft_max=5.0,
    )
    whole: bpy.props.BoolProperty(
        name="One Scene a Strip",
        description="Cuts only where strips begin and end: for footage that is cut already",
    )
    channel: bpy.props.IntProperty(
        name="Channel",
        description="Where sounds go: the first channel from here upwards that is free",
        default=3,
        min=1,
        max=128,
    )
    handle: bpy.props.FloatProperty(
        name="Handles",
        description="Seconds of sound hidden beyond both ends of a strip, to be pulled out",
        default=0.5,
        min=0.0,
        max=4.0,
        unit="TIME_ABSOLUTE",
        step=10,
    )
    crossfade: bpy.props.BoolProperty(
        name="Crossfades",
        description="Sounds overlap and fade where the picture dissolves",
        default=True,
    )
    volume: bpy.props.FloatProperty(
        name="Volume", description="Of every new sound strip", default=1.0, min=0.0, max=100.0,
        soft_max=2.0,
    )  # fmt: skip
    fade: bpy.props.IntProperty(
        name="Fade",
        description="Frames over which every sound comes and goes, as keys of its volume",
        min=0,
        max=250,
    )
    overwrite: bpy.props.EnumProperty(
        name="Earlier Sounds",
        description="What becomes of the sounds that the same strips had from Foley before",
        items=(
            ("REPLACE", "Replace", "New sounds take the place of earlier ones"),
            (
                "KEEP",
                "Keep Accepted",
                "Accepted sounds stay, the scenes under them get no other; the rest is replaced",
            ),
            ("ADD", "Add", "Earlier sounds stay, new ones go beside them"),
        ),
        default="KEEP",
    )
    meta: bpy.props.BoolProperty(
        name="Meta Strip", description="Put the sounds of a job into one meta strip"
    )
    colour: bpy.props.EnumProperty(
        name="Colour",
        description="Colour tag of sound strips",
        items=[("NONE", "None", "The colour of every sound strip")]
        + [(f"COLOR_{k:02}", f"Colour {k}", f"Colour tag {k} of the theme") for k in range(1, 10)],
        default="COLOR_05",
    )
    folder: bpy.props.StringProperty(
        name="Folder",
        description="Where sound files go; '//' is the folder of the .blend file",
        default="//foley/",
        subtype="DIR_PATH",
    )
    pack_files: bpy.props.BoolProperty(
        name="Pack Files", description="Keep the sound inside the .blend file, beside its own file"
    )


def for_bridge(settings: Any) -> dict[str, Any]:
    """The `settings` of a request line; empty fields are left out."""
    said = {
        "pack": settings.pack.strip() or "pocket",
        "mapper": settings.mapper.strip(),
        "prompt": settings.prompt.strip(),
        "negative": settings.negative.strip(),
        "weight": round(settings.weight, 4),
        "seed": settings.seed,
        "takes": settings.takes,
        "threshold": round(LEVEL / settings.sensitivity, 4),
        "whole": settings.whole,
        "steps": settings.steps,
        "handle": str(Fraction(settings.handle).limit_denominator(1000)),
        "crossfade": settings.crossfade,
    }
    usual = {"mapper": "", "prompt": "", "negative": "", "steps": 0}
    return {name: value for name, value in said.items() if value != usual.get(name)}


def for_placing(settings: Any) -> dict[str, Any]:
    """The settings for laying sounds, which a job keeps from its beginning."""
    names = (
        "channel",
        "volume",
        "fade",
        "overwrite",
        "meta",
        "colour",
        "pack_files",
        "sensitivity",
    )
    return {name: getattr(settings, name) for name in names}


def register() -> None:
    """Give every scene its settings."""
    bpy.utils.register_class(FoleySettings)
    bpy.types.Scene.foley = bpy.props.PointerProperty(type=FoleySettings)


def unregister() -> None:
    """Take them away; what was set stays in the file."""
    del bpy.types.Scene.foley
    bpy.utils.unregister_class(FoleySettings)
