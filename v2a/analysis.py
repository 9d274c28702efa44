"""The analysis of a film before any sound is made: frames and embeddings, then scenes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from v2a.types import (
    Clip,
    FrameBatch,
    FrameOptions,
    Report,
    SceneSound,
    Segmentation,
    ShouldStop,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FilmFrames(Protocol):
    """Sampled frames to iterate once, then the clip's facts; `FrameReader` is one."""

    def __iter__(self) -> Iterator[FrameBatch]: ...

    @property
    def clip(self) -> Clip:
        """The whole video's facts, after the iteration."""
        ...


OpenFrames = Callable[[Path, int, FrameOptions, Report, ShouldStop], FilmFrames]


@dataclass(frozen=True)
class FilmEmbeddings:
    """A film's facts and the picture tower's embeddings of its sampled frames."""

    clip: Clip
    samples: NDArray[np.int64]
    """(T,) numbers of the sampled frames, ascending."""
    embeddings: NDArray[np.float32]
    """(T, 512) raw CLIP vectors."""


@dataclass(frozen=True)
class FilmScenes:
    """A film's scenes and the sound that each one suggests, before any sound is made."""

    clip: Clip
    segmentation: Segmentation
    sounds: list[SceneSound]
    """One a scene."""
    pooled: NDArray[np.float32]
    """(S, 512) the scenes' mean CLIP vectors, as the mapper took them."""
