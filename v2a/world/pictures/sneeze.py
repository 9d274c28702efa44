"""A person who sneezes."""

from __future__ import annotations

import math

from v2a.world.pictures import backdrop as back
from v2a.world.pictures.noise import Colour, mix, shade
from v2a.world.pictures.people import CLOTHS, HAIR, SKINS
from v2a.world.pictures.shapes import Point, Put, oval, path, pick, turned
from v2a.world.pictures.view import View

FRINGE = (
    ".17,-.45 .1,-.46 .02,-.38 -.04,-.24 -.12,-.14 -.24,-.2 -.26,-.4 -.14,-.56 .06,-.58 .17,-.52"
)
FACE = "-.1,-.5 .06,-.52 .17,-.45 .2,-.36 .2,-.32 .27,-.23 .275,-.205 .21,-.19 .225,-.165"


def sneeze(v: View) -> None:
    """A face in profile that gasps, then throws its head forward in spray at each onset.

    Whoever sneezes often has a red nose and a tissue at hand.
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
    _eye(v, put, hair, gasp > 0.35 or burst > 0.12)
    nose = mix(skin, (226, 40, 36), 0.15 + 0.7 * v.b)
    v.poly(put(oval(0.243, -0.218, 0.026 + 0.014 * v.b, 0.022 + 0.012 * v.b)), nose)
    v.glow(*put([(0.2, -0.22)])[0], 0.09, 0.07, (226, 60, 50), 0.3 + 0.5 * v.b)
    return put([(0.24, -0.15 + 0.5 * gape)])[0]


def _eye(v: View, put: Put, hair: Colour, shut: bool) -> None:
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
