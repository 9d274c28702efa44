"""What a scene of the world sounds like: one voice a kind, each a pure function of the scene.

Constants of voices (Hz, dB, seconds) come from the works named beside them or were set by ear; what
they must reach (level, pitch, attack on the onset, sense of each attribute) is kept by tests/world.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.sounds.acoustics import Acoustics, background, reverberant, room
from v2a.world.sounds.bird_calls import birds
from v2a.world.sounds.bubbling_water import drip, stream
from v2a.world.sounds.burning import fire
from v2a.world.sounds.impacts import ball, footsteps, hammer
from v2a.world.sounds.mechanisms import bell, clock, typing
from v2a.world.sounds.motors import chainsaw, engine, helicopter
from v2a.world.sounds.sound_only import PERIODS, SOUND_ONLY, sound_only_scene
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.throats import baby, dog, rooster, sneeze
from v2a.world.sounds.voice import FIELD, INDOORS, OUTDOORS, Voice
from v2a.world.sounds.water import sea
from v2a.world.sounds.weather import rain, wind

__all__ = ["SOUND_ONLY", "VOICES", "Voice", "heard_scene", "sound"]

CEILING, KNEE = 0.95, 0.7
"""Greatest amplitude of a sound, and the amplitude above which waves bend towards it."""
FRAMES, ATTACK = 0.05, 0.004
"""Seconds over which the level of a texture and of an event is taken."""


VOICES: dict[str, Voice] = {
    "rain": Voice(rain, -27, (8, 2), OUTDOORS),
    "wind": Voice(wind, -28, (9, 1), OUTDOORS),
    "sea": Voice(sea, -26, (7, 1), OUTDOORS),
    "fire": Voice(fire, -27, (6, 1), OUTDOORS),
    "stream": Voice(stream, -27, (7, 1), OUTDOORS),
    "engine": Voice(engine, -25, (6, 2), OUTDOORS),
    "helicopter": Voice(helicopter, -19, (2, -6), OUTDOORS),
    "chainsaw": Voice(chainsaw, -22, (5, 1), OUTDOORS),
    "ball": Voice(ball, -11, (0, 2), INDOORS),
    "footsteps": Voice(footsteps, -15, (1, 3), INDOORS),
    "hammer": Voice(hammer, -13, (4, 1), INDOORS),
    "clock": Voice(clock, -13, (0, -2), INDOORS),
    "bell": Voice(bell, -8, (-2, 2), FIELD),
    "typing": Voice(typing, -18, (1, 6), INDOORS),
    "drip": Voice(drip, -12, (3, 1), INDOORS),
    "birds": Voice(birds, -13, (1, 2), FIELD),
    "dog": Voice(dog, -11, (4, 0), FIELD),
    "baby": Voice(baby, -11, (1, 1), INDOORS),
    "sneeze": Voice(sneeze, -15, (5, 0), INDOORS),
    "rooster": Voice(rooster, -11, (1, 0), FIELD),
    "room": Voice(room, -55, (0, 2), Acoustics(0.3, 0.05, -90.0)),
}
"""Voices of the drawn kinds; levels as kinds stand beside each other when met: a saw above a wind."""


def heard_scene(kind: str, seed: int, duration: Fraction) -> SceneSpec:
    """A scene of any kind that has a voice, with a painter or without."""
    make = scene if kind in KINDS else sound_only_scene
    return make(kind, seed, duration)


def sound(spec: SceneSpec, rate: int) -> NDArray[np.float32]:
    """The sound of a scene: (n,) float32 within +-0.95, n = round(duration * rate).

    A pure function of the scene: events begin on the sample nearest to each onset; attributes
    change it continuously; each seed is another instance (bodies, pitches, rooms, distances).
    rate in Hz, 8000..192000; nothing sounds above half of it.
    """
    synth = Synth(spec, rate)
    voice = VOICES[spec.kind] if spec.kind in VOICES else SOUND_ONLY[spec.kind]
    wave = reverberant(synth, voice.make(synth), voice.place)
    level = voice.level + voice.rise[0] * synth.a + voice.rise[1] * synth.b
    level += float(synth.rng("level").uniform(-2, 2))
    now = _strongest(wave, rate) if _is_event(spec.kind) else _loudness(wave, rate)
    wave = wave * (10 ** (level / 20) / max(now, 1e-9)) if now > 1e-9 else wave * 0
    return _limit(wave + background(synth, voice.place.quiet)).astype(np.float32)


def _is_event(kind: str) -> bool:
    return KINDS[kind].form == "event" if kind in KINDS else kind in PERIODS


def _loudness(wave: Array, rate: int) -> float:
    """Root mean square of the louder half."""
    size = max(1, min(len(wave), round(FRAMES * rate)))
    powers = (wave[: len(wave) // size * size].reshape(-1, size) ** 2).mean(axis=1)
    return float(np.sqrt(np.sort(powers)[len(powers) // 2 :].mean()))


def _strongest(wave: Array, rate: int) -> float:
    """Root mean square of the loudest few milliseconds."""
    size = max(1, min(len(wave), round(ATTACK * rate)))
    total = np.concatenate([[0.0], np.cumsum(wave**2)])
    return float(np.sqrt(max(0.0, (total[size:] - total[:-size]).max()) / size))


def _limit(wave: Array) -> Array:
    """Bend what exceeds the knee below the ceiling."""
    size = np.abs(wave)
    over = np.maximum(size - KNEE, 0) / (CEILING - KNEE)
    return np.sign(wave) * (np.minimum(size, KNEE) + (CEILING - KNEE) * np.tanh(over) * 0.999)
