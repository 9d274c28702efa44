"""From decoded frames to the encoder's input: open_clip's own preprocessing, frame by frame.

open_clip resizes the short side with Pillow's antialiased bicubic filter and crops the centre. One
swscale context converts a frame to RGB at its full size (matrix and range by the frame's own tags,
FFmpeg's BT.601 where it has none), so that the resizing starts from the very pixels that Pillow
would see; torch's 8-bit antialiased bicubic then repeats Pillow's integer arithmetic, rows before
columns, several times faster. Reached, on real footage and on noise: largest difference 2 of 255,
mean under 0.005 on footage. swscale straight to the small size, with Pillow's a = -0.5, differs by
up to 24 (it never sees RGB, so its clipping and chroma placement differ, and it repeats edge
pixels); Pillow itself would cost half of what decoding costs, this a tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Pixels = NDArray[np.uint8]
"""(height, width, 3) RGB."""

Resize = Callable[[Pixels, int, int, bool], Pixels]
"""Picture, new height, new width, whether columns are resized before rows."""

_WIDEST = 8
"""Aspect from which only the visible part is resized: a strip of 16384x1 would need gigabytes.
Chosen: beyond any film."""

_SMALL = 160 * 90
"""Pixels up to which Pillow resizes, in under a millisecond: torch, which takes seconds to load,
would have saved as much only after thousands of such pictures. By size alone, so that a process
that has torch and one that has not make the same pixels."""


@dataclass(frozen=True)
class Orientation:
    """How stored pixels have to be turned to be shown: first swapped, then flipped."""

    swap: bool = False
    """Rows become columns."""
    flip_x: bool = False
    flip_y: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation:
        """From the frame's display matrix (ISO 14496-12, 8.5.2), to the nearest quarter turn."""
        data = frame.side_data.get("DISPLAYMATRIX")
        if data is None:
            return cls()
        a, b, _, c, d = (int(value) for value in np.frombuffer(bytes(data), np.int32)[:5])
        if abs(b) + abs(c) > abs(a) + abs(d):
            return cls(True, flip_x=c < 0, flip_y=b < 0)
        return cls(False, flip_x=a < 0, flip_y=d < 0)

    def shown(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown, from those stored."""
        return (height, width) if self.swap else (width, height)

    def turn(self, pixels: Pixels) -> Pixels:
        """A view of the pixels as shown."""
        if self.swap:
            pixels = pixels.swapaxes(0, 1)
        return pixels[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]


class Shrinker:
    """Makes (size, size, 3) pictures of frames: open_clip's transform before its mean and std."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._reformatter = VideoReformatter()
        self._resize_large: Resize | None = None

    def __call__(self, frame: VideoFrame, orientation: Orientation) -> Pixels:
        """(size, size, 3) RGB of a frame as shown."""
        rgb = plane(self._reformatter.reformat(frame, format="rgb24", threads=1))
        height, width = rgb.shape[:2]
        long, short = max(width, height), min(width, height)
        resized = int(self.size * long / short)  # torchvision's rounding
        if resized > _WIDEST * self.size:
            small = _resize_centre(orientation.turn(rgb), self.size, resized)
        else:
            to = (self.size, resized) if width > height else (resized, self.size)
            turned = orientation.turn(self._resize(rgb)(rgb, *to, orientation.swap))
            small = _centre(turned, self.size)
        return small

    def _resize(self, rgb: Pixels) -> Resize:
        """How a picture of this size is resized."""
        if rgb.shape[0] * rgb.shape[1] <= _SMALL:
            return _resize_pillow
        if self._resize_large is None:
            self._resize_large = _best_resize()
        return self._resize_large


def picture(
    frame: VideoFrame, reformatter: VideoReformatter, orientation: Orientation, height: int
) -> Pixels:
    """(height, w, 3) RGB of a frame as shown, its aspect kept; w is between 1 and 4 heights."""
    wide, high = orientation.shown(frame.width, frame.height)
    width = min(max(1, round(height * wide / high)), 4 * height)
    stored, area = orientation.shown(width, height), Interpolation.AREA
    small = reformatter.reformat(frame, *stored, "rgb24", interpolation=area, threads=1)
    return np.ascontiguousarray(orientation.turn(plane(small)))


def plane(frame: VideoFrame) -> Pixels:
    """An rgb24 frame's pixels as an array, not copied."""
    data = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)  # pyright: ignore
    return data[:, : 3 * frame.width].reshape(frame.height, frame.width, 3)


def _best_resize() -> Resize:
    """Torch where it can be loaded (memory limits may forbid it), else Pillow; the same pixels."""
    try:
        import torch  # noqa: F401
    except (ImportError, OSError):
        return _resize_pillow
    return _resize_torch


def _resize_torch(rgb: Pixels, height: int, width: int, columns_first: bool) -> Pixels:
    import torch
    from torch.nn.functional import interpolate

    whole = torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None]
    if columns_first:  # of a picture that will be turned: Pillow would begin with its rows
        whole = interpolate(whole, (height, rgb.shape[1]), mode="bicubic", antialias=True)
    small = interpolate(whole, (height, width), mode="bicubic", antialias=True)
    return small[0].permute(1, 2, 0).numpy()


def _resize_pillow(rgb: Pixels, height: int, width: int, columns_first: bool) -> Pixels:
    picture = Image.fromarray(rgb)
    if columns_first:
        picture = picture.resize((rgb.shape[1], height), Image.Resampling.BICUBIC)
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC))


def _centre(pixels: Pixels, size: int) -> Pixels:
    top, left = (round((side - size) / 2) for side in pixels.shape[:2])
    return pixels[top : top + size, left : left + size]


def _resize_centre(pixels: Pixels, size: int, resized: int) -> Pixels:
    """(size, size, 3) centre of a very long picture, without resizing the rest."""
    height, width = pixels.shape[:2]
    start = round((resized - size) / 2)
    scale = max(width, height) / resized
    near, far = start * scale, (start + size) * scale
    box = (near, 0, far, height) if width > height else (0, near, width, far)
    whole = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(whole.resize((size, size), Image.Resampling.BICUBIC, box=box))
