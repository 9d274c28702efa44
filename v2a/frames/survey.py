"""One pass over a video: decodes it and records every frame's time and signature on the way."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from v2a.errors import V2AError
from v2a.frames.decode_start import DecodeStart
from v2a.frames.decoder import Decoder
from v2a.frames.encoder_pixels import Orientation
from v2a.frames.frame_clock import FrameClock, nominal_rate
from v2a.frames.open_media import check_size, picture_stream, promised_duration, stream_duration
from v2a.frames.signatures import SIGNATURE_SIZE, Signer, is_unmoving
from v2a.types import Clip, FrameTimes

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame

Span = tuple[Fraction, Fraction | None]
"""[start, end) in seconds from the file's first frame; None is its end."""

_SHORTFALL = Fraction(1, 2)
"""Seconds that a header may promise too much before there is a warning. Chosen: headers round, and
the end of sound often differs from that of the picture by less."""


class Survey:
    """Records times and signatures of a video's frames: iterate `frames`, then take `clip`."""

    def __init__(
        self,
        path: Path,
        container: InputContainer,
        span: Span | None = None,
        entry: DecodeStart | None = None,
    ) -> None:
        """`entry` is where to begin, see `find_entry`; None is the file's beginning."""
        if entry is not None:
            entry.go(container, path)
        self._path, self._span, self._entry = path, span, entry
        self._stream = stream = picture_stream(container, path)
        self._decoder = Decoder(container, stream)
        self._promised = promised_duration(container, stream)
        self._own_promise = stream_duration(stream)
        self._has_audio = bool(container.streams.audio)
        self._claims = (stream.guessed_rate, stream.average_rate)
        rate = next((rate for rate in self._claims if rate and rate > 0), None)
        self._clock = FrameClock(stream.time_base or Fraction(1, 90_000), rate)
        self._signatures = bytearray()
        self._stored: tuple[int, int] | None = None
        self._sizes_change = False
        self._last = (0, False)
        self._before, self._left_out = 0, False
        self.orientation = Orientation()
        self.fraction = 0.0
        """Share 0..1 of the promised duration that is decoded."""

    def frames(self) -> Iterator[tuple[int, VideoFrame]]:
        """Tick and frame of every frame in presentation order; NO_FRAMES if there is none."""
        sign = Signer()
        frames = self._decoded()
        for tick, frame in self._within(*self._span, frames) if self._span else frames:
            self._signatures += sign(frame)
            yield tick, frame
        if self._stored is None:
            raise V2AError("NO_FRAMES", path=self._path)

    def _decoded(self) -> Iterator[tuple[int, VideoFrame]]:
        """Every frame, its tick counted from the first that is decoded."""
        for frame in self._decoder:
            self._look_at(frame)
            tick = self._clock.add(frame.dts if frame.pts is None else frame.pts)
            self.fraction = self._done(tick)
            yield tick, frame

    def _within(
        self, start: Fraction, end: Fraction | None, frames: Iterator[tuple[int, VideoFrame]]
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Frames from the one on screen at `start`, which gets tick 0, to the last before `end`."""
        shown, begun = next(frames, None), 0
        for tick, frame in frames:
            if self._time(tick) <= start:
                shown = tick, frame
                self._before = len(self._clock) - 1
                continue
            if shown is not None:
                begun = shown[0]
                yield 0, shown[1]
                shown = None
            if end is not None and self._time(tick) >= end:
                self._left_out = True
                return
            yield tick - begun, frame
        if shown is not None:
            yield 0, shown[1]

    def _time(self, tick: int) -> Fraction:
        """Seconds after the file's first frame."""
        skipped = (self._clock.origin or 0) - self._entry.first if self._entry else 0
        return (tick + skipped) * self._clock.time_base

    def _done(self, tick: int) -> float:
        start, end = self._span or (Fraction(0), None)
        ends = [time for time in (end, self._promised) if time is not None]
        if not ends or min(ends) <= start:
            return 0.0
        return min(max(0.0, float((self._time(tick) - start) / (min(ends) - start))), 1.0)

    @property
    def time_base(self) -> Fraction:
        """Seconds of a tick."""
        return self._clock.time_base

    def times(self) -> FrameTimes:
        """Exact times of all frames so far, from the first one's, then the end of the last."""
        times = self._own_times()
        return FrameTimes(times.ticks - times.ticks[0], times.time_base)

    def _own_times(self) -> FrameTimes:
        """`times` on the file's own clock."""
        times = self._clock.finish(*self._last)
        end = self._before + len(self._signatures) // SIGNATURE_SIZE + 1
        ticks = times.ticks[self._before : end] + (self._clock.origin or 0)
        return FrameTimes(ticks, times.time_base)

    def clip(self) -> Clip:
        """The video's facts; call it after the last frame."""
        times, own = self.times(), self._own_times()
        rate, variable = nominal_rate(times, self._claims)
        first = self._entry.first if self._entry else self._clock.origin or 0
        part = self._entry or self._before or self._left_out
        signatures = np.frombuffer(self._signatures, np.uint8).reshape(-1, SIGNATURE_SIZE)
        width, height = self.orientation.shown(*(self._stored or (0, 0)))
        return Clip(
            path=self._path,
            width=width,
            height=height,
            frame_rate=rate,
            variable_frame_rate=variable,
            start=own[0],
            frame_times=times,
            signatures=signatures,
            still=is_unmoving(signatures),
            has_audio=self._has_audio,
            warnings=tuple(self._warnings(times[-1], rate)),
            source_times=FrameTimes(own.ticks[:-1] - first, own.time_base) if part else None,
        )

    def _look_at(self, frame: VideoFrame) -> None:
        size = frame.width, frame.height
        if size != self._stored:
            check_size(self._path, *size)
            self._sizes_change = self._stored is not None
        if self._stored is None:
            self._stored, self.orientation = size, Orientation.of(frame)
        self._last = frame.duration, frame.interlaced_frame

    def _warnings(self, duration: Fraction, rate: Fraction) -> Iterator[str]:
        if self._decoder.damaged:
            yield f"damage was skipped in {self._decoder.damaged} places"
        promised = self._own_promise or duration
        if self._span:
            promised = (self._span[1] or self._span[0]) - self._span[0]
        if promised - duration > max(_SHORTFALL, 2 / rate):
            who = "the part asked for lasts" if self._span else "the header promises"
            yield f"{who} {float(promised):.2f} s, {float(duration):.2f} s could be decoded"
        if self._clock.repaired:
            yield f"{self._clock.repaired} timestamps were missing or out of order; repaired"
        if self._clock.jumps:
            yield f"the clock runs backwards {self._clock.jumps} times; it was joined there"
        if self._sizes_change:
            yield "the picture changes its size on the way"
