"""Generated sound before a judge that none of ours taught: aisfx and real recordings.

$V2A_BENCH_PACK: the pack, by name or path; $V2A_SOUNDS: the recordings. $V2A_BENCH_UNHEARD (4): the
fold that the pack has not heard, on which one more probe is taught.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tests.bench.real_sounds import RealSounds, kinds_of_folders, read, sounds_folder
from v2a.clap_to_audio import SoundModel
from v2a.evaluation import distances, naming_probe, pitch
from v2a.evaluation.judge_embedding import LIMIT, JudgeEar, Wave
from v2a.evaluation.kind_classifier import log_mels
from v2a.evaluation.sound_judge import nearest_copies
from v2a.mapping.vocabulary import read_vocabulary
from v2a.packs.locate import Pack, find_pack
from v2a.scenes_to_clap import SceneListener
from v2a.types import SamplingOptions, SoundRequest

SECONDS = Fraction(5)
TAKES, QUICK_TAKES, QUICK_KINDS = 4, 1, 15
PITCHED = ("dog_bark", "baby_cry", "rooster", "crow", "siren", "car_horn", "church_bells")
"""Kinds whose sound has a pitch that a listener would miss."""
HALVES = 10
"""Random halves of the real sounds whose distances show what chance alone gives."""
HUSH = 1e-3
"""Share of the peak below which a clip's ends are padding."""
LEVEL = 0.08
"""Root mean square at which recordings are taught (`recordings.LOUDNESS`)."""
Row = dict[str, Any]


class Maker:
    """One pack's sound for the kinds it knows."""

    def __init__(self, name: str) -> None:
        self.pack: Pack = find_pack(name)
        self.model = SoundModel(self.pack, "cpu")
        self.listener = SceneListener(self.pack, None, "cpu")

    def kinds(self) -> list[str]:
        """The folders of recordings whose kind the pack's vocabulary has."""
        known = read_vocabulary(self.pack)
        return [f for f, (_, label) in kinds_of_folders().items() if known.find(label) is not None]

    def generate(self, kind: str, takes: int) -> list[Wave]:
        """Takes of 5 s from the kind's label as a prompt, one seed for all kinds."""
        vector = self.listener.hear(kinds_of_folders()[kind][1])
        request = SoundRequest(vector, None, SECONDS, seed=0, takes=takes)
        return self.model.generate([request], SamplingOptions())[0]

    @torch.inference_mode()
    def rebuild(self, wave: Wave, seed: int) -> Wave:
        """A wave through the autoencoder and the vocoder, no diffusion."""
        vae, vocoder = self.pack.vae("cpu"), self.pack.vocoder("cpu")
        mel = (log_mels([_levelled(wave)])[0] + 5.0) / 2.5
        latents = vae.encode(mel[None, None]).latent_dist.mode()
        return vocoder(vae.decode(latents).sample, [seed])[0].numpy()


@dataclass(frozen=True)
class Heard:
    """Sounds of known kinds, and what the judge's ear makes of them."""

    waves: list[Wave]
    """Mono at 16 kHz."""
    kinds: list[str]
    folds: NDArray[np.int64] | None = None
    embeddings: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 512), np.float32))

    @staticmethod
    def by(
        ear: JudgeEar, waves: list[Wave], kinds: list[str], folds: NDArray[np.int64] | None = None
    ) -> Heard:
        """Let an ear hear them."""
        return Heard(waves, kinds, folds, ear(waves, LIMIT))


class Judge:
    """Probes taught by real recordings, all fifty kinds of them."""

    def __init__(self, real: RealSounds, among: Sequence[str]) -> None:
        self.real, self.among = real, sorted(set(among))
        self.asked = np.isin(real.kinds, self.among)
        kinds = real.kinds.tolist()
        self.by_fold = naming_probe.by_fold(real.embeddings, kinds, real.folds)

    def taught_by(self, folds: Sequence[int]) -> naming_probe.Probe:
        """A probe of some folds only."""
        rows = np.isin(self.real.folds, folds)
        return naming_probe.fit(self.real.embeddings[rows], self.real.kinds[rows].tolist())

    def real_right(self, among: Sequence[str] | None = None) -> NDArray[np.float64]:
        """(N,) of the real sounds of the kinds asked for: named by the probe of other folds."""
        rows = self.asked
        x = self.real.embeddings[rows]
        kinds, folds = self.real.kinds[rows].tolist(), self.real.folds[rows]
        return naming_probe.right_when_held(self.by_fold, x, kinds, folds, among)

    def right(self, heard: Heard, among: Sequence[str] | None = None) -> NDArray[np.float64]:
        """(N,) of other sounds: of clips with a fold by its probe, of others the mean of all."""
        x, kinds = heard.embeddings, heard.kinds
        if heard.folds is not None:
            return naming_probe.right_when_held(self.by_fold, x, kinds, heard.folds, among)
        return naming_probe.right_by_all(list(self.by_fold.values()), x, kinds, among)


def share(values: NDArray[np.float64], own: NDArray[np.float64]) -> Row:
    """A row: per cent among fifty with its interval, and among the kinds that were asked for."""
    low, high = distances.percentiles(distances.mean_draws(values))
    return {
        "n": len(values),
        "of fifty %": round(100 * float(values.mean()), 1),
        "95 % interval": f"{100 * low:.1f}-{100 * high:.1f}",
        "of those asked for %": round(100 * float(own.mean()), 1),
    }


def ratio(made: NDArray[np.float64], real: NDArray[np.float64]) -> str:
    """Score of the made beside that of the real, with its bootstrap interval."""
    draws = distances.mean_draws(made, seed=1) / distances.mean_draws(real, seed=2)
    low, high = distances.percentiles(draws)
    return f"{made.mean() / max(real.mean(), 1e-9):.3f} ({low:.3f}-{high:.3f})"


def naming(judge: Judge, heard: Mapping[str, Heard]) -> dict[str, Row]:
    """What share of each set the judge names; real sound by the probe that has not heard it."""
    among = judge.among
    rows = {"real, held folds": share(judge.real_right(), judge.real_right(among))}
    for name, sounds in heard.items():
        rows[name] = share(judge.right(sounds), judge.right(sounds, among))
    return rows


def strangers(judge: Judge, made: Heard, fold: int) -> dict[str, Row]:
    """The same by a probe taught only by the fold that the pack has not heard."""
    probe = [judge.taught_by([fold])]
    rows = judge.asked & (judge.real.folds != fold)
    sets = {
        "real, other folds": (judge.real.embeddings[rows], judge.real.kinds[rows].tolist()),
        "generated": (made.embeddings, made.kinds),
    }
    return {
        f"{name}, probe of fold {fold} alone": share(
            naming_probe.right_by_all(probe, x, kinds),
            naming_probe.right_by_all(probe, x, kinds, judge.among),
        )
        for name, (x, kinds) in sets.items()
    }


def by_kind(judge: Judge, heard: Mapping[str, Heard]) -> dict[str, Row]:
    """Per cent of every kind, the worst of the first set before the others."""
    scores = {n: (judge.right(h), np.array(h.kinds)) for n, h in heard.items()}
    scores["real"] = (judge.real_right(), judge.real.kinds[judge.asked])
    first = next(iter(heard))
    rows: dict[str, Row] = {}
    for kind in judge.among:
        shares = {n: values[of == kind] for n, (values, of) in scores.items()}
        rows[kind] = {n: round(100 * float(v.mean())) for n, v in shares.items() if len(v)}
        rows[kind]["taken for"] = mistakes(judge, heard[first], kind)
    return dict(sorted(rows.items(), key=lambda row: row[1].get(first, 101)))


def mistakes(judge: Judge, made: Heard, kind: str) -> str:
    """The two wrong kinds that sounds of a kind are taken for most."""
    rows = np.array(made.kinds) == kind
    if not rows.any():
        return ""
    named = [k for p in judge.by_fold.values() for k in p.name(made.embeddings[rows])]
    return ", ".join(k for k, _ in Counter(k for k in named if k != kind).most_common(2))


def distance_rows(real: RealSounds, held: NDArray[np.bool_], sets: Mapping[str, Any]) -> list[Row]:
    """FD and KAD of each set to the real sounds of the same kinds that are not held."""
    asked = np.isin(real.kinds, np.unique(real.kinds[held]))
    rest = real.embeddings[asked & ~held]
    rows = []
    for name, x in {"real, held": real.embeddings[held], **sets}.items():
        low, high = distances.kernel_interval(x, rest)
        rows.append(
            {
                "to the real": name,
                "n": len(x),
                "FD": round(distances.frechet_distance(x, rest), 2),
                "KAD": round(distances.kernel_distance(x, rest), 3),
                "KAD 95 % interval": f"{low:.2f}-{high:.2f}",
            }
        )
    return rows


def chance(real: RealSounds, kinds: Sequence[str], each: int) -> Row:
    """The same between random halves of the real, as large as what is judged."""
    fds, kads = [], []
    for seed in range(1, HALVES + 1):
        held = real.held(kinds, each, seed)
        rest = np.isin(real.kinds, kinds) & ~held
        x, y = real.embeddings[held], real.embeddings[rest]
        fds.append(distances.frechet_distance(x, y))
        kads.append(distances.kernel_distance(x, y))
    return {
        "to the real": f"real, {HALVES} random draws, mean",
        "n": int(held.sum()),
        "FD": round(float(np.mean(fds)), 2),
        "KAD": round(float(np.mean(kads)), 3),
        "KAD 95 % interval": f"{min(kads):.2f}-{max(kads):.2f} (all)",
    }


def pitch_rows(sets: Mapping[str, Mapping[str, Sequence[Wave]]]) -> dict[str, Row]:
    """Median harmonics to noise and longest pitch of each pitched kind in each set."""
    rows: dict[str, Row] = {}
    for name, waves in sets.items():
        for kind in (k for k in PITCHED if waves.get(k)):
            clear, long = pitch.medians(waves[kind])
            row = rows.setdefault(kind, {})
            row[f"{name} HNR dB"], row[f"{name} track s"] = round(clear, 1), round(long, 2)
    return rows


def grouped(heard: Heard) -> dict[str, list[Wave]]:
    """Waves by kind."""
    found: dict[str, list[Wave]] = {}
    for wave, kind in zip(heard.waves, heard.kinds, strict=True):
        found.setdefault(kind, []).append(wave)
    return found


def _bare(wave: Wave) -> Wave:
    """Without its padding."""
    loud = np.flatnonzero(np.abs(wave) > HUSH * np.abs(wave).max())
    return wave[loud[0] : loud[-1] + 1] if len(loud) else wave


def _levelled(wave: Wave) -> Wave:
    """With all but its padding at the level that packs are taught at."""
    return (wave * (LEVEL / max(float(_bare(wave).std()), 1e-6))).astype(np.float32)


def copies(real: RealSounds, held: NDArray[np.bool_], made: Heard) -> Row:
    """Least log-mel difference of made clips to real ones of their kind; of real ones likewise."""
    nearest: dict[str, list[float]] = {"made": [], "real": []}
    for kind, waves in grouped(made).items():
        rows = np.flatnonzero(real.kinds == kind)
        known = {r: _bare(_levelled(read(real.files[r]))) for r in rows}
        bare = [_bare(_levelled(w)) for w in waves]
        nearest["made"] += nearest_copies(bare, list(known.values())).tolist()
        for row in rows[held[rows]]:
            others = [known[r] for r in rows if real.folds[r] != real.folds[row]]
            nearest["real"] += nearest_copies([known[row]], others).tolist()
    return {
        f"nearest real clip of the kind, {name}, nat: least (median)": (
            f"{min(values):.2f} ({np.median(values):.2f})"
        )
        for name, values in nearest.items()
    }


def noise(kinds: Sequence[str], each: int, ear: JudgeEar) -> Heard:
    """White noise of the same number and length."""
    rng, length = np.random.default_rng(0), int(SECONDS * LIMIT)
    wanted = [k for k in kinds for _ in range(each)]
    return Heard.by(ear, [rng.normal(0, 0.1, length).astype(np.float32) for _ in wanted], wanted)


def shuffled(made: Heard) -> Heard:
    """The same sounds, each said to be of the next kind."""
    names = list(dict.fromkeys(made.kinds))
    after = dict(zip(names, names[1:] + names[:1], strict=True))
    return Heard(made.waves, [after[k] for k in made.kinds], None, made.embeddings)


def run(pack: str = "pocket", quick: bool = False) -> dict[str, Any]:
    """All of it; RuntimeError where the recordings or aisfx are missing."""
    real, ear = RealSounds(sounds_folder()), JudgeEar()
    maker = Maker(os.environ.get("V2A_BENCH_PACK", pack))
    kinds, takes = maker.kinds(), QUICK_TAKES if quick else TAKES
    kinds = kinds[:QUICK_KINDS] if quick else kinds
    judge, held = Judge(real, kinds), real.held(kinds, takes)
    names, rows = real.kinds[held].tolist(), np.flatnonzero(held)
    waves = [maker.rebuild(read(real.files[r]), i) for i, r in enumerate(rows)]
    rebuilt = Heard.by(ear, waves, names, real.folds[held])
    made = Heard.by(
        ear,
        [w for k in kinds for w in maker.generate(k, takes)],
        [k for k in kinds for _ in range(takes)],
    )
    hiss = noise(kinds, takes, ear)
    sets = {"generated": made, "autoencoded": rebuilt}
    others = {"generated, labels shuffled": shuffled(made), "white noise": hiss}
    unheard = int(os.environ.get("V2A_BENCH_UNHEARD", "4"))
    table = {**naming(judge, {**sets, **others}), **strangers(judge, made, unheard)}
    far = {"autoencoded": rebuilt, "generated": made, "white noise": hiss}
    voices = {
        "real": {k: [read(real.files[r]) for r in np.flatnonzero(real.kinds == k)] for k in kinds},
        "autoencoded": grouped(rebuilt),
        "generated": grouped(made),
    }
    return {
        "pack": f"{maker.pack.name}, {len(kinds)} recorded kinds, {takes} takes of 5 s each",
        "generated / real": ratio(judge.right(made), judge.real_right()),
        "generated / autoencoded": ratio(judge.right(made), judge.right(rebuilt)),
        **copies(real, held, made),
        "named rightly": table,
        "by kind, %": by_kind(judge, sets),
        "distance": [
            chance(real, kinds, takes),
            *distance_rows(real, held, {n: h.embeddings for n, h in far.items()}),
        ],
        "pitch": pitch_rows(voices),
    }
