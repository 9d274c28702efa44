"""What was seen and found of a clip, kept as two files: KEY.npz of arrays, KEY.json of facts.

Two kinds are kept: "frames" is a film looked at (its facts, an embedding a sampled frame), and
"scenes" what was found in it (cuts, scenes, the sound that each one suggests), with a summary that
the server reads without NumPy. The JSON is written last and holds the format's number and the
SHA-256 of its arrays, so that it is there only if both are whole and of one making. There is never
a pickle. Everything comes back exactly: times are integers of one time base.

Whatever else lies there (torn, empty, of another version, somebody else's) is `Unreadable`, which
every caller takes for a miss.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZipFile, ZipInfo

from v2a.analysis import FilmEmbeddings, FilmScenes
from v2a.disk import sha256, whole_file, write_whole
from v2a.types import Clip, Cut, FrameTimes, Scene, SceneSound, Segmentation
from v2a_daemon.children.worker_messages import ScenesSummary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
"""Number of this format: to be raised whenever what is written, or what it means, changes."""
SUFFIX = ".npz"
"""Of the path that names an analysis; the JSON lies beside it."""

Kind = Literal["frames", "scenes"]
Arrays = Mapping[str, "NDArray[Any]"]
Facts = dict[str, Any]


class Unreadable(Exception):
    """There is no analysis of this kind and format, or not all of it."""


def facts_file(path: Path) -> Path:
    """The JSON of an analysis whose arrays are at `path`."""
    return path.with_suffix(".json")


# -- frames ----------------------------------------------------------------------------------------


def save_frames(seen: FilmEmbeddings, path: Path) -> None:
    """Keep a film that was looked at; DISK_FULL."""
    arrays = {"samples": seen.samples, "embeddings": seen.embeddings}
    _save(path, "frames", {"clip": _clip_facts(seen.clip)}, _clip_arrays(seen.clip) | arrays)


def load_frames(path: Path, media: Path) -> FilmEmbeddings:
    """What `save_frames` kept, of `media`: the same content may lie elsewhere by now. Unreadable.

    The arrays are checked as those that were written.
    """
    with _reading(path, "frames") as (facts, arrays):
        _check_arrays(path, facts)
        clip = _clip(facts["clip"], arrays, media)
        return FilmEmbeddings(clip, arrays["samples"], arrays["embeddings"])


# -- scenes ----------------------------------------------------------------------------------------


def save_scenes(found: FilmScenes, summary: ScenesSummary, path: Path) -> None:
    """Keep what was found of a clip; DISK_FULL."""
    facts = {
        "clip": _clip_facts(found.clip) | {"path": os.fspath(found.clip.path)},
        "cuts": [_cut_facts(cut) for cut in found.segmentation.cuts],
        "scenes": [asdict(scene) for scene in found.segmentation.scenes],
        "sounds": [_sound_facts(sound) for sound in found.sounds],
        "summary": json.loads(summary.to_json()),
    }
    _save(path, "scenes", facts, _clip_arrays(found.clip) | _scene_arrays(found))


def load_scenes(path: Path) -> FilmScenes:
    """What `save_scenes` kept; Unreadable."""
    with _reading(path, "scenes") as (facts, arrays):
        return FilmScenes(
            clip=_clip(facts["clip"], arrays, Path(facts["clip"]["path"])),
            segmentation=_segmentation(facts, arrays),
            sounds=_sounds(facts["sounds"], arrays),
            pooled=arrays["pooled"],
        )


def load_sounds(path: Path) -> list[SceneSound]:
    """The scenes' sounds alone, without making anything of what grows with the clip's length."""
    with _reading(path, "scenes") as (facts, arrays):
        return _sounds(facts["sounds"], arrays)


def load_summary(path: Path) -> ScenesSummary:
    """What the server needs of the scenes at `path`; Unreadable.

    The arrays are checked as those that were written, so that whoever loads them after it need not.
    """
    with _unreadable(path):
        facts = _facts(path, "scenes")
        _check_arrays(path, facts)
        return ScenesSummary.from_json(json.dumps(facts["summary"], allow_nan=False).encode())


# -- both ------------------------------------------------------------------------------------------


def _save(path: Path, kind: Kind, facts: Facts, arrays: Arrays) -> None:
    with whole_file(path) as part:
        _write_arrays(arrays, part)
        head = {"format": FORMAT, "kind": kind, "sha256": sha256(part)}
    write_whole(facts_file(path), json.dumps(head | facts, default=_plain, allow_nan=False))


def _write_arrays(arrays: Arrays, path: Path) -> None:
    """As `numpy.savez` does, but equal arrays are equal bytes: no entry holds the time of day, so
    that two who make the same at once do not end with one's arrays and the other's facts."""
    from numpy.lib.format import write_array

    with ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
                write_array(file, array, allow_pickle=False)


@contextmanager
def _reading(path: Path, kind: Kind) -> Iterator[tuple[Facts, Arrays]]:
    """The facts, and the arrays, each read when it is asked for."""
    import numpy as np

    with _unreadable(path):
        facts = _facts(path, kind)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            yield facts, arrays


def _facts(path: Path, kind: Kind) -> Facts:
    """The facts, if they are of this format and kind."""
    facts: Facts = json.loads(facts_file(path).read_bytes())
    if (facts["format"], facts["kind"]) != (FORMAT, kind):
        raise ValueError(f"format {facts['format']}, kind {facts['kind']}")
    return facts


def _check_arrays(path: Path, facts: Facts) -> None:
    """Raise ValueError unless the arrays are those that the facts were written with."""
    if facts["sha256"] != sha256(path):
        raise ValueError("facts and arrays are of two makings")


@contextmanager
def _unreadable(path: Path) -> Iterator[None]:
    """Whatever reading meets is one error: what bytes may hold that nobody wrote has no list."""
    try:
        yield
    except Exception as trouble:
        raise Unreadable(f"{path} holds no analysis of format {FORMAT}: {trouble}") from trouble


def _plain(value: Any) -> Any:
    """A NumPy number as Python's own."""
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in JSON")


def _clip_facts(clip: Clip) -> Facts:
    source = clip.source_times
    return {
        "width": clip.width,
        "height": clip.height,
        "frame_rate": str(clip.frame_rate),
        "variable_frame_rate": clip.variable_frame_rate,
        "start": str(clip.start),
        "still": clip.still,
        "has_audio": clip.has_audio,
        "warnings": clip.warnings,
        "time_base": str(FrameTimes.of(clip.frame_times).time_base),
        "source_base": str(source.time_base) if source else None,
    }


def _clip_arrays(clip: Clip) -> dict[str, NDArray[Any]]:
    """(N + 1,) ticks, (N,) source_ticks or none, (N, K) signatures."""
    import numpy as np

    source = clip.source_times
    return {
        "ticks": FrameTimes.of(clip.frame_times).ticks,
        "source_ticks": source.ticks if source else np.zeros(0, np.int64),
        "signatures": clip.signatures,
    }


def _clip(facts: Facts, arrays: Arrays, path: Path) -> Clip:
    base = facts["source_base"]
    return Clip(
        path=path,
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


def _scene_arrays(found: FilmScenes) -> dict[str, NDArray[Any]]:
    import numpy as np

    segmentation, sounds = found.segmentation, found.sounds
    return {
        "curve": segmentation.curve,
        "limit": segmentation.limit,
        "scores": np.array([cut.score for cut in segmentation.cuts], np.float64),
        "samples": segmentation.samples,
        "pooled": found.pooled,
        "vectors": np.stack([sound.vector for sound in sounds]),
        "negatives": np.stack([_negative(sound) for sound in sounds]),
    }


def _negative(sound: SceneSound) -> NDArray[np.float32]:
    """The vector itself where there is none: the facts say which."""
    return sound.vector if sound.negative is None else sound.negative


def _segmentation(facts: Facts, arrays: Arrays) -> Segmentation:
    cuts = zip(facts["cuts"], arrays["scores"].tolist(), strict=True)
    return Segmentation(
        cuts=tuple(
            Cut(cut["frame"], cut["kind"], tuple(cut["extent"]), score) for cut, score in cuts
        ),
        scenes=tuple(Scene(**scene) for scene in facts["scenes"]),
        curve=arrays["curve"],
        limit=arrays["limit"],
        samples=arrays["samples"],
    )


def _cut_facts(cut: Cut) -> Facts:
    """All but its score, which may be infinite and so lies among the arrays."""
    return {"frame": cut.frame, "kind": cut.kind, "extent": cut.extent}


def _sound_facts(sound: SceneSound) -> Facts:
    words = {"labels": sound.labels, "mapper": sound.mapper, "prompt": sound.prompt}
    return words | {"negative": sound.negative is not None}


def _sounds(facts: list[Facts], arrays: Arrays) -> list[SceneSound]:
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
