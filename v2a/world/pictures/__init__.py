"""What a scene of the world looks like: a painter for each kind, pure functions of scene and time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from v2a.world.kinds import SceneSpec
from v2a.world.pictures.augment import training_pictures
from v2a.world.pictures.baby import baby
from v2a.world.pictures.ball import ball
from v2a.world.pictures.bell import bell
from v2a.world.pictures.birds import birds
from v2a.world.pictures.car import engine
from v2a.world.pictures.chainsaw import chainsaw
from v2a.world.pictures.clock import clock
from v2a.world.pictures.dog import dog
from v2a.world.pictures.drip import drip
from v2a.world.pictures.feet import footsteps
from v2a.world.pictures.film_stock import develop
from v2a.world.pictures.flames import fire
from v2a.world.pictures.hammer import hammer
from v2a.world.pictures.helicopter import helicopter
from v2a.world.pictures.keyboard import typing
from v2a.world.pictures.rain import rain
from v2a.world.pictures.rooms import room
from v2a.world.pictures.rooster import rooster
from v2a.world.pictures.sea import sea
from v2a.world.pictures.sneeze import sneeze
from v2a.world.pictures.stream import stream
from v2a.world.pictures.view import View
from v2a.world.pictures.wind import wind

__all__ = ["PAINTERS", "draw", "training_pictures"]

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
