"""The public trunk's features of drawn pictures, and of pictures that show nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.embedding.trunk_tower import TrunkTower
from v2a.packs.part_loaders import trunk
from v2a.packs.weight_wheels import wheel_folder
from v2a.training.pocket_wheels import EYES, SIZE, VISION
from v2a.training.strange_pictures import strange_pictures
from v2a.world.kinds import KINDS
from v2a.world.pictures.augment import training_pictures

SEED, STRANGE_SEED = 2_000_000, 77
"""First seed of the world's frames, and seed of the pictures of nothing."""
AT_ONCE = 16
"""Pictures of one call. Chosen for two cores."""


@dataclass(frozen=True)
class TrunkFeatures:
    """Pooled features of pictures."""

    drawn: NDArray[np.float32]
    """(N, F) of frames of the world."""
    kinds: list[str]
    """(N,) names of the kinds that the frames show."""
    others: NDArray[np.float32]
    """(M, F) of pictures that the world did not draw."""

    def packed(self) -> dict[str, torch.Tensor]:
        """As tensors, for a checkpoint."""
        names = list(KINDS)
        kinds = torch.tensor([names.index(kind) for kind in self.kinds])
        rows = {"drawn": torch.from_numpy(self.drawn), "others": torch.from_numpy(self.others)}
        return {**rows, "kinds": kinds}

    @classmethod
    def unpacked(cls, kept: dict[str, torch.Tensor]) -> TrunkFeatures:
        """The inverse of `packed`."""
        names = list(KINDS)
        kinds = [names[row] for row in kept["kinds"].tolist()]
        return cls(kept["drawn"].numpy(), kinds, kept["others"].numpy())


def bare_eyes() -> TrunkTower:
    """The trunk without a head."""
    (name,) = EYES.files
    state = torch.load(wheel_folder(EYES) / name, weights_only=True, map_location="cpu")
    return TrunkTower(trunk(VISION, state).eval(), {}, SIZE)


def look_at_drawings(count: int, tell: Callable[[int, int], None] | None = None) -> TrunkFeatures:
    """Features of `count` frames of the world and of a sixth as many pictures of nothing.

    A sixth is chosen: they are easily told from drawings, and each takes as long.
    """
    eyes = bare_eyes()
    frames, scenes = training_pictures(count, SIZE, SEED)[:2]
    strange = strange_pictures(max(2, count // 6), SIZE, STRANGE_SEED)
    drawn = _features(eyes, frames, tell)
    return TrunkFeatures(drawn, [scene.kind for scene in scenes], _features(eyes, strange, None))


@torch.inference_mode()
def _features(
    eyes: TrunkTower, pictures: NDArray[np.uint8], tell: Callable[[int, int], None] | None
) -> NDArray[np.float32]:
    rows = []
    for at in range(0, len(pictures), AT_ONCE):
        some = torch.from_numpy(np.array(pictures[at : at + AT_ONCE]))
        rows.append(eyes.recognise((some.permute(0, 3, 1, 2).float() - 127) / 128)[0].numpy())
        if tell is not None:
            tell(min(at + AT_ONCE, len(pictures)), len(pictures))
    return np.concatenate(rows)
