"""What a scene of the world looks like: a painter for each kind, pure functions of scene and time.

Colours are red, green and blue in 0..255, lengths shares of the picture's shorter side. They were
set by eye; what they must reach (events on their onsets, kinds apart, attributes that show) is kept
by tests/world.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from v2a.world.kinds import SceneSpec
from v2a.world.pictures.camera import develop
from v2a.world.pictures.paint_animals import birds, dog, rooster
from v2a.world.pictures.paint_fire import fire
from v2a.world.pictures.paint_objects import ball, bell, clock
from v2a.world.pictures.paint_people import baby, footsteps, sneeze
from v2a.world.pictures.paint_rain import rain
from v2a.world.pictures.paint_rooms import room
from v2a.world.pictures.paint_tools import chainsaw, hammer, typing
from v2a.world.pictures.paint_vehicles import engine, helicopter
from v2a.world.pictures.paint_water import drip, sea, stream
from v2a.world.pictures.paint_wind import wind
from v2a.world.pictures.view import View

__all__ = ["PAINTERS", "draw"]

PAINTERS: dict[str, Callable[[View], None]] = {
    "rain": rain,
    "wind": wind,
    "sea": sea,
    "fire": fire,
    "stream": stream,
    "engine": engine,
    "helicopter": helicopter,
    "chainsaw": chainsaw,
    "ball": ball,
    "footsteps": footsteps,
    "hammer": hammer,
    "clock": clock,
    "bell": bell,
    "typing": typing,
    "drip": drip,
    "birds": birds,
    "dog": dog,
    "baby": baby,
    "sneeze": sneeze,
    "rooster": rooster,
    "room": room,
}
"""One for every kind of `KINDS`."""


def draw(spec: SceneSpec, seconds: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture of a scene at a moment: (height, width, 3) RGB, a pure function of its arguments.

    seconds: from the scene's start; also before it or after its end. Events are seen at
    `spec.onsets`: in the first picture whose time is not before an onset, it has happened. Each
    seed is another instance of the kind (palette, place, hour, camera) and the attributes change it.
    """
    view = View(spec, seconds, size)
    PAINTERS[spec.kind](view)
    image = view.image.reduce(view.scale) if view.scale > 1 else view.image
    return np.asarray(develop(image, spec, seconds))
