"""What was found of a clip comes back from its file exactly, or not at all."""

from __future__ import annotations

import subprocess
import sys
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
from v2a.errors import V2AError
from v2a.seen import Found
from v2a.types import Clip, FrameTimes, SceneSound
from v2a_daemon.found import load, load_sounds, save

TEXT = st.text(st.characters(), max_size=12)
"""Any text, lone surrogates (the bytes of a name that is none) among it."""
FRACTION = st.fractions(0, 100, max_denominator=90_000)


@st.composite
def founds(draw: st.DrawFn) -> Found:
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
    return Found(clip, segmentation, sounds, _pooled(len(sounds)))


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


@settings(max_examples=60, deadline=None)
@given(found=founds())
def test_all_comes_back_exactly(found: Found, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cache") / "found.npz"
    save(found, path)
    back = load(path)
    assert same(found, back)
    assert isinstance(back.clip.frame_times, FrameTimes)
    assert same(found.sounds, load_sounds(path))
    assert [file.name for file in path.parent.iterdir()] == ["found.npz"]


def test_two_hours_are_their_pictures_and_little_more(tmp_path: Path) -> None:
    clip = scores.clip(180_000)
    clip = replace(clip, signatures=np.zeros((180_000, 384), np.uint8))
    found = Found(clip, scores.scenes(clip, scores.cut(90)), scores.sounds(2), _pooled(2))
    save(found, tmp_path / "found.npz")
    assert (tmp_path / "found.npz").stat().st_size < 180_000 * 405


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no such thing"])
def test_another_file_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "found.npz"
    path.write_bytes(content)
    for read in (load, load_sounds):
        with pytest.raises(ValueError, match="does not hold"):
            read(path)
    np.savez(path, vectors=np.zeros(3))
    with pytest.raises(ValueError, match="does not hold"):
        load(path)


def test_what_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = scores.clip(10)
    found = Found(clip, scores.scenes(clip), scores.sounds(1), _pooled(1))
    save(found, tmp_path / "found.npz")
    before = (tmp_path / "found.npz").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("v2a_daemon.whole_file.os.fsync", full)
    with pytest.raises(V2AError) as told:
        save(replace(found, clip=Clip(**{**vars(clip), "width": 1})), tmp_path / "found.npz")
    assert told.value.reason == "DISK_FULL"
    assert [file.name for file in tmp_path.iterdir()] == ["found.npz"]
    assert (tmp_path / "found.npz").read_bytes() == before


def test_no_torch() -> None:
    code = "import sys, v2a_daemon.found; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
