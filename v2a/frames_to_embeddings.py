"""Frames to CLIP embeddings: the image tower of any pack, through open_clip."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.packs.locate import Pack, resolve_device
from v2a.types import EMBEDDING_SIZE

ROWS = {"cpu": 32, "mps": 64, "cuda": 256}
"""Most frames in one call of the tower. Chosen: busy cores, and little of a device's memory."""


class ImageEncoder:
    """A pack's image tower on a device; called with pixels, it returns raw embeddings."""

    def __init__(self, pack: Pack, device: str = "auto") -> None:
        self.device = resolve_device(device)
        self._tower = pack.image_encoder(self.device)
        self._rows = ROWS[self.device.partition(":")[0]]
        mean, std = (
            torch.tensor(values, device=self.device)[:, None, None] * 255
            for values in (self._tower.mean, self._tower.std)
        )
        self._mean, self._scale = mean, 1 / std

    @property
    def size(self) -> int:
        """Side in pixels of the square frames that the tower takes."""
        return self._tower.size

    @torch.inference_mode()
    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(B, size, size, 3) uint8 RGB to (B, 512) float32, raw as the paper pools them."""
        assert pixels.shape[1:] == (self.size, self.size, 3), pixels.shape
        found = np.empty((len(pixels), EMBEDDING_SIZE), np.float32)
        for at in range(0, len(pixels), self._rows):
            some = torch.from_numpy(np.ascontiguousarray(pixels[at : at + self._rows]))
            x = some.to(self.device).permute(0, 3, 1, 2).float()
            x = ((x - self._mean) * self._scale).to(self._tower.dtype)
            found[at : at + len(some)] = self._tower.module(x).float().cpu().numpy()
        return found
