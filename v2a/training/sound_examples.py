"""Sounds to learn from: scenes of the world and crops of recordings, as waves and log-mels."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.training.recordings import Recordings
from v2a.training.sound_kinds import SOUND_KINDS
from v2a.vocoder.log_mel import LogMel
from v2a.world.kinds import SceneSpec
from v2a.world.sounds import heard_scene, sound

RATE = 16_000
"""Samples per second, the sound model's."""
SECONDS = Fraction(128, 25)
"""Length of every example: 5.12 s, 512 mel frames, the longest single generation."""
SAMPLES = int(SECONDS * RATE)
"""Samples of an example."""
WINDOW = 256
"""Mel frames of a CLAP window, 2.56 s."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables by which libraries learn on how many threads they may multiply."""
NAMES = tuple(SOUND_KINDS)
"""Numbers of kinds are places in it."""

BRIGHTNESS: dict[str, tuple[int, int]] = {
    "dog": (0, -1), "baby": (0, 1), "rooster": (0, 1), "helicopter": (1, -1), "clock": (1, 1),
    "chainsaw": (0, 1), "rain": (0, 1), "fire": (1, 1), "sea": (0, -1),
}  # fmt: skip
"""Which attribute of a recorded kind follows its recordings' brightness, and in which sense."""


@dataclass(frozen=True)
class ExampleOptions:
    """How many examples, and whose."""

    synthetic: int = 64
    """Scenes of each kind that only has a voice."""
    shared: int = 12
    """Voiced scenes of each kind that recordings hold too; without recordings, `synthetic`."""
    recorded: int = 72
    """Most crops of each recorded kind."""
    per_file: int = 12
    """Most crops of one file, so that kinds of few files do not repeat them too often."""
    folds: tuple[int, ...] = (1, 2, 3)
    seed: int = 1_000_000


@dataclass(frozen=True)
class Examples:
    """N examples. `waves` (N, SAMPLES) int16, `mels` (N, 512, 64) float16; both memory-mapped."""

    waves: NDArray[np.int16]
    mels: NDArray[np.float16]
    kinds: NDArray[np.int64]
    attributes: NDArray[np.float32]
    """(N, 2)"""
    recorded: NDArray[np.bool_]

    def spec(self, index: int) -> SceneSpec:
        """Kind and attributes of one example."""
        a, b = (float(v) for v in self.attributes[index])
        return SceneSpec(NAMES[int(self.kinds[index])], (a, b), 0, SECONDS)


Tell = Callable[[int, int], None]


def make_examples(
    folder: Path, options: ExampleOptions, recordings: Recordings | None, tell: Tell | None = None
) -> Examples:
    """Make the examples once; a later call with the same options reads them back."""
    stamp = json.dumps({**asdict(options), "recordings": recordings is not None}, sort_keys=True)
    done = folder / "examples.json"
    if not (done.is_file() and json.loads(done.read_text())["stamp"] == stamp):
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, options, recordings, tell)
        done.write_text(json.dumps({"stamp": stamp}))
    return read_examples(folder)


def read_examples(folder: Path) -> Examples:
    """Open what `make_examples` wrote."""
    words = np.load(folder / "words.npz")
    return Examples(
        np.load(folder / "waves.npy", mmap_mode="r"),
        np.load(folder / "mels.npy", mmap_mode="r"),
        words["kinds"],
        words["attributes"],
        words["recorded"],
    )


@dataclass(frozen=True)
class _Plan:
    kind: str
    seed: int
    recorded: bool


def _plans(options: ExampleOptions, recordings: Recordings | None) -> list[_Plan]:
    plans: list[_Plan] = []
    for k, kind in enumerate(SOUND_KINDS.values()):
        files = len(recordings.files(kind.name, options.folds)) if recordings is not None else 0
        real = min(options.recorded, options.per_file * files)
        made = (options.shared if real >= options.recorded else options.synthetic) * kind.voice
        base = options.seed + 100_000 * k
        plans += [_Plan(kind.name, base + i, False) for i in range(made)]
        plans += [_Plan(kind.name, base + 50_000 + i, True) for i in range(real)]
    return plans


def _write(
    folder: Path, options: ExampleOptions, recordings: Recordings | None, tell: Tell | None
) -> None:
    plans = _plans(options, recordings)
    open_map = np.lib.format.open_memmap
    waves = open_map(folder / "waves.npy", "w+", np.int16, (len(plans), SAMPLES))
    mels = open_map(folder / "mels.npy", "w+", np.float16, (len(plans), SAMPLES // 160, 64))
    attributes = np.zeros((len(plans), 2), np.float32)
    transform = LogMel()
    for i, (wave, words) in enumerate(_all_examples(plans, options, recordings)):
        attributes[i] = words
        waves[i] = np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)
        with torch.inference_mode():
            mels[i] = transform(torch.from_numpy(wave[None]))[0].numpy()
        if tell is not None:
            tell(i + 1, len(plans))
    kinds = np.array([NAMES.index(p.kind) for p in plans])
    recorded = np.array([p.recorded for p in plans])
    _attributes_from_brightness(mels, kinds, recorded, attributes)
    np.savez(folder / "words.npz", kinds=kinds, attributes=attributes, recorded=recorded)


def _all_examples(
    plans: list[_Plan], options: ExampleOptions, recordings: Recordings | None
) -> Iterator[tuple[NDArray[np.float32], tuple[float, float]]]:
    """Every plan's example, in order, made on all cores."""
    make = partial(_example, options=options, recordings=recordings)
    with _one_thread_each(), ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(make, plans, chunksize=16)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile multiply on one thread: more than cores wait for each other."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _example(
    plan: _Plan, options: ExampleOptions, recordings: Recordings | None
) -> tuple[NDArray[np.float32], tuple[float, float]]:
    if not plan.recorded:
        spec = heard_scene(plan.kind, plan.seed, SECONDS)
        return sound(spec, RATE)[:SAMPLES], spec.attributes
    assert recordings is not None
    rng = np.random.default_rng(plan.seed)
    return vary(recordings, plan.kind, rng, options.folds), (0.5, 0.5)


def vary(
    recordings: Recordings, kind: str, rng: np.random.Generator, folds: Sequence[int]
) -> NDArray[np.float32]:
    """A crop of a recording, a little slower or faster, its tone and level gently changed.

    (SAMPLES,) float32.
    """
    speed = float(np.exp(rng.uniform(-0.1, 0.1)))
    source = recordings.crop(kind, float(SECONDS) * speed + 0.01, rng, tuple(folds))
    at = np.arange(SAMPLES) * speed
    wave = np.interp(at, np.arange(len(source)), source)
    spectrum = np.fft.rfft(wave)
    knots = rng.uniform(-3, 3, 6)
    tilt = np.interp(np.linspace(0, 5, len(spectrum)), np.arange(6), knots)
    wave = np.fft.irfft(spectrum * 10 ** (tilt / 20), SAMPLES) * 10 ** (rng.uniform(-4, 2) / 20)
    return (wave / max(1.0, float(np.abs(wave).max()) / 0.98)).astype(np.float32)


def _attributes_from_brightness(
    mels: NDArray[np.float16],
    kinds: NDArray[np.int64],
    recorded: NDArray[np.bool_],
    attributes: NDArray[np.float32],
) -> None:
    """Rank the recordings of a kind by spectral centroid and call the rank an attribute."""
    for name, (which, sense) in BRIGHTNESS.items():
        rows = np.flatnonzero(recorded & (kinds == NAMES.index(name)))
        if len(rows) < 2:
            continue
        energy = np.exp(mels[rows].astype(np.float32)).mean(axis=1)
        centroid = (energy * np.arange(64)).sum(1) / energy.sum(1)
        rank = np.argsort(np.argsort(sense * centroid)) / (len(rows) - 1)
        attributes[rows, which] = rank
