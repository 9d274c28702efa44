"""The real recordings a judge learns from: files, kinds, folds and embeddings, which are kept."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import platformdirs
import soundfile
import soxr
from numpy.typing import NDArray

from v2a.evaluation.judge_embedding import LIMIT, VERSION, JudgeEar, Wave

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "v2a" / "training" / "tables" / "kinds.json"
FORM = 1
"""Counts up when the same files give other embeddings, so that kept ones are not used again."""


def sounds_folder() -> Path:
    """$V2A_SOUNDS or ../shared/sounds; RuntimeError where there is neither."""
    folder = Path(os.environ.get("V2A_SOUNDS", ROOT.parent / "shared" / "sounds"))
    if not folder.is_dir():
        raise RuntimeError(f"no real recordings at {folder}: say where they are in V2A_SOUNDS")
    return folder


def kept_folder() -> Path:
    """Where embeddings are kept: $V2A_BENCH_CACHE or the user's cache."""
    own = platformdirs.user_cache_path("v2a") / "judge"
    return Path(os.environ.get("V2A_BENCH_CACHE", own))


def kinds_of_folders() -> dict[str, tuple[str, str]]:
    """Folder of recordings to the kind's name and label."""
    kinds = json.loads(TABLE.read_text("utf-8"))["kinds"]
    return {
        pattern.split("/")[1]: (kind["name"], kind["label"])
        for kind in kinds
        for pattern in kind["recorded"]
        if pattern.startswith("sounds/")
    }


def read(path: Path) -> Wave:
    """A file as a mono wave at 16 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(samples.mean(axis=1), rate, LIMIT)


@dataclass(frozen=True)
class RealSounds:
    """The recordings below a folder, a folder a kind; the fold is a name's first digit."""

    folder: Path

    @cached_property
    def files(self) -> list[Path]:
        """All of them, by kind and name."""
        known = kinds_of_folders()
        return sorted(f for f in self.folder.glob("*/*.ogg") if f.parent.name in known)

    @cached_property
    def kinds(self) -> NDArray[np.str_]:
        """(N,) the folder's name of each file."""
        return np.array([f.parent.name for f in self.files])

    @cached_property
    def folds(self) -> NDArray[np.int64]:
        """(N,) the fold of each file."""
        return np.array([int(f.name[0]) for f in self.files])

    @cached_property
    def embeddings(self) -> NDArray[np.float32]:
        """(N, 512) aisfx, limited to 8 kHz; kept for the next time."""
        names = "\n".join(f"{f.parent.name}/{f.name} {f.stat().st_size}" for f in self.files)
        digest = hashlib.sha256(f"{FORM} {VERSION}\n{names}".encode()).hexdigest()[:16]
        kept = kept_folder() / f"aisfx-{digest}.npy"
        if kept.is_file():
            return np.load(kept)
        print(f"listening to {len(self.files)} recordings, once …", file=sys.stderr, flush=True)
        ear = JudgeEar()
        found = np.concatenate([ear([read(f)], LIMIT) for f in self.files])
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}.npy")
        np.save(partial, found)
        partial.replace(kept)
        return found

    def held(self, kinds: Sequence[str], each: int, seed: int = 0) -> NDArray[np.bool_]:
        """(N,) true for `each` random files of every kind, from the folds in turn."""
        rng = np.random.default_rng(seed)
        chosen = np.zeros(len(self.files), bool)
        for kind in kinds:
            rows = rng.permutation(np.flatnonzero(self.kinds == kind))
            folds = self.folds[rows]
            turns = [int((folds[:i] == fold).sum()) for i, fold in enumerate(folds)]
            chosen[rows[np.argsort(turns, kind="stable")][:each]] = True
        return chosen
