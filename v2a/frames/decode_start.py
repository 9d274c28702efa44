"""Where to begin decoding when only a stretch of a file is wanted: exact, or at its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

from av.error import FFmpegError
from av.video.frame import PictureType

from v2a.frames.decoder import Decoder
from v2a.frames.open_media import open_media, picture_stream

if TYPE_CHECKING:
    from av.container import InputContainer

INDEXED = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
"""FFmpeg's demuxers with an index of key frames, whose timestamps mean the same from anywhere."""
WORTH_SEEKING = 2
"""Seconds into a file from which seeking beats decoding on. Chosen: a seek opens the file and
decodes two frames more, which pays once a group of pictures or two is left out."""


@dataclass(frozen=True)
class DecodeStart:
    """A place from which decoding gives the same frames as decoding from the beginning."""

    seek: int
    """Timestamp to seek, in ticks of the stream."""
    first: int
    """Timestamp of the file's first frame."""

    def go(self, container: InputContainer, path: Path) -> None:
        """Seek an opened file to the key frame at or before `seek`; raises FFmpegError."""
        container.seek(self.seek, stream=picture_stream(container, path))


def find_entry(path: Path, start: Fraction) -> DecodeStart | None:
    """The last key frame before `start` seconds after the file's first frame; None: begin there.

    Tried, not believed: it must come out of the decoder as a whole picture (a gradual refresh is
    a key frame to containers too) and not after `start`. Raises as `open_media`.
    """
    if start < WORTH_SEEKING:
        return None
    with open_media(path) as container:
        stream = picture_stream(container, path)
        if container.format.name not in INDEXED or not stream.time_base:
            return None
        decoder = Decoder(container, stream)
        first = next(iter(decoder), None)
        if first is None or first.pts is None:
            return None
        entry = DecodeStart(first.pts + floor(start / stream.time_base), first.pts)
        try:
            entry.go(container, path)
        except FFmpegError:
            return None
        there = next((frame for frame in decoder if frame.key_frame), None)
    if there is None or there.pts is None or there.pts > entry.seek:
        return None
    return entry if there.pict_type == PictureType.I else None
