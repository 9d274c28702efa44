"""Birds on branches, whose beaks open when they are heard."""

from __future__ import annotations

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, shade
from v2a.world.pictures.shapes import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

COATS: tuple[tuple[Colour, Colour], ...] = (
    ((96, 74, 54), (214, 120, 50)),
    ((60, 100, 170), (236, 214, 130)),
    ((50, 52, 56), (120, 124, 128)),
    ((190, 160, 40), (240, 226, 120)),
    ((120, 90, 66), (226, 214, 196)),
    ((170, 40, 36), (220, 100, 80)),
)
"""Back and breast."""
BEAK: Colour = (236, 170, 40)


def birds(v: View) -> None:
    """Birds on branches: small ones sing high, many ones often."""
    rng = v.rng("birds")
    light = back.open_air(v, back.mood(v, "day pale day gold grey"), "grass", 0.55, 0.4)
    if rng.uniform() < 0.6:
        green = back.lit(((20, 44, 18), (70, 104, 44), (150, 176, 96)), light)
        back.treeline(v, 0.8, green, float(rng.uniform(0.5, 1.1)))
    slope, busy = float(rng.uniform(-0.12, 0.12)), v.b > 0.6
    for off in (0.18, -0.26) if busy else (0.18,):
        branch = [(x, off + slope * x + 0.02 * (x == -0.2)) for x in (-1.3, -0.2, 1.3)]
        v.line(branch, 0.045, shade((84, 60, 42), light))
    _leaves(v, slope, light)
    many, mouth = 1 + int(v.b * 3.6), v.mouth(1.3 - 0.9 * v.b, 0.28)
    singer = v.beat(1.0)[0] % many
    size = (1.25 - 0.55 * v.a) * (1 if many == 1 else 0.62)
    for k in range(many):
        x = 0.0 if many == 1 else -0.42 + 0.84 * k / (many - 1)
        y = 0.16 + slope * x if k % 2 == 0 or not busy else -0.28 + slope * x
        _bird(v, (x, y), size, mouth if k == singer else 0.0, k, light)


def _leaves(v: View, slope: float, light: float) -> None:
    tones = back.lit(((40, 84, 30), (90, 140, 50), (150, 180, 80)), light)
    for k, (x, y, turn) in enumerate(v.rng("leaves").uniform(0, 1, (16, 3)).tolist()):
        px = 2.4 * (x - 0.5)
        angle = 6.3 * turn + 0.2 * v.drift(f"leaf{k % 3}", 0.8)
        leaf = oval(px, 0.18 + slope * px + 0.16 * (y - 0.5), 0.05, 0.02, angle, 10)
        v.poly(leaf, tones[k % 3])


def _bird(v: View, foot: Point, s: float, mouth: float, k: int, light: float) -> None:
    rng = v.rng(f"bird{k}")
    coat, breast = (shade(c, light) for c in pick(rng, COATS))
    face = 1 if rng.uniform() < 0.5 else -1

    def put(points: list[Point]) -> list[Point]:
        return [(foot[0] + face * p * s, foot[1] - 0.008 * mouth + q * s) for p, q in points]

    v.poly(put(path("-.12,-.12 -.34,-.04 -.33,0 -.1,-.06")), shade(coat, 0.7))
    v.poly(put(oval(0.0, -0.13, 0.15, 0.105, -0.35)), coat)
    v.poly(put(oval(0.045, -0.11, 0.095, 0.09, -0.5)), breast)
    v.poly(put(oval(-0.05, -0.13, 0.12, 0.05, -0.25 - 0.3 * mouth)), shade(coat, 0.75))
    for px in (-0.01, 0.03):
        v.line(put([(px, -0.04), (px, 0.01)]), 0.011 * s, (150, 90, 40))
    _head(v, put, s, mouth, coat)


def _head(v: View, put: Put, s: float, mouth: float, coat: Colour) -> None:
    x, y, lift = 0.11, -0.253 - 0.006 * mouth, -0.1 * mouth - 0.05
    v.poly(put(oval(x, y, 0.078, 0.075)), coat)
    upper, lower = path("0,-.018 .1,-.004 0,.014"), path("0,-.014 .085,.002 0,.018")
    v.poly(put(turned(upper, x + 0.06, y, lift - 0.45 * mouth)), BEAK)
    v.poly(put(turned(lower, x + 0.06, y + 0.012, lift + 0.35 * mouth)), shade(BEAK, 0.75))
    eye = put([(x + 0.025, y - 0.018)])[0]
    v.disc(*eye, 0.017 * s, 0.017 * s, (12, 12, 14))
    v.disc(eye[0] - 0.004 * s, eye[1] - 0.005 * s, 0.006 * s, 0.006 * s, (255, 255, 255))
    if mouth > 0.3:
        for j in range(2):
            note = put([(x + 0.2 + 0.07 * j, y - 0.04 - 0.05 * j)])[0]
            r = 0.014 * s * (2 - mouth)
            v.ring(*note, r, r, 0.005, (255, 255, 255), 0.7 * mouth)
