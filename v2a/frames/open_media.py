"""Opening media: the one place where a file is opened, and no file that it names is opened too.

FFmpeg chooses a demuxer by content, so that a text file named .mp4 can make it read other files
(ffconcat, HLS, SDP). Both whitelists below close that door; the ending of a name is never trusted.
"""

from __future__ import annotations

import math
import os
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av import logging
from av.error import FFmpegError

from v2a.errors import V2AError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

CONTAINERS: dict[str, tuple[str, ...]] = {
    "mov": (".mp4", ".m4v", ".mov", ".3gp", ".3g2"),
    "matroska": (".mkv", ".webm"),
    "avi": (".avi",),
    "mpegts": (".ts", ".mts", ".m2ts"),
    "mpeg": (".mpg", ".mpeg", ".vob"),
    "mxf": (".mxf",),
    "ogg": (".ogv", ".ogg"),
    "gif": (".gif",),
    "flv": (".flv",),
    "asf": (".wmv", ".asf"),
    "dv": (".dv",),
}
"""FFmpeg's demuxers that may be used, each with its usual file name endings."""

LARGEST = 16_384 * 16_384
"""Pixels of a picture that is too large: FFmpeg's own limit lies just below, at 2^31 / 8."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_MP4_ATOMS = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
_HEAD = 12
"""Bytes of a file's beginning that are read: enough for the marks of RIFF, AIFF and MP4."""


def open_media(path: Path) -> InputContainer:
    """Open a video file for reading; the caller closes it. Nothing but this file is ever read.

    Raises NOT_FOUND, IS_URL, NO_PERMISSION, EMPTY_FILE, NOT_MEDIA (no known container), NO_VIDEO
    (sound only, cover art is no video), NO_FRAMES (a damaged video file, or no decoder for it) and
    TOO_LARGE (`LARGEST` pixels or more).
    """
    head = _read_head(path)
    try:
        container = _open(path)
    except (FFmpegError, OSError, ValueError) as trouble:
        raise V2AError(_why_not(head), path=path) from trouble
    try:
        stream = picture_stream(container, path)
        check_size(path, stream.codec_context.width, stream.codec_context.height)
        if not stream.codec_context.width:
            check_size(path, *_refused_size(path))
    except BaseException:
        container.close()
        raise
    return container


def _open(path: Path) -> InputContainer:
    options = {"protocol_whitelist": "file", "format_whitelist": ",".join(CONTAINERS)}
    # "file:" keeps a name with a colon from being taken for a protocol.
    url = f"file:{os.path.abspath(path)}"
    return av.open(url, options=options, metadata_errors="replace")


def _refused_size(path: Path) -> tuple[int, int]:
    """Width and height that FFmpeg found too large (it logs them and forgets them), or zeros."""
    level, skip = logging.get_level(), logging.get_skip_repeated()
    logging.set_level(logging.ERROR)
    logging.set_skip_repeated(False)
    try:
        with logging.Capture() as lines, _open(path):
            pass
    finally:
        logging.set_level(level)
        logging.set_skip_repeated(skip)
    sizes = (re.search(r"Picture size (\d+)x(\d+) is invalid", line[2]) for line in lines)
    width, height = next((size.groups() for size in sizes if size), (0, 0))
    return int(width), int(height)


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """The video stream that players show: FFmpeg's best one that is no cover art."""
    moving = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not moving:
        raise V2AError("NO_VIDEO" if len(container.streams) else "NOT_MEDIA", path=path)
    best = container.streams.best("video")
    stream = next((stream for stream in moving if best and stream.index == best.index), moving[0])
    if stream.codec_context is None:
        raise V2AError("NO_FRAMES", path=path)
    return stream


def check_size(path: Path, width: int, height: int) -> None:
    """Raise TOO_LARGE for a picture of `LARGEST` pixels or more."""
    if width * height >= LARGEST:
        side = math.isqrt(LARGEST)
        detail = f"has pictures of {width}x{height}, and {side}x{side} pixels are the limit"
        raise V2AError("TOO_LARGE", path=path, detail=detail)


def expected_duration(path: Path) -> Fraction | None:
    """Seconds that a file's header promises, None if it is silent; raises as `open_media` does.

    Good for progress and for estimating disk space only: headers lie.
    """
    with open_media(path) as container:
        stream = picture_stream(container, path)
        return promised_duration(container, stream)


def promised_duration(container: InputContainer, stream: VideoStream) -> Fraction | None:
    """Seconds that the header gives this stream, or else the whole file."""
    own = stream_duration(stream)
    if own is None and container.duration:
        own = Fraction(container.duration, av.time_base)
    return own if own and own > 0 else None


def stream_duration(stream: VideoStream) -> Fraction | None:
    """Seconds that the header gives this one stream (Matroska keeps its end in a tag)."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    tag = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if tag is None:
        return None
    hours, minutes, seconds = tag.groups()
    end = int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)
    return end - max(0, stream.start_time or 0) * (stream.time_base or 0)


def _read_head(path: Path) -> bytes:
    try:
        if not path.exists():
            reason = "IS_URL" if _URL.match(os.fspath(path)) else "NOT_FOUND"
            raise V2AError(reason, path=path)
        if not path.is_file():
            raise V2AError("NOT_MEDIA", path=path)  # a folder, or a pipe that would block
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except PermissionError as trouble:
        raise V2AError("NO_PERMISSION", path=path) from trouble
    except (OSError, ValueError) as trouble:  # ValueError: a null byte in the name
        raise V2AError("NOT_FOUND", path=path) from trouble
    if not head:
        raise V2AError("EMPTY_FILE", path=path)
    return head


def _why_not(head: bytes) -> str:
    """The reason that fits a file which no allowed demuxer opens, from its first bytes."""
    wave = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    aiff = head[:4] == b"FORM" and head[8:11] == b"AIF"
    mpeg_audio = head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xf1", b"\xf9")
    if wave or aiff or mpeg_audio or head[:3] == b"ID3" or head[:4] == b"fLaC":
        return "NO_VIDEO"
    return "NO_FRAMES" if head[4:8] in _MP4_ATOMS else "NOT_MEDIA"


def _is_cover(stream: VideoStream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)
