"""Hands on a keyboard."""

from __future__ import annotations

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.people import CLOTHS, SKINS
from v2a.world.pictures.shapes import Point, box, path, pick
from v2a.world.pictures.view import View

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
    """Flat and pale for quiet keys, tall and dark for loud ones."""
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
