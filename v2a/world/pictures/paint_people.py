"""A baby that cries, a person who sneezes, and feet that walk."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.fractal_noise import Colour, mix, shade
from v2a.world.pictures.outlines import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

SKINS: tuple[Colour, ...] = (
    (246, 208, 182),
    (232, 184, 150),
    (200, 148, 110),
    (150, 102, 72),
    (108, 72, 52),
)
HAIR: tuple[Colour, ...] = (
    (50, 34, 24),
    (24, 22, 22),
    (190, 144, 70),
    (120, 62, 34),
    (170, 168, 166),
)
CLOTHS: tuple[Colour, ...] = (
    (70, 90, 140),
    (150, 50, 50),
    (60, 100, 80),
    (210, 206, 196),
    (60, 60, 66),
)

WRAPS: tuple[Colour, ...] = (
    (250, 214, 220),
    (196, 220, 244),
    (250, 244, 210),
    (206, 236, 206),
    (244, 244, 244),
)
BARS: tuple[Colour, ...] = ((226, 200, 160), (240, 240, 238), (150, 104, 70))
FLUSHED: Colour = (226, 70, 60)


def baby(v: View) -> None:
    """A baby's face in a cot; it wails from each onset, eyes shut, with tears.

    A big head has the low voice; the quicker the cries the redder and the wetter the face.
    """
    rng = v.rng("baby")
    light = back.indoors(v, None, light=float(rng.uniform(0.6, 1.0)))
    cry = _cry(v)
    wrap = shade(pick(rng, WRAPS), light)
    v.poly(oval(0, 0.62, 0.62, 0.46), wrap)
    v.poly(oval(0, 0.0, 0.5, 0.5), shade(wrap, 1.1), 0.6)
    _cot(v, light)
    skin = shade(pick(rng, SKINS), max(0.6, light))
    _infant(v, mix(skin, FLUSHED, 0.22 * cry + 0.22 * v.b), wrap, cry)


def _cry(v: View) -> float:
    """Strength of the cry at this moment, 0..1."""
    passed, since, until = v.beat(1.6 - 0.7 * v.b)
    length = min(0.9, 0.75 * (since + until))
    if not passed or since > length:
        return 0.0
    late = max(0.0, since / length - 0.6) / 0.4
    return min(1.0, (since + 0.02) / 0.06) * math.cos(1.5708 * late)


def _cot(v: View, light: float) -> None:
    rng = v.rng("cot")
    if rng.uniform() < 0.55:
        bar = shade(pick(rng, BARS), light)
        for k in range(-5, 6):
            v.line([(0.24 * k, -0.9), (0.24 * k, -0.05)], 0.035, bar)
        v.line([(-1.5, -0.4), (1.5, -0.4)], 0.05, bar)


def _infant(v: View, skin: Colour, wrap: Colour, cry: float) -> None:
    s, tilt = 1.12 - 0.22 * v.a, 0.06 * math.sin(v.t * (3 + 4 * v.b)) * (0.3 + cry)

    def put(points: list[Point]) -> list[Point]:
        return turned(points, 0.0, 0.02, tilt, s)

    if v.rng("infant").uniform() < 0.4:
        v.poly(put(oval(0, -0.06, 0.34, 0.34)), shade(wrap, 0.85))
    for side in (-1, 1):
        v.poly(put(oval(side * 0.3, 0.03, 0.05, 0.07)), shade(skin, 0.85))
    v.poly(put(oval(0, -0.02, 0.29, 0.3)), skin)
    v.poly(put(oval(0, 0.11, 0.27, 0.19)), skin)
    v.line(put(path("-.03,-.3 .03,-.33 .06,-.29 .02,-.27")), 0.014, (99, 68, 45))
    for side in (-1, 1):
        v.glow(*put([(side * 0.18, 0.1)])[0], 0.1 * s, 0.08 * s, FLUSHED, 0.4 + 0.5 * cry)
        _baby_eye(v, put, side, cry, skin)
        fist = (side * (0.4 + 0.03 * cry * math.sin(9 * v.t)), 0.28 - 0.1 * cry - 0.14 * v.b)
        v.limb(put([(side * 0.36, 0.5), fist]), 0.13 * s, shade(wrap, 0.9))
        v.disc(*put([fist])[0], 0.075 * s, 0.075 * s, skin)
    v.disc(*put([(0, 0.06)])[0], 0.035 * s, 0.026 * s, shade(skin, 0.82))
    _baby_mouth(v, put, s, cry)


def _baby_mouth(v: View, put: Put, s: float, cry: float) -> None:
    if cry > 0.05:
        gape = oval(0, 0.18 + 0.01 * cry, 0.07 + 0.04 * cry, 0.02 + 0.075 * cry)
        v.poly(put(gape), (110, 20, 30))
        v.poly(put(oval(0, 0.215 + 0.02 * cry, 0.05, 0.03 * cry + 0.005)), (230, 104, 110))
    else:
        v.line(put(path("-.06,.19 0,.172 .06,.19")), 0.016 * s, (171, 63, 68))


def _baby_eye(v: View, put: Put, side: int, cry: float, skin: Colour) -> None:
    x = side * 0.115
    if cry > 0.2:
        v.line(put([(x - 0.055, -0.03), (x, -0.005), (x + 0.055, -0.03)]), 0.018, (60, 36, 30))
        v.line(put([(x - side * 0.06, -0.07), (x + side * 0.06, -0.115)]), 0.016, shade(skin, 0.6))
    else:
        v.poly(put(oval(x, -0.03, 0.045, 0.04)), (252, 252, 252))
        v.poly(put(oval(x, -0.03, 0.028, 0.032)), (50, 60, 84))
        v.line(put([(x - 0.05, -0.1), (x + 0.05, -0.105)]), 0.012, shade(skin, 0.7))
    if cry > 0.2 or v.b > 0.5:
        for k in range(1 + int(3 * v.b)):
            age = (v.t * 1.6 + 0.37 * k + 0.2 * side) % 1
            v.disc(
                *put([(x + side * (0.05 - 0.02 * (k % 2)), 0.2 * age)])[0],
                0.016,
                0.022,
                (150, 206, 250),
            )


FRINGE = (
    ".17,-.45 .1,-.46 .02,-.38 -.04,-.24 -.12,-.14 -.24,-.2 -.26,-.4 -.14,-.56 .06,-.58 .17,-.52"
)
FACE = "-.1,-.5 .06,-.52 .17,-.45 .2,-.36 .2,-.32 .27,-.23 .275,-.205 .21,-.19 .225,-.165"


def sneeze(v: View) -> None:
    """A face in profile that gasps, then throws its head forward in spray at each onset.

    Where sneezes follow quickly the nose is red and a tissue at hand.
    """
    rng = v.rng("sneeze")
    light = back.somewhere(v, 0.5)
    passed, since, until = v.beat(2.6 - 1.2 * v.b)
    gasp = max(0.0, 1 - until / 0.7)
    burst = math.exp(-3.2 * since) if passed else 0.0
    tilt = -0.28 * gasp + 0.42 * burst * (0.6 + 0.4 * v.a)
    skin, hair = shade(pick(rng, SKINS), max(0.55, light)), shade(pick(rng, HAIR), light)
    coat = shade(pick(rng, CLOTHS), light)
    v.poly(path("-.44,.9 -.36,.34 -.16,.24 .08,.3 .22,.9"), coat)
    mouth = _profile(v, skin, hair, tilt, gasp, burst)
    if passed and since < 0.9:
        _spray(v, mouth, tilt, since)
    if rng.uniform() < 0.25 + 0.6 * v.b:
        _tissue(v, mouth, max(gasp, min(1.0, 1.5 * burst), 0.8 * v.b - 0.2), skin, coat)


def _profile(v: View, skin: Colour, hair: Colour, tilt: float, gasp: float, burst: float) -> Point:
    """The head, facing right; returns where the mouth is."""

    def put(points: list[Point]) -> list[Point]:
        return turned(points, -0.14 + 0.3 * tilt, 0.26 + 0.1 * max(0.0, tilt), tilt, 1.08)

    if v.rng("hair").uniform() < 0.45:
        v.poly(put(path("-.2,-.38 -.3,-.1 -.27,.14 -.05,.14 -.02,-.3")), hair)
    v.poly(put(path("-.14,-.1 .06,-.08 .08,.12 -.16,.12")), shade(skin, 0.82))
    gape = 0.035 * gasp + 0.075 * min(1.0, 1.3 * burst)
    lips = [(0.16, -0.15 + 0.4 * gape), (0.22, -0.13 + gape), (0.2, -0.08 + gape)]
    jaw = [(0.18, -0.02 + gape), (0.08, 0.6 * gape), *path("-.06,-.04 -.18,-.16 -.22,-.34")]
    v.poly(put([*path(FACE), *lips, *jaw]), skin)
    if gape > 0.01:
        inside = [(0.225, -0.165), (0.13, -0.15 + 0.3 * gape), (0.22, -0.135 + gape)]
        v.poly(put(inside), (120, 26, 36))
    v.poly(put(path(FRINGE)), hair)
    v.poly(put(oval(-0.03, -0.24, 0.04, 0.06)), shade(skin, 0.8))
    _profile_eye(v, put, hair, gasp > 0.35 or burst > 0.12)
    nose = mix(skin, (226, 40, 36), 0.15 + 0.7 * v.b)
    v.poly(put(oval(0.243, -0.218, 0.026 + 0.014 * v.b, 0.022 + 0.012 * v.b)), nose)
    v.glow(*put([(0.2, -0.22)])[0], 0.09, 0.07, (226, 60, 50), 0.3 + 0.5 * v.b)
    return put([(0.24, -0.15 + 0.5 * gape)])[0]


def _profile_eye(v: View, put: Put, hair: Colour, shut: bool) -> None:
    if shut:
        v.line(put(path(".09,-.325 .13,-.31 .175,-.325")), 0.016, (40, 26, 22))
        v.line(put(path(".08,-.4 .17,-.37")), 0.022, hair)
    else:
        v.poly(put(oval(0.145, -0.325, 0.034, 0.024)), (250, 250, 250))
        v.poly(put(oval(0.158, -0.325, 0.016, 0.02)), (40, 50, 60))
        v.line(put(path(".08,-.39 .18,-.39")), 0.022, hair)


def _spray(v: View, mouth: Point, tilt: float, since: float) -> None:
    """A cloud and drops that fly from the mouth, slow down and fade."""
    reach = (0.25 + 0.55 * v.a) * (1 - math.exp(-9 * (since + 0.03)))
    fade = max(0.0, 1 - since / 0.9)
    x, y = mouth
    for k in range(4):
        far = reach * (0.35 + 0.22 * k)
        place = (x + far * math.cos(tilt), y + far * math.sin(tilt))
        v.glow(*place, 0.06 + 0.28 * far, 0.05 + 0.2 * far, (240, 246, 252), 0.55 * fade)
    for angle, far, size in v.rng("spray").uniform(0, 1, (int(18 + 40 * v.a), 3)).tolist():
        lean, r = tilt + 0.9 * (angle - 0.5), 0.003 + 0.006 * size
        px = x + reach * (0.3 + far) * math.cos(lean)
        py = y + reach * (0.3 + far) * math.sin(lean) + 0.12 * since
        v.disc(px, py, r, r, (236, 244, 252), fade)


def _tissue(v: View, mouth: Point, near: float, skin: Colour, coat: Colour) -> None:
    """A hand with a tissue, far from the mouth (0) or at it (1)."""
    x, y = mouth[0] + 0.16 - 0.02 * near, mouth[1] + 0.36 - 0.26 * near
    v.limb([(x + 0.02, y + 0.05), (0.36, 0.9)], 0.13, coat)
    v.disc(x, y, 0.07, 0.08, skin)
    jag = path(".1,-.1 .02,-.06 -.06,-.12 -.08,0 -.1,.09 .03,.06 .09,.1 .07,0")
    v.poly([(x + p, y - 0.03 + q) for p, q in jag], (248, 250, 252))
    for k in range(3):
        low = y - 0.02 + 0.035 * k
        v.line([(x + 0.03, low), (x + 0.08, low)], 0.02, shade(skin, 0.9))


TROUSERS: tuple[Colour, ...] = (
    (40, 54, 92),
    (60, 56, 52),
    (116, 92, 60),
    (30, 30, 34),
    (120, 44, 40),
)
SHOES: tuple[Colour, ...] = ((40, 26, 18), (220, 220, 216), (150, 40, 36), (20, 20, 22))
COATS: tuple[Colour, ...] = ((120, 40, 36), (70, 84, 60), (180, 170, 150), (50, 60, 90))
GROUNDS = (("grass", "snow", "sand"), ("earth", "wood", "straw"), ("asphalt", "tiles", "stone"))
"""Soft, middling and hard."""
FLOOR = 0.34  # units from the middle down to the ground


def footsteps(v: View) -> None:
    """Walking legs seen from the side; a foot lands at every onset, strides grow with the pace."""
    rng = v.rng("footsteps")
    kind = pick(rng, GROUNDS[min(2, int(3 * v.b))])
    passed, since, until = v.beat(0.75 - 0.45 * v.a)
    share = since / max(since + until, 1e-3)
    light = _place(v, kind, (passed + share) * 2 * _stride(v))
    cloth, shoe = shade(pick(rng, TROUSERS), light), shade(pick(rng, SHOES), light)
    v.glow(0, FLOOR + 0.02, 0.36, 0.05, (0, 0, 0), 0.8)
    hip = (0.0, -0.36 - 0.014 * math.sin(math.pi * share))
    _leg(v, share, passed % 2 == 0, hip, shade(cloth, 0.66), shade(shoe, 0.7))
    _leg(v, share, passed % 2 == 1, hip, cloth, shoe)
    coat = shade(pick(rng, COATS), light)
    v.poly([(-0.1, hip[1] + 0.02), (0.1, hip[1] + 0.02), (0.12, -0.8), (-0.12, -0.8)], coat)
    if passed and since < 0.3 and v.b < 2 / 3:
        _dust(v, since, shade(back.GROUNDS[kind][2], light))


def _stride(v: View) -> float:
    return 0.17 + 0.07 * v.a


def _place(v: View, kind: str, walked: float) -> float:
    """Where the walker is, `walked` units on; returns the light."""
    rng = v.rng("place")
    if kind in ("wood", "tiles", "stone") and rng.uniform() < 0.5:
        return back.indoors(v, 0.14, kind)
    light = back.open_air(v, back.mood(v, "day pale grey gold dusk"), kind, 0.06, 0.5, walked)
    if rng.uniform() < 0.5:
        back.treeline(v, 0.07, back.lit(back.FOREST, light), 0.2, slide=-0.2 * walked)
    else:
        back.houses(v, 0.07, light, slide=-0.2 * walked)
    return light


def _leg(v: View, share: float, swinging: bool, hip: Point, cloth: Colour, shoe: Colour) -> None:
    """The planted leg slides back under the body, the swinging one comes forward and down."""
    arc = math.sin(math.pi * share) if swinging else 0.0
    forward = -math.cos(math.pi * share) if swinging else 1 - 2 * share
    foot = (_stride(v) * forward, FLOOR - 0.045 - (0.07 + 0.05 * v.a) * arc)
    knee = _knee(hip, foot)
    v.limb([hip, knee], 0.145, cloth)
    v.limb([knee, (foot[0] - 0.01, foot[1] - 0.03)], 0.105, cloth)
    tilt = 0.5 * arc * (1 if share < 0.6 else -0.6)
    if not swinging:
        tilt = 0.45 * max(0.0, share - 0.7)
    v.poly(turned(path("-.055,-.04 .035,-.045 .13,.005 .14,.045 -.06,.045"), *foot, tilt), shoe)
    sole = shade(shoe, 0.5) if sum(shoe) > 120 else (130, 120, 110)
    v.line(turned(path("-.06,.045 .14,.045"), *foot, tilt), 0.018, sole)


def _knee(hip: Point, foot: Point) -> Point:
    """Half way between hip and foot, bent forward as far as the bones are long."""
    along, down = foot[0] - hip[0], foot[1] - hip[1]
    half = math.hypot(along, down) / 2
    bow = math.sqrt(max(0.0, 0.345**2 - half**2)) / (2 * half)
    return (hip[0] + foot[0]) / 2 + bow * down, (hip[1] + foot[1]) / 2 - bow * along


def _dust(v: View, since: float, colour: Colour) -> None:
    for k in range(6):
        lean = (k - 2.5) / 2.5
        x = _stride(v) + 0.5 * lean * since
        y = FLOOR - (0.4 * since - 1.4 * since * since) * (1.2 - abs(lean))
        v.disc(x, y, 0.012, 0.01, colour, 1 - 3 * since)
