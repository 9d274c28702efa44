"""Pieces of the recipe: soft targets, captions, resuming, folding."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from v2a.training.captions import TOKENS, heard, make_tokeniser, seen
from v2a.training.contrast import contrast, targets
from v2a.training.examples import Examples
from v2a.training.loop import Schedule, Trainer
from v2a.training.mel_decoder import train_mel_decoder
from v2a.training.mel_vae import MelCoder, encode_all, fold
from v2a.training.world.kinds import KINDS, scene


def test_targets_are_rows_that_sum_to_one_within_a_kind() -> None:
    kinds = torch.tensor([0, 0, 1, 2])
    wanted = targets(kinds, torch.rand(4, 2))
    assert torch.allclose(wanted.sum(1), torch.ones(4))
    assert float(wanted[0, 2]) == 0 and float(wanted[0, 1]) > 0


def test_contrast_is_least_where_pairs_agree() -> None:
    right = torch.eye(4)
    wanted = torch.eye(4)
    scale = torch.tensor(20.0)
    aligned = contrast(torch.eye(4), right, wanted, scale)
    assert aligned < contrast(torch.eye(4).roll(1, 0), right, wanted, scale)


def test_captions_are_words_of_their_kind(tmp_path: Path) -> None:
    tokeniser = make_tokeniser(tmp_path)
    rng = np.random.default_rng(1)
    for name, kind in KINDS.items():
        spec = scene(name, 4, Fraction(3))
        known = {w.lower() for p in (kind.label, *kind.words, *kind.cues) for w in p.split()}
        for text in (heard(spec, rng), seen(spec, rng)):
            assert known & set(text.lower().split())
            coded = tokeniser([text])["input_ids"][0]
            assert coded[0] == 0 and coded[-1] == 2 and 3 not in coded and len(coded) <= TOKENS


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
