"""Marks of Foley strips, in their ID property "foley", and the search for such strips."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from . import compat
from .plain_types import StripTake

KEY = "foley"
"""ID property of a Foley strip: its mark."""
PAIRS = ("frames", "file_frames", "fade_in", "fade_out")
SOURCE = "foley_source"
"""ID property of a picture strip: its identity, which outlasts a change of its name."""


@dataclass(frozen=True)
class Mark:
    """The mark of a Foley strip."""

    request: str
    """UUID of the request that made it."""
    job: str
    """The daemon's name for it, "jobs/17"."""
    source: str
    """The picture strip's `SOURCE`."""
    clip: str
    """The strip's name when it was sent."""
    number: int
    """Number of the clip within the job, 1-based."""
    scene: int
    """Number of the scene within the clip, 1-based."""
    frames: tuple[int, int]
    """[start, end) in frames of the timeline when it was made."""
    file_frames: tuple[int, int]
    """[start, end) in frames of the timeline that its file covers."""
    take: int
    takes: tuple[StripTake, ...]
    """Their files as Blender has them: '//' is beside the .blend file."""
    part: int = 0
    """Number of the part, from 0, where the picture was cut within the scene."""
    fade_in: tuple[int, int] = (0, 0)
    """Frames of overlap around its first cut that are baked into the file."""
    fade_out: tuple[int, int] = (0, 0)
    words: str = ""
    """Labels or prompt in a few words."""
    labels: tuple[tuple[str, float], ...] = ()
    quiet: bool = False
    accepted: bool = False
    pack_files: bool = False
    line: dict[str, Any] = field(default_factory=dict)
    """Fields that a request for another take must repeat: rate, title, clock."""

    @property
    def key(self) -> str:
        """The scene's key, the same for all strips of the scene, copies and halves included."""
        return scene_key(self.request, self.number, self.scene)

    @property
    def chosen(self) -> StripTake:
        """The take in use."""
        return next(take for take in self.takes if take.take == self.take)


@dataclass(frozen=True)
class Glimpse:
    """The few facts of a Foley strip that can be read of a thousand strips in one tick."""

    strip: Any
    request: str
    source: str
    accepted: bool


def scene_key(request: str, number: int, scene: int) -> str:
    """A key of a scene that is unique among all requests."""
    return f"{request}/{number}/{scene}"


def mark_of(strip: Any) -> Mark | None:
    """The mark of a strip; None for strips that are not ours."""
    found = strip.get(KEY)
    if found is None:
        return None
    try:
        told = json.loads(found["data"])
        takes = tuple(StripTake(**take) for take in told.pop("takes"))
        pairs = {name: tuple(told.pop(name)) for name in PAIRS}
        labels = tuple((word, value) for word, value in told.pop("labels"))
        return Mark(takes=takes, labels=labels, **pairs, **told)
    except (KeyError, TypeError, ValueError):
        return None  # another version's, or somebody's own property of that name


def write_mark(strip: Any, mark: Mark) -> None:
    """Write a mark to a strip: as properties for people, and as JSON, which keeps large seeds."""
    chosen = mark.chosen
    strip[KEY] = {
        "request": mark.request,
        "source": mark.source,
        "job": mark.job,
        "scene": mark.scene,
        "take": mark.take,
        "seed": str(chosen.seed),
        "prompt": chosen.prompt,
        "accepted": mark.accepted,
        "data": json.dumps(
            {**vars(mark), "takes": [vars(take) for take in mark.takes]}, allow_nan=False
        ),
    }


def change_mark(strip: Any, **changes: Any) -> None:
    """Change some fields of a Foley strip's mark."""
    mark = mark_of(strip)
    assert mark is not None
    write_mark(strip, replace(mark, **changes))


def foley_strips(scene: Any) -> Iterator[tuple[Any, Mark]]:
    """Every Foley strip of a scene, inside meta strips too; use before anything changes."""
    for strip in compat.all_strips(scene):
        if strip.type == "SOUND":
            mark = mark_of(strip)
            if mark is not None:
                yield strip, mark


def glimpses(scene: Any) -> Iterator[Glimpse]:
    """A glimpse of every Foley strip of a scene; use before anything changes."""
    for strip in compat.all_strips(scene):
        found = strip.get(KEY)
        if found is not None:
            try:
                yield Glimpse(strip, found["request"], found["source"], bool(found["accepted"]))
            except (KeyError, TypeError):
                continue  # another version's, or somebody's own property of that name


def source_of(strip: Any) -> str:
    """The identity of a picture strip; copies, and both halves of a cut one, have the same."""
    known = strip.get(SOURCE)
    if not isinstance(known, str) or not known:
        known = strip[SOURCE] = str(uuid4())
    return known
