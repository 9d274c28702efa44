"""Sounds become strips: a few a tick, on free channels, to the frame; one undo step in the end.

Every tick begins anew from what the scene says then, so that whatever happens between two ticks
(edits, undo, a closed file) is taken as it is: what lies there already is not laid again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import compat, folders, marks, messages, plan, room
from .jobs import Job
from .marks import Mark
from .plan import Put

META = "foley_meta"
"""ID property of a meta strip: the request whose sounds it holds."""
LONGEST_NAME = 60
"""Bytes; Blender keeps 63."""


@dataclass
class Tick:
    """What a tick may still do."""

    until: float
    """On `time.monotonic`."""
    done: int = 0

    @property
    def over(self) -> bool:
        """Whether its time is up; one thing is always done."""
        return self.done > 0 and time.monotonic() >= self.until


def place(scene: Any, job: Job, seconds: float) -> bool:
    """Lay what time allows of a job's sounds; whether all that can be laid now lies there."""
    tick = Tick(time.monotonic() + seconds)
    puts = plan.puts_of(scene, job)
    there = {(mark.key, mark.part) for _, mark in _laid(scene, job)}
    left = [put for put in puts if (put.mark.key, put.mark.part) not in there]
    if not there and left:
        _clear(scene, job, puts)
    for owner_name in sorted({put.owner for put in left}):
        here = [put for put in left if put.owner == owner_name]
        if not _lay_all(scene, job, owner_name, here, tick):
            return False
    job.placed = len(list(_laid(scene, job)))
    return True


def group(scene: Any, job: Job) -> None:
    """Put a job's strips into one meta strip for each timeline that they lie on."""
    names: dict[str, list[str]] = {}
    for strip, _ in _laid(scene, job):
        parent = strip.parent_meta()
        if parent is None or parent.get(META) != job.request:
            names.setdefault(parent.name if parent else "", []).append(strip.name)
    for owner_name, strips in names.items():
        owner = _owner(scene, owner_name)
        if owner is not None:
            _group(scene, owner, job, strips)


def _laid(scene: Any, job: Job) -> Iterable[tuple[Any, Mark]]:
    return ((s, mark) for s, mark in marks.foley_strips(scene) if mark.request == job.request)


def _owner(scene: Any, name: str) -> Any:
    return compat.strip_named(scene, name) if name else scene


def _clear(scene: Any, job: Job, puts: Sequence[Put]) -> None:
    """Remove earlier sounds that the new ones take the place of."""
    if job.placing["overwrite"] == "ADD":
        return
    keeps = job.placing["overwrite"] == "KEEP"
    for name in plan.replaced(scene, job, puts, keeps):
        remove(scene, name)


def remove(scene: Any, name: str) -> None:
    """Remove a strip wherever it lies, and a meta strip of ours that it leaves empty."""
    strip = compat.strip_named(scene, name)
    if strip is None:
        return
    parent = strip.parent_meta()
    compat.remove(scene if parent is None else parent, strip)
    if parent is not None and parent.get(META) and not len(compat.strips(parent)):
        remove(scene, parent.name)


def _lay_all(scene: Any, job: Job, owner_name: str, puts: Sequence[Put], tick: Tick) -> bool:
    owner = _owner(scene, owner_name)
    if owner is None:
        return True  # the meta strip went between two looks: the next look says where to
    busy, barred = room.busy_channels(owner), room.barred_channels(owner)
    lowest = int(job.placing["channel"])
    lanes: dict[int, list[tuple[int, int]]] = {}
    for put in puts:
        lanes.setdefault(put.lane, []).append(put.frames)
    chosen = room.lane_channels(busy, barred, lanes, lowest)
    for put in puts:
        if tick.over:
            return False
        tick.done += 1
        channel = chosen.get(put.lane) or room.free_channel(busy, barred, put.frames, lowest)
        if channel is None:
            job.warn(messages.NO_CHANNEL.format(name=put.name))
        elif _lay(scene, owner, job, put, channel):
            busy.setdefault(channel, []).append(put.frames)
    return True


def _lay(scene: Any, owner: Any, job: Job, put: Put, channel: int) -> bool:
    """One strip, where its file is there."""
    file = put.mark.chosen.file
    if not _is_there(file):
        job.warn(messages.FILE_MISSING.format(name=put.name, file=file))
        return False
    name = put.name.encode()[:LONGEST_NAME].decode(errors="ignore")
    strip = compat.new_sound(owner, name, file, channel, put.content)
    compat.set_end(strip, put.frames[1])
    compat.set_start(strip, put.frames[0])
    strip.volume = job.placing["volume"]
    strip.show_waveform = True
    strip.select = False
    if job.placing["colour"] != "NONE" and hasattr(strip, "color_tag"):
        strip.color_tag = job.placing["colour"]
    _fade(strip, put, int(job.placing["fade"]))
    if job.placing["pack_files"]:
        strip.sound.pack()
    strip.sound.filepath = folders.spelled(file)
    marks.write_mark(strip, replace(put.mark, takes=folders.spelled_takes(put.mark.takes)))
    return True


def _is_there(file: str) -> bool:
    try:
        return os.path.isfile(file) and os.path.getsize(file) > 44
    except OSError:
        return False


def _fade(strip: Any, put: Put, frames: int) -> None:
    """Volume keys at ends that have no fade baked in."""
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


def _group(scene: Any, owner: Any, job: Job, names: Sequence[str]) -> None:
    parts = [compat.strip_named(scene, name) for name in names]
    first, last = min(map(compat.start, parts)), max(map(compat.end, parts))
    busy = room.busy_channels(owner)
    for strip in parts:  # their own places will be free
        busy[strip.channel].remove((compat.start(strip), compat.end(strip)))
    lowest = min(strip.channel for strip in parts)
    channel = room.free_channel(busy, room.barred_channels(owner), (first, last), lowest)
    if channel is None:
        job.warn(messages.NO_CHANNEL.format(name=job.title))
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
