"""The pocket pack's picture tower: a public image classifier, and what its classes sound like.

A thousand classes are more than sounds can be told apart by, so each class says by a table which
sounds it suggests and how surely; what is left is the share of the unknown. Drawings, of
which such a classifier knows nothing, have a small head of their own. The vector is made of two
parts of fixed length: shares of sounds, one dimension each, and a sketch of the features, by which
pictures of one content still differ. Means of such vectors are means of shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from v2a.types import EMBEDDING_SIZE

SHARES = 128
"""Dimensions for shares of sounds, the unknown among them. Chosen: room for the 121 kinds."""
SKETCH = EMBEDDING_SIZE - SHARES
"""Dimensions of the sketch: the rest of a vector."""
MEANT = 0.8
"""Length of the part that holds the shares; the sketch takes the rest of a unit vector, 0.6.
Chosen: content outweighs looks, and cuts between pictures of one content still show."""
PLAIN = (12, 10)
"""Columns and rows of the picture that eyes without a classifier see. Chosen: 360 colours fit the
384 numbers of a sketch."""


class TrunkTower(nn.Module):
    """A timm classifier with the head of a pack: (B, 3, size, size) to (B, 512) unit vectors.

    Tensors of the head: `table` (C, E) shares of sounds that each class suggests; `gate` (F + 1,)
    and `drawn` (F + 1, E) tell drawings from film, and what they show; `middle` (F,) and `turn`
    (F, 384) make the sketch; `prior` (C,), which older heads lack, weighs the classes.
    """

    def __init__(self, trunk: nn.Module, head: Mapping[str, torch.Tensor], image_size: int) -> None:
        super().__init__()
        self.trunk, self.image_size = trunk, image_size
        for name, value in head.items():
            self.register_buffer(name, value)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Unit vectors: shares (all of them positive), then the sketch."""
        features, classes = self.recognise(x)
        return joined(self.shares(features, classes), self.sketch(features))

    def recognise(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, F) pooled features and (B, C) probabilities of the classes, float32."""
        trunk: Any = self.trunk
        x = x.contiguous(memory_format=torch.channels_last)
        features = trunk.forward_head(trunk.forward_features(x), pre_logits=True)
        return features.float(), trunk.get_classifier()(features).float().softmax(-1)

    def shares(self, features: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        """(B, E) shares of the sounds, the last of what is unknown; rows sum to 1."""
        table, gate, drawn = (self._tensor(name) for name in ("table", "gate", "drawn"))
        features = functional.pad(features, (0, 1), value=1.0)
        if hasattr(self, "prior"):
            classes = functional.normalize(classes * self._tensor("prior"), p=1, dim=-1)
        is_drawn = (features @ gate).sigmoid()[:, None]
        return (1 - is_drawn) * (classes @ table) + is_drawn * (features @ drawn).softmax(-1)

    def sketch(self, features: torch.Tensor) -> torch.Tensor:
        """(B, F) features to (B, 384) unit sketches, by which pictures of one content differ."""
        centred = features - self._tensor("middle")
        return functional.normalize(centred @ self._tensor("turn"), dim=-1)

    def _tensor(self, name: str) -> torch.Tensor:
        value = getattr(self, name)
        assert isinstance(value, torch.Tensor)
        return value.float()


def check_head(head: Mapping[str, torch.Tensor], trunk: nn.Module) -> None:
    """Raise KeyError or ValueError where a head was made for another trunk."""
    classifier: Any = trunk
    classes, features = classifier.get_classifier().weight.shape
    sounds = head["table"].shape[-1]
    if sounds >= SHARES:
        raise ValueError(f"the head tells {sounds} sounds, vectors have room for {SHARES - 1}")
    wanted = {
        "table": (classes, sounds),
        "gate": (features + 1,),
        "drawn": (features + 1, sounds),
        "middle": (features,),
        "turn": (features, SKETCH),
    }
    if "prior" in head:
        wanted["prior"] = (classes,)
    for name, shape in wanted.items():
        if tuple(head[name].shape) != shape:
            found = tuple(head[name].shape)
            raise ValueError(f"the head is of another trunk: {name} is {found}, not {shape}")


class PlainTower(nn.Module):
    """A tower without the classifier: every picture is of the unknown and differs by colours."""

    def __init__(self, sounds: int, image_size: int) -> None:
        super().__init__()
        self.sounds, self.image_size = sounds, image_size

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, size, size) to (B, 512) unit vectors whose whole share is of the unknown."""
        shares = torch.zeros(len(x), self.sounds, device=x.device)
        shares[:, -1] = 1
        small = functional.adaptive_avg_pool2d(x.float(), (PLAIN[1], PLAIN[0])).flatten(1)
        # A picture as grey as the mean has no colours to tell; a one says that it is a picture.
        sketch = functional.pad(functional.pad(small, (0, 1), value=1.0), (0, SKETCH - 361))
        return joined(shares, functional.normalize(sketch, dim=-1))


def joined(shares: torch.Tensor, sketch: torch.Tensor) -> torch.Tensor:
    """(B, E) shares and (B, 384) unit sketches to (B, 512) unit vectors.

    A row of shares is shorter the more it is spread; what it lacks to `MEANT` goes into a dimension
    of its own, the last before the sketch, so that every vector has the same length.
    """
    meant = functional.pad(shares, (0, SHARES - shares.shape[1])) * MEANT
    meant[:, -1] = (MEANT**2 - meant.square().sum(1)).clamp_min(0).sqrt()
    return torch.cat([meant, (1 - MEANT**2) ** 0.5 * sketch], 1)
