"""Cars, vans and lorries on the road, and a helicopter in the sky."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, mix, shade
from v2a.world.pictures.outlines import Point, Put, box, oval, path, pick, turned
from v2a.world.pictures.view import View

PAINTS: tuple[Colour, ...] = (
    (190, 30, 34),
    (30, 70, 150),
    (236, 236, 232),
    (30, 32, 36),
    (214, 170, 30),
    (96, 104, 110),
    (30, 110, 70),
    (210, 96, 26),
)

LORRY = 0.72
"""Size from which a car is a lorry."""


def engine(v: View) -> None:
    """A car, van or lorry on a road: the faster the more the world streams by."""
    rng = v.rng("engine")
    name = back.mood(v, "day pale grey gold dusk night")
    horizon, front = float(rng.uniform(-0.1, 0.02)), rng.uniform() < 0.35
    speed = 0.0 if v.a < 0.15 else 0.4 + 3.2 * v.a
    slide = -speed * v.t if not front else 0.0
    light = back.open_air(v, name, "asphalt", horizon + 0.1, 0.5, -slide, speed * v.t * front)
    _roadside(v, horizon + 0.1, light, slide)
    _road(v, horizon + 0.1, speed, front, light)
    paint = pick(rng, PAINTS)
    shake = 0.004 * math.sin(v.t * (40 + 50 * v.a))
    if front:
        _car_from_front(v, paint, 0.1 + shake, light)
    else:
        _car_from_side(v, paint, 0.27, shake, light, speed)


def _roadside(v: View, horizon: float, light: float, slide: float) -> None:
    """Houses or trees far away, and lamp posts that pass in front of them."""
    if v.rng("roadside").uniform() < 0.5:
        back.houses(v, horizon, light, slide=0.12 * slide)
    else:
        back.treeline(v, horizon, back.lit(back.FOREST, light), 0.2, slide=0.12 * slide)
    blur, post = 0.008 + 0.022 * v.a, shade((80, 76, 70), light)
    for k in range(4):
        x = (0.75 * k + 0.5 * slide) % 3 - 1.5
        v.poly(box(x - blur, horizon - 0.34, x + blur, horizon + 0.03), post, 0.9 - 0.6 * v.a)
        v.poly(box(x - blur, horizon - 0.35, x + 0.07, horizon - 0.335), post, 0.9 - 0.6 * v.a)


def _road(v: View, horizon: float, speed: float, front: bool, light: float) -> None:
    white = shade((236, 234, 220), light)
    if front:
        _lane(v, horizon, speed, white)
        return
    long = 0.24 + 0.2 * v.a
    for k in range(7):
        x = (0.5 * k - 1.2 * speed * v.t) % 3.5 - 1.75
        dash = [(x, 0.4), (x + long, 0.4), (x + long - 0.03, 0.425), (x - 0.03, 0.425)]
        v.poly(dash, white, 1 - 0.4 * v.a)
    v.line([(-1.6, horizon + 0.04), (1.6, horizon + 0.04)], 0.012, white)


def _lane(v: View, horizon: float, speed: float, white: Colour) -> None:
    """The road seen along: dashes that come nearer between two lines."""
    for k in range(6):
        z = (1 - ((k - speed * 1.2 * v.t) % 6) / 6) ** 2.2
        y = horizon + 0.5 * z
        low = y + 0.13 * z
        v.poly([(-0.012 * z, y), (0.012 * z, y), (0.02 * z, low), (-0.02 * z, low)], white)
    for side in (-1, 1):
        near = [(side * 1.35, 0.62), (side * 1.2, 0.62)]
        v.poly([(side * 0.02, horizon), (side * 0.05, horizon), *near], white)


def _car_shape(size: float) -> tuple[list[Point], list[list[Point]], tuple[float, float], float]:
    """Body, windows, axles and wheel of a small car, an estate, or a lorry, facing right."""
    if size < 0.4:
        body = path("-.3,0 -.31,-.1 -.27,-.14 -.2,-.24 .06,-.25 .17,-.14 .29,-.11 .31,0")
        glass = [
            path("-.22,-.145 -.175,-.22 -.05,-.23 -.05,-.145"),
            path("-.03,-.145 -.03,-.23 .05,-.23 .14,-.145"),
        ]
        return body, glass, (-0.19, 0.19), 0.066
    if size < LORRY:
        body = path("-.42,0 -.43,-.12 -.38,-.15 -.27,-.25 .06,-.255 .18,-.15 .4,-.12 .43,0")
        glass = [
            path("-.34,-.155 -.26,-.23 -.09,-.235 -.09,-.155"),
            path("-.07,-.155 -.07,-.235 .05,-.235 .14,-.155"),
        ]
        return body, glass, (-0.27, 0.27), 0.075
    body = path("-.55,0 -.55,-.42 .22,-.42 .22,-.33 .4,-.33 .47,-.18 .53,-.15 .53,0")
    glass = [path(".27,-.19 .27,-.29 .385,-.29 .43,-.19")]
    return body, glass, (-0.36, 0.35), 0.09


def _car_from_side(
    v: View, paint: Colour, road: float, shake: float, light: float, speed: float
) -> None:
    body, glass, axles, r = _car_shape(v.b)
    lift, shown = road - r * 0.75 + shake, shade(paint, max(0.35, light))
    tail, front = min(x for x, _ in body), max(x for x, _ in body)

    def put(points: list[Point]) -> list[Point]:
        return [(x, y + lift) for x, y in points]

    v.glow(0, road + 0.02, 0.62, 0.08, (0, 0, 0), 0.85)
    v.poly(put(body), shown)
    v.poly(put(box(tail, -0.05, front, 0.0)), shade(shown, 0.55))
    v.line(put(body[1:-1]), 0.012, shade(paint, 1.35 if light > 0.5 else 0.8))
    if v.b >= LORRY:
        v.poly(put(box(-0.56, -0.43, 0.21, -0.06)), shade((224, 224, 220), light))
    for pane in glass:
        v.poly(put(pane), mix((26, 34, 44), (150, 180, 200), 0.6 * light))
    v.disc(front - 0.02, lift - 0.085, 0.022, 0.022, (255, 246, 200))
    if light < 0.55:
        beam = [(front, -0.09), (front + 0.7, -0.16), (front + 0.7, 0.06)]
        v.poly(put(beam), (255, 240, 180), 0.3)
    for x in axles:
        _wheel(v, x, road - r * 0.9, r, speed, light)
    _exhaust(v, tail, lift, light)


def _wheel(v: View, x: float, y: float, r: float, speed: float, light: float) -> None:
    v.disc(x, y, r, r, (16, 16, 18))
    v.disc(x, y, 0.62 * r, 0.62 * r, shade((150, 152, 156), light))
    turn = v.t * speed / r
    for k in range(5):
        angle = turn + 1.2566 * k
        v.line(
            [(x, y), (x + 0.6 * r * math.cos(angle), y + 0.6 * r * math.sin(angle))],
            0.2 * r,
            (40, 40, 44),
            1 - 0.6 * v.a,
        )
    v.disc(x, y, 0.16 * r, 0.16 * r, (60, 60, 64))


def _exhaust(v: View, tail: float, lift: float, light: float) -> None:
    for k in range(6):
        age = (v.t * (1.2 + 1.6 * v.a) + k / 6) % 1
        size = 0.02 + 0.09 * age * (0.5 + 0.5 * v.b)
        v.glow(
            tail - 0.03 - (0.18 + 0.5 * v.a) * age,
            lift - 0.02 - 0.07 * age,
            size,
            size,
            shade((210, 210, 212), max(0.4, light)),
            0.75 * (1 - age),
        )


def _car_from_front(v: View, paint: Colour, y: float, light: float) -> None:
    w, h = 0.24 + 0.1 * v.b, 0.2 + 0.16 * v.b
    shown = shade(paint, max(0.35, light))

    def put(points: list[Point]) -> list[Point]:
        return [(p * w, y + q) for p, q in points]

    v.glow(0, y + 0.26, 1.3 * w, 0.09, (0, 0, 0), 0.9)
    for side in (-1, 1):
        v.poly(put(box(side * 0.95, 0.1, side * 0.62, 0.26)), (18, 18, 20))
    v.poly(put([(-0.72, -h), (0.72, -h), (0.92, -0.02), (-0.92, -0.02)]), shade(shown, 0.8))
    pane = [(-0.64, 0.02 - h), (0.64, 0.02 - h), (0.82, -0.03), (-0.82, -0.03)]
    v.poly(put(pane), mix((20, 28, 38), (150, 186, 208), 0.6 * light))
    v.poly(put(path("-1,-.02 1,-.02 1.04,.18 -1.04,.18")), shown)
    v.poly(put(path("-.5,.05 .5,.05 .45,.13 -.45,.13")), (24, 24, 26))
    v.line(put(path("-1,0 1,0")), 0.012, shade(shown, 1.3))
    for side in (-1, 1):
        v.disc(side * 0.78 * w, y + 0.065, 0.05, 0.036, (255, 248, 214))
        v.glow(side * 0.78 * w, y + 0.065, 0.16, 0.14, (255, 244, 200), 0.8 - 0.5 * light)


def helicopter(v: View) -> None:
    """A helicopter in the sky: near or far, its rotor slow enough to see or a disc."""
    rng = v.rng("helicopter")
    name = back.mood(v, "day pale grey gold dusk night")
    light = back.open_air(v, name, str(rng.choice(["grass", "earth", "straw"])), 0.38, 0.5)
    if rng.uniform() < 0.5:
        back.hills(v, 0.39, shade((76, 92, 92), light), 0.1)
    else:
        back.treeline(v, 0.39, back.lit(back.FOREST, light), 0.12)
    scale = 1.35 - 0.95 * v.b
    x, y = 0.1 * v.drift("across", 0.12), -0.05 - 0.06 * v.b + 0.03 * v.drift("up", 0.2)
    paint = [*PAINTS, (70, 84, 50), (44, 52, 40)][int(rng.integers(len(PAINTS) + 2))]
    tilt = 0.06 + 0.05 * v.drift("tilt", 0.3)
    if light < 0.6:
        v.poly([(x, y), (x - 0.22, 0.5), (x + 0.12, 0.5)], (236, 240, 250), 0.22)
    _helicopter_body(v, x, y, tilt, scale, shade(paint, max(0.55, light)), light)
    if light < 0.6 and math.sin(9 * v.t) > 0:
        v.glow(x - 0.44 * scale, y - 0.1 * scale, 0.06, 0.06, (255, 60, 50), 1.0)


def _helicopter_body(
    v: View, x: float, y: float, tilt: float, s: float, paint: Colour, light: float
) -> None:
    def put(points: list[Point]) -> list[Point]:
        return turned(points, x, y, tilt, s)

    v.poly(put(path("-.08,-.05 -.42,-.055 -.42,-.025 -.06,.05")), shade(paint, 0.85))
    v.poly(put(path("-.4,-.03 -.47,-.14 -.42,-.14 -.36,-.05")), paint)
    v.poly(put(oval(0.03, 0.0, 0.17, 0.095)), paint)
    v.poly(put(oval(0.02, 0.04, 0.15, 0.05)), shade(paint, 0.65))
    v.poly(
        put(path(".07,-.075 .15,-.055 .195,0 .16,.02 .07,.02")),
        mix((20, 28, 40), (170, 205, 226), 0.65 * light),
    )
    v.poly(
        put(path("-.04,-.06 .04,-.065 .04,.01 -.04,.01")),
        mix((20, 28, 40), (150, 185, 206), 0.6 * light),
    )
    for px in (-0.05, 0.09):
        v.line(put([(px, 0.08), (px * 1.15, 0.14)]), 0.012 * s, (34, 34, 36))
    v.line(put([(-0.14, 0.14), (0.17, 0.14), (0.2, 0.12)]), 0.016 * s, (34, 34, 36))
    v.line(put([(0.0, -0.09), (0.0, -0.14)]), 0.024 * s, (40, 40, 42))
    _rotors(v, put, s)


def _rotors(v: View, put: Put, s: float) -> None:
    rate = 2.3 + 4.7 * v.a
    v.poly(put(oval(0.0, -0.145, 0.42, 0.03)), (60, 62, 66), 0.18 + 0.25 * v.a)
    for k in range(5):
        angle = 6.283 * rate * (v.t - 0.006 * k)
        reach = 0.42 * math.cos(angle)
        lift = 0.028 * math.sin(angle)
        v.line(
            put([(-reach, -0.145 - lift), (reach, -0.145 + lift)]),
            0.014 * s,
            (24, 24, 26),
            0.75 - 0.14 * k,
        )
    spin = 6.283 * rate * 2.3 * v.t
    v.poly(put(oval(-0.445, -0.1, 0.075, 0.075)), (200, 200, 204), 0.25)
    for k in range(2):
        c, q = 0.075 * math.cos(spin + 1.57 * k), 0.075 * math.sin(spin + 1.57 * k)
        v.line(put([(-0.445 - c, -0.1 - q), (-0.445 + c, -0.1 + q)]), 0.012 * s, (30, 30, 32))
