"""A film's scenes and sound as JSON: `v2a scenes --json` and `NAME.foley.json`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from math import isfinite, log10
from pathlib import Path
from typing import Any

import v2a
from v2a.mapping.scene_labels import unsure
from v2a.output.foley_names import GENERATOR, clip_name
from v2a.tracks.film_with_sound import FilmWithSound, SoundOrigin
from v2a.tracks.loudness import Loudness
from v2a.tracks.sample_grid import scene_times
from v2a.tracks.scene_stem import Stem
from v2a.types import Clip, Cut, Scene, SceneSound, Segmentation

SCHEMA = 1
"""Format of `NAME.foley.json`; raised when a reader of the older form would go wrong."""

Labels = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class RunFacts:
    """Pack, options and times of a run, for the sidecar."""

    pack: str
    """The pack's name."""
    rule: str
    """`robust` or `paper`."""
    threshold: float
    """`SceneOptions.threshold`, 5 by default."""
    takes: Sequence[Sequence[SoundOrigin]] = ()
    """[scene][take]"""
    pack_digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the pack."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The options of the run; see `plain`."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of v2a and of the libraries that shape the sound."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Seconds spent in each stage."""
    warnings: Sequence[str] = ()


def scenes_document(
    clip: Clip,
    segmentation: Segmentation,
    labels: Sequence[Labels],
    rule: str,
    threshold: float,
    pack_name: str,
) -> dict[str, Any]:
    """The object `v2a scenes --json` prints; times are strings of exact fractions of a second."""
    return {
        "file": clip_name(clip),
        "frame_rate": str(clip.frame_rate),
        "variable_frame_rate": clip.variable_frame_rate,
        "frames": clip.frames,
        "start": str(clip.start),
        "duration": str(clip.duration),
        "rule": rule,
        "threshold": threshold,
        "pack": pack_name,
        "cuts": [_cut(clip, cut) for cut in segmentation.cuts],
        "scenes": [
            _scene(clip, scene, words)
            for scene, words in zip(segmentation.scenes, labels, strict=True)
        ],
    }


def foley_document(
    film: FilmWithSound,
    facts: RunFacts,
    loudness: Loudness,
    files: Mapping[str, str],
    stems: bool = True,
) -> dict[str, Any]:
    """The object of `NAME.foley.json`; `data/foley.schema.json` describes it.

    `files` are the names of written files by kind of output; `stems`: whether stems are written.
    """
    labels = [sound.labels for sound in film.sounds]
    head = {"schema": SCHEMA, "generator": GENERATOR, "version": v2a.__version__}
    document = head | scenes_document(
        film.clip, film.segmentation, labels, facts.rule, facts.threshold, facts.pack
    )
    for entry, (scene, sound, used, takes) in zip(document["scenes"], film.scenes(), strict=True):
        entry |= _sound(scene, sound, used) | _take(film, used, stems)
        entry["takes"] = [_take(film, stem, stems) for stem in takes]
    return document | {
        "joins": [plain(join) for join in film.tracks.joins],
        "sample_rate": film.tracks.rate,
        "samples": len(film.tracks.mix),
        "loudness": {name: number(value, 2) for name, value in asdict(loudness).items()},
        "files": dict(files),
        "pack_digests": dict(facts.pack_digests),
        "settings": plain(facts.settings),
        "versions": dict(facts.versions),
        "seconds": {stage: round(spent, 3) for stage, spent in facts.seconds.items()},
        "warnings": [*film.clip.warnings, *facts.warnings, *_doubts(film)],
    }


def plain(value: Any) -> Any:
    """Options and other values as JSON knows them: fractions and paths as text, no NaN."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Fraction | Path):
        return str(value)
    if isinstance(value, float):
        return number(value)
    return value if isinstance(value, bool | int | str | None) else str(value)


def number(value: float, digits: int = 6) -> float | None:
    """A rounded number, or None where it is not finite (JSON has no other)."""
    return round(float(value), digits) if isfinite(value) else None


def _doubts(film: FilmWithSound) -> list[str]:
    """One warning if scenes have unsure labels and no prompt, else none."""
    guessed = sum(unsure(sound.labels) and not sound.prompt for sound in film.sounds)
    if not guessed:
        return []
    scenes = f"{guessed} of {len(film.sounds)} scenes"
    return [f"unsure of the sound of {scenes}: labels are guesses there; say what you hear"]


def _cut(clip: Clip, cut: Cut) -> dict[str, Any]:
    return {
        "frame": int(cut.frame),
        "time": str(clip.frame_times[cut.frame]),
        "kind": cut.kind,
        "extent": [int(frame) for frame in cut.extent],
        "score": number(cut.score),
    }


def _scene(clip: Clip, scene: Scene, labels: Labels) -> dict[str, Any]:
    start, end = scene_times(clip, scene)
    return {
        "index": scene.index,
        "start_frame": int(scene.start_frame),
        "end_frame": int(scene.end_frame),
        "start": str(start),
        "end": str(end),
        "labels": [[words, number(score, 4)] for words, score in labels],
    }


def _sound(scene: Scene, sound: SceneSound, used: Stem) -> dict[str, Any]:
    """The fields of a sidecar's scene that `v2a scenes --json` lacks, without its takes."""
    return {
        "quiet": scene.quiet,
        "samples": [used.start, used.start + used.length],
        "handles": [used.lead, used.tail],
        "mapper": sound.mapper,
    }


def _take(film: FilmWithSound, stem: Stem, written: bool) -> dict[str, Any]:
    origin = film.origin(stem)
    return {
        "take": stem.take,
        "seed": origin.seed,
        "prompt": origin.prompt,
        "stem": film.names.stem(stem.scene, stem.take) if written else None,
        "loudness": number(stem.loudness, 2),
        "true_peak": number(stem.measured.true_peak, 2) if stem.measured else None,
        "gain": number(_decibels(stem.gain), 2),
    }


def _decibels(gain: float) -> float:
    return 20 * log10(gain)
