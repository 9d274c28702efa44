"""Finds free channels, so that new strips overlap nothing and no strip of the user's is moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import compat

Range = tuple[int, int]
Busy = dict[int, list[Range]]
ASIDE = 10
"""Frames kept free beside a strip that is made aside. Chosen: a file may fill one frame more than
it should, and ten are surely enough."""


@dataclass
class FreeChannels:
    """The channels of a timeline or a meta strip while strips are laid there."""

    busy: Busy
    barred: set[int]
    lanes: dict[int, int]
    """The channel of each lane that fits on one as a whole."""
    lowest: int

    def channel_for(self, lane: int, frames: Range) -> int | None:
        """The channel for a range of a lane, or None where none is free."""
        return self.lanes.get(lane) or free_channel(self.busy, self.barred, frames, self.lowest)

    def take(self, channel: int, frames: Range) -> None:
        """Mark a range of a channel as taken."""
        self.busy.setdefault(channel, []).append(frames)


def room_in(owner: Any, lanes: Mapping[int, Sequence[Range]], lowest: int) -> FreeChannels:
    """The free channels of a scene's timeline, or of a meta strip, for the ranges of lanes."""
    busy, barred = busy_channels(owner), barred_channels(owner)
    return FreeChannels(busy, barred, lane_channels(busy, barred, lanes, lowest), lowest)


def busy_channels(owner: Any) -> Busy:
    """Ranges [a, b) of Blender's frames that are taken, by channel of a timeline or meta strip."""
    found: Busy = {}
    for strip in compat.strips(owner):
        found.setdefault(strip.channel, []).append((compat.start(strip), compat.end(strip)))
    return found


def barred_channels(owner: Any) -> set[int]:
    """Channels that are muted or locked: strips there are not heard, or cannot be changed."""
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
    """The first channel on which a range is free, from `lowest` up, then downwards; or None."""
    upwards = range(lowest, compat.CHANNELS + 1)
    for channel in (*upwards, *range(lowest - 1, 0, -1)):
        if channel not in barred and is_free(busy, channel, frames):
            return channel
    return None


def aside(busy: Busy, length: int) -> int:
    """A frame before all strips, from which `length` frames are free on every channel."""
    first = min((a for ranges in busy.values() for a, _ in ranges), default=0)
    return first - length - ASIDE


def is_free(busy: Busy, channel: int, frames: Range) -> bool:
    """Whether a range of a channel is free."""
    return not _overlaps(busy.get(channel, ()), frames)


def _overlaps(ranges: Iterable[Range], frames: Range) -> bool:
    return any(a < frames[1] and frames[0] < b for a, b in ranges)
