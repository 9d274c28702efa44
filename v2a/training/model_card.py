"""The model card of a trained pack: data, recipe, seeds, times, limits, and who recorded what."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from v2a.training.world.kinds import KINDS

if TYPE_CHECKING:
    from v2a.training.pocket_recipe import PocketRecipe

CARD = """# The pocket pack

Every part has the form of the paper's at a small size: an open_clip image and text tower, CLAP's two
towers, a mel autoencoder, AudioLDM's UNet conditioned on one CLAP vector, a spectrogram inverter and
the mappers `v2a-mlp` and `scene-detector`. It knows the sounds below and no others: shown anything else
it picks the nearest of them, and says so with a label score near 0.

## Sounds

{sounds}

## Data

{data}

## Recipe

`v2a train pocket`, effort {effort}; every random number comes from a fixed seed. Made on {machine},
torch {torch}.

| part | weights | steps |
|---|---|---|
{parts}

The figures that this pack reaches are printed by `python -m tests.bench` and kept in
`tests/bench/RESULTS.md`.

## Limits

* The pictures it was taught are drawn, not filmed: its labels of real footage are guesses. A score
  counts in full where a scene lies as near the vocabulary as three in four new scenes of the world, and
  is 0 where it lies no nearer than two in three pictures that show nothing (`labels` in `pack.json`).
* 16 kHz sound inside; what is written at 48 kHz holds nothing above 8 kHz.
* One vector describes a scene, so an event is not placed on the frame at which it is seen.
{credits}"""


def write_card(recipe: PocketRecipe, path: Path) -> None:
    """Write the card of a finished recipe."""
    from v2a.training.pocket_recipe import SCHEDULES

    real = recipe.recordings is not None
    modules = {
        "sound_towers": recipe.sound_towers,
        "mel_vae": recipe.mel_vae,
        "mel_decoder": recipe.mel_decoder.vae.decoder,
        "picture_towers": recipe.picture_towers,
        "inverter": recipe.inverter,
        "unet": recipe.unet,
        **recipe.mappers,
    }
    effort = recipe.options.effort
    rows = [
        f"| {name} | {sum(p.numel() for p in m.parameters()) / 1e6:.2f} M | {round(SCHEDULES[name].steps * effort)} |"
        for name, m in modules.items()
    ]
    path.write_text(
        CARD.format(
            sounds="\n".join(f"* {_voice(name, real)}" for name in KINDS),
            data=_data(recipe),
            effort=effort,
            machine=f"{platform.system()} {platform.machine()}, CPU",
            torch=torch.__version__.split("+")[0],
            parts="\n".join(rows),
            credits=_credits(recipe),
        )
    )


def _voice(name: str, real: bool) -> str:
    kind = KINDS[name]
    if real and kind.recorded:
        return f"{kind.label} (recorded)"
    return f"{kind.label} (synthesised)"


def _data(recipe: PocketRecipe) -> str:
    examples = recipe.examples
    count, recorded = len(examples.kinds), int(examples.recorded.sum())
    text = f"{count - recorded} scenes of 5.12 s of the procedural world (`v2a/training/world`)"
    if recorded:
        folds = ", ".join(str(f) for f in recipe.options.folds)
        text += (
            f" and {recorded} varied crops of the recordings of ESC-10, folds {folds}: K. J. Piczak, *ESC: "
            "Dataset for Environmental Sound Classification*, ACM Multimedia 2015, doi "
            "10.1145/2733373.2806390, CC BY 3.0, each clip CC0 1.0 or CC BY 3.0 as listed below. Fold 4 "
            "was kept for validation, so no figure is of a clip that was learnt"
        )
    return text + "."


def _credits(recipe: PocketRecipe) -> str:
    if recipe.recordings is None:
        return ""
    lines = "\n".join(f"* {line}" for line in recipe.recordings.attribution())
    return f"\n## Recordings\n\n{lines}\n"
