"""What a media child says: a JSON head with bounds, then raw bytes; nothing of it is trusted.

A record is the length of its head (4 bytes), the head, and as many bytes as the head's numbers
imply. Whoever reads checks every number before it makes room for it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from v2a.errors import V2AError
from v2a.frames.signatures import SIGNATURE_SIZE
from v2a.types import Clip, FrameBatch, FrameTimes
from v2a_daemon.children.process_limits import MediaLimits

LENGTH = struct.Struct("<I")
LONGEST_HEAD = 1 << 16
Reason = Literal[
    "NOT_FOUND",
    "NO_PERMISSION",
    "IS_URL",
    "EMPTY_FILE",
    "NOT_MEDIA",
    "NO_VIDEO",
    "NO_FRAMES",
    "TOO_LARGE",
    "MEDIA_LIMIT",
    "BAD_OPTION",
]
"""What may be wrong with media, as far as a child can tell."""

Number = Annotated[str, Field(pattern=r"^-?\d{1,19}(/[1-9]\d{0,18})?$")]
"""A fraction; no exponent, which could make it endless."""
Text = Annotated[str, Field(max_length=300)]


class Untrusted(Exception):
    """A media child said what no media child of ours says."""


class BatchHead(BaseModel, extra="forbid"):
    """Frames: (count,) int64 numbers, then (count, size, size, 3) uint8 RGB."""

    kind: Literal["batch"] = "batch"
    count: int = Field(ge=1)


class ProgressHead(BaseModel, extra="forbid"):
    """How much of the media has gone by."""

    kind: Literal["progress"] = "progress"
    fraction: float = Field(ge=0, le=1, allow_inf_nan=False)


class ClipHead(BaseModel, extra="forbid"):
    """The end: (frames + 1,) int64 ticks, then (frames, K) uint8 signatures."""

    kind: Literal["clip"] = "clip"
    frames: int = Field(ge=1)
    width: int = Field(ge=1, le=1 << 16)
    height: int = Field(ge=1, le=1 << 16)
    frame_rate: Number
    time_base: Number
    start: Number
    variable_frame_rate: bool
    still: bool
    has_audio: bool
    source_start: int | None = Field(None, ge=0, le=1 << 53)
    """Of a clip that is a stretch of its file: ticks from the file's first frame."""
    warnings: list[Text] = Field(max_length=32)


class TroubleHead(BaseModel, extra="forbid"):
    """Why there is nothing more to come; `detail` and `hint` go into the reason's own words."""

    kind: Literal["trouble"] = "trouble"
    reason: Reason
    detail: Text = ""
    hint: Text = ""


_HEAD: TypeAdapter[BatchHead | ProgressHead | ClipHead | TroubleHead] = TypeAdapter(
    Annotated[BatchHead | ProgressHead | ClipHead | TroubleHead, Field(discriminator="kind")]
)
Record = FrameBatch | float | Clip | V2AError


def trouble(error: V2AError) -> TroubleHead:
    """An error as a record; ValueError where media cannot be at fault."""
    said = {name: str(error.facts.get(name, ""))[:300] for name in ("detail", "hint")}
    return TroubleHead.model_validate({"reason": error.reason, **said})


def write(stream: IO[bytes], head: BaseModel, *arrays: NDArray[np.generic]) -> None:
    """One record."""
    text = json.dumps(head.model_dump(), allow_nan=False).encode()
    stream.write(LENGTH.pack(len(text)) + text)
    for array in arrays:
        stream.write(np.ascontiguousarray(array).data)
    stream.flush()


def clip_record(clip: Clip) -> tuple[ClipHead, NDArray[np.int64], NDArray[np.uint8]]:
    """A clip as a record's head and arrays."""
    times = FrameTimes.of(clip.frame_times)
    head = ClipHead(
        frames=clip.frames,
        width=clip.width,
        height=clip.height,
        frame_rate=str(clip.frame_rate),
        time_base=str(times.time_base),
        start=str(clip.start),
        variable_frame_rate=clip.variable_frame_rate,
        still=clip.still,
        has_audio=clip.has_audio,
        source_start=None if clip.source_times is None else int(clip.source_times.ticks[0]),
        warnings=[warning[:300] for warning in clip.warnings[:32]],
    )
    return head, times.ticks, clip.signatures


def clip_of(
    head: ClipHead, ticks: NDArray[np.int64], signatures: NDArray[np.uint8], path: Path
) -> Clip:
    """The clip of a record."""
    base, source = Fraction(head.time_base), None
    if head.source_start is not None:
        source = FrameTimes(ticks[:-1] + head.source_start, base)
    return Clip(
        path=path,
        width=head.width,
        height=head.height,
        frame_rate=Fraction(head.frame_rate),
        variable_frame_rate=head.variable_frame_rate,
        start=Fraction(head.start),
        frame_times=FrameTimes(ticks, base),
        signatures=signatures,
        still=head.still,
        has_audio=head.has_audio,
        warnings=tuple(map(_line, head.warnings)),
        source_times=source,
    )


@dataclass(frozen=True)
class Expected:
    """What records must agree with."""

    path: Path
    size: int
    """Side of a frame, pixels."""
    batch: int
    """Most frames of a batch."""
    limits: MediaLimits


def read(stream: IO[bytes], expected: Expected) -> Iterator[Record]:
    """Records until the stream ends: batches, fractions done, then the clip or what is wrong.

    Raises Untrusted for anything else, a stream that ends before its time among it.
    """
    last = -1
    while True:
        head = _head(stream)
        match head:
            case ProgressHead(fraction=fraction):
                yield fraction
            case BatchHead():
                batch = _batch(stream, head, expected, last)
                last = int(batch.indices[-1])
                yield batch
            case ClipHead():
                yield _clip(stream, head, expected, last)
                return
            case TroubleHead(reason=reason):
                facts = {"detail": _line(head.detail), "hint": _line(head.hint)}
                yield V2AError(reason, path=expected.path, **facts)
                return


def _head(stream: IO[bytes]) -> BatchHead | ProgressHead | ClipHead | TroubleHead:
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    _require(length <= LONGEST_HEAD, "a head is too long")
    try:
        return _HEAD.validate_json(_exactly(stream, length))
    except ValidationError as error:
        raise Untrusted(f"a head has {error.error_count()} faults") from None


def _batch(stream: IO[bytes], head: BatchHead, expected: Expected, last: int) -> FrameBatch:
    _require(head.count <= expected.batch, "a batch is too long")
    indices = _array(stream, np.int64, (head.count,))
    pixels = _array(stream, np.uint8, (head.count, expected.size, expected.size, 3))
    _require(indices[0] > last and (np.diff(indices) > 0).all(), "frames are out of order")
    _require(indices[-1] < expected.limits.frames, "a frame's number is too high")
    return FrameBatch(indices, pixels)


def _clip(stream: IO[bytes], head: ClipHead, expected: Expected, last: int) -> Clip:
    _require(last < head.frames <= expected.limits.frames, "the number of frames is wrong")
    ticks = _array(stream, np.int64, (head.frames + 1,))
    signatures = _array(stream, np.uint8, (head.frames, SIGNATURE_SIZE))
    _require(ticks[0] == 0 and (ticks[1:] > ticks[:-1]).all(), "times do not rise")
    clip = clip_of(head, ticks, signatures, expected.path)
    _require(clip.frame_rate > 0 and clip.duration > 0, "a rate is not above zero")
    return clip


def _array(stream: IO[bytes], kind: type[np.generic], shape: tuple[int, ...]) -> NDArray:
    array = np.empty(shape, kind)
    room, filled = array.reshape(-1).view(np.uint8).data, 0
    while filled < len(room):
        count = stream.readinto(room[filled:])  # type: ignore[attr-defined]
        _require(bool(count), "it ends too early")
        filled += count
    return array


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    _require(len(found) == size, "it ends too early")
    return found


def _require(fact: bool | np.bool_, what: str) -> None:
    if not fact:
        raise Untrusted(what)


def _line(text: str) -> str:
    """Text as one line of what can be shown."""
    return "".join(c if c.isprintable() else " " for c in text)
