"""Lays sounds as strips: a few a tick, on free channels, to the frame; one undo step in the end.

A scan of the scene lists what is to be laid and lasts for a moment: it holds no strips, and undo or
another file end it. So changes between two ticks are taken as they are, strips that are there are
not laid again, and a tick is short however long the edit.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import compat, folders, free_channels, plan, sentences, strip_marks
from .free_channels import FreeChannels, Range
from .plan import StripPlacement
from .scene_jobs import SceneJob

META = "foley_meta"
"""ID property of a meta strip: the request whose sounds it holds."""
LONGEST_NAME = 60
"""Most bytes of a strip's name: Blender keeps 63, and numbers equal names by itself."""
LOOK_TICKS = 25
"""Ticks for which a scan lasts. Chosen: about half a second, so that an edit made meanwhile is
soon seen, and the scan of a thousand strips is not repeated every tick."""

Key = tuple[str, int]
"""Key of a laid strip: its mark's key and part."""


@dataclass
class Tick:
    """The time that a tick may still take."""

    until: float
    """Monotonic seconds at which its time is up."""
    done: int = 0

    @property
    def over(self) -> bool:
        """Whether its time is up; one strip is always laid."""
        return self.done > 0 and time.monotonic() >= self.until


@dataclass
class ChannelScan:
    """What is still to be laid and removed, as the scene was at one moment."""

    remove: list[str]
    """Names of strips that new ones replace."""
    left: list[StripPlacement]
    ticks: int
    """Ticks for which the scan still lasts."""
    rooms: dict[str, FreeChannels] = field(default_factory=dict)
    """Free channels by their owner's name (a meta strip, or "" for the timeline)."""
    failed: set[Key] = field(default_factory=set)
    """Keys of strips that could not be laid and are not tried again."""


_looks: dict[str, ChannelScan] = {}
"""The current scan of each request."""


def place(scene: Any, job: SceneJob, seconds: float) -> bool:
    """Lay a job's sounds for so many seconds; returns whether all that can be laid is laid."""
    look = _looks.get(job.request)
    if look is None or look.ticks == 0:
        _looks[job.request] = _look_at(scene, job, look.failed if look else set())
        return False
    if not look.remove and not look.left:
        del _looks[job.request]
        job.placed = len(_laid(scene, job))
        return True
    look.ticks -= 1
    tick = Tick(time.monotonic() + seconds)
    while look.remove or look.left:
        if tick.over:
            break
        tick.done += 1
        if look.remove:
            remove(scene, look.remove.pop())
        elif not _lay_next(scene, job, look):
            break
    return False


def look_again() -> None:
    """Drop all scans: the scenes have changed."""
    _looks.clear()


def _look_at(scene: Any, job: SceneJob, failed: set[Key]) -> ChannelScan:
    there = list(strip_marks.glimpses(scene))
    puts = plan.puts_of(scene, job, there)
    own = [strip_marks.mark_of(one.strip) for one in there if one.request == job.request]
    laid = {(mark.key, mark.part) for mark in own if mark is not None}
    left = [put for put in puts if _key(put) not in laid | failed]
    gone = [] if laid or not left else plan.replaced(job, puts, there)
    left.sort(key=lambda put: put.owner)
    return ChannelScan(gone, left, LOOK_TICKS, failed=failed)


def _key(put: StripPlacement) -> Key:
    return put.mark.key, put.mark.part


def _lay_next(scene: Any, job: SceneJob, look: ChannelScan) -> bool:
    """Lay the first strip that is left; False where the tick must end before it can be laid."""
    put = look.left[0]
    owner = _owner(scene, put.owner)
    if owner is None:  # the meta strip went between two looks: the next look says where to
        look.ticks = 0
        return False
    if put.owner not in look.rooms:
        lanes: dict[int, list[Range]] = {}
        for one in look.left:
            if one.owner == put.owner:
                lanes.setdefault(one.lane, []).append(one.frames)
        look.rooms[put.owner] = free_channels.room_in(owner, lanes, int(job.placing["channel"]))
        return False
    del look.left[0]
    there = look.rooms[put.owner]
    channel = there.channel_for(put.lane, put.frames)
    if channel is None:
        job.warn(sentences.NO_CHANNEL.format(name=put.name))
    if channel is not None and _lay(owner, job, put, channel, there):
        there.take(channel, put.frames)
    else:
        look.failed.add(_key(put))
    return True


def group(scene: Any, job: SceneJob) -> None:
    """Put a job's strips into one meta strip for each timeline that they lie on."""
    names: dict[str, list[str]] = {}
    for strip in _laid(scene, job):
        parent = strip.parent_meta()
        if parent is None or parent.get(META) != job.request:
            names.setdefault(parent.name if parent else "", []).append(strip.name)
    for owner_name, strips in names.items():
        owner = _owner(scene, owner_name)
        if owner is not None:
            _group(scene, owner, job, strips)


def _laid(scene: Any, job: SceneJob) -> list[Any]:
    return [one.strip for one in strip_marks.glimpses(scene) if one.request == job.request]


def _owner(scene: Any, name: str) -> Any:
    return compat.strip_named(scene, name) if name else scene


def remove(scene: Any, name: str) -> None:
    """Remove a strip wherever it lies, and a meta strip of ours that it leaves empty."""
    strip = compat.strip_named(scene, name)
    if strip is None:
        return
    parent = strip.parent_meta()
    compat.remove(scene if parent is None else parent, strip)
    if parent is not None and parent.get(META) and not len(compat.strips(parent)):
        remove(scene, parent.name)


def _lay(owner: Any, job: SceneJob, put: StripPlacement, channel: int, there: FreeChannels) -> bool:
    """Lay one strip; False where its file is missing."""
    file = put.mark.chosen.file
    if not _is_there(file):
        job.warn(sentences.FILE_MISSING.format(name=put.name, file=file))
        return False
    name = put.name.encode()[:LONGEST_NAME].decode(errors="ignore")
    first, last = put.mark.file_frames
    # What it hides may be more than there is room for, and Blender moves strips that overlap.
    away = free_channels.aside(there.busy, last - first) - put.content
    strip = compat.new_sound(owner, name, file, channel, put.content + away)
    compat.set_end(strip, put.frames[1] + away)
    compat.set_start(strip, put.frames[0] + away)
    compat.set_content_start(strip, put.content)
    strip.volume = job.placing["volume"]
    strip.show_waveform = True
    strip.select = False
    if job.placing["colour"] != "NONE" and hasattr(strip, "color_tag"):
        strip.color_tag = job.placing["colour"]
    _fade(strip, put, int(job.placing["fade"]))
    if job.placing["pack_files"]:
        strip.sound.pack()
    strip.sound.filepath = folders.spelled(file)
    strip_marks.write_mark(strip, replace(put.mark, takes=folders.spelled_takes(put.mark.takes)))
    return True


def _is_there(file: str) -> bool:
    try:
        return os.path.isfile(file) and os.path.getsize(file) > 44
    except OSError:
        return False


def _fade(strip: Any, put: StripPlacement, frames: int) -> None:
    """Set volume keys at the ends that have no fade baked into the file."""
    a, b = put.frames
    frames = min(frames, (b - a) // 2)
    if frames <= 0:
        return
    volume = strip.volume
    ends = (((a, 0.0), (a + frames, volume)), ((b - frames, volume), (b, 0.0)))
    for keys, baked in zip(ends, put.baked, strict=True):
        for frame, value in () if baked else keys:
            strip.volume = value
            strip.keyframe_insert("volume", frame=frame)
    strip.volume = volume


def _group(scene: Any, owner: Any, job: SceneJob, names: Sequence[str]) -> None:
    parts = [compat.strip_named(scene, name) for name in names]
    first, last = min(map(compat.start, parts)), max(map(compat.end, parts))
    busy = free_channels.busy_channels(owner)
    for strip in parts:  # their own places will be free
        busy[strip.channel].remove((compat.start(strip), compat.end(strip)))
    lowest = min(strip.channel for strip in parts)
    channel = free_channels.free_channel(
        busy, free_channels.barred_channels(owner), (first, last), lowest
    )
    if channel is None:
        job.warn(sentences.NO_CHANNEL.format(name=job.title))
        return
    meta = compat.new_meta(owner, f"Foley {job.title}"[:LONGEST_NAME], channel, first)
    meta[META] = job.request
    name = meta.name
    for strip_name in names:
        compat.strip_named(scene, strip_name).move_to_meta(compat.strip_named(scene, name))
    meta = compat.strip_named(scene, name)
    compat.set_end(meta, last)
    compat.set_start(meta, first)
    meta.select = False
