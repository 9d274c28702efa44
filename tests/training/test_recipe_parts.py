"""Pieces of the recipe: captions, imagined scenes, resuming, folding."""

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from v2a.training import sound_examples as makers
from v2a.training.eyes_head import class_table
from v2a.training.fit_mappers import watch
from v2a.training.label_scale import LABELS
from v2a.training.mel_decoder import train_mel_decoder
from v2a.training.mel_vae import MelCoder, encode_all, fold
from v2a.training.sound_examples import Examples
from v2a.training.sound_kinds import SOUND_KINDS
from v2a.training.training_captions import said
from v2a.training.training_loop import Schedule, Trainer
from v2a.world.kinds import KINDS, SceneSpec


def test_captions_are_words_of_their_kind() -> None:
    rng = np.random.default_rng(1)
    for name, kind in SOUND_KINDS.items():
        drawn = KINDS.get(name)
        own = (kind.label, *kind.words, *((drawn.label, *drawn.words) if drawn else ()))
        known = {word.lower() for text in own for word in text.split()}
        for _ in range(4):
            text = said(SceneSpec(name, (0.1, 0.9), 0, Fraction(3)), rng)
            assert known & set(text.lower().split()), text


def test_imagined_scenes_are_unit_and_quiet_where_nothing_stands_out() -> None:
    sounds = torch.eye(len(SOUND_KINDS), 512)
    seen = watch(class_table(), sounds, LABELS, 60)
    assert seen.embeddings.shape == (60, 5, 512) and seen.vectors.shape == (60, 512)
    assert torch.allclose(seen.embeddings.norm(dim=-1), torch.ones(60, 5), atol=1e-4)
    assert torch.allclose(seen.vectors.norm(dim=-1), torch.ones(60), atol=1e-4)
    quiet = (seen.vectors == sounds[-1]).all(1)
    assert 0.1 < float(quiet.float().mean()) < 0.9


def test_training_resumes_where_it_stopped(tmp_path: Path) -> None:
    def fit(steps: int, folder: Path) -> torch.Tensor:
        torch.manual_seed(0)
        layer = nn.Linear(3, 1)
        schedule = Schedule(steps=40, rate=1e-2, warm=2)
        trainer = Trainer("layer", layer, schedule, folder)

        def step(index: int, generator: torch.Generator) -> torch.Tensor:
            if index == steps:
                raise KeyboardInterrupt
            x = torch.randn((8, 3), generator=generator)
            return (layer(x) - x.sum(1, keepdim=True)).square().mean()

        try:
            trainer.run(step)
        except KeyboardInterrupt:
            trainer.save()
        return layer.weight.detach().clone()

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    straight = fit(40, tmp_path / "a")
    fit(15, tmp_path / "b")
    assert torch.allclose(fit(40, tmp_path / "b"), straight, atol=1e-6)


@torch.inference_mode()
def test_folding_keeps_what_the_autoencoder_says() -> None:
    torch.manual_seed(1)
    coder = MelCoder().eval()
    mel = torch.randn(2, 64, 64) - 5
    raw = coder.encode(mel)
    plain = coder.decode(raw)
    statistics = torch.stack([torch.randn(16), torch.rand(16) + 0.5])
    vae = fold(coder, statistics)
    standard = (raw - statistics[0][:, None, None]) / statistics[1][:, None, None]
    assert torch.allclose(vae.decode(standard).sample[:, 0], plain, atol=1e-3)


@pytest.fixture
def examples() -> Examples:
    """Six mels of noise; their waves are not needed."""
    mels = np.random.default_rng(0).normal(-5, 1, (6, 512, 64)).astype(np.float16)
    kinds, attributes = np.array([0, 0, 0, 1, 1, 1]), np.full((6, 2), 0.5, np.float32)
    return Examples(np.zeros((6, 8), np.int16), mels, kinds, attributes, np.zeros(6, np.bool_))


def test_the_decoder_learns_on_and_latents_stay(examples: Examples, tmp_path: Path) -> None:
    torch.manual_seed(1)
    coder = MelCoder().eval()
    latents, _ = encode_all(coder, examples)
    taught = train_mel_decoder(coder, examples, latents, tmp_path, Schedule(2, 1e-3, warm=1))
    again, _ = encode_all(taught.eval(), examples)
    assert torch.equal(latents, again)
    with torch.inference_mode():
        z = latents[:1].float()
        assert not torch.allclose(taught.decode(z), coder.decode(z))


def test_makers_of_examples_multiply_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a busy machine two makers with two threads each waited minutes for each other."""
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with makers._one_thread_each():
        assert all(os.environ[name] == "1" for name in makers.THREADS)
    assert os.environ["OMP_NUM_THREADS"] == "7" and "OPENBLAS_NUM_THREADS" not in os.environ
