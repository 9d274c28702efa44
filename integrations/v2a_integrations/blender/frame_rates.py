"""Blender's frame rates as exact fractions, and the way between its frames and the timeline's.

Blender keeps a rate as a whole number over a base in single precision: 24 over 1.001 comes out as
24 / 1.00100004673. The rate meant is the shortest decimal that reads back as that number.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

NEAR = Fraction(1, 5_000_000)
"""Largest relative error of a rate in single precision. Chosen as about three times the 6e-8 that
rounding to 24 bits costs once."""
NTSC = Fraction(1000, 1001)
"""Ratio of NTSC's rates to whole ones, by its standard: 30 becomes 30000/1001."""


@lru_cache(maxsize=256)
def meant(value: float) -> Fraction:
    """The shortest decimal that reads as `value` in single precision; exact for whole numbers."""
    kept = struct.pack("<f", value)
    for digits in range(1, 10):
        said = f"{value:.{digits}g}"
        if struct.pack("<f", float(said)) == kept:
            return Fraction(Decimal(said))
    return Fraction(value)


def scene_rate(scene: Any) -> Fraction:
    """The scene's frames per second; 24 over 1.001 gives 24000/1001."""
    render = scene.render
    return Fraction(int(render.fps)) / meant(render.fps_base)


@lru_cache(maxsize=256)
def file_rate(fps: float) -> Fraction | None:
    """Frames per second of a file by its float `fps`: whole, NTSC's or a short decimal; or None."""
    if not 0 < fps < 100_000:
        return None
    told = Fraction(fps)
    whole = Fraction(round(fps))
    ntsc = round(told / NTSC) * NTSC
    short = Fraction(round(told * 1000), 1000)
    for rate in (whole, ntsc, short):
        if rate > 0 and abs(rate - told) <= NEAR * told:
            return rate
    return told.limit_denominator(100_000)


def origin(scene: Any) -> int:
    """Blender's frame that is the timeline's frame 0, where a mixdown and a render begin.

    Measured in 3.4, 4.5 and 5.0: the sound of a strip on Blender's frame f begins (f - origin)
    frames into a mixdown. It is up to two samples late where that time, or the mixdown's beginning,
    lies between samples or is rounded so by Blender; all strips that begin on a frame are alike.
    """
    return int(scene.frame_start)


def clock(scene: Any) -> dict[str, Any]:
    """The request's `mixer` (first, fps, base): Blender's own clock, which its mixer rounds by."""
    render = scene.render
    return {"first": origin(scene), "fps": int(render.fps), "base": float(render.fps_base)}


def timeline_frame(scene: Any, frame: int) -> int:
    """The timeline's frame of one of Blender's."""
    return frame - origin(scene)


def blender_frame(scene: Any, frame: int) -> int:
    """Blender's frame of one of the timeline's."""
    return frame + origin(scene)


def seconds(frames: int | Fraction, rate: Fraction) -> Fraction:
    """Seconds that so many frames last at `rate` frames a second."""
    return Fraction(frames) / rate


def frames(time: Fraction, rate: Fraction) -> Fraction:
    """Frames that `time` seconds are; whole only where the time lies on a frame."""
    return time * rate
