"""The image encoder against open_clip's own model and preprocessing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from v2a.frames_to_embeddings import ImageEncoder
from v2a.packs.locate import Pack


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)


def test_equals_open_clips_own_model_and_transform(tiny_pack: Pack, frames: np.ndarray) -> None:
    import open_clip
    from PIL import Image

    name = f"local-dir:{tiny_pack.folder / 'clip'}"
    made: Any = open_clip.create_model_and_transforms(name)
    model, _, transform = made
    batch = torch.stack([transform(Image.fromarray(f)) for f in frames])
    with torch.inference_mode():
        wanted = model.eval().encode_image(batch).numpy()
    found = ImageEncoder(tiny_pack, "cpu")(frames)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_raw_not_normalised(tiny_pack: Pack, frames: np.ndarray) -> None:
    lengths = np.linalg.norm(ImageEncoder(tiny_pack, "cpu")(frames), axis=1)
    assert np.abs(lengths - 1).min() > 0.01


def test_a_frame_does_not_depend_on_its_batch(tiny_pack: Pack) -> None:
    many = np.random.default_rng(1).integers(0, 256, (70, 64, 64, 3), dtype=np.uint8)
    encoder = ImageEncoder(tiny_pack, "cpu")
    np.testing.assert_allclose(encoder(many)[66:68], encoder(many[66:68]), atol=1e-5)


def test_no_frames_and_frames_seen_from_the_side(tiny_pack: Pack, frames: np.ndarray) -> None:
    encoder = ImageEncoder(tiny_pack, "cpu")
    assert encoder(frames[:0]).shape == (0, 512)
    mirrored = frames[:, :, ::-1]
    np.testing.assert_allclose(encoder(mirrored), encoder(mirrored.copy()), atol=1e-6)
