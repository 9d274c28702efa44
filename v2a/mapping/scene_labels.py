"""Words for scenes: which labels are unsure, a scene's title, and the labels of quiet scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from v2a.types import Scene, SceneSound

UNSURE = 0.3
"""A best score below it, 0..1, is shown as a guess. Chosen: scores are scaled so that a label as
likely right as wrong on film has about this (`training/label_scale.py`)."""
QUIET = (("room tone", 1.0),)
"""The labels of a still or black scene, which is given room tone whatever it looks like."""


def unsure(labels: Sequence[tuple[str, float]]) -> bool:
    """Whether labels, (words, score 0..1) with the best first, are only guesses, or there are none.

    Packs whose scores are a `ShareScale` give no label where all shares are small.
    """
    return not labels or labels[0][1] < UNSURE


def doubt(labels: Sequence[tuple[str, float]]) -> str:
    """A phrase for people about labels that are unsure."""
    nearest = ", ".join(words for words, _ in labels[:2])
    return f"unsure; nearest: {nearest}" if nearest else "unsure; say what you hear"


def title_words(prompt: str | None, labels: Sequence[tuple[str, float]]) -> str:
    """The words of a scene's title: its prompt, else its best label, with "?" where unsure.

    Without a label it is "unsure".
    """
    if prompt or not labels:
        return prompt or "unsure"
    return labels[0][0] + ("?" if unsure(labels) else "")


def name_quiet(scenes: Sequence[Scene], sounds: Sequence[SceneSound]) -> list[SceneSound]:
    """The scenes' sounds, one a scene; those of quiet scenes get the label "room tone"."""
    pairs = zip(scenes, sounds, strict=True)
    return [replace(sound, labels=QUIET) if scene.quiet else sound for scene, sound in pairs]
