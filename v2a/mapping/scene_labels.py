"""What is said of scenes' labels: which are only guesses, and what quiet scenes are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from v2a.types import Scene, SceneSound

UNSURE = 0.3
"""A best score below it is a guess, and people are told so."""
QUIET = (("room tone", 1.0),)
"""The labels of a still or black scene, which is given room tone whatever it looks like."""


def unsure(labels: Sequence[tuple[str, float]]) -> bool:
    """Whether labels, (words, score 0..1) with the best first, are only guesses, or there are none.

    Eyes that know when they do not know tell no label at all of what they have never seen.
    """
    return not labels or labels[0][1] < UNSURE


def doubt(labels: Sequence[tuple[str, float]]) -> str:
    """What people are told of labels that are unsure."""
    nearest = ", ".join(words for words, _ in labels[:2])
    return f"unsure; nearest: {nearest}" if nearest else "unsure; say what you hear"


def title_words(prompt: str | None, labels: Sequence[tuple[str, float]]) -> str:
    """What a scene's stem is called after: the words asked for, or the best, "?" at a guess.

    Without a guess it is called "unsure".
    """
    if prompt or not labels:
        return prompt or "unsure"
    return labels[0][0] + ("?" if unsure(labels) else "")


def name_quiet(scenes: Sequence[Scene], sounds: Sequence[SceneSound]) -> list[SceneSound]:
    """The scenes' sounds, those of quiet scenes labelled as what will be heard."""
    pairs = zip(scenes, sounds, strict=True)
    return [replace(sound, labels=QUIET) if scene.quiet else sound for scene, sound in pairs]
