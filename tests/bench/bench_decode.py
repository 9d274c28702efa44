"""How much of bare decoding speed is left when frames are sampled, scaled and signed on the way."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from v2a.frames.decoder import Decoder
from v2a.frames.open_media import open_media, picture_stream
from v2a.types import FrameOptions
from v2a.video_to_frames import FrameReader

WIDTH, HEIGHT, RATE, BIT_RATE = 1920, 1080, 25, 6_000_000
SIZE = 224
SAMPLES = Fraction(8)


def run(quick: bool = False) -> dict[str, Any]:
    """Frames a second of 1080p H.264, bare and through `FrameReader` at 8 samples a second.

    Both are timed alternately in the same process and the fastest round of each counts; `kept` is
    their ratio by the clock, `kept_cpu` by processor time (what is left on a busy machine).
    """
    frames, rounds = (100, 2) if quick else (250, 4)
    with tempfile.TemporaryDirectory() as folder:
        film = _make_film(Path(folder, "film.mp4"), frames)
        bare = ours = (float("inf"), float("inf"))
        for _ in range(rounds):
            bare = _least(bare, _time(lambda: _decode(film)))
            ours = _least(ours, _time(lambda: _read(film)))
    return {
        "clip": f"{WIDTH}x{HEIGHT} H.264, {frames} frames, {RATE}/s, {SAMPLES} samples/s",
        "cores": os.cpu_count(),
        "bare_fps": round(frames / bare[0], 1),
        "reader_fps": round(frames / ours[0], 1),
        "kept": round(bare[0] / ours[0], 3),
        "kept_cpu": round(bare[1] / ours[1], 3),
        "cpu_ms_per_frame": round(1000 * ours[1] / frames, 2),
    }


def _least(one: tuple[float, float], two: tuple[float, float]) -> tuple[float, float]:
    return min(one[0], two[0]), min(one[1], two[1])


def _time(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _decode(film: Path) -> None:
    with open_media(film) as container:
        for _ in Decoder(container, picture_stream(container, film)):
            pass


def _read(film: Path) -> None:
    for _ in FrameReader(film, SIZE, FrameOptions(rate=SAMPLES)):
        pass


def _make_film(path: Path, frames: int) -> Path:
    """A camera drifting over a textured picture, under grain that is new in every frame."""
    rng = np.random.default_rng(0)
    scene = _texture(rng, HEIGHT + 256, WIDTH + 512)
    grain = rng.normal(0, 4, (HEIGHT + 64, WIDTH + 64)).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate, stream.options = BIT_RATE, {"preset": "veryfast", "g": "250"}
        for number in range(frames):
            x, y = 2 * number % 512, number % 256
            dx, dy = (int(value) for value in rng.integers(0, 64, 2))
            luma = scene[y : y + HEIGHT, x : x + WIDTH] + grain[dy : dy + HEIGHT, dx : dx + WIDTH]
            picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            picture[:HEIGHT] = np.clip(luma, 16, 235)
            picture[HEIGHT:] = scene[y : y + HEIGHT // 2, x : x + WIDTH] // 4 + 96
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def _texture(rng: np.random.Generator, height: int, width: int) -> NDArray[np.int16]:
    """Noise of every scale, like a landscape."""
    whole = np.zeros((height, width))
    for step in (8, 32, 128):
        coarse = rng.uniform(-1, 1, (height // step + 2, width // step + 2))
        fine = np.repeat(np.repeat(coarse, step, axis=0), step, axis=1)
        whole += fine[:height, :width] * step**0.5
    return (16 + 219 * (whole - whole.min()) / np.ptp(whole)).astype(np.int16)


if __name__ == "__main__":
    result = run()
    print("| " + " | ".join(str(value) for value in result.values()) + " |")
    print(json.dumps(result))
