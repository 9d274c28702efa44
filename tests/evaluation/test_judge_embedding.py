"""The judge's ear: its spectrogram, its blocks, its network; with aisfx, its weights."""

from __future__ import annotations

import importlib.metadata

import numpy as np
import pytest
import torch

from v2a.evaluation import judge_embedding as je

TIME = np.arange(2 * je.RATE) / je.RATE


@pytest.fixture(scope="module")
def ear() -> je.JudgeEar:
    torch.manual_seed(0)
    return je.JudgeEar(je.EffectsNetwork().eval())


def test_triangles_sum_to_one_and_cover_the_range() -> None:
    bank = je.filterbank()
    assert bank.shape == (je.BANDS, je.WINDOW // 2 + 1) and (bank >= 0).all()
    np.testing.assert_allclose(bank.sum(axis=1), 1, rtol=1e-5)
    tops = bank.argmax(axis=1)
    assert (np.diff(tops) >= 0).all() and tops[0] <= 2 and tops[-1] > 950


def test_a_full_tone_reaches_the_scale_s_end(ear: je.JudgeEar) -> None:
    mel = ear.spectrogram(np.sin(2 * np.pi * 60 * TIME).astype(np.float32))
    assert mel.shape == (1 + len(TIME) // je.HOP, je.BANDS)
    assert 0.9 < float(mel[10:-10].max()) < 1.02


def test_loudness_says_nothing(ear: je.JudgeEar) -> None:
    wave = np.random.default_rng(0).normal(0, 0.1, je.RATE).astype(np.float32)
    torch.testing.assert_close(ear.spectrogram(wave), ear.spectrogram(wave * 0.01))
    assert torch.isfinite(ear.spectrogram(wave * 0)).all()


@pytest.mark.parametrize(("seconds", "blocks"), [(0.5, 1), (2.4, 1), (5.0, 3), (10.0, 7)])
def test_blocks_overlap_by_half_and_short_sounds_are_padded(
    ear: je.JudgeEar, seconds: float, blocks: int
) -> None:
    found = ear.blocks(np.ones(round(seconds * je.RATE), np.float32))
    assert found.shape == (blocks, je.BLOCK, je.BANDS)


def test_nothing_above_8_khz_is_heard() -> None:
    high = np.sin(2 * np.pi * 12_000 * TIME).astype(np.float32)
    low = np.sin(2 * np.pi * 1_000 * TIME).astype(np.float32)
    assert np.abs(je.limited(high, je.RATE)[1000:-1000]).max() < 1e-3
    assert je.limited(low, je.RATE)[1000:-1000].std() == pytest.approx(0.707, rel=0.01)
    assert len(je.limited(low, je.RATE)) == len(low)


def test_embeddings_are_one_row_a_wave(ear: je.JudgeEar) -> None:
    waves = [np.random.default_rng(i).normal(0, 0.1, 16_000 * 3).astype(np.float32) for i in (0, 1)]
    found = ear(waves, 16_000)
    assert found.shape == (2, je.SIZE) and found.dtype == np.float32
    np.testing.assert_allclose(found[1:], ear(waves[1:], 16_000), rtol=1e-4, atol=1e-6)


def test_a_missing_package_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(RuntimeError, match="aisfx is missing: install it with"):
        je.load()


def test_the_published_weights_fit() -> None:
    try:
        je.checkpoint()
    except RuntimeError as missing:
        pytest.skip(str(missing))
    network = je.load()
    assert sum(p.numel() for p in network.parameters()) == 4_686_144
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, 3 * 16_000).astype(np.float32)
    other = rng.normal(0, 0.1, 3 * 16_000).astype(np.float32)
    tone = np.sin(2 * np.pi * 440 * np.arange(3 * 16_000) / 16_000).astype(np.float32)
    one, two, three = je.JudgeEar(network)([noise, other, tone], 16_000)
    assert np.linalg.norm(one - two) < 0.3 * np.linalg.norm(one - three)
