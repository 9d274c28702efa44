"""Scenes to CLAP vectors: pool a scene's frames, map them to sound, blend in the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from v2a.errors import V2AError
from v2a.mapping.mappers import MAPPERS, SceneMapper, label_scores, likeness, make_mapper
from v2a.mapping.word_bank import unit, word_bank
from v2a.packs.manifest import VOCABULARY_MAPPER, ShareScale
from v2a.types import EMBEDDING_SIZE, Scene, SceneSound, SceneText

if TYPE_CHECKING:
    from v2a.packs.locate import Pack

__all__ = ["MAPPERS", "SceneListener", "SceneMapper", "pool", "slerp"]

FAR = 0.96
"""A prompt that is less known than this, 0..1, is far from every sound of the pack. Measured: of
the words for what is heard in training/tables/phrases.json, each left out of the bank in turn, 2 in
100 are less known, and so are 72 in 100 of the words there that are far from all sounds."""
TOLD = 60
"""Characters of a prompt that a warning repeats. Chosen: the warning stays on one line."""
LABELS = 5
"""Most labels of a scene. Chosen: as many as people read."""
SHOWN = 0.02
"""Least score of a label, 0..1, in packs whose scale is a `ShareScale`. Chosen: one in fifty."""
Vector = NDArray[np.float32]


def pool(
    embeddings: NDArray[np.float32],
    samples: NDArray[np.int64],
    scenes: Sequence[Scene],
    normalise: bool = True,
) -> NDArray[np.float32]:
    """One vector a scene, the mean over its samples: (S, 512) float32.

    embeddings: (T, 512) raw CLIP vectors of the frames numbered `samples`, (T,) ascending. With
    `normalise` frames and result are unit, so that no frame counts more than another; without, it
    is the paper's plain mean. A scene without a sample, shorter than the distance between two,
    takes the sample nearest to its middle.
    """
    assert len(embeddings) == len(samples) > 0, (len(embeddings), len(samples))
    frames = unit(embeddings) if normalise else np.asarray(embeddings, np.float32)
    pooled = np.empty((len(scenes), frames.shape[1]), np.float32)
    for row, scene in enumerate(scenes):
        first, last = np.searchsorted(samples, (scene.start_frame, scene.end_frame))
        if first == last:
            twice_off = np.abs(2 * samples - (scene.start_frame + scene.end_frame - 1))
            first = int(np.argmin(twice_off))
            last = first + 1
        pooled[row] = frames[first:last].mean(axis=0, dtype=np.float64)
    return unit(pooled) if normalise else pooled


def slerp(start: Vector, end: Vector, weight: float) -> Vector:
    """The unit vector a share `weight` (0..1) of the way from one unit vector to another.

    Along the great circle, so that halfway is as far from both; 0 and 1 give the ends exactly.
    """
    if weight in (0, 1):
        return end if weight else start
    angle = np.arccos(np.clip(np.dot(start, end), -1, 1))
    if np.sin(angle) < 1e-4:
        return end if weight > 0.5 else start
    return unit(np.sin((1 - weight) * angle) * start + np.sin(weight * angle) * end)


class SceneListener:
    """Makes scenes' sounds: vectors and labels from pictures, and from an editor's prompts."""

    def __init__(self, pack: Pack, mapper: str | None = None, device: str = "auto") -> None:
        """`mapper` None is the pack's own choice.

        Raises NO_MAPPER with the names there are, NO_DEVICE, and the PACK_ reasons.
        """
        self._name = mapper or pack.manifest.mappers.default
        self._pack, self._device = pack, device
        self._bank = word_bank(pack, device)
        # Eyes that see colours alone tell a network nothing: it would hear something all the same.
        blind = self._bank.vocabulary.unknown is not None and "eyes" in pack.lacking()
        self._mapper = make_mapper(pack, VOCABULARY_MAPPER if blind else self._name, self._bank)
        self._told: dict[str, Vector] = {}
        self._far: dict[str, str] = {}

    def __call__(self, pooled: NDArray[np.float32], texts: Sequence[SceneText]) -> list[SceneSound]:
        """(S, 512) pooled CLIP vectors and S editor's texts to S sounds.

        Labels are the vocabulary's most likely entries by the picture alone, whichever mapper made
        the vector, scored by `label_scores`. A prompt's CLAP vector is blended with the mapped one
        by `slerp` at the text's weight; a prompt that is a label stands for that entry's sound. A
        negative prompt stands in for the pack's null vector, whole, whatever the weight. Raises
        BAD_OPTION for a weight outside 0..1.
        """
        assert pooled.shape == (len(texts), EMBEDDING_SIZE), (pooled.shape, len(texts))
        if not texts:
            return []
        vectors, labels = self._mapper(pooled), self._labels(pooled)
        return [self._sound(*told) for told in zip(vectors, labels, texts, strict=True)]

    def _sound(
        self, vector: Vector, labels: tuple[tuple[str, float], ...], text: SceneText
    ) -> SceneSound:
        if not 0 <= text.weight <= 1:
            detail = f"a prompt's weight is {text.weight:g}"
            raise V2AError("BAD_OPTION", detail=detail, hint="give a weight from 0 to 1")
        prompt, negative = _words(text.prompt), _words(text.negative)
        if prompt is not None:
            vector = slerp(vector, self.hear(prompt), text.weight)
        against = None if negative is None else self.hear(negative)
        return SceneSound(vector, against, labels, self._name, prompt)

    def hear(self, words: str) -> Vector:
        """(512,) unit CLAP vector of a prompt: the entry's if the prompt is a label of it."""
        row = self._bank.vocabulary.find(words)
        if row is not None:
            return self._bank.clap[row]
        if words not in self._told:
            tower = self._pack.text_encoder(self._device)
            self._told[words] = unit(tower([words])[0])
            if tower.known is not None and float(tower.known([words])[0]) < FAR:
                self._far[words] = self._nearest(self._told[words])
        return self._told[words]

    @property
    def doubts(self) -> list[str]:
        """A warning for each prompt so far that is far from every sound the pack knows."""
        return [
            f'the prompt "{shorten(words, TOLD, placeholder=" ...")}" is far from every sound '
            f'the pack knows; the nearest is "{nearest}"'
            for words, nearest in self._far.items()
        ]

    def _nearest(self, vector: Vector) -> str:
        """The label of the sound that a vector is most like."""
        likeness = self._bank.clap @ vector
        if self._bank.vocabulary.unknown is not None:
            likeness[self._bank.vocabulary.unknown] = -1
        return self._bank.vocabulary.entries[int(np.argmax(likeness))].label

    def _labels(self, pooled: NDArray[np.float32]) -> list[tuple[tuple[str, float], ...]]:
        scale = self._pack.manifest.labels
        scores = label_scores(pooled, self._bank, scale)
        by_shares = isinstance(scale, ShareScale)
        order = scores if by_shares else likeness(pooled, self._bank)
        best = np.argsort(-order, axis=1, kind="stable")[:, :LABELS]
        entries = self._bank.vocabulary.entries
        return [
            tuple(
                (entries[e].label, float(scores[scene, e]))
                for e in row
                if not by_shares or scores[scene, e] >= SHOWN
            )
            for scene, row in enumerate(best)
        ]


def _words(text: str | None) -> str | None:
    """A prompt with single spaces; None where it is missing or blank."""
    return " ".join(text.split()) or None if text is not None else None
