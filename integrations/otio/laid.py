"""Sounds become clips on audio tracks: A and B in turn, or one track with crossfades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from v2a_integrations.otio.sounds import HARD, Edge

if TYPE_CHECKING:
    import opentimelineio as otio


@dataclass(frozen=True)
class Laid:
    """A sound clip and where it goes, in frames of the timeline."""

    frames: tuple[int, int]
    """What is heard."""
    file: tuple[int, int]
    """What its file covers, handles and all."""
    clip: otio.schema.Clip
    entry: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the sidecar tells of it."""
    tail: Edge = HARD
    """Overlap with the next one, as a crossfade of the editor's; `HARD` if it is baked."""


def checkerboard(sounds: Sequence[Laid]) -> list[list[Laid]]:
    """Lanes on which nothing overlaps; neighbours on two, so that their handles are free."""
    lanes: list[list[Laid]] = []
    for sound in sorted(sounds, key=lambda laid: laid.frames):
        free = [lane for lane in lanes if lane[-1].frames[1] <= sound.frames[0]]
        roomy = [lane for lane in free if lane[-1].file[1] <= sound.file[0]]
        if roomy:
            roomy[0].append(sound)
        elif free and len(lanes) > 1:
            min(free, key=lambda lane: lane[-1].frames[1]).append(sound)
        else:
            lanes.append([sound])
    return lanes


def one_lane(sounds: Sequence[Laid]) -> list[list[Laid]]:
    """As few lanes as overlaps allow: one, as a rule."""
    lanes: list[list[Laid]] = []
    for sound in sorted(sounds, key=lambda laid: laid.frames):
        free = [lane for lane in lanes if lane[-1].frames[1] <= sound.frames[0]]
        if free:
            free[0].append(sound)
        else:
            lanes.append([sound])
    return lanes
