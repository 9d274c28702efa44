"""Pixels for the report: the filmstrip, small pictures, the spectrogram, and their data URIs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

NIGHT = (
    (0, 8, 10, 18),
    (70, 38, 30, 84),
    (130, 132, 48, 104),
    (185, 232, 112, 74),
    (225, 252, 190, 110),
    (255, 255, 246, 214),
)
"""Stops of the spectrogram's colours: brightness, then red, green, blue."""


def strip(pictures: Sequence[NDArray[np.uint8]], width: int, height: int) -> Image.Image:
    """Pictures side by side in equal slots, each filling its own, cut at the sides if need be."""
    made = Image.new("RGB", (width, height))
    for k, picture in enumerate(pictures):
        left, right = k * width // len(pictures), (k + 1) * width // len(pictures)
        made.paste(fill(picture, right - left, height), (left, 0))
    return made


def fill(picture: NDArray[np.uint8], width: int, height: int) -> Image.Image:
    """A picture scaled to cover a box, what stands out cut off evenly."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    scale = max(width / image.width, height / image.height)
    # Rounding must not let the box stand out by a hair: Pillow refuses it.
    box_width, box_height = min(width / scale, image.width), min(height / scale, image.height)
    left, top = (image.width - box_width) / 2, (image.height - box_height) / 2
    box = (left, top, left + box_width, top + box_height)
    return image.resize((width, height), Image.Resampling.BILINEAR, box)


def night(levels: NDArray[np.uint8]) -> Image.Image:
    """(rows, columns) brightness as a picture in the colours of `NIGHT`."""
    stops = np.array(NIGHT)
    palette = [np.interp(np.arange(256), stops[:, 0], stops[:, k]) for k in (1, 2, 3)]
    image = Image.fromarray(levels).convert("P")
    image.putpalette(np.stack(palette, axis=1).round().astype(np.uint8).tobytes())
    return image


def jpeg(image: Image.Image, quality: int = 82) -> str:
    """A picture as a data URI, small."""
    kept = BytesIO()
    image.save(kept, "JPEG", quality=quality, optimize=True)
    return "data:image/jpeg;base64," + b64encode(kept.getvalue()).decode()


def png(image: Image.Image) -> str:
    """A picture as a data URI, exact."""
    kept = BytesIO()
    image.save(kept, "PNG", optimize=True)
    return "data:image/png;base64," + b64encode(kept.getvalue()).decode()
