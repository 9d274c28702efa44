"""The picture with its new sound: packets copied as they are, never decoded or encoded again."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.container import Flags
from av.error import FFmpegError

from v2a.frames.open_media import open_media, picture_stream
from v2a.output.wav import read_blocks
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.types import Clip, Report

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from numpy.typing import NDArray

CONTAINERS = {
    "mp4": ("mp4", "aac"),
    "mkv": ("matroska", "aac"),
    "mov": ("mov", "aac"),
    "avi": ("avi", "pcm_s16le"),
}
"""Endings with format and codec of the sound; the first that takes the picture is used."""
SAMPLE_FORMATS = {"aac": "fltp", "pcm_s16le": "s16"}
"""FFmpeg's sample format that each codec takes."""
BIT_RATE = 192_000
"""Bits per second of AAC. Chosen: beyond what one can tell from the original in mono."""
CHUNK = 8192
"""Samples encoded at a time. Chosen: eight AAC frames of 1024."""
AHEAD = Fraction(1, 4)
"""Seconds of sound written before the picture they belong to. Chosen: players that read in order
find sound in time, and a writer holds few packets back."""
NOT_THE_CODEC = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}


def read_timecode(path: Path) -> str | None:
    """The timecode of a film's first frame by its file's tags; None where there is none."""
    with open_media(path) as source:
        stream = picture_stream(source, path)
        return stream.metadata.get("timecode") or source.metadata.get("timecode")


def write_video(folder: Path, film: FilmWithSound, report: Report) -> str | None:
    """Write the picture, copied, with the mix found in `folder` into the first container that fits.

    Returns the name of the file, None where no container takes both, or where the clip is not the
    whole file as it is, so that no copy of its packets shows it.
    The sound starts with the first frame that is shown: packets before it, which only help to
    decode it, get negative times and so stay hidden. Rotation is kept. Errors of the disk are
    raised as they are; `report` may raise to stop.
    """
    if film.clip.source_times is not None:
        return None
    for suffix in CONTAINERS:
        target = folder / film.names.video(suffix)
        with open_media(film.clip.path) as source:
            stream = picture_stream(source, film.clip.path)
            sound = read_blocks(folder / film.names.mix)
            if mux(source, stream, film.clip, sound, film.tracks.rate, target, suffix, report):
                return target.name
    return None


def mux(
    source: InputContainer,
    stream: av.VideoStream,
    clip: Clip,
    blocks: Iterable[NDArray[np.float32]],
    rate: int,
    target: Path,
    suffix: str,
    report: Report,
) -> bool:
    """Write an opened film's picture and a mono sound to `target`; False where they do not fit.

    `blocks` are (n,) float32 at `rate` samples per second, `suffix` is a key of `CONTAINERS`. What
    does not fit leaves no file. Raises OSError for errors of the disk.
    """
    try:
        with av.open(str(target), "w", format=CONTAINERS[suffix][0]) as out:
            _write(source, stream, clip, blocks, rate, out, CONTAINERS[suffix][1], report)
    except (FFmpegError, ValueError) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in NOT_THE_CODEC:
            raise
        return False
    return True


def _write(
    source: InputContainer,
    stream: av.VideoStream,
    clip: Clip,
    blocks: Iterable[NDArray[np.float32]],
    rate: int,
    out: OutputContainer,
    codec: str,
    report: Report,
) -> None:
    picture = out.add_stream_from_template(stream, opaque=True)
    sound = out.add_stream(codec, rate=rate, layout="mono")
    assert isinstance(sound, av.AudioStream)
    if codec == "aac":
        sound.bit_rate = BIT_RATE
    if picture.codec_context.name == "hevc" and out.format.name in ("mp4", "mov"):
        picture.codec_context.codec_tag = "hvc1"  # players of Apple know no other
    encoded = _encode(sound, blocks, rate)
    waiting = next(encoded, None)
    for packet in _shifted(source, stream, clip):
        time = _time(packet)
        while waiting is not None and _time(waiting) <= time + AHEAD:
            out.mux(waiting)
            waiting = next(encoded, None)
        packet.stream = picture
        out.mux(packet)
        report(min(1.0, float(time / clip.duration)))
    while waiting is not None:
        out.mux(waiting)
        waiting = next(encoded, None)


def _time(packet: av.Packet) -> Fraction:
    assert packet.dts is not None and packet.time_base is not None
    return packet.dts * packet.time_base


def _encode(
    stream: av.AudioStream, blocks: Iterable[NDArray[np.float32]], rate: int
) -> Iterator[av.Packet]:
    """AAC packets of a mono sound given in blocks of (n,) samples."""
    place = 0
    for block in blocks:
        for begin in range(0, len(block), CHUNK):
            part = np.ascontiguousarray(block[None, begin : begin + CHUNK])
            if stream.codec_context.name == "pcm_s16le":
                part = np.rint(np.clip(part, -1, 1) * 32767).astype(np.int16)
            form = SAMPLE_FORMATS[stream.codec_context.name]
            frame = av.AudioFrame.from_ndarray(part, format=form, layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, place, Fraction(1, rate)
            place += part.shape[1]
            yield from stream.encode(frame)
    yield from stream.encode(None)


def _shifted(source: InputContainer, stream: av.VideoStream, clip: Clip) -> Iterator[av.Packet]:
    """The picture's packets with the first shown frame at zero and decoding times that rise."""
    base = stream.time_base
    assert base is not None
    start = round(clip.start / base)
    usual = max(1, round(1 / clip.frame_rate / base))
    last = None
    for packet in _with_decoding_times(_from_first_key(source, stream, start), usual):
        assert packet.pts is not None and packet.dts is not None
        order = packet.dts if last is None else max(packet.dts, last + 1)
        last = order
        packet.pts, packet.dts = max(packet.pts, order) - start, order - start
        packet.duration = packet.duration or usual
        yield packet


def _from_first_key(
    source: InputContainer, stream: av.VideoStream, start: int
) -> Iterator[av.Packet]:
    """The packets from the first that can be decoded, all with a time to be shown at."""
    source.flags |= Flags.gen_pts.value
    begun = False
    for packet in source.demux(stream):
        if packet.size == 0:
            continue
        if packet.pts is None:
            packet.pts = packet.dts
        if packet.pts is None:
            raise ValueError("a packet without a time")
        begun = begun or packet.is_keyframe or packet.pts >= start
        if begun:
            yield packet


def _with_decoding_times(packets: Iterable[av.Packet], usual: int) -> Iterator[av.Packet]:
    """Fill in decoding times that a container leaves out (Matroska, at the start)."""
    waiting: list[av.Packet] = []
    for packet in packets:
        waiting.append(packet)
        if packet.dts is None:
            continue
        for place, early in enumerate(waiting):
            early.dts = packet.dts - usual * (len(waiting) - 1 - place)
        yield from waiting
        waiting = []
    for packet in waiting:
        packet.dts = packet.pts
        yield packet
