"""Films whose every frame says which film and which frame it is, in bars that survive a codec."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 128, 32
BAR = 8
"""Pixels a bar is wide; sixteen of them: four for the film's number (1-15), twelve the frame's."""


def picture(film: int, frame: int) -> np.ndarray:
    """RGB, (32, 128, 3): white bars for ones, highest bit first."""
    bits = [(film << 12 | frame) >> (15 - k) & 1 for k in range(16)]
    row = np.repeat(np.array(bits, dtype=np.uint8) * 255, BAR)
    return np.broadcast_to(row[None, :, None], (HEIGHT, WIDTH, 3)).copy()


def film(path: Path, number: int, frames: int, rate: Fraction) -> Path:
    """A film of that many frames at a constant rate."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "12", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for k in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number, k), "rgb24")))
        container.mux(stream.encode())
    return path


def stills(folder: Path, number: int, frames: int) -> list[Path]:
    """The same as pictures, 0001.png and on."""
    folder.mkdir(parents=True)
    files = [folder / f"{k + 1:04d}.png" for k in range(frames)]
    for k, file in enumerate(files):
        Image.fromarray(picture(number, k)).save(file)
    return files


def read(pixels: np.ndarray) -> tuple[int, int]:
    """Film and frame a rendered picture shows; (0, 0) where it is black."""
    grey = pixels[..., :3].mean(axis=2)
    bars = grey[4:-4].reshape(grey.shape[0] - 8, 16, -1).mean(axis=(0, 2))
    value = int("".join("1" if bar > 127 else "0" for bar in bars), 2)
    return value >> 12, value & 0xFFF


def read_file(path: Path) -> tuple[int, int]:
    """Likewise, of a picture in a file."""
    with Image.open(path) as opened:
        return read(np.asarray(opened.convert("RGB")))
