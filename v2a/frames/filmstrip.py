"""Small pictures of chosen frames, for reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from v2a.errors import V2AError
from v2a.frames.decoder import Decoder
from v2a.frames.encoder_pixels import Orientation, Pixels, picture
from v2a.frames.open_media import open_media, picture_stream
from v2a.frames.signatures import STILL_MEAN, Signer
from v2a.types import Clip

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame

Pick = Callable[..., Iterator[tuple[int, "VideoFrame"]]]

_WORTH_SEEKING = 4
"""Seconds to the next wanted frame from which seeking beats decoding on. Chosen: at 25 fps the
longest usual distance of key frames is 10 s, so that a seek decodes 5 s on average."""


def read_filmstrip(
    path: Path, frame_numbers: Sequence[int], height: int, clip: Clip | None = None
) -> list[Pixels]:
    """(height, w, 3) RGB pictures of frames, as shown, in the order asked; w keeps the aspect.

    Without `clip` the file is decoded up to the last frame wanted. With it (what `FrameReader`
    found in the same file) far frames are sought by time, which takes seconds for any length; every
    frame found so is checked against its signature, and the file decoded through if one is wrong,
    unless the clip is not its whole file, so that numbers cannot be counted from its start.
    A frame that can no longer be decoded is replaced by a neighbour. Raises as `open_media` does,
    and NO_FRAMES.
    """
    wanted = sorted(set(frame_numbers))
    found = (clip and _collect(path, _seek, wanted, height, clip)) or {}
    if len(found) < len(wanted) and (clip is None or clip.source_times is None):
        found = _collect(path, _count, wanted, height, clip)
    if wanted and not found:
        raise V2AError("NO_FRAMES", path=path)
    known = sorted(found)
    return [found[max((k for k in known if k <= n), default=known[0])] for n in frame_numbers]


def _collect(
    path: Path, pick: Pick, wanted: list[int], height: int, clip: Clip | None
) -> dict[int, Pixels]:
    reformatter = VideoReformatter()
    found: dict[int, Pixels] = {}
    with open_media(path) as container:
        for number, frame in pick(container, path, wanted, clip):
            found[number] = picture(frame, reformatter, Orientation.of(frame), height)
    return found


def _count(
    container: InputContainer, path: Path, wanted: list[int], clip: Clip | None
) -> Iterator[tuple[int, VideoFrame]]:
    """Decode from the start, counting; the last frame stands for numbers beyond the end."""
    missing = set(wanted)
    last = None
    for last in enumerate(Decoder(container, picture_stream(container, path))):
        if last[0] in missing:
            yield last
            missing.remove(last[0])
        if not missing:
            return
    if last is not None:
        yield last


def _seek(
    container: InputContainer, path: Path, wanted: list[int], clip: Clip
) -> Iterator[tuple[int, VideoFrame]]:
    """Seek each frame by its time; ends at the first whose signature is not the clip's."""
    stream = picture_stream(container, path)
    decoder, signer = Decoder(container, stream), Signer()
    base = stream.time_base or Fraction(1)
    frames, frame, here = iter(decoder), None, (stream.start_time or 0) * base
    places = sorted((_place(clip, number), number) for number in wanted if number < clip.frames)
    for time, number in places:
        tick = round(time / base)
        if time - here > _WORTH_SEEKING:
            try:
                container.seek(tick, stream=stream)
            except FFmpegError:
                return
            frames, frame = iter(decoder), None
        if frame is None or time > here:
            frame = next((f for f in frames if f.pts is None or f.pts >= tick), None)
        if frame is None or not _is_same(clip.signatures[number], signer(frame)):
            return
        here = time
        yield number, frame


def _place(clip: Clip, number: int) -> Fraction:
    """When a file shows a clip's frame, on its own clock."""
    if clip.source_times is not None:
        return clip.start + clip.source_times[number] - clip.source_times[0]
    return clip.start + clip.frame_times[number]


def _is_same(known: NDArray[np.uint8], seen: bytes) -> bool:
    change = known.astype(np.int16) - np.frombuffer(seen, np.uint8)
    return bool(np.abs(change).mean() <= STILL_MEAN)
