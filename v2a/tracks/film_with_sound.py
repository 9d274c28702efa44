"""A film with its sound, as every output is made from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from v2a.output.foley_names import Names
from v2a.tracks.mix import Tracks
from v2a.tracks.scene_stem import Stem
from v2a.types import Clip, Scene, SceneSound, Segmentation


@dataclass(frozen=True)
class SoundOrigin:
    """Seed and prompt of one take; take t is the t-th sound drawn from its seed."""

    seed: int | None
    prompt: str | None = None


@dataclass(frozen=True)
class FilmWithSound:
    """A film, its scenes, their sounds, and the tracks made of them."""

    clip: Clip
    segmentation: Segmentation
    sounds: tuple[SceneSound, ...]
    """One a scene, of the take in use."""
    tracks: Tracks
    names: Names
    origins: Sequence[Sequence[SoundOrigin]] = ()
    """[scene][take], where they are known."""

    def origin(self, stem: Stem) -> SoundOrigin:
        """Seed and prompt of a stem; the seed is None where origins are not known."""
        if stem.scene > len(self.origins):
            return SoundOrigin(None, self.sounds[stem.scene - 1].prompt)
        return self.origins[stem.scene - 1][stem.take - 1]

    def scenes(self) -> Iterator[tuple[Scene, SceneSound, Stem, list[Stem]]]:
        """Every scene with its sound, the take in use, and all takes in order."""
        takes: dict[int, list[Stem]] = {}
        for stem in self.tracks.stems:
            takes.setdefault(stem.scene, []).append(stem)
        rows = zip(self.segmentation.scenes, self.sounds, self.tracks.mix.stems, strict=True)
        for scene, sound, used in rows:
            yield scene, sound, used, takes[scene.index]
