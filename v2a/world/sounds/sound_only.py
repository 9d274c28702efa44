"""Voices of kinds without a painter, and when their events happen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from v2a.world.kinds import Attributes, SceneSpec
from v2a.world.sounds.animals import hiss, horse, purr
from v2a.world.sounds.beasts import elephant, howl, monkey, roar
from v2a.world.sounds.beeps import arcade, phone
from v2a.world.sounds.bicycle_and_skates import bicycle, skating
from v2a.world.sounds.bird_calls import duck, gull, owl, parrot
from v2a.world.sounds.bowed import strings
from v2a.world.sounds.bubbling_water import bubbles
from v2a.world.sounds.burning import frying
from v2a.world.sounds.crowds import cheer, crowd
from v2a.world.sounds.electric import electric_guitar
from v2a.world.sounds.film_machines import camera, film_static
from v2a.world.sounds.guns import explosion, gunshot, machine_gun
from v2a.world.sounds.horns import ship_horn, whistle
from v2a.world.sounds.metal import chimes, gong
from v2a.world.sounds.motor_vehicles import boat, motorcycle, truck
from v2a.world.sounds.percussion import drums, marimba
from v2a.world.sounds.plucked import guitar, harp, piano
from v2a.world.sounds.reeds import accordion
from v2a.world.sounds.road_traffic import traffic
from v2a.world.sounds.sports import bat
from v2a.world.sounds.tools import drill, fan, machinery
from v2a.world.sounds.voice import FIELD, INDOORS, OUTDOORS, Voice
from v2a.world.sounds.water import splash, waterfall
from v2a.world.sounds.weather import forest
from v2a.world.sounds.winds import brass, flute

SOUND_ONLY: dict[str, Voice] = {
    "purr": Voice(purr, -27, (6, 0), INDOORS),
    "horse": Voice(horse, -15, (2, 2), OUTDOORS),
    "duck": Voice(duck, -12, (1, 0), FIELD),
    "parrot": Voice(parrot, -12, (0, 1), FIELD),
    "gull": Voice(gull, -13, (1, 1), FIELD),
    "owl": Voice(owl, -16, (1, 0), FIELD),
    "roar": Voice(roar, -14, (6, 1), FIELD),
    "howl": Voice(howl, -14, (0, 2), FIELD),
    "elephant": Voice(elephant, -10, (1, 0), FIELD),
    "monkey": Voice(monkey, -13, (0, 2), FIELD),
    "hiss": Voice(hiss, -20, (5, 0), OUTDOORS),
    "splash": Voice(splash, -16, (6, 1), OUTDOORS),
    "crowd": Voice(crowd, -27, (5, 2), INDOORS),
    "cheer": Voice(cheer, -22, (5, 1), OUTDOORS),
    "forest": Voice(forest, -33, (4, 3), OUTDOORS),
    "bubbles": Voice(bubbles, -27, (4, 1), INDOORS),
    "waterfall": Voice(waterfall, -23, (5, 1), OUTDOORS),
    "frying": Voice(frying, -29, (6, 1), INDOORS),
    "piano": Voice(piano, -11, (4, 0), INDOORS),
    "guitar": Voice(guitar, -12, (3, 1), INDOORS),
    "harp": Voice(harp, -13, (3, 0), INDOORS),
    "drums": Voice(drums, -8, (3, 0), INDOORS),
    "marimba": Voice(marimba, -12, (3, 1), INDOORS),
    "gong": Voice(gong, -9, (4, -1), INDOORS),
    "chimes": Voice(chimes, -27, (6, 0), OUTDOORS),
    "electric_guitar": Voice(electric_guitar, -20, (3, 1), INDOORS),
    "strings": Voice(strings, -21, (4, 0), INDOORS),
    "brass": Voice(brass, -14, (5, -1), INDOORS),
    "flute": Voice(flute, -16, (3, 0), INDOORS),
    "accordion": Voice(accordion, -21, (3, 0), INDOORS),
    "whistle": Voice(whistle, -14, (4, 0), FIELD),
    "ship_horn": Voice(ship_horn, -13, (3, -1), FIELD),
    "phone": Voice(phone, -15, (1, 1), INDOORS),
    "arcade": Voice(arcade, -16, (0, 1), INDOORS),
    "motorcycle": Voice(motorcycle, -23, (-1, 5), OUTDOORS),
    "truck": Voice(truck, -23, (4, 1), OUTDOORS),
    "traffic": Voice(traffic, -27, (5, 2), OUTDOORS),
    "boat": Voice(boat, -25, (5, 1), OUTDOORS),
    "bicycle": Voice(bicycle, -31, (4, -1), OUTDOORS),
    "skating": Voice(skating, -27, (6, 2), OUTDOORS),
    "drill": Voice(drill, -23, (3, 3), INDOORS),
    "machinery": Voice(machinery, -23, (2, -3), INDOORS),
    "fan": Voice(fan, -33, (6, 3), INDOORS),
    "camera": Voice(camera, -16, (3, 0), INDOORS),
    "film_static": Voice(film_static, -29, (0, 2), INDOORS),
    "gunshot": Voice(gunshot, -7, (1, -1), FIELD),
    "machine_gun": Voice(machine_gun, -8, (-1, -5), FIELD),
    "explosion": Voice(explosion, -7, (1, -4), FIELD),
    "bat": Voice(bat, -13, (1, 4), OUTDOORS),
}
"""Levels are set beside those of the drawn kinds, by how near such a sound is usually met."""

PERIODS: dict[str, tuple[float, float, float]] = {
    "horse": (1.2, -0.7, 0), "duck": (1.5, 0, -0.7), "parrot": (1.9, 0, -0.9), "gull": (2.2, 0, -1.1),
    "owl": (3.8, 0, -1.2), "roar": (2.6, 0, 0.4), "howl": (3.6, 0, -0.8), "elephant": (2.0, 0, 0.9),
    "monkey": (2.4, 0, -1.0), "hiss": (1.3, 0, 1.4), "splash": (1.1, 0.9, 0), "piano": (0.55, 0, -0.15),
    "guitar": (0.5, 0, 0), "harp": (0.7, 0, 0), "drums": (0.3, -0.1, 0), "marimba": (0.35, 0, 0),
    "gong": (2.6, 0, -0.8), "brass": (0.5, 0, -0.2), "flute": (0.45, 0, 0), "whistle": (2.4, 0, 0),
    "ship_horn": (4.2, 0, 0), "phone": (2.6, 0, 0), "arcade": (0.45, 0, 0), "camera": (1.1, 0, -0.5),
    "gunshot": (0.8, 0.9, 0), "machine_gun": (2.0, -0.5, 0), "explosion": (2.6, 1.6, 0), "bat": (1.3, 0, -0.3),
}  # fmt: skip
"""Mean seconds between events at attributes 0, 0, and what each attribute adds."""
TEMPO = (0.8, 1.25)
"""A scene's own pace, as a factor of the period."""
STEADY = {"horse": 0.05, "phone": 0.0, "gong": 0.15, "drums": 0.04, "piano": 0.04, "guitar": 0.04}
STEADY |= {"harp": 0.04, "marimba": 0.04, "brass": 0.04, "flute": 0.04}
"""Relative spread of the time between events; 0.3 where not named."""


def sound_only_scene(kind: str, seed: int, duration: Fraction) -> SceneSpec:
    """A scene without a picture, its attributes and events drawn from `seed`."""
    rng = np.random.default_rng((seed, 13))
    drawn = (float(rng.uniform()), float(rng.uniform()))
    return SceneSpec(kind, drawn, seed, duration, _times(kind, drawn, duration, rng))


def _times(
    kind: str, attributes: Attributes, duration: Fraction, rng: np.random.Generator
) -> tuple[float, ...]:
    if kind not in PERIODS:  # a texture
        return ()
    base, first, second = PERIODS[kind]
    period = (base + first * attributes[0] + second * attributes[1]) * float(rng.uniform(*TEMPO))
    spread = STEADY.get(kind, 0.3)
    times, t = [], float(rng.uniform(0.03, 0.1 + 0.4 * min(period, 2.0)))
    while t < float(duration) - 0.05:
        times.append(t)
        t += max(0.05, period * (1 + spread * float(rng.uniform(-1, 1))))
    return tuple(times)
