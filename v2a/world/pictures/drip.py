"""A dripping tap."""

from __future__ import annotations

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.shapes import box, path, pick
from v2a.world.pictures.view import View


def drip(v: View) -> None:
    """A tap; a drop swells, falls and splashes in the basin at each onset."""
    rng = v.rng("drip")
    light = back.indoors(v, None, light=float(rng.uniform(0.55, 1.0)))
    if rng.uniform() < 0.6:
        _tiling(v, light)
    level, spout = 0.3 + 0.05 * float(rng.uniform(-1, 1)), -0.16 + 0.05 * float(rng.uniform(-1, 1))
    _basin(v, level, light)
    _tap(v, spout, light)
    _drop(v, spout, level, light)


def _tiling(v: View, light: float) -> None:
    rng = v.rng("tiling")
    step, colour = float(rng.uniform(0.12, 0.2)), shade((255, 255, 255), light)
    for k in range(-9, 10):
        v.line([(k * step, -1), (k * step, 1)], 0.005, colour, 0.5)
        v.line([(-1.5, k * step), (1.5, k * step)], 0.005, colour, 0.5)


def _basin(v: View, level: float, light: float) -> None:
    """The wetter and wider the more it echoes: from a dry drain to a deep pool."""
    rng = v.rng("basin")
    dry = v.b < 0.35
    steel = bool(rng.integers(2))
    rim = shade((176, 182, 188) if steel else (240, 240, 236), light)
    deep = shade((92, 98, 106) if steel else (206, 208, 206), light)
    wide = 0.42 + 0.5 * v.b
    v.poly(box(-1.6, level - 0.05, 1.6, 1), shade(rim, 0.8))
    v.disc(0, level + 0.1, wide + 0.06, 0.21, rim)
    v.disc(0, level + 0.11, wide, 0.18, deep)
    if dry:
        v.disc(0, level + 0.05, 0.07, 0.022, shade((40, 42, 46), light))
        v.ring(0, level + 0.05, 0.08, 0.026, 0.008, shade((220, 224, 228), light))
    else:
        pool: Colour = mix((120, 160, 176), (24, 60, 86), v.b)
        v.disc(0, level + 0.12, wide * 0.95, 0.16, shade(pool, light))
        v.glow(-0.15, level + 0.08, 0.3 * wide, 0.06, (255, 255, 255), 0.5 * light)


def _tap(v: View, spout: float, light: float) -> None:
    """As wide as its drops are large."""
    metal = pick(v.rng("tap"), [(186, 192, 198), (196, 160, 84), (150, 156, 164)])
    wide, y = 0.7 + 0.6 * v.a, spout - 0.13
    for width, tone in ((0.105, 0.42), (0.085, 0.8), (0.035, 1.35)):
        off = 0.018 if tone > 1 else 0.0
        colour = shade(metal, tone * light if tone < 1 else tone * (0.5 + 0.5 * light))
        pipe = [(-1.2, y - off), (-0.06, y - off), (-0.01 - off, spout - 0.1), (-off, spout - 0.03)]
        v.limb(pipe, wide * width, colour)
    lip = path("-.07,-.04 .07,-.04 .062,0 -.062,0")
    v.poly([(wide * p, spout + q) for p, q in lip], shade(metal, 0.7 * light))
    v.limb([(-0.28, y - 0.03), (-0.28, y - 0.14)], 0.05, shade(metal, 0.7 * light))
    v.limb([(-0.38, y - 0.15), (-0.18, y - 0.15)], 0.05, shade(metal, 0.95 * light))


def _drop(v: View, spout: float, level: float, light: float) -> None:
    passed, since, until = v.beat(0.5 + 0.7 * v.a)
    size = 0.014 + 0.036 * v.a
    ground = level + (0.05 if v.b < 0.35 else 0.1)
    fall = 0.26
    water = shade((196, 226, 246), 0.4 + 0.6 * light)
    grown = min(1.0, since / max(since + until - fall, 0.05))
    y = spout + size * grown if until > fall else spout + (ground - spout) * (1 - until / fall) ** 2
    r = size * (grown if until > fall else 1)
    v.poly([(-0.5 * r, y), (0, y - 2.1 * r), (0.5 * r, y)], water)
    v.disc(0, y, r, r * 1.15, water)
    v.disc(-0.3 * r, y - 0.2 * r, 0.28 * r, 0.4 * r, (255, 255, 255), 0.9)
    if not passed or since > 1.2:
        return
    for k in range(3):
        age = since - 0.1 * k
        if age > 0 and v.b >= 0.35:
            v.ring(
                0,
                ground,
                0.05 + 0.4 * age,
                0.016 + 0.12 * age,
                0.008,
                (255, 255, 255),
                max(0.0, 0.8 - age),
            )
    if since < 0.3:
        for lean in (-1.0, -0.55, 0.0, 0.55, 1.0):
            rise = (0.9 * since - 3.2 * since * since) * (1.3 - abs(lean)) * (0.7 + v.a)
            v.disc(lean * 0.55 * since, ground - rise, 0.5 * size, 0.5 * size, water)
