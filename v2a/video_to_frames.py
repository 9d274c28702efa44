"""Video to frames: one pass over a file that samples RGB for the encoder and records every frame.

What is kept of a frame is its time and its signature (400 bytes together), so that two hours need
70 MB whatever the picture's size; sampled frames come out in batches and are forgotten. Pixels
equal open_clip's own preprocessing to within 2 of 255: see `v2a.frames.encoder_pixels`. Of bare
decoding speed 0.9 is left at 8 samples a second of 1080p H.264 (`tests/bench/bench_decode.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from v2a.errors import V2AError
from v2a.frames.decode_start import find_entry
from v2a.frames.encoder_pixels import Pixels, Shrinker
from v2a.frames.filmstrip import read_filmstrip
from v2a.frames.open_media import CONTAINERS, expected_duration, open_media
from v2a.frames.sample_times import sampled
from v2a.frames.signatures import (
    SIGNATURE_CHROMA,
    SIGNATURE_LUMA,
    SIGNATURE_SIZE,
    is_black,
    is_unmoving,
    mean_luma,
)
from v2a.frames.survey import Survey
from v2a.types import Clip, FrameBatch, FrameOptions, Report, ShouldStop

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = [
    "CONTAINERS",
    "SIGNATURE_CHROMA",
    "SIGNATURE_LUMA",
    "SIGNATURE_SIZE",
    "FrameReader",
    "expected_duration",
    "is_quiet",
    "mean_luma",
    "open_media",
    "read_filmstrip",
]

_REPORT_EVERY = 16
"""Frames between two reports of progress. Chosen: under a second at any speed of decoding."""
_EDGE = 12
"""Most frames at each end of a scene that are left out of the test whether it moves. Chosen: half a
second at 25 fps, the rest of a fade."""


class FrameReader:
    """Samples a video and records its facts; iterate once, then read `clip`.

    With a rate, sampled are the first frame and, for every whole k, the frame shown at k/rate
    seconds, each once; with rate None all are. `size` is the side of the square pictures. With a
    span, all of this is of that stretch alone, as if it were the file. Iterating raises as
    `open_media` does, NO_FRAMES if nothing decodes, and CANCELLED once `should_stop` is
    true. What could not be decoded is skipped and named in `clip.warnings`.
    """

    def __init__(
        self,
        path: Path,
        size: int,
        options: FrameOptions = FrameOptions(),  # noqa: B008 - frozen
        report: Report | None = None,
        should_stop: ShouldStop | None = None,
    ) -> None:
        assert size > 0 and options.batch > 0
        self._path, self._size, self._options = path, size, options
        self._report = report or (lambda _: None)
        self._should_stop = should_stop or (lambda: False)
        self._clip: Clip | None = None

    @property
    def clip(self) -> Clip:
        """The whole video's facts; RuntimeError before the iteration has ended."""
        if self._clip is None:
            raise RuntimeError("iterate to the end before asking for the clip")
        return self._clip

    def __iter__(self) -> Iterator[FrameBatch]:
        """Batches of at most `options.batch` sampled frames in presentation order."""
        span = self._options.span
        entry = find_entry(self._path, span[0]) if span else None
        with open_media(self._path) as container:
            survey = Survey(self._path, container, span, entry)
            batch = _Batch(self._size, self._options.batch)
            shrink = Shrinker(self._size)
            frames = self._watched(survey)
            for number, frame in sampled(
                frames, survey.time_base, self._options.rate, lambda: survey.times()[-1]
            ):
                batch.add(number, shrink(frame, survey.orientation))
                if batch.full:
                    yield batch.take()
            if batch.indices:
                yield batch.take()
            self._clip = survey.clip()
        self._report(1.0)

    def _watched(self, survey: Survey) -> Iterator[tuple[int, VideoFrame]]:
        """The survey's frames; between them progress is reported and `should_stop` asked."""
        for number, item in enumerate(survey.frames()):
            if self._should_stop():
                raise V2AError("CANCELLED")
            if number % _REPORT_EVERY == 0:
                self._report(survey.fraction)
            yield item


class _Batch:
    """Sampled frames on their way out."""

    def __init__(self, size: int, most: int) -> None:
        self._shape = (most, size, size, 3)
        self.indices: list[int] = []
        self._pixels = np.empty(self._shape, np.uint8)

    @property
    def full(self) -> bool:
        return len(self.indices) == self._shape[0]

    def add(self, index: int, pixels: Pixels) -> None:
        self._pixels[len(self.indices)] = pixels
        self.indices.append(index)

    def take(self) -> FrameBatch:
        batch = FrameBatch(np.array(self.indices, np.int64), self._pixels[: len(self.indices)])
        self.indices, self._pixels = [], np.empty(self._shape, np.uint8)
        return batch


def is_quiet(clip: Clip, start_frame: int, end_frame: int) -> bool:
    """Whether the picture is black or does not move in frames [start_frame, end_frame).

    Up to a tenth (12 frames at most) at either end may differ: the rest of a fade is no movement.
    """
    length = end_frame - start_frame
    edge = min(_EDGE, length // 10)
    inner = clip.signatures[start_frame + edge : end_frame - edge]
    return bool(len(inner)) and (is_unmoving(inner) or bool(is_black(inner).all()))
