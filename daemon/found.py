"""What was found of a clip as one file: written by the worker, read by whoever makes its tracks.

An .npz of plain arrays with one more, `facts`, that holds JSON as UTF-8 bytes; never a pickle.
Everything comes back exactly, times as integers of one time base.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from v2a.seen import Found
from v2a.types import Clip, Cut, FrameTimes, Scene, SceneSound, Segmentation
from v2a_daemon.whole_file import whole_file

Arrays = Mapping[str, NDArray[Any]]


def save(found: Found, path: Path) -> None:
    """Write what was found to `path`, an .npz, whole or not at all; DISK_FULL."""
    with whole_file(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **_arrays(found))


def load(path: Path) -> Found:
    """What `save` wrote; OSError where it cannot be read, ValueError for any other file."""
    with _opened(path) as (arrays, facts):
        return Found(
            clip=_clip(arrays, facts["clip"]),
            segmentation=_segmentation(arrays, facts),
            sounds=_sounds(arrays, facts["sounds"]),
            pooled=arrays["pooled"],
        )


def load_sounds(path: Path) -> list[SceneSound]:
    """The scenes' sounds alone, without reading what grows with the clip's length."""
    with _opened(path) as (arrays, facts):
        return _sounds(arrays, facts["sounds"])


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Arrays, dict[str, Any]]]:
    """The arrays, each read when asked for, and the facts."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            yield arrays, json.loads(arrays["facts"].tobytes())
    except (BadZipFile, EOFError, KeyError, TypeError, ValueError) as trouble:
        raise ValueError(f"{path} does not hold what was found of a clip") from trouble


def _arrays(found: Found) -> dict[str, NDArray[Any]]:
    segmentation, sounds = found.segmentation, found.sounds
    times = FrameTimes.of(found.clip.frame_times)
    source = found.clip.source_times
    facts = {
        "clip": _clip_facts(found.clip)
        | {
            "time_base": str(times.time_base),
            "source_base": str(source.time_base) if source else None,
        },
        "cuts": [asdict(cut) for cut in segmentation.cuts],
        "scenes": [asdict(scene) for scene in segmentation.scenes],
        "sounds": [
            {"labels": sound.labels, "mapper": sound.mapper, "prompt": sound.prompt}
            | {"negative": sound.negative is not None}
            for sound in sounds
        ],
    }
    return {
        "facts": np.frombuffer(json.dumps(facts, default=_plain).encode(), np.uint8),
        "ticks": times.ticks,
        "source_ticks": source.ticks if source else np.zeros(0, np.int64),
        "signatures": found.clip.signatures,
        "curve": segmentation.curve,
        "limit": segmentation.limit,
        "samples": segmentation.samples,
        "pooled": found.pooled,
        "vectors": np.stack([sound.vector for sound in sounds]),
        "negatives": np.stack(
            [sound.vector if sound.negative is None else sound.negative for sound in sounds]
        ),
    }


def _plain(value: Any) -> Any:
    """A NumPy number as Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in JSON")


def _clip_facts(clip: Clip) -> dict[str, Any]:
    return {
        "path": os.fspath(clip.path),
        "width": clip.width,
        "height": clip.height,
        "frame_rate": str(clip.frame_rate),
        "variable_frame_rate": clip.variable_frame_rate,
        "start": str(clip.start),
        "still": clip.still,
        "has_audio": clip.has_audio,
        "warnings": clip.warnings,
    }


def _clip(arrays: Arrays, facts: dict[str, Any]) -> Clip:
    base = facts["source_base"]
    return Clip(
        path=Path(facts["path"]),
        width=facts["width"],
        height=facts["height"],
        frame_rate=Fraction(facts["frame_rate"]),
        variable_frame_rate=facts["variable_frame_rate"],
        start=Fraction(facts["start"]),
        frame_times=FrameTimes(arrays["ticks"], Fraction(facts["time_base"])),
        signatures=arrays["signatures"],
        still=facts["still"],
        has_audio=facts["has_audio"],
        warnings=tuple(facts["warnings"]),
        source_times=FrameTimes(arrays["source_ticks"], Fraction(base)) if base else None,
    )


def _segmentation(arrays: Arrays, facts: dict[str, Any]) -> Segmentation:
    return Segmentation(
        cuts=tuple(Cut(**cut | {"extent": tuple(cut["extent"])}) for cut in facts["cuts"]),
        scenes=tuple(Scene(**scene) for scene in facts["scenes"]),
        curve=arrays["curve"],
        limit=arrays["limit"],
        samples=arrays["samples"],
    )


def _sounds(arrays: Arrays, facts: list[dict[str, Any]]) -> list[SceneSound]:
    return [
        SceneSound(
            vector=vector,
            negative=negative if sound["negative"] else None,
            labels=tuple((words, score) for words, score in sound["labels"]),
            mapper=sound["mapper"],
            prompt=sound["prompt"],
        )
        for vector, negative, sound in zip(
            arrays["vectors"], arrays["negatives"], facts, strict=True
        )
    ]
