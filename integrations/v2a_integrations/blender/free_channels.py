"""Free channels: new strips never overlap what is there, and nothing of the user's is moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import compat

Range = tuple[int, int]
Busy = dict[int, list[Range]]
ASIDE = 10
"""Frames between what is there and what is made aside; a file may fill one more than it should."""


@dataclass
class FreeChannels:
    """The channels of a timeline or a meta strip while strips are laid there."""

    busy: Busy
    barred: set[int]
    lanes: dict[int, int]
    """Channels for lanes all of which fits."""
    lowest: int

    def channel_for(self, lane: int, frames: Range) -> int | None:
        """The channel for a part of a lane, or None where none is free."""
        return self.lanes.get(lane) or free_channel(self.busy, self.barred, frames, self.lowest)

    def take(self, channel: int, frames: Range) -> None:
        """Something lies there now."""
        self.busy.setdefault(channel, []).append(frames)


def room_in(owner: Any, lanes: Mapping[int, Sequence[Range]], lowest: int) -> FreeChannels:
    """The room of a scene's timeline, or of a meta strip, for these lanes."""
    busy, barred = busy_channels(owner), barred_channels(owner)
    return FreeChannels(busy, barred, lane_channels(busy, barred, lanes, lowest), lowest)


def busy_channels(owner: Any) -> Busy:
    """Blender's frames [a, b) that are taken on each channel of a timeline or a meta strip."""
    found: Busy = {}
    for strip in compat.strips(owner):
        found.setdefault(strip.channel, []).append((compat.start(strip), compat.end(strip)))
    return found


def barred_channels(owner: Any) -> set[int]:
    """Channels that are muted or locked: what is laid there is not heard, or cannot be changed."""
    channels = getattr(compat.ground(owner), "channels", None) or ()
    return {
        number
        for number, channel in enumerate(channels)
        if channel.mute or getattr(channel, "lock", False)
    }


def lane_channels(
    busy: Busy, barred: set[int], lanes: Mapping[int, Sequence[Range]], lowest: int
) -> dict[int, int]:
    """A channel for every lane on which all of it is free; lanes without one are left out."""
    found: dict[int, int] = {}
    for step, lane in enumerate(sorted(lanes)):
        for channel in range(lowest + step, compat.CHANNELS + 1):
            if channel in barred or channel in found.values():
                continue
            if all(is_free(busy, channel, part) for part in lanes[lane]):
                found[lane] = channel
                break
    return found


def free_channel(busy: Busy, barred: set[int], frames: Range, lowest: int) -> int | None:
    """The lowest channel from one upwards, then downwards, on which frames are free."""
    upwards = range(lowest, compat.CHANNELS + 1)
    for channel in (*upwards, *range(lowest - 1, 0, -1)):
        if channel not in barred and is_free(busy, channel, frames):
            return channel
    return None


def aside(busy: Busy, length: int) -> int:
    """A frame before everything, from which so many frames are free on every channel."""
    first = min((a for ranges in busy.values() for a, _ in ranges), default=0)
    return first - length - ASIDE


def is_free(busy: Busy, channel: int, frames: Range) -> bool:
    """Whether nothing lies on a channel at these frames."""
    return not _overlaps(busy.get(channel, ()), frames)


def _overlaps(ranges: Iterable[Range], frames: Range) -> bool:
    return any(a < frames[1] and frames[0] < b for a, b in ranges)
