"""A film of the world as a video file: H.264, exact frame rate, sound if wanted."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from v2a.world.film_plan import FilmPlan
from v2a.world.film_reel import frames, sound

RATE = 48_000
"""Hz of the sound in a file."""
BLOCK = 1024
"""Samples of an AAC frame."""


def write_film(plan: FilmPlan, path: Path, with_sound: bool = False) -> Path:
    """Write the film; the container follows from the suffix (.mp4, .mov, .mkv).

    H.264 where there is an encoder for it, else MPEG-4; yuv420p; every frame lies on an exact
    multiple of 1 / frame_rate. with_sound: the mix as mono AAC.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        video = _picture_stream(container, plan)
        sound_stream = _SoundStream(container, plan) if with_sound else None
        for number, pixels in enumerate(frames(plan)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame.pts, frame.time_base = number, 1 / plan.frame_rate
            container.mux(video.encode(frame))
            if sound_stream is not None:
                sound_stream.reach(number + 1)
        container.mux(video.encode(None))
        if sound_stream is not None:
            sound_stream.close()
    return path


def _picture_stream(container: Any, plan: FilmPlan) -> Any:
    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    stream = container.add_stream(codec, rate=plan.frame_rate)
    stream.height, stream.width = plan.size
    stream.pix_fmt = "yuv420p"
    if codec == "libx264":
        stream.options = {"preset": "veryfast", "crf": "19"}
    else:
        stream.bit_rate = max(400_000, 6 * plan.size[0] * plan.size[1])
    return stream


class _SoundStream:
    """The sound's stream, written alongside the picture."""

    def __init__(self, container: Any, plan: FilmPlan) -> None:
        self.container, self.plan = container, plan
        self.mix: NDArray[np.float32] = sound(plan, RATE)[0]
        self.stream = container.add_stream("aac", rate=RATE, layout="mono")
        self.done = 0

    def reach(self, frame: int) -> None:
        """Write whole blocks up to the start of a frame."""
        end = min(len(self.mix), int(frame / self.plan.frame_rate * RATE))
        while self.done + BLOCK <= end:
            self._write(self.mix[self.done : self.done + BLOCK])

    def close(self) -> None:
        """Write what is left."""
        while self.done < len(self.mix):
            self._write(self.mix[self.done : self.done + BLOCK])
        self.container.mux(self.stream.encode(None))

    def _write(self, block: NDArray[np.float32]) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block[None]), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.done, Fraction(1, RATE)
        self.container.mux(self.stream.encode(frame))
        self.done += len(block)
