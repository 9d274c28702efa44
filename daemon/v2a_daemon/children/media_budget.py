"""What one piece of media may ask of us, checked before, while and after it is decoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from v2a.errors import V2AError
from v2a.frames.open_media import open_media, picture_stream, promised_duration
from v2a.types import Clip
from v2a_daemon.children.process_limits import MediaLimits

Span = tuple[Fraction, Fraction | None]


class Budget:
    """The limits of one file; every method raises MEDIA_LIMIT where one is passed."""

    def __init__(self, path: Path, limits: MediaLimits) -> None:
        self._path, self._limits = path, limits
        self._frames = 0

    def check_head(self, span: Span | None = None) -> None:
        """What the file claims of itself, before any frame of it is decoded.

        Of a stretch with an end it does not matter how long the rest is.
        """
        with open_media(self._path) as container:
            stream = picture_stream(container, self._path)
            self._require("streams", len(container.streams), self._limits.streams)
            size = stream.codec_context.width * stream.codec_context.height
            self._require("pixels in a picture", size, self._limits.pixels)
            if span is None or span[1] is None:
                self._check_hours(float(promised_duration(container, stream) or 0))

    def frame_goes_by(self) -> bool:
        """Count a frame; never asks to stop."""
        self._frames += 1
        self._require("frames", self._frames, self._limits.frames)
        return False

    def check_clip(self, clip: Clip) -> None:
        """What has been decoded."""
        self._require("pixels in a picture", clip.width * clip.height, self._limits.pixels)
        self._check_hours(float(clip.duration))

    def _check_hours(self, seconds: float) -> None:
        self._require("hours", seconds / 3600, self._limits.hours)

    def _require(self, what: str, value: float, limit: float) -> None:
        if value > limit:
            detail = f"{value:.12g} {what}, {limit:.12g} are the limit"
            raise V2AError("MEDIA_LIMIT", path=self._path, detail=detail)
