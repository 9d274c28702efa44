"""Things that bounce, swing and tick: a ball, a bell, a clock."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, mix, shade
from v2a.world.pictures.outlines import Point, box, oval, path, pick, turned
from v2a.world.pictures.view import View

RUBBER: tuple[Colour, ...] = (
    (206, 40, 36),
    (226, 106, 30),
    (40, 90, 190),
    (50, 150, 70),
    (236, 196, 40),
    (200, 60, 140),
)
STEEL: Colour = (150, 156, 164)
WHITE: Colour = (255, 255, 255)


def ball(v: View) -> None:
    """A ball that touches the floor at every onset and flies as long as until the next.

    A ball thrown high is seen from further away.
    """
    rng = v.rng("ball")
    floor = float(rng.uniform(0.3, 0.38))
    light = max(0.5, back.somewhere(v, 0.12))
    first = 0.45 + 0.45 * v.b
    _, since, until = v.beat(first)
    share = since / max(since + until, 1e-3)
    top = min(0.66, (0.34 + 0.3 * v.b) * ((since + until) / first) ** 2)
    high = 4 * share * (1 - share) * top
    r = float(rng.uniform(0.1, 0.13)) * (1.2 - 0.5 * v.b)
    x = 0.12 * v.drift("roll", 0.25)
    flat = max(0.0, 1 - min(since, until) / 0.06) * 0.22 * (1 - v.a)
    dark = 0.95 - 0.7 * high
    v.glow(x + 0.01, floor + 0.005, r * (1.3 + high), 0.035 + 0.03 * high, (0, 0, 0), dark)
    rx, ry = r * (1 + 0.6 * flat), r * (1 - flat)
    _sphere(v, (x, floor - high - ry), rx, ry, light)


def _sphere(v: View, centre: Point, rx: float, ry: float, light: float) -> None:
    x, y = centre
    metal, rng = v.a, v.rng("skin")
    colour = mix(pick(rng, RUBBER), STEEL, min(1.0, metal * 1.5))
    v.disc(x, y, rx, ry, shade(colour, 0.5 * light))
    for k in range(1, 6):
        grow, tone = 1 - 0.14 * k, (0.5 + 0.11 * k) * light
        v.disc(x - 0.042 * k * rx, y - 0.049 * k * ry, rx * grow, ry * grow, shade(colour, tone))
    if metal >= 0.5:
        v.poly(oval(x, y + 0.42 * ry, 0.8 * rx, 0.3 * ry), (30, 34, 40), 0.8 * metal)
        v.poly(oval(x, y + 0.1 * ry, 0.93 * rx, 0.16 * ry), (236, 240, 246), 0.7 * metal)
    elif rng.uniform() < 0.6:
        _seams(v, centre, rx, ry, shade(colour, 0.3))
    else:
        px, py = x + 0.3 * rx * math.cos(3 * v.t), y + 0.3 * ry * math.sin(3 * v.t)
        v.poly(oval(px, py, 0.42 * rx, 0.42 * ry), (240, 240, 236), 0.9)
    shine = 0.35 + 0.65 * metal
    v.glow(x - 0.35 * rx, y - 0.4 * ry, 0.5 * rx, 0.45 * ry, WHITE, shine)
    v.disc(x - 0.36 * rx, y - 0.42 * ry, 0.1 * rx, 0.1 * ry, WHITE, shine)


def _seams(v: View, centre: Point, rx: float, ry: float, dark: Colour) -> None:
    """Seams of a basketball, turning as it flies."""
    c, s = math.cos(3 * v.t), math.sin(3 * v.t)

    def put(points: list[Point]) -> list[Point]:
        return [
            (centre[0] + rx * (p * c - q * s), centre[1] + ry * (p * s + q * c)) for p, q in points
        ]

    v.line(put([(-1.0, 0.0), (1.0, 0.0)]), 0.012, dark)
    for side in (-1, 1):
        bows = (-1.1, -0.6, 0.0, 0.6, 1.1)
        arc = [(side * (0.95 - 0.5 * math.cos(p)), 0.85 * math.sin(p)) for p in bows]
        v.line(put(arc), 0.012, dark)


METALS: tuple[tuple[Colour, Colour], ...] = (
    ((92, 72, 42), (240, 200, 96)),
    ((92, 72, 42), (240, 200, 96)),
    ((96, 100, 104), (226, 230, 236)),
)
"""Dull and bright bronze or steel."""


def bell(v: View) -> None:
    """A bell that swings and is struck at every onset, from a tower's to a hand's."""
    rng = v.rng("bell")
    in_tower = rng.uniform() < 0.7 and v.a < 0.6
    light = _tower(v) if in_tower else back.somewhere(v, 0.24)
    passed, since, until = v.beat(2.2 - 1.4 * v.a)
    share = since / max(since + until, 1e-3)
    wide, high = 0.36 - 0.12 * v.a, 0.58 - 0.2 * v.a
    side = 1 if passed % 2 else -1
    angle = side * 0.42 * math.cos(math.pi * share) * (1 if passed or until < 1 else 0.5)
    dull, bright = pick(rng, METALS)
    pivot = (0.0, -0.36 + 0.08 * v.a)
    _beam(v, pivot, light)
    _bell_body(v, pivot, angle, side, wide, high, shade(mix(dull, bright, v.b), max(0.45, light)))
    if passed and since < 0.5:
        x, y = turned([(0, high)], *pivot, angle)[0]
        for k in range(3):
            r = wide + 0.1 * k + 0.5 * since
            v.ring(x, y - 0.1, r, 0.7 * r, 0.008, (255, 250, 220), 0.4 - 0.8 * since)


def _tower(v: View) -> float:
    rng = v.rng("tower")
    light = back.open_air(v, back.mood(v, "day pale gold dusk grey"), "stone", 0.6, 0.5)
    stone = pick(rng, [(150, 140, 124), (120, 116, 112), (170, 110, 84)])
    walls = back.lit((shade(stone, 0.6), stone, shade(stone, 1.2)), light)
    for side in (-1, 1):
        v.cloth(
            box(side * 0.52, -0.9, side * 1.6, 0.9),
            walls,
            (1.4, 2.2),
            "grit1",
        )
    arch: list[Point] = [(-0.56, -0.16)]
    arch += [
        (-0.54 * math.cos(3.1416 * k / 12), -0.16 - 0.3 * math.sin(3.1416 * k / 12))
        for k in range(13)
    ]
    v.cloth([(-0.56, -0.9), *arch, (0.56, -0.16), (0.56, -0.9)], walls, (1.4, 2.2), "grit1")
    v.line(arch, 0.03, shade(stone, 0.45 * light))
    return light


def _beam(v: View, pivot: Point, light: float) -> None:
    wood = shade((92, 62, 38), light)
    v.poly(box(-0.7, pivot[1] - 0.07, 0.7, pivot[1]), wood)
    v.line([(-0.7, pivot[1] - 0.06), (0.7, pivot[1] - 0.06)], 0.012, shade(wood, 1.25))


def _bell_body(
    v: View, pivot: Point, angle: float, side: int, wide: float, high: float, metal: Colour
) -> None:
    outline = path(".1,0 .3,.03 .5,.1 .58,.3 .64,.55 .78,.8 1,.95 1,1")

    def put(points: list[Point]) -> list[Point]:
        return turned([(x * wide, y * high) for x, y in points], *pivot, angle)

    clapper = put([(-side * 0.28, 1.12)])[0]
    v.line([put([(0, 0.6)])[0], clapper], 0.025, shade(metal, 0.4))
    v.disc(*clapper, 0.14 * wide + 0.01, 0.14 * wide + 0.01, shade(metal, 0.5))
    v.poly(put([*outline, *[(-x, y) for x, y in reversed(outline)]]), metal)
    for left, right, tone in (
        (0.35, 1.0, 0.55),
        (0.62, 1.0, 0.4),
        (-0.75, -0.35, 1.25),
        (-0.62, -0.5, 1.25 + 0.7 * v.b),
    ):
        strip = [(x * left, y) for x, y in outline] + [(x * right, y) for x, y in reversed(outline)]
        v.poly(put(strip), shade(metal, tone))
    for level, reach in ((0.8, 0.79), (0.9, 0.93), (0.3, 0.585)):
        v.line(put([(-reach, level), (reach, level)]), 0.012, shade(metal, 0.5))


CASES: tuple[Colour, ...] = (
    (60, 38, 24),
    (30, 30, 32),
    (196, 160, 70),
    (206, 208, 212),
    (170, 40, 40),
)
STRAPS: tuple[Colour, ...] = ((70, 44, 28), (30, 30, 34), (150, 154, 160))
RED: Colour = (206, 30, 30)


def clock(v: View) -> None:
    """A clock face whose second hand jumps at every onset.

    A big one hangs with a pendulum, a middling one has feet, a small one a strap. Quick ones are
    stop watches: close marks, a small dial that spins, a crown.
    """
    rng = v.rng("clock")
    light = back.indoors(v, 0.3 if v.b > 0.5 else None)
    r, centre = 0.37 - 0.13 * v.b, (0.0, -0.06 if v.b < 0.4 else 0.06)
    case = shade(pick(rng, CASES), light)
    if v.b < 0.4:
        _pendulum(v, centre, r, case, light)
    elif v.b < 0.7:
        _alarm_feet(v, centre, r, case)
    else:
        v.poly(box(-0.13, -0.9, 0.13, 0.9), shade(pick(rng, STRAPS), light))
    dark = rng.uniform() < 0.15
    face = shade((36, 40, 48) if dark else (246, 242, 228), max(0.5, light))
    ink: Colour = (236, 236, 230) if dark else (24, 24, 28)
    v.glow(0.02, centre[1] + 0.03, 1.3 * r, 1.3 * r, (0, 0, 0), 0.6)
    if v.a > 0.5:
        v.limb([(0.0, centre[1] - 1.02 * r), (0.0, centre[1] - 1.17 * r)], 0.16 * r, case)
    for share, colour in ((1.0, case), (0.93, shade(case, 1.35)), (0.87, face)):
        v.disc(*centre, share * r, share * r, colour)
    _clock_marks(v, centre, r, ink)
    _clock_hands(v, centre, r, ink)


def _around(centre: Point, angle: float, reach: float) -> Point:
    """A point `reach` from the centre, clockwise from the top; one turn is 1."""
    turn = 6.2832 * angle
    return centre[0] + reach * math.sin(turn), centre[1] - reach * math.cos(turn)


def _clock_marks(v: View, centre: Point, r: float, ink: Colour) -> None:
    """Twelve strokes on a slow clock; the quicker, the more strokes between them."""
    inner, width = 0.66 + 0.06 * v.a, (0.06 - 0.03 * v.a) * r
    for k in range(12):
        v.line([_around(centre, k / 12, inner * r), _around(centre, k / 12, 0.8 * r)], width, ink)
    if v.a > 0.35:
        for k in range(60):
            v.line(
                [_around(centre, k / 60, 0.76 * r), _around(centre, k / 60, 0.8 * r)], 0.006, ink
            )


def _clock_hands(v: View, centre: Point, r: float, ink: Colour) -> None:
    rng = v.rng("hour")
    passed, since, _ = v.beat(1 - 0.65 * v.a)
    start, hour = int(rng.integers(60)), float(rng.uniform(0, 12))
    if v.a > 0.5:
        dial = (centre[0], centre[1] + 0.4 * r)
        v.ring(*dial, 0.22 * r, 0.22 * r, 0.02 * r, ink)
        v.line([dial, _around(dial, passed / 8, 0.19 * r)], 0.03 * r, RED)
    for angle, reach, width in ((hour / 12, 0.46, 0.075), (hour % 1, 0.68, 0.05)):
        ends = [_around(centre, angle, -0.1 * r), _around(centre, angle, reach * r)]
        v.line(ends, width * r, ink)
    overshoot = 0.25 * math.exp(-18 * since) * math.cos(60 * since) if passed else 0.0
    angle = (start + 2 * (passed + overshoot)) / 60
    v.line([_around(centre, angle, -0.2 * r), _around(centre, angle, 0.78 * r)], 0.028 * r, RED)
    v.disc(*centre, 0.06 * r, 0.06 * r, RED)


def _pendulum(v: View, centre: Point, r: float, case: Colour, light: float) -> None:
    """A pendulum, long and slow or short and quick; it reaches its ends on the onsets."""
    x, y = centre
    passed, since, until = v.beat(1 - 0.65 * v.a)
    swing = 0.22 * math.cos(math.pi * (passed + since / max(since + until, 1e-3)))
    v.poly(box(x - 0.8 * r, y, x + 0.8 * r, 0.9), shade(case, 0.75))
    v.poly(box(x - 0.62 * r, y, x + 0.62 * r, 0.9), shade(case, 0.35))
    end = (x + 0.55 * math.sin(swing), y + 0.48 - 0.08 * v.a)
    v.line([(x, y), end], 0.016, shade((206, 170, 80), light))
    v.disc(*end, 0.07, 0.07, shade((216, 176, 70), max(0.5, light)))
    v.glow(end[0] - 0.02, end[1] - 0.02, 0.05, 0.05, (255, 250, 220), 0.8)


def _alarm_feet(v: View, centre: Point, r: float, case: Colour) -> None:
    """An alarm clock's feet and bells."""
    x, y = centre
    for side in (-1, 1):
        v.line([(x, y), (x + side * 0.8 * r, y + 1.15 * r)], 0.05, shade(case, 0.8))
        cx, cy = x + side * 0.62 * r, y - 0.95 * r
        v.disc(cx, cy, 0.36 * r, 0.3 * r, case)
        v.disc(cx - 0.06 * r, cy - 0.08 * r, 0.2 * r, 0.12 * r, shade(case, 1.4))
    v.line([(x, y - r), (x, y - 1.3 * r)], 0.03, shade(case, 0.7))
    v.disc(x, y - 1.3 * r, 0.04, 0.04, shade(case, 0.9))
