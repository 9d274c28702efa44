"""Coarse pictures of every frame, cheap enough for all of them: what moved, and what is black.

A signature is a row of `SIGNATURE_SIZE` bytes: 16x16 means of luma, then 8x8 of Cb, then 8x8 of Cr,
row by row over the picture as stored (a rotation tag does not turn it), each on the full scale
0..255 (black 0, white 255, no colour 128) whatever the video's range and depth. The grid has the
aspect of the picture, so that cells correspond between frames of one clip, not between clips.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

SIGNATURE_LUMA = 16
"""Luma cells a side; bytes [0, 256)."""
SIGNATURE_CHROMA = 8
"""Cb and Cr cells a side; bytes [256, 320) and [320, 384)."""
SIGNATURE_SIZE = SIGNATURE_LUMA**2 + 2 * SIGNATURE_CHROMA**2
"""Bytes of a signature: 384."""

STILL_CELL, STILL_MEAN = 4, 1.0
"""Largest and mean difference, of 255, of signatures of an unmoving picture. Chosen: what codecs
make of one."""
BLACK_CELL, BLACK_MEAN = 26, 10.0
"""Brightest cell and mean luma, of 255, of a black frame. Chosen: a tenth of the range for a cell,
so that noise stays black and a candle does not."""

_ROWS = 8
"""Lines a cell is averaged over. Chosen: more change nothing that matters and cost more."""
_PLANAR = re.compile(r"(?:yuva?(j?)4\d\dp|(gray))(\d*)(?:le)?")
_SEMI = re.compile(r"nv(12|16|24)")


class Signer:
    """Makes signatures; planar YUV and grey are read in place, anything else is scaled first."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> bytes:
        """The `SIGNATURE_SIZE` bytes of a frame."""
        planes = _read_planes(frame)
        if planes is None:
            side = 4 * SIGNATURE_LUMA
            small = self._reformatter.reformat(
                frame,
                side,
                side,
                "yuv444p",
                dst_color_range=ColorRange.JPEG,
                interpolation=Interpolation.AREA,
                threads=1,
            )
            planes = [_samples(plane, 8) for plane in small.planes]
            return _sign(planes, 8, True)
        return _sign(planes, _depth(frame), _is_full(frame))


def _read_planes(frame: VideoFrame) -> list[NDArray] | None:
    """Luma, Cb and Cr (or luma alone) as 2-D views of a frame's memory; None for other layouts."""
    name = frame.format.name
    stored = frame.planes
    if any(plane.line_size <= 0 for plane in stored):  # bottom-up
        return None
    if _PLANAR.fullmatch(name):
        return [_samples(plane, _depth(frame)) for plane in stored[:3]]
    if _SEMI.fullmatch(name):
        both = _samples(stored[1], 8, 2)
        return [_samples(stored[0], 8), both[:, 0::2], both[:, 1::2]]
    return None


def _samples(plane: VideoPlane, depth: int, each: int = 1) -> NDArray:
    kind = np.uint8 if depth <= 8 else np.dtype("<u2")
    lines = np.frombuffer(plane, kind).reshape(plane.height, -1)  # pyright: ignore
    return lines[:, : each * plane.width]


def _depth(frame: VideoFrame) -> int:
    match = _PLANAR.fullmatch(frame.format.name)
    return int(match[3] or 8) if match else 8


def _is_full(frame: VideoFrame) -> bool:
    match = _PLANAR.fullmatch(frame.format.name)
    tagged = int(frame.color_range) == int(ColorRange.JPEG)
    return tagged or bool(match and (match[1] or match[2]))


def _sign(planes: list[NDArray], depth: int, full: bool) -> bytes:
    unit = 2 ** (depth - 8)
    row = np.full(SIGNATURE_SIZE, 128.0)  # grey has no chroma
    luma = _areas(planes[0], SIGNATURE_LUMA).ravel() / unit
    row[: len(luma)] = luma if full else (luma - 16) * (255 / 219)
    at = len(luma)
    for chroma in planes[1:3]:
        colour = _areas(chroma, SIGNATURE_CHROMA).ravel() / unit - 128
        row[at : at + len(colour)] += colour if full else colour * (255 / 224)
        at += len(colour)
    return np.clip(np.rint(row), 0, 255).astype(np.uint8).tobytes()


def _areas(plane: NDArray, cells: int) -> NDArray[np.float64]:
    """(cells, cells) means of a plane, each over `_ROWS` evenly spaced lines of its cell."""
    height, width = plane.shape
    rows, edges, counts = _grid(height, width, cells)
    narrow = np.uint16 if plane.dtype == np.uint8 else np.uint32  # either holds _ROWS samples
    lines = plane[rows].reshape(cells, _ROWS, width).sum(axis=1, dtype=narrow)
    return np.add.reduceat(lines, edges, axis=1, dtype=np.uint32) / counts


@lru_cache(maxsize=16)
def _grid(height: int, width: int, cells: int) -> tuple[NDArray, NDArray, NDArray]:
    """Lines to read, first columns of the cells, and samples summed per cell."""
    rows = ((np.arange(cells * _ROWS) + 0.5) * height / (cells * _ROWS)).astype(np.intp)
    edges = np.arange(cells) * width // cells
    spans = np.diff(np.append(edges, width))
    return rows, edges, np.maximum(spans, 1) * float(_ROWS)


def mean_luma(signatures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N,) mean luma of frames, 0 black .. 255 white, from their (N, SIGNATURE_SIZE) signatures."""
    return signatures[:, : SIGNATURE_LUMA**2].mean(axis=1)


def is_black(signatures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(N,) which frames are black all over."""
    luma = signatures[:, : SIGNATURE_LUMA**2]
    return (luma.max(axis=1) <= BLACK_CELL) & (luma.mean(axis=1) <= BLACK_MEAN)


def is_unmoving(signatures: NDArray[np.uint8]) -> bool:
    """Whether no frame differs from the first by more than the noise of codecs."""
    first = signatures[:1].astype(np.int16)
    for start in range(0, len(signatures), 4096):
        change = np.abs(signatures[start : start + 4096] - first)
        if change.max() > STILL_CELL or change.mean(axis=1).max() > STILL_MEAN:
            return False
    return True
