"""The plain types that the add-on's modules share; no bpy here, so any thread may hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class StripClip:
    """A clip that is sent: a range of media and its place on the timeline."""

    id: str
    """Unique among the clips of one request; the strip's name, numbered when it gives several."""
    name: str
    strip: str
    """Name of the selected strip that shows it."""
    media: str
    """Absolute path of the file; the first picture's where there are stills."""
    source: tuple[Fraction, Fraction]
    """The source range: start and duration in seconds from the media's first frame."""
    record: tuple[Fraction, Fraction]
    """The timeline range: start and duration in seconds."""
    reversed: bool = False
    stills: tuple[str, ...] = ()
    """Absolute paths of pictures shown one after the other, in place of a video."""
    still_rate: Fraction = Fraction(1)
    """Pictures per second."""
    cuts: tuple[int, ...] = ()
    """Cuts inside it that are known beforehand, in timeline frames from its first."""

    def line(self) -> dict[str, Any]:
        """The clip as the bridge reads it: exact fractions as strings."""
        told: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "media": self.media,
            "source": [str(part) for part in self.source],
            "record": [str(part) for part in self.record],
            "reversed": self.reversed,
            "cuts": list(self.cuts),
        }
        if self.stills:
            told["stills"] = {"files": list(self.stills), "rate": str(self.still_rate)}
        return told


@dataclass(frozen=True)
class Refused:
    """A strip, or a part of one, that is not sent."""

    strip: str
    """Name of the strip that was asked about."""
    reason: str
    """Why, in words for people."""


@dataclass(frozen=True)
class ToRender:
    """A stretch that only Blender can render; `rendered_movies.py` makes a movie of it."""

    id: str
    name: str
    strip: str
    frames: tuple[int, int]
    """Timeline frames [start, end)."""
    reason: str
    """Why it cannot be computed."""


@dataclass(frozen=True)
class VisibleMedia:
    """The media that a set of strips shows."""

    rate: Fraction
    """Timeline frames per second."""
    clips: tuple[StripClip, ...]
    refused: tuple[Refused, ...] = ()
    to_render: tuple[ToRender, ...] = ()


@dataclass(frozen=True)
class StripTake:
    """One rendering of a scene's sound."""

    take: int
    seed: int
    prompt: str
    file: str
    """Absolute path of the WAV."""


@dataclass(frozen=True)
class StripSound:
    """The sound of one scene, as the bridge hands it back."""

    clip: str
    """The clip's id."""
    number: int
    """The clip's number in the job, from 1."""
    scene: int
    frames: tuple[int, int]
    """Timeline frames [start, end) of the scene."""
    file_frames: tuple[int, int]
    """Timeline frames [start, end) that its file covers: the scene and its handles."""
    lane: int = 0
    """0 or 1; neighbours whose handles overlap lie on different lanes."""
    fade_in: tuple[int, int] = (0, 0)
    """Frames of overlap before and after the cut; (0, 0) is a hard cut."""
    fade_out: tuple[int, int] = (0, 0)
    take: int = 1
    takes: tuple[StripTake, ...] = ()
    labels: tuple[tuple[str, float], ...] = ()
    words: str = ""
    quiet: bool = False
    told: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)
    """The bridge's JSON object."""

    @classmethod
    def read(cls, told: dict[str, Any]) -> StripSound:
        """Read the bridge's object; raises KeyError, TypeError or ValueError for another object."""
        return cls(
            clip=str(told["clip"]),
            number=int(told["number"]),
            scene=int(told["scene"]),
            frames=_pair(told["frames"]),
            file_frames=_pair(told["file_frames"]),
            lane=int(told.get("lane", 0)),
            fade_in=_pair(told.get("fade_in", (0, 0))),
            fade_out=_pair(told.get("fade_out", (0, 0))),
            take=int(told.get("take", 1)),
            takes=tuple(
                StripTake(
                    int(t["take"]), int(t["seed"]), str(t.get("prompt") or ""), str(t["file"])
                )
                for t in told["takes"]
            ),
            labels=tuple((str(word), float(much)) for word, much in told.get("labels", ())),
            words=str(told.get("words") or ""),
            quiet=bool(told.get("quiet", False)),
            told=told,
        )


def _pair(told: Any) -> tuple[int, int]:
    first, second = told
    return int(first), int(second)
