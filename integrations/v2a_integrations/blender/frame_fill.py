"""Decides whether a strip's picture fills the frame and is opaque."""

from __future__ import annotations

import os
from typing import Any

import bpy

ENOUGH = 0.5
"""Share of the frame's area below which a strip is an inset that hides nothing; chosen: half."""
OPAQUE = (".bmp", ".hdr", ".jp2", ".jpeg", ".jpg")
"""Endings of pictures that have no alpha."""


def fills(strip: Any, kind: str, scene: Any) -> bool:
    """Whether a strip fills at least `ENOUGH` of the frame and has no alpha."""
    if kind == "IMAGE" and may_be_clear(_first(strip, scene)):
        return False
    transform, crop = getattr(strip, "transform", None), getattr(strip, "crop", None)
    if transform is None:
        return True
    render = scene.render
    frame = (render.resolution_x, render.resolution_y)
    wide, high = _size(strip) or frame
    if crop is not None:
        wide -= crop.min_x + crop.max_x
        high -= crop.min_y + crop.max_y
    wide = _overlap(wide * transform.scale_x, transform.offset_x, frame[0])
    high = _overlap(high * transform.scale_y, transform.offset_y, frame[1])
    return wide * high >= ENOUGH * frame[0] * frame[1]


def _overlap(length: float, offset: float, frame: float) -> float:
    """Pixels of a frame that a picture covers, centred and moved by `offset`, along one axis."""
    low, high = offset - abs(length) / 2, offset + abs(length) / 2
    return max(min(high, frame / 2) - max(low, -frame / 2), 0.0)


def _size(strip: Any) -> tuple[int, int] | None:
    """(width, height) in pixels of a movie's or an image's picture; None where unknown."""
    elements = getattr(strip, "elements", None)
    if not elements:
        return None
    wide, high = elements[0].orig_width, elements[0].orig_height
    return (wide, high) if wide and high else None


def _first(strip: Any, scene: Any) -> str:
    told = os.path.join(strip.directory, strip.elements[0].filename) if strip.elements else ""
    return bpy.path.abspath(told, library=scene.library)


_clear: dict[str, bool] = {}


def may_be_clear(path: str) -> bool:
    """Whether a picture file may have alpha; for PNG its header says so."""
    if path not in _clear:
        _clear[path] = _told_clear(path)
    return _clear[path]


def _told_clear(path: str) -> bool:
    if path.lower().endswith(OPAQUE):
        return False
    if not path.lower().endswith(".png"):
        return True
    try:
        with open(path, "rb") as file:
            head = file.read(26)
    except OSError:
        return True
    # The byte of a PNG's header that tells its colour type.
    return len(head) < 26 or head[25] in (4, 6)
