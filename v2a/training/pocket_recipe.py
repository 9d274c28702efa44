"""`v2a train pocket`: the stages in order, each resumable, from an empty folder to a pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import open_clip
import torch
from diffusers import UNet2DConditionModel
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from v2a.packing.manifest import LabelScale
from v2a.packing.pack import Pack
from v2a.parts.inversion import SpectrogramInverter
from v2a.parts.mapper_mlp import MapperMLP
from v2a.training.captions import heard, make_tokeniser
from v2a.training.examples import ExampleOptions, Examples, make_examples
from v2a.training.inverter_fit import train_inverter
from v2a.training.label_scale import label_scale
from v2a.training.latent_unet import Conditioned, train_unet
from v2a.training.loop import Schedule, Tell
from v2a.training.mappers import Seen, train_mapper, watch
from v2a.training.mel_decoder import train_mel_decoder
from v2a.training.mel_vae import MelCoder, encode_all, train_mel_vae
from v2a.training.picture_towers import SIZE, train_picture_towers
from v2a.training.sound_towers import SoundTowers, hear_windows, tokens, train_sound_towers
from v2a.training.world.pictures import training_pictures
from v2a.training.world.recordings import Recordings

STAGES = (
    "examples", "sound_towers", "mel_vae", "mel_decoder", "picture_towers", "inverter", "mappers",
    "unet", "export",
)  # fmt: skip
PICTURES = 16_000
"""Frames the picture towers learn from."""
Product = TypeVar("Product")

SCENES = 1680
"""Scenes the mappers learn from."""

LABELLED = 420
"""New scenes, and strange pictures, that tell where labels begin to count."""


@dataclass(frozen=True)
class RecipeOptions:
    """What `v2a train pocket` can be told."""

    folder: Path
    """Where checkpoints live; calling again with it resumes."""
    recordings: Path | None = None
    folds: tuple[int, ...] = (1, 2, 3)
    effort: float = 1.0
    """Scales the number of examples and steps; 0.01 is a toy for tests."""


SCHEDULES = {
    "sound_towers": Schedule(4000, 1.2e-3, average=0.998, half=True),
    "mel_vae": Schedule(3500, 2e-3, average=0.995, half=True),
    "mel_decoder": Schedule(1500, 5e-4, average=0.995, half=True),
    "picture_towers": Schedule(3000, 8e-4, average=0.998),
    "inverter": Schedule(1500, 1.5e-3, average=0.995),
    "v2a-mlp": Schedule(2500, 1e-4 * 10),
    "scene-detector": Schedule(2500, 1e-4 * 10),
    "unet": Schedule(8000, 6e-4, warm=200, average=0.999, half=True),
}


class PocketRecipe:
    """Every product of the recipe, made on first use and read back afterwards."""

    def __init__(self, options: RecipeOptions, tell: Tell | None = None) -> None:
        self.options = options
        self.tell = tell
        options.folder.mkdir(parents=True, exist_ok=True)

    def _schedule(self, name: str) -> Schedule:
        schedule = SCHEDULES[name]
        return replace(schedule, steps=max(2, round(schedule.steps * self.options.effort)))

    def _scaled(self, count: int) -> int:
        return max(2, round(count * min(1.0, self.options.effort)))

    def _count(self, part: str) -> Counter:
        return Counter(part, self.tell)

    @cached_property
    def recordings(self) -> Recordings | None:
        """The real recordings, if given."""
        folder = self.options.recordings
        return Recordings(folder) if folder is not None else None

    @cached_property
    def tokeniser(self) -> PreTrainedTokenizerFast:
        """The captions' tokeniser."""
        folder = self.options.folder / "tokenizer"
        if (folder / "tokenizer.json").is_file():
            return PreTrainedTokenizerFast.from_pretrained(folder)
        return make_tokeniser(folder)

    @cached_property
    def examples(self) -> Examples:
        """Sounds to learn from."""
        full = ExampleOptions(folds=self.options.folds)
        scaled = replace(
            full,
            synthetic=self._scaled(full.synthetic),
            shared=self._scaled(full.shared),
            recorded=self._scaled(full.recorded),
        )
        folder = self.options.folder / "examples"
        return make_examples(folder, scaled, self.recordings, self._count("examples"))

    @cached_property
    def sound_towers(self) -> SoundTowers:
        """CLAP's two towers."""
        schedule = self._schedule("sound_towers")
        return train_sound_towers(
            self.examples, self.tokeniser, self.options.folder, schedule, self.tell
        )

    @cached_property
    def mel_vae(self) -> MelCoder:
        """The mel autoencoder."""
        schedule = self._schedule("mel_vae")
        return train_mel_vae(self.examples, self.options.folder, schedule, self.tell)

    @cached_property
    def mel_decoder(self) -> MelCoder:
        """The mel autoencoder, its decoder taught on whole windows."""
        return train_mel_decoder(
            self.mel_vae,
            self.examples,
            self.encoded[0],
            self.options.folder,
            self._schedule("mel_decoder"),
            self.tell,
        )

    @cached_property
    def inverter(self) -> SpectrogramInverter:
        """Mel to wave."""
        schedule = self._schedule("inverter")
        coder, folder = self.mel_decoder, self.options.folder
        return train_inverter(self.examples, coder, folder, schedule, self.tell)

    @cached_property
    def picture_towers(self) -> open_clip.CLIP:
        """CLIP's two towers."""
        schedule = self._schedule("picture_towers")
        return train_picture_towers(
            lambda: training_pictures(self._scaled(PICTURES), SIZE, 2_000_000)[:2],
            self.tokeniser,
            self.options.folder,
            schedule,
            self.tell,
        )

    @cached_property
    def windows(self) -> torch.Tensor:
        """(N, 3, 512) CLAP vectors of the examples' windows."""
        return self._kept("windows", lambda: hear_windows(self.sound_towers, self.examples))

    @cached_property
    def encoded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Raw latents and their channels' statistics."""
        return self._kept("latents", lambda: encode_all(self.mel_vae, self.examples))

    def _kept(self, name: str, make: Callable[[], Product]) -> Product:
        """What `make` returns, from disk after the first time: minutes of work on two cores."""
        path = self.options.folder / f"{name}.pt"
        if not path.is_file():
            part = path.with_suffix(".part")
            torch.save(make(), part)
            part.replace(path)
        return torch.load(path, weights_only=True)

    @cached_property
    def null(self) -> torch.Tensor:
        """(512,) the CLAP vector of no words."""
        return self.say([""])[0]

    @torch.inference_mode()
    def say(self, texts: list[str]) -> torch.Tensor:
        """(n, 512) unit CLAP vectors of texts."""
        rows = [
            self.sound_towers.read(*tokens(self.tokeniser, texts[i : i + 256]))
            for i in range(0, len(texts), 256)
        ]
        return torch.cat(rows).clone()

    @cached_property
    def mappers(self) -> dict[str, MapperMLP]:
        """Both of the paper's mappers."""
        return {name: self._mapper(name) for name in ("v2a-mlp", "scene-detector")}

    def _mapper(self, name: str) -> MapperMLP:
        schedule, folder = self._schedule(name), self.options.folder
        return train_mapper(name, lambda: self.seen, folder, schedule, self.tell)

    @cached_property
    def seen(self) -> Seen:
        """Scenes as the picture tower sees them, with what they sound like."""
        whole = functional.normalize(self.windows[:, [0, 2]].mean(1), dim=-1).clone()
        count = self._scaled(SCENES)
        return watch(self.picture_towers, self.examples, whole, count, self._count("films"))

    @cached_property
    def unet(self) -> UNet2DConditionModel:
        """The sound model."""
        return train_unet(self._conditioned, self.options.folder, self._schedule("unet"), self.tell)

    def label_scale(self, pack: Pack) -> LabelScale | None:
        """Where the labels of the finished pack begin to count."""
        return label_scale(pack, self._scaled(LABELLED), self._count("labels"))

    def _conditioned(self) -> Conditioned:
        latents, (mean, spread) = self.encoded
        standard = (latents.float() - mean[:, None, None]) / spread[:, None, None]
        rng = np.random.default_rng(8)
        examples, count = self.examples, len(self.examples.kinds)
        said = self.say([heard(examples.spec(i), rng) for i in range(count) for _ in range(4)])
        kinds = torch.from_numpy(examples.kinds)
        # Where a kind has recordings, its sound must be theirs: the drawn ones stay out.
        has_real = np.isin(examples.kinds, np.unique(examples.kinds[examples.recorded]))
        used = torch.from_numpy(examples.recorded | ~has_real).double()
        per_kind = torch.bincount(kinds, weights=used)
        return Conditioned(
            standard.half(),
            self.windows.clone(),
            said.reshape(count, 4, -1),
            used / per_kind[kinds],
            self.null,
        )


class Counter:
    """Tells of counted work as a `Tell` of a part."""

    def __init__(self, part: str, tell: Tell | None) -> None:
        self.part, self.tell = part, tell

    def __call__(self, done: int, total: int) -> None:
        """Tell of every fiftieth piece and the last."""
        if self.tell is not None and (done % 50 == 0 or done == total):
            self.tell(self.part, done, total, 0.0, 0.0)


def run(
    options: RecipeOptions, stages: tuple[str, ...], out: Path | None, tell: Tell | None
) -> None:
    """Make the products of `stages`, what they need first; `export` writes the pack to `out`."""
    from v2a.training.pocket_export import export

    recipe = PocketRecipe(options, tell)
    for stage in stages:
        if stage == "export":
            assert out is not None
            export(recipe, out)
        else:
            getattr(recipe, stage)
