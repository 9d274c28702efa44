"""Writing the trained parts as a pack: half precision, a folder a part, every digest recorded."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file
from torch import nn

from v2a.packing.manifest import FILE_NAME, read_manifest
from v2a.packing.pack import Pack
from v2a.training.examples import SECONDS
from v2a.training.latent_unet import new_scheduler
from v2a.training.mel_vae import fold
from v2a.training.model_card import write_card
from v2a.training.picture_towers import save_clip
from v2a.training.world.kinds import KINDS

if TYPE_CHECKING:
    from v2a.training.pocket_recipe import PocketRecipe

LICENCE = (
    "The weights of this pack are free for any use under the Apache License 2.0.\n"
    "They were trained on sounds made by v2a itself and, where MODEL_CARD.md says so, on recordings\n"
    "of ESC-10 (K. J. Piczak, ESC: Dataset for Environmental Sound Classification, ACM Multimedia\n"
    "2015, doi 10.1145/2733373.2806390; CC BY 3.0, each clip CC0 1.0 or CC BY 3.0).\n"
)


def export(recipe: PocketRecipe, out: Path) -> None:
    """Write the whole pack to `out`; what is there is replaced."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _write_eyes_and_ears(recipe, part)
    _write_sound(recipe, part)
    _write_words(recipe, part)
    write_card(recipe, part / "MODEL_CARD.md")
    (part / "LICENCE.txt").write_text(LICENCE)
    _write_manifest(recipe, part)
    shutil.rmtree(out, ignore_errors=True)
    part.replace(out)


def _write_eyes_and_ears(recipe: PocketRecipe, part: Path) -> None:
    save_clip(recipe.picture_towers, recipe.tokeniser, part / "clip")
    towers = recipe.sound_towers
    _halved(towers.text).save_pretrained(part / "text_encoder")
    _halved(towers.audio).save_pretrained(part / "audio_encoder")
    recipe.tokeniser.save_pretrained(part / "tokenizer")
    for name, mapper in recipe.mappers.items():
        mapper.save(part / "mappers" / f"{name}.safetensors", eight_bits=True)
    save_file({"null": recipe.null.float().contiguous()}, part / "null.safetensors")


def _write_sound(recipe: PocketRecipe, part: Path) -> None:
    _, statistics = recipe.encoded
    _halved(recipe.unet).save_pretrained(part / "unet")
    _halved(fold(recipe.mel_decoder, statistics)).save_pretrained(part / "vae")
    new_scheduler().save_pretrained(part / "scheduler")
    recipe.inverter.save(part / "vocoder")


def _halved(module: nn.Module) -> nn.Module:
    return module.to(torch.float16)


def _write_words(recipe: PocketRecipe, part: Path) -> None:
    """The pack's own vocabulary: one entry a kind, with the wordings its towers were taught."""
    entries = [
        {"label": k.label, "sound": k.label, "cues": [k.label, *k.cues], "group": k.form}
        for k in KINDS.values()
        if k.drawn_sound or recipe.recordings is not None
    ]
    lines = ",\n  ".join(json.dumps(e) for e in entries)
    (part / "vocabulary.json").write_text(f'{{"schema": 1, "entries": [\n  {lines}\n]}}\n')


def _write_manifest(recipe: PocketRecipe, part: Path) -> None:
    """pack.json; the labels' scale is that of the pack as it will be read."""
    told = _manifest(part)
    path = part / FILE_NAME
    path.write_text(json.dumps(told, indent=2) + "\n")
    scale = recipe.label_scale(Pack(part, read_manifest(part)))
    if scale is not None:
        path.write_text(json.dumps({**told, "labels": asdict(scale)}, indent=2) + "\n")


def _manifest(part: Path) -> dict[str, object]:
    files = sorted(p for p in part.rglob("*") if p.is_file())
    return {
        "schema": 1,
        "name": "pocket",
        "version": "1",
        "description": "Small towers and a small sound model, taught on v2a's procedural world",
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
            "default": "scene-detector",
            "files": {n: f"mappers/{n}.safetensors" for n in ("v2a-mlp", "scene-detector")},
        },
        "files": {
            p.relative_to(part).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in files
        },
    }
