"""Finds the files behind strips, their frame rates and lengths, and the errors in them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import bpy

from . import frame_rates


class NoPicture(Exception):
    """A strip has no picture to send; the message says why."""


@dataclass(frozen=True)
class StripMedia:
    """A strip's media: a film, or pictures one after the other."""

    path: str
    """Absolute path of the film; of the folder where there are stills."""
    rate: Fraction
    """Frames per second of the film; of the timeline for stills."""
    stills: tuple[str, ...] = ()
    """File names of the pictures in `path`, in order."""


@dataclass
class StripMediaLibrary:
    """Finds media; each file is opened once."""

    blend: str
    """Folder of the .blend; empty for one that was never saved."""
    measure: bool = True
    """Whether files may be opened to count their frames."""
    _folders: dict[str, frozenset[str]] = field(default_factory=dict[str, Any])
    _there: dict[str, bool] = field(default_factory=dict[str, bool])
    _paths: dict[tuple[str, Any], str] = field(default_factory=dict[Any, str])

    def film(self, strip: Any, scene: Any) -> StripMedia:
        """The film of a movie strip; raises NoPicture."""
        path = self._file(strip.filepath, scene)
        fps = strip.elements[0].orig_fps if len(strip.elements) else 0.0
        # Files of Blenders before 2.9 keep no rate; asking the strip opens the file.
        rate = frame_rates.file_rate(fps or getattr(strip, "fps", 0.0))
        if rate is None:
            raise NoPicture(f"{os.path.basename(path)} has no picture that Blender can read")
        return StripMedia(path, rate)

    def pictures(self, strip: Any, scene: Any, rate: Fraction) -> StripMedia:
        """The pictures of an image strip; raises NoPicture. `chosen` notices missing files."""
        folder = self._absolute(strip.directory, scene)
        names = tuple(element.filename for element in strip.elements)
        if not names:
            raise NoPicture("it has no picture")
        return StripMedia(folder, rate, names)

    def tracked(self, clip: Any, rate: Fraction) -> tuple[StripMedia, int]:
        """The media of a movie clip, and the clip's own offset in frames; raises NoPicture."""
        if clip.source == "SEQUENCE":
            media = self._numbered(self._absolute(clip.filepath, clip), clip, rate)
        else:
            path = self._file(clip.filepath, clip)
            fps = frame_rates.file_rate(clip.fps)
            if fps is None:
                raise NoPicture(f"{os.path.basename(path)} has no picture that Blender can read")
            media = StripMedia(path, fps)
        return media, int(clip.frame_offset)

    def chosen(self, media: StripMedia, first: int, last: int) -> tuple[str, ...]:
        """Absolute paths of the stills first..last; raises NoPicture where some are missing."""
        wanted = media.stills[first : last + 1]
        there = self._listing(media.path)
        lost = [name for name in wanted if name not in there]
        # A file system that knows no cases finds more than the listing says.
        if missing := [n for n in lost if not os.path.isfile(os.path.join(media.path, n))]:
            if len(wanted) == 1:
                raise NoPicture(f"{os.path.join(media.path, missing[0])} is missing")
            raise NoPicture(f"{len(missing)} of {len(wanted)} pictures are missing ({missing[0]})")
        return tuple(os.path.join(media.path, name) for name in wanted)

    def count(self, media: StripMedia) -> int | None:
        """How many frames a film has; None where unknown."""
        if media.stills:
            return len(media.stills)
        return frames_of(media.path, self.measure)

    def _numbered(self, first: str, clip: Any, rate: Fraction) -> StripMedia:
        """The image sequence of a clip that begins with this file, as Blender counts it."""
        folder, name = os.path.split(first)
        parts = list(re.finditer(r"\d+", name))
        if not parts:
            return StripMedia(folder, rate, (name,))
        at = parts[-1]
        begin = int(at.group())
        names = (
            f"{name[: at.start()]}{begin + k:0{len(at.group())}d}{name[at.end() :]}"
            for k in range(max(int(clip.frame_duration), 1))
        )
        return StripMedia(folder, rate, tuple(names))

    def _file(self, told: str, owner: Any) -> str:
        path = self._absolute(told, owner)
        if path not in self._there:
            self._there[path] = os.path.isfile(path)
        if not self._there[path]:
            raise NoPicture(f"{path or 'its file'} is missing")
        return path

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            try:
                self._folders[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._folders[folder] = frozenset()
        return self._folders[folder]

    def _absolute(self, told: str, owner: Any) -> str:
        """The absolute path of one that Blender keeps ('//'); `owner` is the data that holds it."""
        library = owner.library
        key = (told, library)
        if key not in self._paths:
            if told.startswith("//") and not (self.blend or library):
                raise NoPicture(f"{told} is beside a .blend that was never saved; save it first")
            path = bpy.path.abspath(told, library=library)
            self._paths[key] = os.path.normpath(path) if path else ""
        return self._paths[key]


_counted: dict[tuple[str, int, int], int] = {}


def frames_of(path: str, measure: bool = True) -> int | None:
    """How many frames Blender counts in a film; None where it cannot be opened, or may not be."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    key = (path, found.st_mtime_ns, found.st_size)
    if key not in _counted:
        if not measure:
            return None
        try:
            clip = bpy.data.movieclips.load(path)
        except RuntimeError:
            return None
        _counted[key] = int(clip.frame_duration)
        bpy.data.movieclips.remove(clip)
    return _counted[key] or None


def blend_folder() -> str:
    """Folder of the .blend that is open; empty for one that was never saved."""
    return os.path.dirname(bpy.data.filepath)
