"""A voice: how a kind sounds, how loud, and in which acoustics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from v2a.world.sounds.acoustics import Acoustics
from v2a.world.sounds.synth import Array, Synth


@dataclass(frozen=True)
class Voice:
    """How a kind sounds and how loud it is."""

    make: Callable[[Synth], Array]
    level: float
    """dBFS at attributes 0, 0: of the louder half of a texture, of the loudest 4 ms of events ..."""
    rise: tuple[float, float] = (0.0, 0.0)
    """... and what each attribute adds, dB."""
    place: Acoustics = Acoustics()


OUTDOORS = Acoustics(0.2, 0.10, -58.0)
INDOORS = Acoustics(0.35, 0.30, -60.0)
FIELD = Acoustics(0.6, 0.16, -54.0)
"""Between houses, in a room, in a wide field; set by ear."""
