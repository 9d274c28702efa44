"""`v2a train pocket`: the stages in order, each resumable, from an empty folder to a pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from diffusers import UNet2DConditionModel

from v2a.disk import whole_file
from v2a.embedding.sentence_encoder import SentenceEncoder
from v2a.mapping.mapper_mlp import MapperMLP
from v2a.packs.manifest import Wheel
from v2a.packs.pack import Pack
from v2a.packs.part_loaders import quietly
from v2a.packs.weight_wheels import wheel_folder
from v2a.training import warm_start
from v2a.training.eyes_features import TrunkFeatures, look_at_drawings
from v2a.training.eyes_head import eyes_head
from v2a.training.fit_inverter import train_inverter
from v2a.training.fit_mappers import MapperPairs, train_mapper, watch
from v2a.training.label_scale import LABELS
from v2a.training.latent_unet import Conditioned, envelopes_of, train_unet
from v2a.training.mel_decoder import train_mel_decoder
from v2a.training.mel_vae import MelCoder, encode_all, train_mel_vae
from v2a.training.pocket_wheels import WORDS
from v2a.training.recordings import Recordings
from v2a.training.sound_ear import SoundEar, train_sound_ear
from v2a.training.sound_examples import NAMES, ExampleOptions, Examples, make_examples
from v2a.training.sound_kinds import SOUND_KINDS
from v2a.training.sound_space import SoundSpace
from v2a.training.training_captions import said
from v2a.training.training_loop import Schedule, Tell
from v2a.training.words_head import words_head
from v2a.vocoder.spectrogram_inverter import SpectrogramInverter

STAGES = (
    "examples", "eyes", "words", "mel_vae", "mel_decoder", "inverter", "unet", "sound_ear",
    "mappers", "export",
)  # fmt: skip
DRAWINGS = 1680
"""Frames of the world from which the head for drawings is fitted. Chosen: 80 of each drawn kind;
97.6 % of unseen frames are named (`tests/bench/RESULTS.md`)."""
SCENES = 20_000
"""Scenes the mappers learn from. Chosen: twenty for each class of ImageNet."""
CAPTIONS = 4
"""Captions of each example. Chosen: a sound shall not hang on one wording."""
MADE_WEIGHT = 0.3
"""How often a made sound is drawn beside a recorded one of the same kind. Chosen below 1, as made
sounds are imitations; above 0, as they vary more."""
RARE_WEIGHT = 0.45
"""How often kinds are drawn that few recordings or none show, beside those of many. Chosen: steps
are few, and imitations teach less than recordings."""
MANY = 72
"""Recorded examples from which on a kind counts in full: all of `ExampleOptions.recorded`."""
Product = TypeVar("Product")


@dataclass(frozen=True)
class RecipeOptions:
    """Options of `v2a train pocket`."""

    folder: Path
    """Where checkpoints live; calling again with it resumes."""
    recordings: Path | None = None
    folds: tuple[int, ...] = (1, 2, 3)
    effort: float = 1.0
    """Scales the number of examples and steps; 0.01 is a toy for tests."""
    start: str | None = None
    """A pack whose sound model is taught on instead of one without knowledge."""


SCHEDULES = {
    "sound_ear": Schedule(1500, 1.2e-3, average=0.998, half=True),
    "mel_vae": Schedule(8500, 2e-3, average=0.995, half=True),
    "mel_decoder": Schedule(3000, 5e-4, average=0.995, half=True),
    "inverter": Schedule(2400, 1.5e-3, average=0.995),
    "v2a-mlp": Schedule(2500, 1e-4 * 10),
    "scene-detector": Schedule(2500, 1e-4 * 10),
    "unet": Schedule(9000, 4e-4, warm=150, average=0.998, half=True),
}
"""Steps and highest learning rate of each part at effort 1. Chosen for two cores; figures of the
shipped pack, with the steps that it had, are in `tests/bench/RESULTS.md`."""


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

    def _kept(self, name: str, make: Callable[[], Product]) -> Product:
        """What `make` returns, from disk after the first time: minutes of work on two cores."""
        path = self.options.folder / f"{name}.pt"
        if not path.is_file():
            made = make()
            with whole_file(path) as part:
                torch.save(made, part)
        return torch.load(path, weights_only=True)

    @cached_property
    def start(self) -> Pack | None:
        """The pack that is taught on."""
        return None if self.options.start is None else warm_start.find(self.options.start)

    @cached_property
    def recordings(self) -> Recordings | None:
        """The real recordings, if given."""
        folder = self.options.recordings
        return Recordings(folder) if folder is not None else None

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
    def reader(self) -> SentenceEncoder:
        """The public sentence encoder."""
        with quietly():
            return SentenceEncoder(_place(WORDS))

    @cached_property
    def space(self) -> SoundSpace:
        """Where the kinds of sound lie, and words between them."""
        return SoundSpace(list(SOUND_KINDS.values()), self.reader)

    @cached_property
    def words(self) -> dict[str, torch.Tensor]:
        """The head over the sentence encoder."""
        return words_head(self.space, self.reader)

    @cached_property
    def looked(self) -> TrunkFeatures:
        """Drawings and pictures of nothing as the trunk sees them."""
        count = self._scaled(DRAWINGS)
        made = self._kept("looked", lambda: look_at_drawings(count, self._count("eyes")).packed())
        return TrunkFeatures.unpacked(made)

    @cached_property
    def eyes(self) -> dict[str, torch.Tensor]:
        """The head over the trunk."""
        looked = self.looked
        return eyes_head(looked.drawn, looked.kinds, looked.others)

    @cached_property
    def mel_vae(self) -> MelCoder:
        """The mel autoencoder."""
        if self.start is not None:
            return warm_start.mel_coder(self.start)
        schedule = self._schedule("mel_vae")
        return train_mel_vae(self.examples, self.options.folder, schedule, self.tell)

    @cached_property
    def encoded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Raw latents and their channels' statistics."""
        return self._kept("latents", lambda: encode_all(self.mel_vae, self.examples))

    @property
    def statistics(self) -> torch.Tensor:
        """(2, 16) mean and spread by which latents are standardised.

        A pack that is taught on goes on with its own, which are folded into its weights.
        """
        if self.start is None:
            return self.encoded[1]
        return torch.stack([torch.zeros(16), torch.ones(16)])

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
        old = None if self.start is None else self.start.part_path("vocoder")
        return train_inverter(self.examples, coder, folder, schedule, self.tell, old)

    @cached_property
    def said(self) -> torch.Tensor:
        """(N, 4, 512) CLAP vectors of captions of the examples."""
        return self._kept("said", self._say)

    def _say(self) -> torch.Tensor:
        rng = np.random.default_rng(8)
        texts = [
            said(self.examples.spec(row), rng)
            for row in range(len(self.examples.kinds))
            for _ in range(CAPTIONS)
        ]
        different = sorted(set(texts))
        read = dict(zip(different, self.reader(different), strict=True))
        sentences = torch.stack([read[text] for text in texts])
        kinds = torch.from_numpy(np.repeat(self.examples.kinds, CAPTIONS))
        shares = torch.eye(len(NAMES))[kinds]
        return self.space.place(shares, sentences).unflatten(0, (-1, CAPTIONS))

    @cached_property
    def null(self) -> torch.Tensor:
        """(512,) the CLAP vector of no words."""
        return self.space.wording(self.reader([""]))[0].float()

    @cached_property
    def unet(self) -> UNet2DConditionModel:
        """The sound model."""
        begin = None if self.start is None else self._warm
        schedule = self._schedule("unet")
        return train_unet(self._conditioned, self.options.folder, schedule, self.tell, begin)

    def _warm(self) -> UNet2DConditionModel:
        assert self.start is not None
        words = {entry["label"] for entry in self.start.vocabulary()["entries"]}
        known = [row for row, kind in enumerate(SOUND_KINDS.values()) if kind.label in words]
        labels = [SOUND_KINDS[NAMES[row]].label for row in known]
        heard = self.space.place(torch.eye(len(NAMES))[known], self.reader(labels))
        heard = torch.cat([heard, self.null[None]])
        return warm_start.sound_model(self.start, [*labels, ""], heard)

    def _conditioned(self) -> Conditioned:
        latents, (mean, spread) = self.encoded[0], self.statistics
        standard = (latents.float() - mean[:, None, None]) / spread[:, None, None]
        return Conditioned(
            standard.half(),
            self.said.clone(),
            envelopes_of(self.examples.mels),
            self._weights(),
            self.null,
        )

    def _weights(self) -> torch.Tensor:
        """(N,) how often each example is drawn."""
        kinds, recorded = (
            torch.from_numpy(np.array(rows))
            for rows in (self.examples.kinds, self.examples.recorded)
        )
        each = torch.bincount(kinds, minlength=len(NAMES)).double()
        real = torch.bincount(kinds, weights=recorded.double(), minlength=len(NAMES))
        many = real >= min(MANY, int(real.max())) if bool(real.max()) else each >= 0
        weights = torch.where(many, 1.0, RARE_WEIGHT)[kinds] / each[kinds]
        spare = many[kinds] & ~recorded & (real[kinds] > 0)
        return torch.where(spare, MADE_WEIGHT * weights, weights)

    @cached_property
    def sound_ear(self) -> SoundEar:
        """CLAP's ear."""
        schedule, kinds = self._schedule("sound_ear"), self.space.kinds.float()
        folder = self.options.folder
        return train_sound_ear(self.examples, self.said, kinds, folder, schedule, self.tell)

    @cached_property
    def mappers(self) -> dict[str, MapperMLP]:
        """Both of the paper's mappers."""
        return {name: self._mapper(name) for name in ("v2a-mlp", "scene-detector")}

    def _mapper(self, name: str) -> MapperMLP:
        schedule, folder = self._schedule(name), self.options.folder
        return train_mapper(name, lambda: self.seen, folder, schedule, self.tell)

    @cached_property
    def seen(self) -> MapperPairs:
        """Scenes as the eyes see them, with what they sound like."""
        return watch(self.eyes["table"], self.space.kinds.float(), LABELS, self._scaled(SCENES))


def _place(wheel: Wheel) -> Path:
    """The folder of a wheel's first file."""
    return wheel_folder(wheel) / Path(next(iter(wheel.files))).parent


class Counter:
    """Reports counted work of a part to a `Tell`."""

    def __init__(self, part: str, tell: Tell | None) -> None:
        self.part, self.tell = part, tell

    def __call__(self, done: int, total: int) -> None:
        """Report every fiftieth piece and the last."""
        if self.tell is not None and (done % 50 == 0 or done == total):
            self.tell(self.part, done, total, 0.0, 0.0)
