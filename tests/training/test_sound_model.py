"""What the sound model is told and where it begins: envelopes, weights of earlier packs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from torch.nn import functional

from v2a.packs.locate import find_pack
from v2a.training.latent_unet import (
    CHANNELS,
    ENVELOPE,
    RANGE,
    envelope,
    envelopes_of,
    new_unet,
    warm_unet,
)
from v2a.training.mel_vae import MEAN, SPREAD
from v2a.training.warm_start import mel_coder


def test_an_envelope_is_one_at_the_loudest_and_minus_one_forty_decibels_below() -> None:
    nat = np.log(10) / 20  # of a decibel, for log-mels of magnitude
    mels = torch.full((2, 64, 64), -2.0)
    mels[0, :32] -= RANGE * nat
    mels[1, 32:] -= RANGE / 2 * nat
    shape = envelope(mels)
    assert shape.shape == (2, ENVELOPE, 8)
    assert torch.allclose(shape[0, :, :4], torch.tensor(-1.0), atol=1e-4)
    assert torch.allclose(shape[0, :, 4:], torch.tensor(1.0), atol=1e-4)
    assert torch.allclose(shape[1, :, 4:], torch.tensor(0.0), atol=1e-4)


def test_two_values_in_turn_stand_at_one_latent_frame() -> None:
    mels = torch.full((1, 16, 64), -9.0)
    mels[:, 4:8] = 0  # the second half of the first latent frame
    assert envelope(mels).tolist() == [[[-1, -1], [1, -1]]]
    same = envelopes_of(np.repeat(mels.numpy(), 70, 0).astype(np.float16))
    assert torch.equal(same, envelope(mels).expand(70, -1, -1))


@pytest.fixture(scope="module")
def old() -> UNet2DConditionModel:
    """A net of the form that had no envelope."""
    torch.manual_seed(2)
    form = {**new_unet().config, "in_channels": CHANNELS}
    net = UNet2DConditionModel.from_config(form)
    assert isinstance(net, UNet2DConditionModel)
    return net.eval()


def vectors(seed: int) -> torch.Tensor:
    """(5, 512) unit."""
    generator = torch.Generator().manual_seed(seed)
    return functional.normalize(torch.randn((5, 512), generator=generator), dim=-1)


@torch.inference_mode()
def test_a_net_begins_where_the_earlier_one_stands(old: UNet2DConditionModel) -> None:
    known, heard = vectors(1), vectors(2)
    net = new_unet().eval()
    warm_unet(net, old, known, heard)
    project = old.class_embedding, net.class_embedding
    assert torch.allclose(project[0](known), project[1](heard), atol=1e-4)
    latents, shape = torch.randn(5, CHANNELS, 16, 8), torch.rand(5, ENVELOPE, 16, 8)
    times = torch.full((5,), 400)
    before = old(latents, times, None, class_labels=known).sample
    after = net(torch.cat([latents, shape], 1), times, None, class_labels=heard).sample
    assert torch.allclose(before, after, atol=1e-3)


def test_in_the_same_space_nothing_changes(old: UNet2DConditionModel) -> None:
    net = new_unet()
    warm_unet(net, old, vectors(1), functional.normalize(vectors(1) + 0.01 * vectors(3)))
    assert torch.equal(net.class_embedding.weight, old.class_embedding.weight)


@torch.inference_mode()
def test_the_autoencoder_of_a_pack_is_taught_on_as_it_is() -> None:
    pack = find_pack("pocket")
    vae, coder = pack.vae("cpu"), mel_coder(pack).eval()
    mel = torch.randn((1, 64, 64), generator=torch.Generator().manual_seed(1)) - 5
    latents = vae.encode(((mel - MEAN) / SPREAD)[:, None]).latent_dist.mode()
    assert torch.allclose(coder.encode(mel), latents, atol=1e-4)
    assert torch.allclose(coder.decode(latents), vae.decode(latents).sample[:, 0], atol=1e-3)
    assert all(weight.requires_grad for weight in coder.parameters())
