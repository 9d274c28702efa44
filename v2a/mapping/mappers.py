"""Mappers from what a scene looks like (CLIP) to what it sounds like (CLAP), by name; no torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from v2a.errors import V2AError
from v2a.mapping.scene_labels import UNSURE
from v2a.mapping.word_bank import WordBank, unit
from v2a.packs.manifest import ShareScale

if TYPE_CHECKING:
    from v2a.packs.locate import Pack
    from v2a.packs.manifest import LabelScale

TEMPERATURE = 100.0
"""CLIP's own logit scale, as trained (Radford et al. 2021)."""
MIXED = 5
"""Entries that share in a vocabulary-made vector. Chosen: beyond, shares are of noise."""
LEAST = 1e-4
"""Least share above none. Chosen: keeps logarithms finite, moves no score shown."""
PREFERENCE = 3
"""Power of the shares that mix sounds. Chosen: of two sounds at once each is heard less clearly, so
the lesser one must be nearly as sure to come in; at half the share it counts an eighth."""
LAYERS = {
    "linear1": (1024, 512),
    "linear2": (512, 1024),
    "linear3": (512, 512),
    "linear4": (512, 512),
}
"""Rows and columns of the layers of Table I."""
TENSORS = {f"{n}.weight": shape for n, shape in LAYERS.items()} | {
    f"{n}.bias": shape[:1] for n, shape in LAYERS.items()
}
"""Names and shapes of a mapper file's tensors."""


class SceneMapper(Protocol):
    """Pooled pictures to sounds."""

    def __call__(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """(S, 512) pooled CLIP vectors to (S, 512) unit CLAP vectors, each row by itself."""
        ...


class VocabularyMapper:
    """The sounds whose cues look most like the scene, mixed by how much they do; needs no training.

    Weights are softmax(100 cos) as in DeCap (Li et al. 2023), over the best `MIXED` entries; the
    mix is of CLAP text vectors, which AudioLDM is conditioned on when it is used with words.
    """

    def __init__(self, bank: WordBank) -> None:
        self._bank = bank

    def __call__(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `SceneMapper`."""
        weights = likeness(pooled, self._bank)
        if weights.shape[1] > MIXED:
            least = np.partition(weights, -MIXED, axis=1)[:, -MIXED, None]
            weights = np.where(weights >= least, weights, 0.0)
        return unit(weights @ self._bank.clap.astype(np.float64))


class NetworkMapper:
    """Table I's network (arXiv 2409.09823) from a file of `parts.mapper_mlp`."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError when the file is not such a network."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                self._raw = (file.metadata() or {}).get("input") == "raw"
                tensors = {n: file.get_tensor(n).astype(np.float32) for n in TENSORS}
                for name in {f"{n}.scale" for n in TENSORS} & set(file.keys()):
                    tensors[name.removesuffix(".scale")] *= file.get_tensor(name)
        except SafetensorError as error:
            raise ValueError(str(error)) from None
        for name, shape in TENSORS.items():
            if tensors[name].shape != shape:
                raise ValueError(f"{name} is {tensors[name].shape}, not {shape}")
        self._layers = [(tensors[f"{n}.weight"], tensors[f"{n}.bias"]) for n in LAYERS]

    def __call__(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `SceneMapper`."""
        x = np.asarray(pooled, np.float32) if self._raw else unit(pooled)
        for depth, (weight, bias) in enumerate(self._layers):
            x = x @ weight.T + bias
            x = np.maximum(x, 0) if depth == 0 else x
        return unit(x)


def likeness(pooled: NDArray[Any], bank: WordBank) -> NDArray[np.float64]:
    """(S, E) shares of the vocabulary's entries in each scene, rows summing to 1: softmax(100 cos).

    `pooled` is (S, 512) of any length; only its direction counts.
    """
    scaled = TEMPERATURE * (unit(pooled).astype(np.float64) @ bank.clip.astype(np.float64).T)
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def nearness(pooled: NDArray[Any], bank: WordBank) -> NDArray[np.float64]:
    """(S,) cosine of each scene with the entry it looks most like, -1..1."""
    return (unit(pooled).astype(np.float64) @ bank.clip.astype(np.float64).T).max(axis=1)


def known_shares(pooled: NDArray[Any], bank: WordBank) -> NDArray[np.float64]:
    """(S, E) shares above the usual ones, 0..1, for packs whose picture tower gives shares.

    `pooled` is (S, 512) of any length and holds the shares along the entries' own directions; such
    packs have an entry that is `VocabularyEntry.unknown`.
    """
    assert bank.vocabulary.unknown is not None
    along = np.maximum(unit(pooled).astype(np.float64) @ bank.clip.astype(np.float64).T, 0)
    shares = along / np.maximum(along.sum(axis=1, keepdims=True), 1e-12)
    above = np.maximum(shares - [entry.usual for entry in bank.vocabulary.entries], 0)
    above[:, bank.vocabulary.unknown] = 0
    return above


def sureness(shares: NDArray[np.float64], scale: ShareScale) -> NDArray[np.float64]:
    """(S,) probability 0..1 that the greatest of (S, E) shares names what is heard."""
    second, first = np.sort(np.clip(shares, LEAST, 1 - LEAST), axis=1)[:, -2:].T
    odds = scale.strength * np.log(first / (1 - first)) + scale.lead * np.log(first / second)
    return 1 / (1 + np.exp(-(odds + scale.offset)))


def label_scores(
    pooled: NDArray[Any], bank: WordBank, scale: LabelScale | ShareScale | None
) -> NDArray[np.float64]:
    """(S, E) scores 0..1 of the vocabulary's entries as a scene's labels.

    The entries' shares, times how well the pack knows such pictures: 0 for one that is no nearer to
    the vocabulary than `scale.strange`, 1 from `scale.known` on, straight between. Shares alone
    only compare the words there are: something always comes first. Without a scale scores are the
    shares. With a `ShareScale` the first label scores its `sureness` and the others their part.
    """
    if isinstance(scale, ShareScale):
        shares = known_shares(pooled, bank)
        greatest = np.maximum(shares.max(axis=1, keepdims=True), LEAST)
        return shares / greatest * sureness(shares, scale)[:, None]
    shares = likeness(pooled, bank)
    if scale is None:
        return shares
    known = (nearness(pooled, bank) - scale.strange) / (scale.known - scale.strange)
    return shares * np.clip(known, 0, 1)[:, None]


class SharesMapper:
    """The sounds with the greatest shares, mixed; the unknown's quiet bed where they are unsure."""

    def __init__(self, bank: WordBank, scale: ShareScale) -> None:
        self._bank, self._scale = bank, scale

    def __call__(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `SceneMapper`."""
        shares = known_shares(pooled, self._bank)
        weights = (shares / np.maximum(shares.max(axis=1, keepdims=True), LEAST)) ** PREFERENCE
        unsure = sureness(shares, self._scale) < UNSURE
        weights[unsure] = np.eye(shares.shape[1])[self._bank.vocabulary.unknown]
        return unit(weights @ self._bank.clap.astype(np.float64))


Factory = Callable[["Pack", str, WordBank], SceneMapper]
"""Makes a mapper from a pack, the mapper's name in it, and the pack's vocabulary."""


def _network(pack: Pack, name: str, bank: WordBank) -> SceneMapper:
    try:
        return NetworkMapper(pack.mapper_file(name))
    except ValueError as error:
        detail = f"mapper {name} cannot be read: {error}"
        raise V2AError("PACK_INVALID", pack=pack.name, detail=detail) from None


def _vocabulary(pack: Pack, name: str, bank: WordBank) -> SceneMapper:
    scale = pack.manifest.labels
    return SharesMapper(bank, scale) if isinstance(scale, ShareScale) else VocabularyMapper(bank)


MAPPERS: dict[str, Factory] = {
    "v2a-mlp": _network,
    "scene-detector": _network,
    "vocabulary": _vocabulary,
}
"""Names to factories; a new kind of mapper is a new line here."""


def make_mapper(pack: Pack, name: str, bank: WordBank) -> SceneMapper:
    """The mapper of a name; one that only the pack knows is read as Table I's network.

    Raises NO_MAPPER with the names there are, PACK_INVALID for a file that is no such network.
    """
    return MAPPERS.get(name, _network)(pack, name, bank)
