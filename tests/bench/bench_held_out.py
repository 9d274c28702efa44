"""Labels of filmed stills and clips that nothing learnt from: right, among three, claimed, sure.

`held_out.json` lists them with where they come from; the media themselves are not kept here. The
folder V2A_HELD_OUT holds them, with an `index.json` from an item's name to its file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from v2a.frames_to_embeddings import ImageEncoder
from v2a.mapping.scene_labels import UNSURE
from v2a.mapping.word_bank import unit
from v2a.packs.locate import find_pack
from v2a.scenes_to_clap import SceneListener
from v2a.types import FrameOptions, SceneText
from v2a.video_to_frames import FrameReader

LIST = Path(__file__).with_name("held_out.json")
SURE = 0.6
"""From this score on a wrong label misleads."""
RESAMPLES = 2000


@dataclass(frozen=True)
class Answer:
    """What was said of one item."""

    name: str
    kinds: tuple[str, ...]
    """Labels that would be right, none for a picture of nothing."""
    labels: tuple[tuple[str, float], ...]

    @property
    def first(self) -> bool:
        """Whether the first label is right."""
        return bool(self.labels) and self.labels[0][0] in self.kinds

    @property
    def among_three(self) -> bool:
        """Whether one of the first three is."""
        return any(label in self.kinds for label, _ in self.labels[:3])

    @property
    def score(self) -> float:
        """That of the first label."""
        return self.labels[0][1] if self.labels else 0.0


def run() -> dict[str, Any]:
    """Shares over all items that show something, and over those that show nothing."""
    folder = os.environ.get("V2A_HELD_OUT")
    if folder is None:
        return {"not run": "V2A_HELD_OUT names no folder of the held-out media"}
    told = answers(Path(folder), os.environ.get("V2A_BENCH_PACK", "pocket"))
    some, nothing = [a for a in told if a.kinds], [a for a in told if not a.kinds]
    claimed = [a for a in some if a.score >= UNSURE]
    wrong_and_sure = [a for a in told if a.score >= SURE and not a.first]
    return {
        "items that show something": len(some),
        "right first": share([a.first for a in some]),
        "right among three": share([a.among_three for a in some]),
        "claimed": share([a.score >= UNSURE for a in some]),
        "of the claimed, right first": share([a.first for a in claimed]),
        "wrong and sure, of all": share([a in wrong_and_sure for a in told]),
        "of nothing, claimed": share([a.score >= UNSURE for a in nothing]),
        "wrong and sure": ", ".join(f"{a.name}: {a.labels[0][0]}" for a in wrong_and_sure),
    }


def answers(folder: Path, pack_name: str) -> list[Answer]:
    """What a pack says of every item whose media are in the folder."""
    labels = {row["name"]: row["label"] for row in _kinds()}
    index = json.loads((folder / "index.json").read_text())
    pack = find_pack(pack_name)
    encoder, listener = ImageEncoder(pack), SceneListener(pack)
    told = []
    for item in json.loads(LIST.read_text())["items"]:
        if item["name"] not in index:
            continue
        vectors = unit(encoder(_pictures(folder / index[item["name"]], item, encoder.size)))
        (sound,) = listener(unit(vectors.mean(0, keepdims=True)), [SceneText()])
        kinds = tuple(labels[kind] for kind in item["kinds"])
        told.append(Answer(item["name"], kinds, tuple(sound.labels)))
    return told


def _kinds() -> list[dict[str, Any]]:
    from v2a.training.sound_kinds import table

    return table("kinds")["kinds"]


def _pictures(path: Path, item: dict[str, Any], size: int) -> NDArray[np.uint8]:
    if item["media"] == "still":
        return _still(path, size)[None]
    span = None
    if item["start"] is not None:
        span = (Fraction(item["start"]), Fraction(item["end"]))
    batches = FrameReader(path, size, FrameOptions(span=span))
    return np.concatenate([batch.pixels for batch in batches])


def _still(path: Path, size: int) -> NDArray[np.uint8]:
    """The middle square of a picture, as frames of film are cut."""
    picture = Image.open(path).convert("RGB")
    scale = size / min(picture.size)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), 3)
    left, top = (picture.width - size) // 2, (picture.height - size) // 2
    return np.asarray(picture.crop((left, top, left + size, top + size)))


def share(right: list[bool]) -> str:
    """A share with its 95 % interval by bootstrap over items."""
    if not right:
        return "none"
    values = np.array(right, float)
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), (0.025, 0.975))
    return f"{values.mean():.1%} ({low:.0%} to {high:.0%}; {int(values.sum())} of {len(values)})"


def misses(told: list[Answer]) -> Iterator[str]:
    """A line for every item whose first label is wrong."""
    for a in told:
        if a.kinds and not a.first:
            said = ", ".join(f"{label} {score:.2f}" for label, score in a.labels[:3])
            yield f"{a.name}: {'/'.join(a.kinds)} <- {said}"
