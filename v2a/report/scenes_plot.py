"""The picture of `v2a scenes --plot`: filmstrip, curve, threshold and cuts on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from v2a.output.foley_names import clip_name
from v2a.report import report_curves, report_pictures
from v2a.report.time_axis import clock, ticks
from v2a.types import Clip, Cut, Segmentation

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER, INK, SOFT, LINE = "#fffefb", "#1d1b18", "#6d675e", "#d8d2c6"
CURVE, AREA, CUT, EXTENT = "#5b57b8", "#dedcef", "#cf3f2e", (207, 63, 46, 50)

SCALE = 2
"""Pixels per unit of the sizes below: sharp on dense screens."""
MARGIN, WIDTH, STRIP, LANE = 40, 960, 54, 190
HEAD, FOOT = 62, 44
"""Units: margin at the sides, width of the axis, heights of filmstrip, curve, title and axis."""
STRIP_SIZE = WIDTH * SCALE, STRIP * SCALE
"""Pixels of the filmstrip."""


def plot_scenes(
    clip: Clip, segmentation: Segmentation, filmstrip: Sequence[NDArray[np.uint8]], path: Path
) -> None:
    """Draw a film's scenes into a PNG of one size, however long the film.

    `filmstrip` holds the (h, w, 3) RGB pictures of the frames of `report_curves.strip_frames`,
    or nothing. Raises OSError where `path` cannot be written.
    """
    strip = STRIP + 10 if len(filmstrip) else 0
    size = (WIDTH + 2 * MARGIN, HEAD + strip + LANE + FOOT)
    image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), PAPER)
    pen = _Pen(image)
    _title(pen, clip, segmentation)
    if strip:
        made = report_pictures.strip(filmstrip, *STRIP_SIZE)
        image.paste(made, (MARGIN * SCALE, HEAD * SCALE))
    _curve(pen, clip, segmentation, HEAD + strip)
    _axis(pen, clip, HEAD + strip + LANE)
    for cut in segmentation.cuts:
        _cut(pen, clip, cut, HEAD, HEAD + strip + LANE)
    _numbers(pen, clip, segmentation)
    image.save(path, "PNG", optimize=True)


class _Pen:
    """Draws in units of `SCALE` pixels."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image, "RGBA")
        self._fonts = {size: ImageFont.load_default(size * SCALE) for size in (11, 12, 19)}

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, colour, round(width * SCALE), joint="curve")

    def fill(self, points: Sequence[tuple[float, float]], colour: str | tuple[int, ...]) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)

    def text(self, x: float, y: float, words: str, colour: str, size: int = 11) -> float:
        """Write words and return where they end."""
        font = self._fonts[size]
        self._draw.text((x * SCALE, y * SCALE), words, colour, font, anchor="ls")
        return x + font.getlength(words) / SCALE


def _title(pen: _Pen, clip: Clip, segmentation: Segmentation) -> None:
    end = pen.text(MARGIN, 30, clip_name(clip), INK, 19)
    rate = f"{float(clip.frame_rate):.3f}".rstrip("0").rstrip(".")
    facts = f"{clock(clip.duration)}   {clip.frames} frames at {rate}   "
    count = len(segmentation.scenes)
    pen.text(end + 14, 30, f"{facts}{count} scene{'s' if count != 1 else ''}", SOFT, 12)


def _numbers(pen: _Pen, clip: Clip, segmentation: Segmentation) -> None:
    """Number each scene above its start, as far as there is room."""
    free = 0.0
    for scene in segmentation.scenes:
        x = _across(clip, scene.start_frame)
        if x >= free:
            free = pen.text(x, HEAD - 9, str(scene.index), INK, 11) + 6


def _curve(pen: _Pen, clip: Clip, segmentation: Segmentation, top: float) -> None:
    floor = top + LANE
    pen.line([(MARGIN, floor), (MARGIN + WIDTH, floor)], LINE, 1)
    curve = report_curves.curve_of(clip, segmentation)
    if not len(curve.places):
        return
    x = MARGIN + WIDTH * curve.places
    line = list(zip(x, floor - LANE * curve.heights, strict=True))
    pen.fill([(x[0], floor), *line, (x[-1], floor)], AREA)
    pen.line(line, CURVE, 1.2)
    held = np.isfinite(curve.limits)
    limit = np.stack([x[held], floor - LANE * curve.limits[held]], axis=1)
    for begin in range(0, len(limit) - 1, 2):
        pen.line([tuple(point) for point in limit[begin : begin + 2]], SOFT, 1)


def _axis(pen: _Pen, clip: Clip, top: float) -> None:
    for percent, label in ticks(clip.duration):
        x = MARGIN + WIDTH * float(percent) / 100
        pen.line([(x, top), (x, top + 6)], SOFT, 0.5)
        pen.text(x + 4, top + 15, label, SOFT)
    place, row = float(MARGIN), top + 34
    for name, colour in (("Delta-S", CURVE), ("threshold", SOFT), ("cut", CUT)):
        pen.line([(place, row - 4), (place + 14, row - 4)], colour, 1.5)
        place = pen.text(place + 20, row, name, SOFT) + 24


def _cut(pen: _Pen, clip: Clip, cut: Cut, top: float, bottom: float) -> None:
    if cut.kind != "hard":
        left = _across(clip, cut.extent[0])
        right = _across(clip, min(cut.extent[1] + 1, clip.frames))
        pen.fill([(left, top), (right, top), (right, bottom), (left, bottom)], EXTENT)
    x = _across(clip, cut.frame)
    pen.line([(x, top - 5), (x, bottom)], CUT, 1)
    pen.fill([(x - 4, top - 5), (x + 4, top - 5), (x, top + 2)], CUT)


def _across(clip: Clip, frame: int) -> float:
    return MARGIN + WIDTH * float(clip.frame_times[frame] / clip.duration)
