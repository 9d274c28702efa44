"""A dog that barks, a rooster that crows, and birds on branches."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, shade
from v2a.world.pictures.outlines import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

FURS: tuple[Colour, ...] = (
    (150, 104, 62),
    (60, 46, 36),
    (222, 206, 178),
    (40, 40, 42),
    (180, 128, 72),
    (236, 236, 232),
)
SPOTS: tuple[Colour, ...] = ((240, 236, 226), (70, 50, 36), (30, 28, 28))
GUMS: Colour = (170, 40, 50)
TEETH: Colour = (255, 255, 255)


def dog(v: View) -> None:
    """A dog, small or big, from the side or from the front; it barks at every onset.

    The quicker it barks the more it strains forward, tail and ears up.
    """
    rng = v.rng("dog")
    light = max(0.5, back.somewhere(v, 0.14))
    mouth = v.mouth(1.1 - 0.6 * v.b, 0.26)
    coat, spot = shade(pick(rng, FURS), light), shade(pick(rng, SPOTS), light)
    size = 0.72 + 0.5 * v.a
    if rng.uniform() < 0.55:
        _dog_from_side(v, size, coat, spot, mouth)
    else:
        _dog_from_front(v, 1.15 * size, coat, spot, mouth)


def _dog_from_side(v: View, s: float, coat: Colour, spot: Colour, mouth: float) -> None:
    strain = -0.16 * v.b - 0.05 * mouth

    def put(points: list[Point]) -> list[Point]:
        leaned = turned([(p + 0.24, q) for p, q in points], -0.24, 0.0, strain)
        return [(-0.06 + p * s, 0.36 + (q - 0.03 * mouth) * s) for p, q in leaned]

    v.glow(-0.02, 0.37, 0.42 * s, 0.05, (0, 0, 0), 0.8)
    for px, tone in ((-0.2, 0.7), (0.12, 0.7), (-0.26, 1.0), (0.17, 1.0)):
        v.limb(put([(px, -0.2), (px - 0.01, -0.1), (px, -0.02)]), 0.062 * s, shade(coat, tone))
        v.disc(*put([(px + 0.015, -0.015)])[0], 0.042 * s, 0.025 * s, shade(coat, tone))
    wag = 0.3 * math.sin(v.t * (9 + 9 * v.b)) * (0.3 + mouth) + 0.5 * v.b
    v.limb(put(turned(path("0,0 -.1,-.06 -.13,-.16"), -0.3, -0.3, wag)), 0.04 * s, coat)
    v.poly(put(oval(-0.06, -0.27, 0.28, 0.115)), coat)
    v.poly(put(oval(-0.1, -0.3, 0.12, 0.07)), spot)
    v.limb(put(path(".13,-.3 .22,-.43")), 0.13 * s, coat)
    _dog_muzzle(v, put, s, coat, mouth)
    v.line(put(path(".12,-.36 .24,-.33")), 0.03 * s, (196, 30, 34))


def _dog_muzzle(v: View, put: Put, s: float, coat: Colour, mouth: float) -> None:
    """The head from the side."""
    tilt = -0.3 * mouth

    def place(points: list[Point], more: float = 0.0) -> list[Point]:
        return put(turned(points, 0.25, -0.47, tilt + more))

    v.poly(place(oval(0, 0, 0.105, 0.095)), coat)
    v.poly(place(path(".06,.035 .2,.04 .19,.075 .05,.085"), 0.55 * mouth), shade(coat, 0.8))
    if mouth > 0.05:
        v.poly(place([(0.05, 0.03), (0.19, 0.02), (0.18, 0.02 + 0.11 * mouth), (0.05, 0.06)]), GUMS)
        v.poly(place(path(".12,.022 .135,.05 .15,.02")), TEETH)
    v.poly(place(path(".03,-.05 .22,-.03 .225,.025 .04,.05")), coat)
    v.disc(*place([(0.215, -0.015)])[0], 0.026 * s, 0.022 * s, (16, 14, 14))
    v.disc(*place([(0.035, -0.035)])[0], 0.016 * s, 0.018 * s, (14, 12, 12))
    ear = path("-.02,-.08 -.1,-.06 -.13,.07 -.06,.08")
    v.poly(place(ear, 0.25 * mouth + 0.35 * v.b), shade(coat, 0.55))


def _dog_from_front(v: View, s: float, coat: Colour, spot: Colour, mouth: float) -> None:
    y = 0.02 - 0.03 * mouth

    def put(points: list[Point]) -> list[Point]:
        return [(p * s, y + q * s) for p, q in points]

    v.poly(put(path("-.2,.2 .2,.2 .3,.8 -.3,.8")), shade(coat, 0.8))
    v.poly(put(oval(0, 0.36, 0.1, 0.2)), spot)
    v.line(put(path("-.17,.22 0,.26 .17,.22")), 0.04 * s, (40, 80, 190))
    up = 0.16 * v.b + 0.05 * mouth
    for side in (-1, 1):
        ear = [(0.14, -0.2), (0.3, -0.1 - up), (0.29, 0.14 - 1.6 * up), (0.2, 0.1 - 0.6 * up)]
        v.poly(put([(side * p, q) for p, q in ear]), shade(coat, 0.5))
    v.poly(put(oval(0, -0.02, 0.21, 0.22)), coat)
    v.poly(put(oval(0.09, -0.08, 0.08, 0.1)), spot)
    if mouth > 0.05:
        _dog_jaws(v, put, mouth)
    for side in (-1, 1):
        v.poly(put(oval(side * 0.055, 0.09, 0.08, 0.06)), shade(coat, 1.25))
        v.disc(*put([(side * 0.085, -0.08)])[0], 0.028 * s, 0.032 * s, (20, 14, 10))
        v.disc(*put([(side * 0.085 - 0.008, -0.09)])[0], 0.009 * s, 0.009 * s, TEETH)
    v.poly(put(oval(0, 0.04, 0.055, 0.038)), (18, 16, 16))
    v.line(put(path("-.06,.125 0,.1 .06,.125")), 0.012 * s, (30, 20, 18))


def _dog_jaws(v: View, put: Put, mouth: float) -> None:
    v.poly(put(oval(0, 0.15 + 0.05 * mouth, 0.09, 0.03 + 0.09 * mouth)), (70, 14, 20))
    v.poly(put(oval(0, 0.19 + 0.07 * mouth, 0.055, 0.02 + 0.05 * mouth)), (226, 90, 106))
    for side in (-1, 1):
        v.poly(put([(side * 0.04, 0.1), (side * 0.07, 0.1), (side * 0.055, 0.145)]), TEETH)


PLUMAGE: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((150, 60, 26), (226, 140, 40), (20, 60, 50)),
    ((236, 232, 222), (250, 246, 236), (210, 206, 200)),
    ((40, 38, 42), (200, 120, 40), (18, 50, 60)),
    ((120, 50, 30), (240, 180, 60), (40, 40, 80)),
)
"""Body, neck and tail."""


def rooster(v: View) -> None:
    """A rooster that stretches its neck and crows at every onset; quick ones fan their tails."""
    rng = v.rng("rooster")
    ground = str(rng.choice(["grass", "earth", "straw"]))
    light = back.open_air(v, back.mood(v, "day gold gold pale dusk"), ground, 0.12, 0.4)
    if rng.uniform() < 0.5:
        _fence(v, light)
    else:
        back.treeline(v, 0.13, back.lit(((20, 40, 18), (66, 96, 42), (130, 150, 84)), light), 0.2)
    passed, since, _ = v.beat(3.2 - 1.2 * v.b)
    mouth = 0.0
    if passed and since < 1.5:
        mouth = min(1.0, (since + 0.02) / 0.06) * min(1.0, (1.5 - since) / 0.4)
    _rooster_body(v, 1.1 - 0.3 * v.a, mouth * (0.85 + 0.15 * math.sin(22 * v.t)), max(0.55, light))


def _fence(v: View, light: float) -> None:
    for k in range(-6, 7):
        v.line([(0.2 * k, 0.16), (0.2 * k, -0.06)], 0.05, shade((150, 112, 76), light))
    v.line([(-1.5, 0.04), (1.5, 0.04)], 0.04, shade((130, 94, 62), light))


def _rooster_body(v: View, s: float, mouth: float, light: float) -> None:
    coat, cape, tail = (shade(c, light) for c in pick(v.rng("plumage"), PLUMAGE))

    def put(points: list[Point]) -> list[Point]:
        return [(-0.02 + p * s, 0.36 + q * s) for p, q in points]

    v.glow(0, 0.37, 0.36 * s, 0.04, (0, 0, 0), 0.8)
    for px in (-0.03, 0.06):
        v.line(put([(px, -0.16), (px + 0.01, -0.01)]), 0.024 * s, (226, 170, 40))
        v.line(put([(px - 0.04, 0.0), (px + 0.07, 0.0)]), 0.018 * s, (226, 170, 40))
    feather = path("0,0 -.14,-.16 -.28,-.17 -.36,-.04 -.27,-.1 -.15,-.08")
    for k in range(4 + int(6 * v.b)):
        bend = 0.14 * k - 0.2 + 0.03 * v.drift("tail", 0.8)
        v.poly(put(turned(feather, -0.12, -0.3, bend)), shade(tail, 0.7 + 0.1 * k))
    v.poly(put(oval(-0.02, -0.28, 0.2, 0.145, -0.2)), coat)
    v.poly(put(oval(-0.07, -0.28, 0.13, 0.075, 0.1)), shade(coat, 0.65))
    _rooster_head(v, put, s, mouth, cape, shade((216, 26, 30), light))


def _rooster_head(v: View, put: Put, s: float, mouth: float, cape: Colour, red: Colour) -> None:
    turn, x, y = -0.35 * mouth, 0.19 + 0.03 * mouth, -0.54 - 0.07 * mouth

    def place(points: list[Point], more: float = 0.0) -> list[Point]:
        return put(turned(points, x, y, turn + more))

    v.poly(put([(0.02, -0.34), (0.17, -0.2), (x + 0.05, y + 0.02), (x - 0.055, y - 0.01)]), cape)
    v.poly(put(oval(x, y, 0.07, 0.068)), cape)
    v.poly(place(path("-.07,-.04 -.08,-.12 -.04,-.085 -.02,-.14 .01,-.09 .045,-.12 .06,-.04")), red)
    v.poly(place(oval(0.05, 0.075 + 0.02 * mouth, 0.028, 0.05)), red)
    v.poly(place(path(".05,-.02 .15,.005 .05,.02"), -0.3 * mouth), (240, 186, 60))
    v.poly(place(path(".05,.01 .13,.015 .05,.035"), 0.5 * mouth), (220, 160, 40))
    v.disc(*place([(0.02, -0.015)])[0], 0.016 * s, 0.016 * s, (14, 10, 8))


FEATHERS: tuple[tuple[Colour, Colour], ...] = (
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
        _songbird(v, (x, y), size, mouth if k == singer else 0.0, k, light)


def _leaves(v: View, slope: float, light: float) -> None:
    tones = back.lit(((40, 84, 30), (90, 140, 50), (150, 180, 80)), light)
    for k, (x, y, turn) in enumerate(v.rng("leaves").uniform(0, 1, (16, 3)).tolist()):
        px = 2.4 * (x - 0.5)
        angle = 6.3 * turn + 0.2 * v.drift(f"leaf{k % 3}", 0.8)
        leaf = oval(px, 0.18 + slope * px + 0.16 * (y - 0.5), 0.05, 0.02, angle, 10)
        v.poly(leaf, tones[k % 3])


def _songbird(v: View, foot: Point, s: float, mouth: float, k: int, light: float) -> None:
    rng = v.rng(f"bird{k}")
    coat, breast = (shade(c, light) for c in pick(rng, FEATHERS))
    face = 1 if rng.uniform() < 0.5 else -1

    def put(points: list[Point]) -> list[Point]:
        return [(foot[0] + face * p * s, foot[1] - 0.008 * mouth + q * s) for p, q in points]

    v.poly(put(path("-.12,-.12 -.34,-.04 -.33,0 -.1,-.06")), shade(coat, 0.7))
    v.poly(put(oval(0.0, -0.13, 0.15, 0.105, -0.35)), coat)
    v.poly(put(oval(0.045, -0.11, 0.095, 0.09, -0.5)), breast)
    v.poly(put(oval(-0.05, -0.13, 0.12, 0.05, -0.25 - 0.3 * mouth)), shade(coat, 0.75))
    for px in (-0.01, 0.03):
        v.line(put([(px, -0.04), (px, 0.01)]), 0.011 * s, (150, 90, 40))
    _songbird_head(v, put, s, mouth, coat)


def _songbird_head(v: View, put: Put, s: float, mouth: float, coat: Colour) -> None:
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
