"""Puts sounds on lanes (audio tracks): on two in turn, or on as few as overlaps allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class LaneItem(Protocol):
    """Anything that lies on a timeline, in whole frames."""

    @property
    def frames(self) -> tuple[int, int]:
        """[start, end) that is heard."""
        ...

    @property
    def file(self) -> tuple[int, int]:
        """[start, end) that its file covers, handles included."""
        ...


Sounding = TypeVar("Sounding", bound=LaneItem)


def checkerboard(sounds: Sequence[Sounding]) -> list[list[Sounding]]:
    """Lanes without overlaps of `frames`; neighbours take turns, so that their handles are free."""
    lanes: list[list[Sounding]] = []
    for sound in sorted(sounds, key=lambda sound: sound.frames):
        free = [lane for lane in lanes if lane[-1].frames[1] <= sound.frames[0]]
        roomy = [lane for lane in free if lane[-1].file[1] <= sound.file[0]]
        if roomy:
            roomy[0].append(sound)
        elif free and len(lanes) > 1:
            min(free, key=lambda lane: lane[-1].frames[1]).append(sound)
        else:
            lanes.append([sound])
    return lanes


def one_lane(sounds: Sequence[Sounding]) -> list[list[Sounding]]:
    """As few lanes as overlaps of `frames` allow: one, as a rule."""
    lanes: list[list[Sounding]] = []
    for sound in sorted(sounds, key=lambda sound: sound.frames):
        free = [lane for lane in lanes if lane[-1].frames[1] <= sound.frames[0]]
        if free:
            free[0].append(sound)
        else:
            lanes.append([sound])
    return lanes
