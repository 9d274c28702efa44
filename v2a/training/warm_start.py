"""Going on from a pack: its parts as training holds them, so that what was learnt is not lost."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import UNet2DConditionModel

from v2a.errors import V2AError
from v2a.packs.locate import find_pack
from v2a.packs.pack import Pack
from v2a.packs.part_loaders import quietly
from v2a.training.latent_unet import new_unet, warm_unet
from v2a.training.mel_vae import MEAN, SPREAD, MelCoder


def find(name: str) -> Pack:
    """The pack of a name or folder; one of another form is a BAD_OPTION."""
    pack = find_pack(name)
    wanted, found = new_unet().config["block_out_channels"], pack.config("unet")
    if list(found.get("block_out_channels", ())) != list(wanted):
        raise V2AError(
            "BAD_OPTION",
            detail=f"pack {name}: its sound model is of another form",
            hint="begin with a pack that v2a train pocket made",
        )
    return pack


def mel_coder(pack: Pack) -> MelCoder:
    """The autoencoder of a pack; its latents have mean 0 and spread 1 already."""
    coder = MelCoder()
    state = {name: value.clone() for name, value in pack.vae("cpu").state_dict().items()}
    # `mel_vae.fold` had put the restoring of the mel's level and spread into the last layer.
    state["decoder.conv_out.weight"] /= SPREAD
    state["decoder.conv_out.bias"] = (state["decoder.conv_out.bias"] - MEAN) / SPREAD
    coder.vae.load_state_dict(state)
    return coder.requires_grad_(True)


def sound_model(pack: Pack, labels: Sequence[str], heard: torch.Tensor) -> UNet2DConditionModel:
    """The denoiser of a pack for vectors of a new space: `heard` (n, 512) are those of `labels`."""
    known = torch.from_numpy(pack.text_encoder("cpu")(list(labels)))
    unet = new_unet()
    with quietly():
        warm_unet(unet, pack.unet("cpu"), known, heard)
    return unet
