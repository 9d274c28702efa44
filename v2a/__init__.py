"""v2a puts sound on silent pictures: a video goes in, tracks that lie on its cuts come out.

What scripts use is named here and loaded when first asked for, so that importing this loads no
torch; whatever else the modules hold may change.

    generate, find_scenes             the whole flow in this process, and its half before any sound
    GenerateOptions, SceneText, ...   what is asked for, as frozen dataclasses
    Segmentation, Scene, Cut          what a film is made of
    connect, Client                   the daemon; connect_async, AsyncClient with an event loop
    TimelineClip, JobSpec, Job        what a daemon is asked for, and what it makes of it
    V2AError                          every failure: a reason, what is wrong, what to do

`v2a.pipeline` is the page that shows the whole flow.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from v2a.api.job_types import Job, JobSpec, Take, TimelineClip, Track
    from v2a.client import AsyncClient, Client, connect, connect_async
    from v2a.errors import V2AError
    from v2a.pipeline import find as find_scenes
    from v2a.pipeline import generate
    from v2a.types import (
        Cut,
        FrameOptions,
        GenerateOptions,
        Progress,
        SamplingOptions,
        Scene,
        SceneOptions,
        SceneText,
        Segmentation,
        TrackOptions,
    )

# Before torch is loaded: with more threads than free cores, OpenMP's spinning is ten times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Packs are folders; only `v2a packs pull` may ask a model hub for anything.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "Client",
    "Cut",
    "FrameOptions",
    "GenerateOptions",
    "Job",
    "JobSpec",
    "Progress",
    "SamplingOptions",
    "Scene",
    "SceneOptions",
    "SceneText",
    "Segmentation",
    "Take",
    "TimelineClip",
    "Track",
    "TrackOptions",
    "V2AError",
    "__version__",
    "connect",
    "connect_async",
    "find_scenes",
    "generate",
]

_HOMES = {
    "v2a.api.job_types": ("Job", "JobSpec", "Take", "TimelineClip", "Track"),
    "v2a.client": ("AsyncClient", "Client", "connect", "connect_async"),
    "v2a.errors": ("V2AError",),
    "v2a.pipeline": ("find_scenes", "generate"),
}
"""Modules of the public names; those that none of them holds are in `v2a.types`."""
_ALIASES = {"find_scenes": "find"}
"""Names that are called otherwise in their modules, where their neighbours say the rest."""


def __getattr__(name: str) -> object:
    """A public name, from its module once it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "v2a.types")
    return getattr(import_module(home), _ALIASES.get(name, name))


def __dir__() -> list[str]:
    """The public names alone."""
    return __all__
