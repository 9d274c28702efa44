"""How well a pack's sounds are recognised: on the world, and against real recordings by fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from v2a.evaluation.kind_classifier import RATE, WINDOW, KindClassifier, fit, log_mels, name
from v2a.training.recordings import Recordings
from v2a.training.sound_examples import vary
from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.sounds import sound

SECONDS = Fraction(128, 25)
"""Length of a judged scene: 5.12 s, as the examples."""
LEARN, TEST = 7_000_000, 9_000_000
"""First seeds of the judge's own scenes and of the scenes it judges; training uses others."""

Wave = NDArray[np.float32]
Hear = Callable[[Wave], NDArray[np.float32]]
"""A wave at 16 kHz to its unit CLAP vector."""


@dataclass(frozen=True)
class Score:
    """Share of sounds whose kind was named, in all and by kind."""

    overall: float
    by_kind: dict[str, float]

    @property
    def lowest(self) -> float:
        """The worst kind's share."""
        return min(self.by_kind.values())


def voices(recordings: Recordings | None) -> tuple[str, ...]:
    """Names of the kinds with a sound: all with recordings, else those the world can voice."""
    return tuple(n for n in KINDS if recordings is not None or KINDS[n].drawn_sound)


def world_wave(spec: SceneSpec, recordings: Recordings | None, folds: Sequence[int]) -> Wave:
    """A scene's wave at 16 kHz: a crop of recordings if they hold its kind, else the world's."""
    if recordings is not None and KINDS[spec.kind].recorded:
        return vary(recordings, spec.kind, np.random.default_rng(spec.seed), folds)
    return sound(spec, RATE)


def world_judge(
    recordings: Recordings | None, per_kind: int = 60, steps: int = 700
) -> KindClassifier:
    """A classifier taught by world audio only: drawn voices and, if given, folds 1-3."""
    waves: list[Wave] = []
    kinds: list[int] = []
    for k, kind in enumerate(voices(recordings)):
        for i in range(per_kind):
            spec = scene(kind, LEARN + 1000 * k + i, SECONDS)
            drawn = KINDS[kind].drawn_sound and i % 2 == 0
            waves.append(sound(spec, RATE) if drawn else world_wave(spec, recordings, (1, 2, 3)))
            kinds.append(k)
    return fit(log_mels(waves), kinds, len(voices(recordings)), steps)


def test_scenes(recordings: Recordings | None, per_kind: int) -> list[SceneSpec]:
    """`per_kind` scenes of every voice, from seeds that neither pack nor judge learnt from."""
    kinds = voices(recordings)
    return [
        scene(n, TEST + 1000 * k + i, SECONDS) for k, n in enumerate(kinds) for i in range(per_kind)
    ]


def score(
    judge: KindClassifier, waves: Sequence[Wave], wanted: Sequence[str], kinds: Sequence[str]
) -> Score:
    """Share of the waves, wanted kind by kind, that the judge names rightly."""
    named = np.array(kinds)[name(judge, log_mels(waves))]
    right = named == np.array(wanted)
    by_kind = {k: float(right[np.array(wanted) == k].mean()) for k in kinds if k in wanted}
    return Score(float(right.mean()), by_kind)


def recorded_kinds() -> tuple[str, ...]:
    """The ten kinds that have recordings."""
    return tuple(n for n in KINDS if KINDS[n].recorded)


def recorded_judge(
    recordings: Recordings, folds: Sequence[int] = (1, 2, 3), steps: int = 900
) -> KindClassifier:
    """A classifier taught by real recordings only."""
    waves: list[Wave] = []
    kinds: list[int] = []
    for k, kind in enumerate(recorded_kinds()):
        for clip in recordings.clips(kind, folds):
            waves.append(clip)
            kinds.append(k)
    return fit(log_mels(waves), kinds, len(recorded_kinds()), steps)


def nearest_copies(made: Sequence[Wave], known: Sequence[Wave]) -> NDArray[np.float64]:
    """For each made wave, the least mean log-mel difference to any window of a known one, in nat.

    A copy lies near 0; real clips of fold 4 lie 0.27 from the nearest (`tests/bench/RESULTS.md`).
    """
    bank = torch.cat([m.unfold(0, WINDOW, 32).transpose(1, 2) for m in log_mels(known)]).flatten(1)
    bank = functional.avg_pool1d(bank[:, None], 4)[:, 0]
    result: list[float] = []
    for mel in log_mels(made):
        row = functional.avg_pool1d(mel[:WINDOW].reshape(1, 1, -1), 4)[0]
        result.append(float((bank - row).abs().mean(1).min()))
    return np.array(result)
