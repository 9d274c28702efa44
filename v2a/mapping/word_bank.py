"""The vocabulary as vectors: shipped with a pack, kept in the user's cache, or made on first use.

A few hundred phrases through full-size text towers take tens of seconds on a CPU. Their vectors are
therefore kept under a name that is a digest of all they depend on: the towers' files, the texts and
the kind of device. What has changed has another name, so nothing in the cache is ever stale.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs
from numpy.typing import NDArray

from v2a.disk import whole_file
from v2a.errors import V2AError
from v2a.mapping.vocabulary import Vocabulary, read_vocabulary
from v2a.types import EMBEDDING_SIZE
from v2a.versions import shaping_versions

if TYPE_CHECKING:
    from v2a.packs.locate import Pack

SEEN = "a photo of {}"
"""How a cue is put to CLIP (Radford et al. 2021, section 3.1.4)."""
SHIPPED = "vocabulary.safetensors"
TOWERS = ("clip/", "text_encoder/", "tokenizer/")


@dataclass(frozen=True)
class WordBank:
    """A vocabulary with its vectors."""

    vocabulary: Vocabulary
    clip: NDArray[np.float32]
    """(E, 512) unit CLIP vectors: the mean direction of each entry's cues."""
    clap: NDArray[np.float32]
    """(E, 512) unit CLAP vectors of each entry's sound."""


def word_bank(pack: Pack, device: str = "auto") -> WordBank:
    """A pack's vocabulary with its vectors, from the nearest place that has them.

    Raises PACK_INVALID, PACK_PART_MISSING, PACK_PART_ALTERED, NO_DEVICE.
    """
    from v2a.packs.locate import resolve_device

    vocabulary = read_vocabulary(pack)
    if SHIPPED in pack.manifest.files:
        shipped = _read(pack.part_path(SHIPPED), vocabulary)
        if shipped is not None:
            return shipped
    device = resolve_device(device)
    path = cache_path(pack, vocabulary, device)
    kept = _read(path, vocabulary)
    if kept is not None:
        return kept
    made = make_bank(pack, vocabulary, device)
    with contextlib.suppress(OSError, V2AError):
        save_bank(made, path)
    return made


def make_bank(pack: Pack, vocabulary: Vocabulary, device: str = "auto") -> WordBank:
    """Run a vocabulary through a pack's two text towers."""
    entries = vocabulary.entries
    cues = [SEEN.format(cue) for entry in entries for cue in entry.cues]
    seen = _by_length(pack.clip_text(device), cues)
    counts = np.array([len(entry.cues) for entry in entries])
    sums = np.add.reduceat(seen, np.concatenate([[0], np.cumsum(counts)[:-1]]), axis=0)
    heard = _by_length(pack.text_encoder(device), [entry.sound for entry in entries])
    return WordBank(vocabulary, unit(sums), unit(heard))


def _by_length(
    tower: Callable[[Sequence[str]], NDArray[np.float32]], texts: Sequence[str]
) -> NDArray[np.float32]:
    """The texts' vectors in their order, made shortest text first: a batch costs its longest."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    made = tower([texts[int(i)] for i in order])
    return made[np.argsort(order)]


def save_bank(bank: WordBank, path: Path) -> None:
    """Write the vectors whole or not at all; safe beside others who read and write the same name.

    A pack that ships them has them as vocabulary.safetensors, recorded in its pack.json.
    """
    from safetensors.numpy import save

    vectors = {"clip": bank.clip, "clap": bank.clap}
    data = save(vectors, {**_facts(bank.vocabulary), "sha256": _checksum(vectors)})
    with whole_file(path) as part:
        part.write_bytes(data)


def cache_path(pack: Pack, vocabulary: Vocabulary, device: str) -> Path:
    """Where the vectors of a pack and a vocabulary are kept for a kind of device."""
    files = sorted((n, d) for n, d in pack.manifest.files.items() if n.startswith(TOWERS))
    kind = device.partition(":")[0]
    own = _facts(vocabulary)
    facts = [files, pack.manifest.overrides.quick_gelu, kind, own, shaping_versions()]
    if pack.manifest.wheels:
        facts.append([asdict(pack.manifest)["wheels"], sorted(pack.lacking())])
    name = hashlib.sha256(json.dumps(facts, allow_nan=False).encode()).hexdigest()
    base = os.environ.get("V2A_CACHE") or platformdirs.user_cache_dir("v2a")
    return Path(base) / "vocabulary" / f"{name}.safetensors"


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """(..., 512) made unit; a row of zeros stays."""
    rows = np.asarray(rows, np.float64)
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.maximum(length, 1e-12)).astype(np.float32)


def _facts(vocabulary: Vocabulary) -> dict[str, str]:
    words = hashlib.sha256(f"{SEEN}/{vocabulary.digest}".encode()).hexdigest()
    return {"entries": str(len(vocabulary.entries)), "words": words}


def _checksum(vectors: dict[str, NDArray[np.float32]]) -> str:
    sha = hashlib.sha256()
    for name in ("clip", "clap"):
        sha.update(vectors[name].tobytes())
    return sha.hexdigest()


def _read(path: Path, vocabulary: Vocabulary) -> WordBank | None:
    """The vectors in a file, or None where it is missing, damaged or of other words."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            facts = file.metadata() or {}
            vectors = {name: file.get_tensor(name) for name in ("clip", "clap")}
    except (OSError, ValueError, SafetensorError):
        return None
    shape = (len(vocabulary.entries), EMBEDDING_SIZE)
    of_these_words = _facts(vocabulary).items() <= facts.items()
    whole = all(rows.shape == shape for rows in vectors.values())
    if not (of_these_words and whole and facts.get("sha256") == _checksum(vectors)):
        return None
    return WordBank(vocabulary, vectors["clip"], vectors["clap"])
