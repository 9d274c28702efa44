"""What was seen and found of a clip comes back exactly, and whatever else lies there is a miss."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests import scores
from v2a import disk
from v2a.analysis import FilmEmbeddings, FilmScenes
from v2a.api.job_types import TrackCut
from v2a.errors import V2AError
from v2a.types import FrameTimes, SceneSound
from v2a_daemon.children.worker_messages import ScenesSummary, SceneSummary
from v2a_daemon.stages.analysis_file import (
    FORMAT,
    Unreadable,
    facts_file,
    load_frames,
    load_scenes,
    load_sounds,
    load_summary,
    save_frames,
    save_scenes,
)
from v2a_daemon.stages.take_file import is_wave, load_wave, save_wave

TEXT = st.text(st.characters(), max_size=12)
"""Any text, lone surrogates (the bytes of a name that is none) among it."""
FRACTION = st.fractions(0, 100, max_denominator=90_000)


@st.composite
def founds(draw: st.DrawFn) -> FilmScenes:
    """Up to 60 frames, up to three cuts, any words, any times."""
    frames = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    clip = scores.clip(frames, draw(st.sampled_from([Fraction(25), Fraction(30000, 1001)])))
    clip = replace(
        clip,
        path=Path("/footage") / (draw(TEXT).replace("/", "_").replace("\0", "_") or "_"),
        start=draw(FRACTION) - 50,
        frame_times=_times(draw, frames),
        signatures=rng.integers(0, 256, (frames, 384)).astype(np.uint8),
        still=draw(st.booleans()),
        has_audio=draw(st.booleans()),
        warnings=tuple(draw(st.lists(TEXT, max_size=2))),
        source_times=_source_times(draw, frames),
    )
    places = sorted(draw(st.sets(st.integers(1, frames), max_size=3)) - {frames})
    score = draw(st.floats(allow_nan=False))
    cuts = [replace(scores.cut(place, "dissolve", 1), score=score) for place in places]
    segmentation = scores.scenes(clip, *cuts, quiet=[1] if draw(st.booleans()) else [])
    sounds = [_sound(draw, rng) for _ in segmentation.scenes]
    return FilmScenes(clip, segmentation, sounds, _pooled(len(sounds)))


def _source_times(draw: st.DrawFn, frames: int) -> FrameTimes | None:
    ticks = np.array(draw(st.lists(st.integers(-99, 99), min_size=frames, max_size=frames)))
    return draw(st.sampled_from([None, FrameTimes(ticks, Fraction(1, 600))]))


def _pooled(scenes: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal((scenes, 512)).astype(np.float32)


def _times(draw: st.DrawFn, frames: int) -> FrameTimes | tuple[Fraction, ...]:
    steps = draw(st.lists(st.integers(1, 9_000), min_size=frames, max_size=frames))
    ticks = np.cumsum([0, *steps])
    base = draw(st.sampled_from([Fraction(1, 90_000), Fraction(1001, 30_000)]))
    compact = FrameTimes(ticks, base)
    return compact if draw(st.booleans()) else tuple(compact)


def _sound(draw: st.DrawFn, rng: np.random.Generator) -> SceneSound:
    vector, negative = rng.standard_normal((2, 512)).astype(np.float32)
    labels = draw(st.lists(st.tuples(TEXT, st.floats(0, 1)), max_size=5))
    return SceneSound(
        vector,
        negative if draw(st.booleans()) else None,
        tuple(labels),
        draw(st.sampled_from(["v2a-mlp", "vocabulary"])),
        draw(st.none() | TEXT),
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, arrays and what holds them included."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if hasattr(one, "__dataclass_fields__") and not isinstance(one, FrameTimes):
        pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
        return type(one) is type(other) and all(same(*pair) for pair in pairs)
    if isinstance(one, FrameTimes | tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


SUMMARY = ScenesSummary(
    Fraction(25), False, 60, Fraction(0), Fraction(12, 5), 96, 54, ("one",),
    (TrackCut(30, Fraction(6, 5), "hard", (30, 30), float("inf")),),
    (SceneSummary(1, 0, 60, Fraction(0), Fraction(12, 5), False, (("rain", 0.5),), "v2a-mlp",
                  None, "00", Fraction(12, 5), 60, 1),),
)  # fmt: skip


def small() -> FilmScenes:
    clip = scores.clip(10)
    return FilmScenes(clip, scores.scenes(clip), scores.sounds(1), _pooled(1))


def seen_of(found: FilmScenes) -> FilmEmbeddings:
    return FilmEmbeddings(
        found.clip, np.arange(0, found.clip.frames, 3), _pooled(-(-found.clip.frames // 3))
    )


@settings(max_examples=60, deadline=None)
@given(found=founds())
def test_all_comes_back_exactly(
    found: FilmScenes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cache") / "a.npz"
    save_scenes(found, SUMMARY, path)
    back = load_scenes(path)
    assert same(found, back)
    assert isinstance(back.clip.frame_times, FrameTimes)
    assert same(found.sounds, load_sounds(path))
    assert load_summary(path) == SUMMARY
    assert sorted(file.name for file in path.parent.iterdir()) == ["a.json", "a.npz"]


@settings(max_examples=30, deadline=None)
@given(found=founds())
def test_frames_come_back_exactly_as_those_of_the_media_at_hand(
    found: FilmScenes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cache") / "a.npz"
    seen = seen_of(found)
    save_frames(seen, path)
    back = load_frames(path, Path("/elsewhere/film.mp4"))
    assert back.clip.path == Path("/elsewhere/film.mp4")
    assert same(seen, replace(back, clip=replace(back.clip, path=seen.clip.path)))


def test_two_hours_are_their_pictures_and_little_more(tmp_path: Path) -> None:
    clip = scores.clip(180_000)
    clip = replace(clip, signatures=np.zeros((180_000, 384), np.uint8))
    found = FilmScenes(clip, scores.scenes(clip, scores.cut(90)), scores.sounds(2), _pooled(2))
    save_scenes(found, SUMMARY, tmp_path / "a.npz")
    assert disk_bytes(tmp_path) < 180_000 * 405


def disk_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def test_equal_results_are_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who make the same at once may end with one's arrays and the other's facts."""
    files: list[bytes] = []
    for year in (1_000_000_000, 1_500_000_000):
        monkeypatch.setattr("time.time", lambda year=year: float(year))
        save_scenes(small(), SUMMARY, tmp_path / "a.npz")
        files.append((tmp_path / "a.npz").read_bytes() + (tmp_path / "a.json").read_bytes())
    assert files[0] == files[1]


# -- what is a miss --------------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], object]] = {
    "frames": lambda path: load_frames(path, Path("film.mp4")),
    "scenes": load_scenes,
    "sounds": load_sounds,
    "summary": load_summary,
}


def write(reader: str, path: Path) -> None:
    """What a reader reads."""
    if reader == "frames":
        save_frames(seen_of(small()), path)
    else:
        save_scenes(small(), SUMMARY, path)


def damaged(path: Path, how: str) -> None:
    """Put in place of a file, arrays or facts, what may lie there instead."""
    content = path.read_bytes()
    rng = np.random.default_rng(7)
    pickled = io.BytesIO()
    np.save(pickled, np.array([{"of": "before"}], object), allow_pickle=True)
    others = {
        "empty": b"",
        "truncated": content[: len(content) // 2],
        "random": rng.bytes(len(content)),
        "pickle": pickle.dumps({"clip": Path("film.mp4"), "sounds": []}),
        "pickle in .npy": pickled.getvalue(),
        "torn zip": b"PK\x03\x04 torn",
        "json": b"[1, 2]",
        "deep json": b"[" * 100_000,
        "no unicode": b"\xff\xfe",
    }
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(others[how])


DAMAGES = (
    "gone", "empty", "truncated", "random", "pickle", "pickle in .npy", "torn zip", "json",
    "deep json", "no unicode",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("which", ["arrays", "facts"])
@pytest.mark.parametrize("how", DAMAGES)
def test_whatever_else_lies_there_is_a_miss(
    tmp_path: Path, reader: str, which: str, how: str
) -> None:
    path = tmp_path / "a.npz"
    write(reader, path)
    damaged(path if which == "arrays" else facts_file(path), how)
    with pytest.raises(Unreadable):
        READERS[reader](path)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "change",
    [{"format": FORMAT - 1}, {"format": FORMAT + 1}, {"format": None}, {"kind": "sounds"}],
    ids=["older", "newer", "none", "another kind"],
)
def test_another_format_is_a_miss(tmp_path: Path, reader: str, change: dict[str, Any]) -> None:
    path = tmp_path / "a.npz"
    write(reader, path)
    facts = json.loads(facts_file(path).read_text("utf-8"))
    facts_file(path).write_text(json.dumps(facts | change), "utf-8")
    with pytest.raises(Unreadable):
        READERS[reader](path)


@pytest.mark.parametrize("reader", READERS)
def test_facts_without_what_they_say_are_a_miss(tmp_path: Path, reader: str) -> None:
    path = tmp_path / "a.npz"
    write(reader, path)
    head = {name: json.loads(facts_file(path).read_text())[name] for name in ("format", "kind")}
    facts_file(path).write_text(json.dumps(head | {"clip": {}, "sounds": 7, "summary": []}))
    with pytest.raises(Unreadable):
        READERS[reader](path)


def test_the_server_s_look_tells_arrays_of_another_making(tmp_path: Path) -> None:
    """It looks first; who loads the arrays after it need not."""
    path, other = tmp_path / "a.npz", tmp_path / "b.npz"
    save_scenes(small(), SUMMARY, path)
    save_scenes(replace(small(), pooled=_pooled(1) + 1), SUMMARY, other)
    other.replace(path)
    with pytest.raises(Unreadable):
        load_summary(path)


def test_the_layout_of_before_is_a_miss(tmp_path: Path) -> None:
    """An .npz that holds its facts, and a summary beside it."""
    path = tmp_path / "a.npz"
    facts = np.frombuffer(json.dumps({"clip": {}, "sounds": []}).encode(), np.uint8)
    np.savez(path, facts=facts, vectors=np.zeros((1, 512), np.float32))
    path.with_suffix(".summary.json").write_bytes(SUMMARY.to_json())
    for reader in READERS.values():
        with pytest.raises(Unreadable):
            reader(path)


@pytest.mark.parametrize("length", [0, 1, 7, 160_000])
def test_a_wave_comes_back(tmp_path: Path, length: int) -> None:
    wave = np.random.default_rng(1).standard_normal(length).astype(np.float32)
    save_wave(wave, path := tmp_path / "a.npy")
    assert is_wave(path)
    if length:  # nothing cannot be mapped
        assert np.array_equal(load_wave(path), wave)


@pytest.mark.parametrize("how", DAMAGES)
def test_what_is_no_whole_wave_is_told(tmp_path: Path, how: str) -> None:
    save_wave(np.ones(1000, np.float32), path := tmp_path / "a.npy")
    damaged(path, how)
    assert not is_wave(path)


@pytest.mark.parametrize(
    "wave", [np.ones(9, np.float64), np.ones((3, 3), np.float32), np.ones(9, ">f4")], ids=str
)
def test_another_kind_of_array_is_no_wave(tmp_path: Path, wave: NDArray[Any]) -> None:
    np.save(path := tmp_path / "a.npy", wave)
    assert not is_wave(path)


# -- how it is written -----------------------------------------------------------------------------


def test_what_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_scenes(small(), SUMMARY, tmp_path / "a.npz")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(V2AError) as told:
        save_scenes(replace(small(), pooled=_pooled(1) + 1), SUMMARY, tmp_path / "a.npz")
    assert told.value.reason == "DISK_FULL"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_neither_torch_nor_numpy() -> None:
    """The server imports it."""
    code = (
        "import sys, v2a_daemon.stages.analysis_file, v2a_daemon.stages.take_file;"
        "assert not {'torch', 'numpy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
