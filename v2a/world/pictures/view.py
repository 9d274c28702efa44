"""A camera on one moment of a scene, and the brushes to paint what it sees."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from v2a.world.kinds import SceneSpec
from v2a.world.pictures.camera import camera
from v2a.world.pictures.fractal_noise import Colour, Field, ramp, sample
from v2a.world.pictures.outlines import SPOT, Point, ink, spot

SOFT = 190
"""Rows, at most, of the grid on which textures are computed; larger pictures scale it up."""


class View:
    """One moment. The shorter side of the picture is 1 unit, x right, y down, 0 the middle."""

    def __init__(self, spec: SceneSpec, seconds: float, size: tuple[int, int]) -> None:
        self.spec, self.t = spec, seconds
        self.a, self.b = spec.attributes
        height, width = size
        self.scale = 3 if height <= 72 else 2 if height <= 400 else 1
        self.width, self.height = width * self.scale, height * self.scale
        self.image = Image.new("RGB", (self.width, self.height))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self._aim()

    def _aim(self) -> None:
        held = camera(self.spec.seed, self.spec.kind)
        turn = [math.sin(r * self.t + p) for r, p in zip(held.rates, held.phases, strict=True)]
        x = held.aim[0] + held.sway * (turn[0] + 0.25 * turn[3])
        y = held.aim[1] + held.sway * 0.6 * (turn[1] + 0.25 * turn[4])
        self.unit = min(self.width, self.height) * held.zoom * (1 + held.breath * turn[2])
        self.kx = -self.unit if held.mirrored else self.unit
        self.ox, self.oy = self.width / 2 - x * self.unit, self.height / 2 - y * self.unit

    # What stays put

    def rng(self, part: str) -> np.random.Generator:
        """The random numbers of one part of the scene; the same at every moment."""
        return np.random.default_rng(
            (self.spec.seed << 32) + crc32(f"{self.spec.kind}/{part}".encode())
        )

    def drift(self, part: str, hertz: float) -> float:
        """A smooth curve of time, mostly within -1..1."""
        seed = crc32(f"{self.spec.seed}/{self.spec.kind}/{part}".encode())
        total = 0.0
        for k, weight in enumerate((0.6, 0.35, 0.2)):
            phase = (seed >> (8 * k) & 255) / 40.6
            total += weight * math.sin(6.283 * hertz * (0.6 + 0.67 * k) * self.t + phase)
        return total

    def beat(self, period: float) -> tuple[int, float, float]:
        """Events passed, seconds since the last and seconds until the next.

        Before the first and after the last event one more is assumed, `period` seconds away and
        outside the scene.
        """
        onsets = self.spec.onsets
        if not onsets:
            return 0, 10.0, 10.0
        passed = bisect_right(onsets, self.t + 1e-6)
        last = onsets[passed - 1] if passed else min(onsets[0] - period, -1e-3)
        end = max(onsets[-1] + period, float(self.spec.duration) + 0.01)
        following = onsets[passed] if passed < len(onsets) else end
        return passed, max(self.t - last, 0.0), max(following - self.t, 0.0)

    def mouth(self, period: float, length: float) -> float:
        """How far a mouth is open: wide at each onset, shut again after `length` seconds."""
        passed, since, _ = self.beat(period)
        if not passed or since > length:
            return 0.0
        return math.cos(1.5708 * since / length) ** 0.6

    # Where things are

    def at(self, x: float, y: float) -> Point:
        """World to pixels."""
        return self.ox + x * self.kx, self.oy + y * self.unit

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what is seen, in world units."""
        left, right = sorted((-self.ox / self.kx, (self.width - self.ox) / self.kx))
        return left, -self.oy / self.unit, right, (self.height - self.oy) / self.unit

    @cached_property
    def grid(self) -> tuple[Field, Field]:
        """World coordinates of the soft grid: x (1, w) and y (h, 1)."""
        rows = min(self.height // self.scale, SOFT)
        columns = max(1, round(rows * self.width / self.height))
        x = ((np.arange(columns) + 0.5) * (self.width / columns) - self.ox) / self.kx
        y = ((np.arange(rows) + 0.5) * (self.height / rows) - self.oy) / self.unit
        return x[None].astype(np.float32), y[:, None].astype(np.float32)

    # Brushes

    def lay(self, colours: NDArray[np.uint8], cover: Field | None = None) -> None:
        """Paint a soft layer (h, w, 3) over everything, or as much of it as `cover` (h, w) says."""
        layer = self._enlarged(Image.fromarray(np.ascontiguousarray(colours)))
        if cover is None:
            self.image.paste(layer)
            return
        mask = Image.fromarray((cover * 255).clip(0, 255).astype(np.uint8))
        self.image.paste(layer, (0, 0), self._enlarged(mask))

    def _enlarged(self, soft: Image.Image) -> Image.Image:
        """A layer at the size of the painting; unsmoothed where the final reduction averages it."""
        whole = soft.height * self.scale == self.height
        kind = Image.Resampling.NEAREST if whole else Image.Resampling.BILINEAR
        return soft.resize(self.image.size, kind)

    def poly(self, points: Sequence[Point], colour: Colour, alpha: float = 1.0) -> None:
        """A filled polygon."""
        ox, oy, kx, ky = self.ox, self.oy, self.kx, self.unit
        self.pen.polygon([(ox + x * kx, oy + y * ky) for x, y in points], fill=ink(colour, alpha))

    def line(
        self, points: Sequence[Point], width: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """A line through points, `width` in world units, with round joints."""
        ox, oy, kx, ky = self.ox, self.oy, self.kx, self.unit
        thick = max(1, round(width * self.unit))
        joint = "curve" if thick > 3 and len(points) > 2 else None
        self.pen.line(
            [(ox + x * kx, oy + y * ky) for x, y in points], ink(colour, alpha), thick, joint
        )

    def limb(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line with round ends."""
        self.line(points, width, colour)
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, width / 2, colour)

    def disc(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """An upright ellipse."""
        px, py = self.at(x, y)
        rx, ry = max(rx * self.unit, 0.5), max(ry * self.unit, 0.5)
        self.pen.ellipse((px - rx, py - ry, px + rx, py + ry), fill=ink(colour, alpha))

    def ring(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        width: float,
        colour: Colour,
        alpha: float = 1.0,
    ) -> None:
        """The outline of an upright ellipse."""
        px, py = self.at(x, y)
        rx, ry = max(rx * self.unit, 0.5), max(ry * self.unit, 0.5)
        thick = max(1, round(width * self.unit))
        self.pen.ellipse(
            (px - rx, py - ry, px + rx, py + ry), outline=ink(colour, alpha), width=thick
        )

    def glow(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """A soft spot of light or shadow that fades to nothing at its radii."""
        px, py = self.at(x, y)
        wide, high = max(1.0, rx * self.unit), max(1.0, ry * self.unit)
        left, top = max(0, int(px - wide)), max(0, int(py - high))
        right, bottom = min(self.width, int(px + wide) + 1), min(self.height, int(py + high) + 1)
        if right <= left or bottom <= top:
            return
        half = SPOT / 2
        across = [min(SPOT, max(0.0, half + half * (p - px) / wide)) for p in (left, right)]
        down = [min(SPOT, max(0.0, half + half * (p - py) / high)) for p in (top, bottom)]
        box = (across[0], down[0], across[1], down[1])
        spot_mask = spot(round(32 * min(1.0, max(0.0, alpha))))
        mask = spot_mask.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box)
        self.image.paste(ink(colour, 1.0)[:3], (left, top, right, bottom), mask)

    def cloth(
        self,
        points: Sequence[Point] | Sequence[Sequence[Point]],
        colours: Sequence[Colour],
        scale: Point = (1.0, 1.0),
        noise: str = "rough",
    ) -> None:
        """Polygons filled with noise: from the first colour to the last, `scale` tiles a unit."""
        shapes = [points] if isinstance(points[0][0], (int, float)) else points
        ox, oy, kx, ky = self.ox, self.oy, self.kx, self.unit
        corners = [[(ox + x * kx, oy + y * ky) for x, y in shape] for shape in shapes]  # type: ignore[misc]
        xs, ys = [p[0] for c in corners for p in c], [p[1] for c in corners for p in c]
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right, bottom = min(self.width, int(max(xs)) + 2), min(self.height, int(max(ys)) + 2)
        if right <= left or bottom <= top:
            return
        step = max(self.scale, self.height // SOFT)
        u = (np.arange(left, right + step, step, dtype=np.float32) - ox) / kx * scale[0]
        v = (np.arange(top, bottom + step, step, dtype=np.float32) - oy) / ky * scale[1]
        patch = Image.fromarray(
            np.ascontiguousarray(ramp(sample(noise, u[None], v[:, None]), colours))
        )
        mask = Image.new("L", (right - left, bottom - top))
        pen = ImageDraw.Draw(mask)
        for corner in corners:
            pen.polygon([(x - left, y - top) for x, y in corner], fill=255)
        kind = Image.Resampling.NEAREST if step == self.scale else Image.Resampling.BILINEAR
        box = (0, 0, mask.width / step, mask.height / step)
        self.image.paste(patch.resize(mask.size, kind, box), (left, top), mask)
