"""Swaps the take of a strip: another file under the same trims, fades and volume."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import bpy

from . import folders, sentences, strip_marks
from .plain_types import StripSound, StripTake
from .scene_jobs import SceneJob
from .strip_marks import Mark


class NoTake(Exception):
    """A take cannot be played; the message says why in one sentence."""


def choose(strip: Any, mark: Mark, take: int, takes: Sequence[StripTake] | None = None) -> None:
    """Set the take of a Foley strip; raises NoTake where its file is missing."""
    mark = replace(mark, take=take, takes=folders.spelled_takes(takes or mark.takes))
    file = bpy.path.abspath(mark.chosen.file)
    if not os.path.isfile(file):
        raise NoTake(sentences.FILE_MISSING.format(name=strip.name, file=mark.chosen.file))
    sound = bpy.data.sounds.load(file, check_existing=False)
    if mark.pack_files:
        sound.pack()
    sound.filepath = folders.spelled(file)
    last, strip.sound = strip.sound, sound
    if last is not None and not last.users:
        bpy.data.sounds.remove(last)
    strip_marks.write_mark(strip, mark)


def neighbour(mark: Mark, step: int) -> int:
    """The number of the take `step` further; after the last comes the first."""
    numbers = [take.take for take in mark.takes]
    at = numbers.index(mark.take) if mark.take in numbers else 0
    return numbers[(at + step) % len(numbers)]


def place_take(scene: Any, job: SceneJob) -> bool:
    """Set the new take of a job on all strips of its scene, at once; always True. Raises NoTake."""
    (sound,) = map(StripSound.read, job.sounds)
    job.placed = 0
    found = [pair for pair in strip_marks.foley_strips(scene) if pair[1].key == job.placing["key"]]
    for strip, mark in found:
        known = {take.take for take in mark.takes}
        new = [take.take for take in sound.takes if take.take not in known]
        changed = replace(mark, job=job.job, words=sound.words or mark.words, accepted=False)
        choose(strip, changed, new[-1] if new else sound.take, sound.takes)
        job.placed += 1
    if not found:
        job.warn(sentences.STRIP_GONE.format(name=job.title))
    return True
