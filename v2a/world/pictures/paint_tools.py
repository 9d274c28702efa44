"""Tools at work: a hammer, a chainsaw, a keyboard."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, mix, shade
from v2a.world.pictures.outlines import Point, box, path, pick, turned
from v2a.world.pictures.paint_people import CLOTHS, SKINS
from v2a.world.pictures.view import View


def hammer(v: View) -> None:
    """A hammer that comes down on a nail in wood, or on an anvil, at every onset."""
    light = max(0.45, back.somewhere(v, 0.14))
    passed, since, until = v.beat(0.55 + 0.5 * v.a)
    share = since / max(since + until, 1e-3)
    lift = math.sin(math.pi * share * share) if passed or until < 0.6 else 0.6
    metal = v.b > 0.5
    contact = 0.16
    if metal:
        _anvil(v, contact, light)
    else:
        _plank(v, contact, min(passed, 9), light)
    if passed and since < 0.22:
        _burst(v, contact - 0.03, since, metal)
    _mallet(v, contact - (0.025 if metal else 0.07 - 0.005 * min(passed, 9)), -0.85 * lift, light)


def _anvil(v: View, top: float, light: float) -> None:
    iron = shade((88, 92, 98), max(0.5, light))
    v.glow(0, top + 0.34, 0.5, 0.06, (0, 0, 0), 0.9)
    v.poly(
        [
            (-0.44, top + 0.02),
            (-0.2, top),
            (0.3, top),
            (0.3, top + 0.1),
            (0.12, top + 0.15),
            (0.1, top + 0.22),
            (0.2, top + 0.34),
            (-0.24, top + 0.34),
            (-0.12, top + 0.22),
            (-0.14, top + 0.14),
            (-0.3, top + 0.1),
        ],
        iron,
    )
    v.poly(
        [(-0.44, top + 0.02), (-0.2, top), (0.3, top), (0.3, top + 0.022), (-0.2, top + 0.03)],
        shade(iron, 1.4),
    )
    v.poly(
        box(-0.09, top - 0.025, 0.16, top),
        (255, 130, 40) if v.rng("hot").uniform() < 0.5 else shade((190, 194, 200), light),
    )


def _plank(v: View, top: float, driven: int, light: float) -> None:
    wood = back.lit(((120, 78, 40), (182, 130, 78), (220, 176, 120)), light)
    v.cloth(box(-1.5, top, 1.5, top + 0.1), wood, (0.35, 2.6), "rough1")
    v.cloth(
        box(-1.5, top + 0.1, 1.5, top + 0.16),
        back.lit(wood, 0.6),
        (0.35, 2.6),
        "rough1",
    )
    for k in (-3, 3):
        v.poly(
            box(0.2 * k, top + 0.16, 0.2 * k + 0.12, 0.9),
            shade(wood[0], 0.8),
        )
    high = 0.07 - 0.005 * driven
    v.line([(0, top), (0, top - high)], 0.024, shade((196, 200, 206), light))
    v.line(
        [(-0.036, top - high + 0.007), (0.036, top - high + 0.007)],
        0.016,
        shade((214, 218, 222), light),
    )


def _burst(v: View, y: float, since: float, metal: bool) -> None:
    rng = v.rng("burst")
    colour: Colour = (255, 214, 120) if metal else (230, 200, 150)
    for angle, far in rng.uniform(0, 1, (12, 2)):
        c, s = math.cos(3.6 * angle - 3.35), math.sin(3.6 * angle - 3.35)
        inner, outer = (0.05 + 1.1 * since * far), (0.1 + 1.6 * since * far)
        v.line(
            [(c * inner, y + s * inner), (c * outer, y + s * outer)], 0.008, colour, 1 - 4 * since
        )


def _mallet(v: View, contact: float, angle: float, light: float) -> None:
    """The hammer, turned about a hand at the right; its face meets the contact at angle 0."""
    rng = v.rng("mallet")
    size = 1.0 + 0.9 * v.a
    grip = (0.44, contact - 0.05 * size)
    head = shade(pick(rng, [(74, 78, 84), (130, 134, 140), (50, 50, 54)]), max(0.5, light))
    shaft = shade(pick(rng, [(196, 140, 80), (150, 96, 50), (206, 44, 36)]), light)
    skin = shade(pick(rng, [(236, 190, 160), (198, 146, 110), (128, 84, 58)]), light)

    def put(points: list[Point]) -> list[Point]:
        return [(x, y) for x, y in turned([(p - 0.44, q) for p, q in points], *grip, -angle)]

    v.line(put([(-0.02, 0.0), (0.52, 0.0)]), 0.042, shaft)
    h, w = 0.052 * size, 0.055 * size
    v.poly(put(box(-w, -2.1 * h, w, h)), head)
    v.poly(put(box(-w, -2.1 * h, -0.4 * w, h)), shade(head, 1.3))
    v.poly(
        put(box(-1.2 * w, 0.5 * h, 1.2 * w, h)),
        shade(head, 0.7),
    )
    v.limb([grip, (1.1, contact + 0.2)], 0.13, skin)
    v.poly(put(path(".36,-.055 .54,-.055 .54,.055 .36,.055")), skin)
    for k in range(4):
        v.line(put([(0.38 + 0.04 * k, -0.05), (0.38 + 0.04 * k, 0.05)]), 0.007, shade(skin, 0.75))


SAW_PAINTS: tuple[Colour, ...] = ((232, 100, 20), (204, 36, 30), (236, 178, 20), (40, 120, 60))
PINES: tuple[Colour, ...] = ((16, 34, 16), (50, 78, 36), (104, 128, 66))
DARK: Colour = (40, 40, 44)


def chainsaw(v: View) -> None:
    """A chainsaw over a log, or in it with chips flying; the higher its revs the more it smokes."""
    rng = v.rng("chainsaw")
    if rng.uniform() < 0.75:
        kind = str(rng.choice(["grass", "earth", "straw", "snow"]))
        light = back.open_air(v, back.mood(v, "day pale grey gold"), kind, 0.02, 0.5)
        back.treeline(v, 0.04, back.lit(PINES, light), 0.34)
    else:
        light = back.indoors(v, 0.2)
    cutting, shake = v.b > 0.4, 0.003 + 0.007 * v.a
    _log(v, light)
    x = -0.3 + shake * math.sin(v.t * 71) + 0.02 * v.drift("hand", 0.6)
    y = (0.13 * v.b if cutting else -0.2) + 0.015 * v.drift("lift", 0.5)
    tilt = 0.1 + 0.06 * v.drift("tilt", 0.4) - (0.0 if cutting else 0.2)
    _smoke(v, x, y, light)
    _saw(v, x, y + shake * math.sin(v.t * 93), tilt, light)
    if cutting:
        cut = 0.09 + 0.1 * v.b
        v.poly(path(f".05,{cut} .19,{cut} .19,.36 .05,.36"), shade((104, 72, 44), light))
        _chips(v)


def _log(v: View, light: float) -> None:
    bark = back.lit(((40, 28, 18), (92, 66, 42), (146, 112, 78)), light)
    y, r = 0.24, 0.14
    v.glow(0.2, y + r, 0.9, 0.1, (0, 0, 0), 0.8)
    v.cloth(box(-0.2, y - r, 1.5, y + r), bark, (0.9, 3.4), "grit1")
    v.disc(-0.2, y, 0.06, r, shade((222, 182, 122), light))
    for k in range(1, 4):
        v.ring(-0.2, y, 0.06 * k / 4, r * k / 4, 0.007, shade((160, 112, 64), light))
    if v.rng("log").uniform() < 0.6:
        for px in (0.02, 0.62):
            v.line([(px, y - 0.18), (px + 0.2, y + 0.3)], 0.04, shade((120, 86, 52), light))


def _saw(v: View, x: float, y: float, tilt: float, light: float) -> None:
    paint = shade(pick(v.rng("saw"), SAW_PAINTS), light)

    def put(points: list[Point]) -> list[Point]:
        return turned(points, x, y, tilt)

    steel = shade((186, 190, 196), light)
    v.poly(put(path(".1,-.02 .58,-.026 .615,.005 .58,.042 .1,.045")), steel)
    v.line(put(path(".1,-.025 .58,-.03 .62,.005 .58,.046 .1,.05")), 0.017, (40, 40, 42))
    step, long = (v.t * (0.4 + 1.6 * v.a)) % 0.06, 0.018 + 0.03 * v.a
    for k in range(8):
        px = 0.12 + 0.06 * k + step
        v.poly(put([(px, -0.03), (px + long, -0.03), (px + 0.014, -0.054)]), (70, 70, 74))
        v.poly(put([(px, 0.05), (px + long, 0.05), (px + 0.004, 0.073)]), (70, 70, 74))
    v.poly(put(path("-.2,-.07 .1,-.1 .17,-.05 .17,.09 -.2,.1")), paint)
    v.poly(put(path("-.2,.03 .17,.02 .17,.09 -.2,.1")), DARK)
    v.line(put(path("-.18,-.05 -.36,-.01 -.36,.08 -.18,.08")), 0.04, DARK)
    v.line(put(path(".1,0 .08,-.19 -.06,-.19 -.1,-.06")), 0.035, DARK)
    v.disc(*put([(0.06, 0.0)])[0], 0.04, 0.04, shade(paint, 1.3))


def _smoke(v: View, x: float, y: float, light: float) -> None:
    for k in range(4 + int(6 * v.a)):
        age = (v.t * 1.5 + k * 0.618) % 1
        size = 0.04 + (0.07 + 0.1 * v.a) * age
        place = (x - 0.15 - 0.16 * age, y - 0.05 - (0.14 + 0.16 * v.a) * age)
        v.glow(*place, size, size, shade((205, 205, 210), light), (0.15 + 0.6 * v.a) * (1 - age))


def _chips(v: View) -> None:
    rng = v.rng("chips")
    for place, start, pace, size in rng.uniform(0, 1, (int(20 + 40 * v.b), 4)).tolist():
        age, r = (v.t * (1.5 + pace) + start) % 1, 0.004 + 0.008 * size
        px = 0.12 - (0.35 + 0.5 * pace) * age
        py = 0.15 + 0.1 * v.b - 0.25 * age * (place - 0.1) + 0.5 * age * age
        chip = [(px, py), (px + r, py + r), (px - r * 0.5, py + r * 1.3)]
        v.poly(chip, (240, 206, 140), 1.3 - age)


DESKS: tuple[Colour, ...] = ((150, 104, 64), (206, 200, 190), (70, 72, 78), (196, 160, 116))
CASES: tuple[Colour, ...] = ((190, 194, 198), (40, 42, 46), (228, 222, 206))
FLAT: tuple[Colour, ...] = ((240, 240, 240), (84, 88, 94), (250, 246, 232))
TALL: tuple[Colour, ...] = ((60, 64, 70), (110, 114, 120), (214, 200, 170))
HELD = 0.11
"""Seconds a key stays down."""


def typing(v: View) -> None:
    """Hands on a keyboard; at every onset a finger presses a key.

    The faster, the more is on the screen and the more the fingers blur.
    """
    rng = v.rng("typing")
    desk = pick(rng, DESKS)
    light = back.indoors(v, -0.2, "wood")
    grain = back.lit((shade(desk, 0.75), desk, shade(desk, 1.12)), light)
    v.cloth(box(-1.6, -0.2, 1.6, 0.9), grain, (0.5, 2.5), "rough1")
    if rng.uniform() < 0.75:
        _screen(v)
    order = rng.integers(0, 40, 512)
    passed, since, until = v.beat(0.28 - 0.19 * v.a)
    down = bool(passed) and since < HELD
    target = int(order[(passed if down or since < until else passed + 1) % 512])
    _keys(v, target if down else -1, light)
    for side in (-1, 1):
        _hand(v, side, target, 1.0 if down else max(0.0, 0.6 - 8 * min(since, until)), light)


def _key_place(number: int) -> Point:
    row, column = divmod(number, 10)
    return (column - 4.9 + 0.25 * row) * (0.092 + 0.008 * row), 0.02 + 0.1 * row


def _screen(v: View) -> None:
    """Lines of text, as many as the typist is fast; the last one grows."""
    rng = v.rng("screen")
    v.poly(box(-0.46, -0.52, 0.46, -0.14), (22, 22, 26))
    paper: Colour = (226, 234, 240) if rng.uniform() < 0.6 else (20, 30, 40)
    v.poly(box(-0.43, -0.5, 0.43, -0.17), paper)
    full = 1 + int(4 * v.a)
    written = v.beat(0.2)[0]
    for k in range(full + 1 + written // 36):
        y = -0.47 + 0.045 * k
        reach = 0.76 * float(rng.uniform(0.4, 1)) if k < full else min(0.72, 0.02 * written)
        written -= 36 * (k >= full)
        if reach > 0 and y < -0.18:
            v.line([(-0.4, y), (-0.4 + reach, y)], 0.014, (110, 150, 170))


def _keys(v: View, pressed: int, light: float) -> None:
    """Keys, flat and pale for quiet ones, tall and dark for loud ones."""
    style, tall = int(v.rng("keys").integers(3)), 0.006 + 0.035 * v.b
    case = shade(CASES[style], light)
    cap = shade((FLAT if v.b < 0.5 else TALL)[style], light)
    v.poly(path("-.58,-.06 .58,-.06 .68,.46 -.68,.46"), case)
    v.poly(box(-0.68, 0.46, 0.68, 0.49 + 0.03 * v.b), shade(case, 0.55))
    for number in range(40):
        x, y = _key_place(number)
        half = 0.039 + 0.003 * (number // 10)
        sunk = tall if number == pressed else 0.0
        colour = mix(cap, (255, 220, 120), 0.6) if number == pressed else cap
        v.poly(box(x - half, y + 0.035, x + half, y + 0.037 + tall), shade(case, 0.4))
        v.poly(box(x - half, y - 0.035 + sunk, x + half, y + 0.035 + sunk), colour)
    v.poly(path("-.26,.405 .26,.405 .27,.45 -.27,.45"), cap)


def _hand(v: View, side: int, target: int, down: float, light: float) -> None:
    rng = v.rng("skin")
    skin, sleeve = shade(pick(rng, SKINS), max(0.5, light)), shade(pick(rng, CLOTHS), light)
    x, y = side * 0.25 + 0.01 * v.drift(f"hand{side}", 1.3), 0.36
    key = _key_place(target)
    mine = (key[0] < 0) == (side < 0)
    if mine:
        x, y = x + 0.3 * (key[0] - x), y + 0.03 * (down - 0.5)
    v.limb([(x + side * 0.05, y + 0.08), (x + side * 0.22, 0.8)], 0.2, sleeve)
    v.disc(x, y + 0.05, 0.125, 0.1, skin)
    for k in range(4):
        fx = x + (k - 1.5) * 0.062
        tip = (fx + 0.01 * (k - 1.5), 0.16 + 0.03 * abs(k - 1.5))
        if mine and k == target % 4:
            tip = (0.5 * (fx + key[0]), key[1] + 0.01 - 0.05 * (1 - down))
        for ghost in range(1, 1 + int(3.5 * v.a)):
            away = (tip[0] + 0.012 * ghost * side, tip[1] - 0.022 * ghost)
            v.line([(fx, y), away], 0.045, skin, 0.3)
        v.limb([(fx, y), ((fx + tip[0]) / 2, (y + tip[1]) / 2 - 0.03), tip], 0.05, skin)
        v.line([(fx + 0.027, y - 0.02), (tip[0] + 0.027, tip[1] + 0.02)], 0.006, shade(skin, 0.72))
    v.limb([(x - side * 0.09, y + 0.07), (x - side * 0.16, y - 0.03)], 0.055, skin)
