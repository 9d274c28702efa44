"""Packs with random weights at true sizes: the real loading path and speed, without the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from v2a.errors import V2AError
from v2a.packs.manifest import FILE_NAME, Licence, Mappers, PackManifest, write_manifest
from v2a.packs.model_configs import SHAPES, Config, PackConfigs
from v2a.packs.part_loaders import Autoencoder, UNet, quietly
from v2a.packs.verify import hash_all, pack_files

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
QUIET = 0.5
"""Mean log-mel (ln) of random decoders. Chosen: about -35 dBFS, where zero would be near full
scale."""


def random_pack(like: str, folder: Path, seed: int = 0, half: bool = True) -> Path:
    """Write a pack shaped like 'paper', 'pocket' or 'tiny' with random weights; its folder.

    `half` stores 16-bit weights. BAD_OPTION for an unknown shape, OUTPUT_NOT_OURS where `folder`
    holds anything.
    """
    if like not in SHAPES:
        raise V2AError(
            "BAD_OPTION",
            detail=f"no pack shape named {like}",
            hint=f"use one of {', '.join(SHAPES)}",
        )
    if folder.exists() and any(folder.iterdir()):
        raise V2AError("OUTPUT_NOT_OURS", path=folder)
    folder.mkdir(parents=True, exist_ok=True)
    shape, dtype = SHAPES[like], torch.float16 if half else torch.float32
    with torch.random.fork_rng(devices=[]), quietly():
        torch.manual_seed(seed)
        _clip(folder / "clip", shape, dtype)
        _clap_text(folder, shape, dtype)
        _unet(folder / "unet", shape, dtype)
        _vae(folder / "vae", shape, dtype)
        _scheduler(folder / "scheduler", shape)
        _vocoder(folder / "vocoder", shape, dtype)
        _null(folder / "null.safetensors")
    _manifest(folder, like, shape, seed)
    return folder


def _save(module: torch.nn.Module, path: Path, dtype: torch.dtype) -> None:
    from safetensors.torch import save_file

    state = module.state_dict()
    save_file({n: v.to(dtype).contiguous() for n, v in state.items()}, path, {"format": "pt"})


def _clip(folder: Path, shape: PackConfigs, dtype: torch.dtype) -> None:
    import open_clip

    folder.mkdir()
    _save(open_clip.CLIP(**shape.clip), folder / "open_clip_model.safetensors", dtype)
    preprocess = {
        "mean": open_clip.OPENAI_DATASET_MEAN,
        "std": open_clip.OPENAI_DATASET_STD,
        "interpolation": "bicubic",
        "resize_mode": "shortest",
    }
    config = {"model_cfg": shape.clip, "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(
        json.dumps(config, indent=2, allow_nan=False) + "\n"
    )
    if "hf_tokenizer_name" in shape.clip["text_cfg"]:
        byte_tokeniser(folder, shape.clip["text_cfg"]["vocab_size"])


def byte_tokeniser(folder: Path, vocabulary: int) -> None:
    """A tokeniser that spells in bytes, with RoBERTa's marks and as many entries as asked for."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    spare = vocabulary - len(SPECIALS) - len(alphabet) - 1
    assert spare >= 0, "too small for bytes and marks"
    words = [*SPECIALS, *alphabet, *(f"<spare{i}>" for i in range(spare)), "<mask>"]
    core = Tokenizer(models.BPE({w: i for i, w in enumerate(words)}, [], unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    marks = [("<s>", 0), ("</s>", 2)]
    core.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> $B </s>", marks)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=512,
    )
    fast.save_pretrained(folder)


def _clap_text(folder: Path, shape: PackConfigs, dtype: torch.dtype) -> None:
    from transformers import ClapTextConfig, ClapTextModelWithProjection

    model: Any = ClapTextModelWithProjection(ClapTextConfig(**shape.text))
    model.to(dtype).save_pretrained(folder / "text_encoder")
    byte_tokeniser(folder / "tokenizer", shape.text["vocab_size"])


def _unet(folder: Path, shape: PackConfigs, dtype: torch.dtype) -> None:
    from diffusers import UNet2DConditionModel

    model: UNet = UNet2DConditionModel(**shape.unet)
    model.to(dtype).save_pretrained(folder)


def _vae(folder: Path, shape: PackConfigs, dtype: torch.dtype) -> None:
    from diffusers import AutoencoderKL

    model: Autoencoder = AutoencoderKL(**shape.vae)
    with torch.no_grad():
        bias = model.decoder.conv_out.bias
        bias[0] += QUIET
        bias[1:] -= 1.0
    model.to(dtype).save_pretrained(folder)


def scheduler_config(prediction: str) -> Config:
    """AudioLDM's noise schedule."""
    return {
        "num_train_timesteps": 1000,
        "beta_start": 0.0015,
        "beta_end": 0.0195,
        "beta_schedule": "scaled_linear",
        "clip_sample": False,
        "set_alpha_to_one": False,
        "steps_offset": 1,
        "prediction_type": prediction,
    }


def _scheduler(folder: Path, shape: PackConfigs) -> None:
    from diffusers import DDIMScheduler

    DDIMScheduler(**scheduler_config(shape.prediction)).save_pretrained(folder)


def _vocoder(folder: Path, shape: PackConfigs, dtype: torch.dtype) -> None:
    if shape.inverts:
        from v2a.vocoder.spectrogram_inverter import InverterForm, SpectrogramInverter

        SpectrogramInverter(InverterForm(**shape.vocoder)).save(folder, dtype)
        return
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    model: Any = SpeechT5HifiGan(SpeechT5HifiGanConfig(**shape.vocoder))
    for layer in model.modules():
        # Its own initial weights are so small that nothing would come out.
        if isinstance(layer, torch.nn.Conv1d | torch.nn.ConvTranspose1d):
            layer.reset_parameters()
    model.to(dtype).save_pretrained(folder)


def _null(path: Path) -> None:
    from safetensors.torch import save_file

    vector = torch.nn.functional.normalize(torch.randn(512), dim=0)
    save_file({"null": vector}, path)


def _manifest(folder: Path, like: str, shape: PackConfigs, seed: int) -> None:
    text = "Random weights, made on the spot: do with them what you like.\n"
    (folder / "LICENCE.txt").write_text(text)
    manifest = PackManifest(
        name=f"random-{like}",
        version="1",
        description=f"Random weights (seed {seed}) in the shape of {like}: noise, at true speed.",
        licence=Licence("CC0-1.0", True, "LICENCE.txt"),
        sound=shape.sound,
        sampling=shape.sampling,
        mappers=Mappers("vocabulary"),
        files=hash_all(folder, [n for n in pack_files(folder) if n != FILE_NAME]),
        overrides=shape.overrides,
    )
    write_manifest(folder, manifest)


def tiny_pack(folder: Path, seed: int = 0) -> Path:
    """The smallest whole pack, for tests: under 3 MB, in about a second."""
    return random_pack("tiny", folder, seed)
