"""Decoding that goes on after damage: packets that cannot be decoded are skipped and counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from av.error import FFmpegError
from av.stream import Discard

from v2a.frames.open_media import LARGEST

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_PATIENCE = 100
"""Reading errors in a row after which the rest of a file counts as lost. Chosen: a scratch spoils a
few packets, a cut-off file fails for ever."""


class Decoder:
    """All frames of one stream in presentation order; `damaged` counts what was skipped."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._lost = self._torn = self._broken = 0
        self._container = container
        self._stream = stream
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = 0
        stream.codec_context.options = {"max_pixels": str(LARGEST)}

    @property
    def damaged(self) -> int:
        """Packets that could not be read or decoded, and frames that came out broken."""
        return self._lost + max(self._torn, self._broken)

    def __iter__(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            self._torn += packet.is_corrupt
            try:
                frames = packet.decode()
            except FFmpegError:
                self._lost += 1
                continue
            for frame in frames:
                self._broken += frame.is_corrupt
                yield frame

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """Packets, then the empty one that flushes the decoder; a reading error is stepped over."""
        failures = 0
        while failures < _PATIENCE:
            try:
                for packet in self._container.demux(self._stream):
                    failures = 0
                    yield packet
                return
            except FFmpegError:
                self._lost += 1
                failures += 1
