"""Small films for tests of everything that needs a file and does not care what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Film:
    """Scenes of moving blobs, each in its own colours and textures, with hard cuts between."""

    scenes: tuple[int, ...] = (25, 25)
    """Frames of each."""
    width: int = 96
    height: int = 54
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    look: str = "moving"
    """moving | still | black"""
    seed: int = 1


def frames(film: Film) -> Iterator[NDArray[np.uint8]]:
    """Every frame, (height, width, 3) RGB."""
    rng = np.random.default_rng(film.seed)
    y, x = np.mgrid[: film.height, : film.width].astype(np.float32) / max(film.height, 1)
    for length in film.scenes:
        base, waves = rng.uniform(20, 235, 3), rng.uniform(2, 20, (3, 2))
        phase, drift = rng.uniform(0, 6, 3), rng.uniform(0.05, 0.2, 3)
        for number in range(length):
            moment = 0 if film.look == "still" else number
            swing = np.sin(
                x[..., None] * waves[:, 0] + y[..., None] * waves[:, 1] + phase + drift * moment
            )
            picture = np.clip(base + 45 * swing, 0, 255)
            yield (picture * (film.look != "black")).astype(np.uint8)


def write_film(path: Path, film: Film) -> Path:
    """The film as a file whose container follows from its suffix."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(film.codec, rate=film.rate)
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, film.pixel_format
        if film.codec == "libx264":
            stream.options = {"preset": "ultrafast", "crf": "20"}
        for number, pixels in enumerate(frames(film)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, 1 / film.rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def repeat(path: Path, film: Path, times: int) -> Path:
    """A film that plays another so many times over; packets are copied, so it is quickly made."""
    with av.open(str(path), "w") as out:
        stream = None
        for turn in range(times):
            with av.open(str(film)) as container:
                source = container.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(source)
                assert source.duration is not None and source.time_base is not None
                for packet in container.demux(source):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts += turn * source.duration
                    packet.dts += turn * source.duration
                    packet.stream = stream
                    out.mux(packet)
    return path
