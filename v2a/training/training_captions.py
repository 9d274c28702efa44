"""Captions for training: words of a sound among words that do not matter."""

from __future__ import annotations

import numpy as np

from v2a.training.sound_kinds import SOUND_KINDS
from v2a.world.kinds import KINDS, SceneSpec, caption

BACKDROPS = (
    "at night", "in the morning", "on a summer day", "in winter", "outside", "indoors", "in a city",
    "in the country", "far away", "close up", "in an old house", "on a street", "in a garden",
    "in the kitchen", "slow and calm", "very loud", "in the background", "with a wide lens",
    "in black and white", "for a long time", "in the distance", "by the window", "on the left",
    "again and again", "in a big hall", "early", "in a village", "on the table", "in the workshop",
    "under a bridge", "on holiday", "in spring", "at dusk", "shot on a phone", "in slow motion",
)  # fmt: skip
"""Surroundings that leave the sound as it is; a text tower must learn to look past them."""
OPENINGS = (
    "some ",
    "a lot of ",
    "one ",
    "the ",
    "this is ",
    "we hear ",
    "there is ",
    "scene with ",
)


def said(spec: SceneSpec, rng: np.random.Generator) -> str:
    """A caption of the scene's sound; half of those of drawn kinds name their attributes."""
    if spec.kind in KINDS and rng.uniform() < 0.5:
        return _dress(caption(spec, rng, seen=False), rng)
    kind = SOUND_KINDS[spec.kind]
    return _dress(str(rng.choice([kind.label, kind.label, *kind.words])), rng)


def _dress(text: str, rng: np.random.Generator) -> str:
    if rng.uniform() < 0.25:
        text = str(rng.choice(OPENINGS)) + text
    if rng.uniform() < 0.4:
        text = f"{text} {rng.choice(BACKDROPS)}"
    return text.capitalize() if rng.uniform() < 0.2 else text
