"""Shapes of packs: sizes of every part for the paper's models, the pocket pack's and a toy's."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from v2a.packs.manifest import Overrides, SamplingDefaults, SoundForm
from v2a.types import EMBEDDING_SIZE

Config = dict[str, Any]


@dataclass(frozen=True)
class PackConfigs:
    """Arguments of every part's own library class."""

    clip: Config
    """open_clip's `model_cfg`."""
    text: Config
    """transformers' ClapTextConfig."""
    unet: Config
    vae: Config
    vocoder: Config
    """SpeechT5HifiGanConfig, or InverterForm where `inverts`."""
    inverts: bool
    prediction: str
    sound: SoundForm
    sampling: SamplingDefaults
    overrides: Overrides = Overrides()


def unet_config(
    channels: tuple[int, ...], plain: int, latents: int, layers: int, **extra: object
) -> Config:
    """AudioLDM's UNet at any width: `plain` levels without attention first, then with."""
    attending = len(channels) - plain
    down = ("DownBlock2D",) * plain + ("CrossAttnDownBlock2D",) * attending
    return {
        "in_channels": latents,
        "out_channels": latents,
        "down_block_types": down,
        "mid_block_type": "UNetMidBlock2DCrossAttn",
        "up_block_types": tuple(b.replace("Down", "Up") for b in reversed(down)),
        "block_out_channels": channels,
        "layers_per_block": layers,
        "cross_attention_dim": channels,
        "class_embed_type": "simple_projection",
        "projection_class_embeddings_input_dim": EMBEDDING_SIZE,
        "class_embeddings_concat": True,
        **extra,
    }


def vae_config(channels: tuple[int, ...], latents: int, layers: int, **extra: object) -> Config:
    """AutoencoderKL over one-channel log-mels."""
    return {
        "in_channels": 1,
        "out_channels": 1,
        "down_block_types": ("DownEncoderBlock2D",) * len(channels),
        "up_block_types": ("UpDecoderBlock2D",) * len(channels),
        "block_out_channels": channels,
        "layers_per_block": layers,
        "latent_channels": latents,
        **extra,
    }


def _clap_text(vocabulary: int, width: int, layers: int, heads: int) -> Config:
    return {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
        "projection_dim": EMBEDDING_SIZE,
    }


def _clip(size: int, patch: int, width: int, layers: int, text: Config, **extra: object) -> Config:
    vision = {"image_size": size, "layers": layers, "width": width, "patch_size": patch}
    return {"embed_dim": EMBEDDING_SIZE, "vision_cfg": {**vision, **extra}, "text_cfg": text}


def _small_text(vocabulary: int, length: int, width: int, layers: int) -> Config:
    return {
        "context_length": length,
        "vocab_size": vocabulary,
        "hf_tokenizer_name": "tokenizer",
        "width": width,
        "heads": 4,
        "layers": layers,
        "pool_type": "eos",
        "eos_id": 2,
        "pad_id": 1,
    }


PAPER_SOUND = SoundForm(16_000, 160, 64, Fraction("10.24"), Fraction("2.56"), Fraction("2.56"))
"""AudioLDM's rate, hop, bands and window of 10.24 s; overlap and shortest length chosen, a quarter
of it."""
POCKET_SOUND = SoundForm(16_000, 160, 64, Fraction("5.12"), Fraction("1.28"), Fraction("1.28"))
"""The same form at half the window, as the pocket pack trains on 5.12 s."""
AUDIOLDM_S_HEADS = (4, 8, 12, 20)
"""One head per 32 channels at 128, 256, 384 and 640; converted configs say 8 everywhere."""
PAPER_OVERRIDES = Overrides(quick_gelu=True, attention_heads=AUDIOLDM_S_HEADS)
"""What the paper's parts need beside their configs: OpenAI's activation and the heads above."""
OPENAI_TEXT = {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12}
"""Text tower of OpenAI's CLIP ViT-B/32 (Radford et al. 2021)."""

PAPER = PackConfigs(
    clip={**_clip(224, 32, 768, 12, OPENAI_TEXT), "quick_gelu": True},
    text=_clap_text(50_265, 768, 12, 12),
    # Written as on the hub, with the wrong heads: pack.json puts them right.
    unet=unet_config((128, 256, 384, 640), 1, 8, 2, sample_size=128, attention_head_dim=8),
    vae=vae_config((128, 256, 512), 8, 2, scaling_factor=0.9227914214134216),
    vocoder={
        "model_in_dim": 64,
        "sampling_rate": 16_000,
        "upsample_initial_channel": 1024,
        "upsample_rates": [5, 4, 2, 2, 2],
        "upsample_kernel_sizes": [16, 16, 8, 4, 4],
        "normalize_before": False,
    },
    inverts=False,
    prediction="epsilon",
    sound=PAPER_SOUND,
    sampling=SamplingDefaults("ddim", 25, 4.5),
    overrides=PAPER_OVERRIDES,
)

POCKET = PackConfigs(
    clip=_clip(64, 8, 128, 4, _small_text(600, 48, 128, 2), head_width=32),
    text=_clap_text(600, 128, 2, 4),
    unet=unet_config(
        (96, 128, 192), 1, 16, 1, sample_size=32, attention_head_dim=(4, 4, 6), norm_num_groups=16
    ),
    vae=vae_config(
        (16, 32, 64, 96), 16, 1, norm_num_groups=8, mid_block_add_attention=False, out_channels=2
    ),
    vocoder={"width": 256, "layers": 3, "rounds": 24},
    inverts=True,
    prediction="v_prediction",
    sound=POCKET_SOUND,
    sampling=SamplingDefaults("dpm++", 15, 3.0),
)

TINY = PackConfigs(
    clip=_clip(64, 16, 64, 2, _small_text(300, 32, 32, 1), head_width=32),
    text=_clap_text(300, 32, 1, 4),
    unet=unet_config(
        (16, 32), 1, 4, 1, sample_size=32, attention_head_dim=(2, 4), norm_num_groups=8
    ),
    vae=vae_config(
        (8, 8, 16, 16), 4, 1, norm_num_groups=4, mid_block_add_attention=False, out_channels=2
    ),
    vocoder={"width": 16, "layers": 1, "rounds": 2},
    inverts=True,
    prediction="v_prediction",
    sound=POCKET_SOUND,
    sampling=SamplingDefaults("dpm++", 3, 3.0),
)

SHAPES = {"paper": PAPER, "pocket": POCKET, "tiny": TINY}
