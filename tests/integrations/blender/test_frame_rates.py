"""Blender's rates, kept in single precision, come back as the fractions that were meant."""

from __future__ import annotations

import importlib.util
import struct
from fractions import Fraction
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integrations.blender.blenders import ROOT


def _load() -> ModuleType:
    """The module alone: it needs no Blender."""
    path = ROOT / "integrations/v2a_integrations/blender/frame_rates.py"
    spec = importlib.util.spec_from_file_location("blender_rates", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


rates = _load()


def single(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


def scene(fps: int, base: float, first: int = 1) -> SimpleNamespace:
    render = SimpleNamespace(fps=fps, fps_base=single(base))
    return SimpleNamespace(render=render, frame_start=first)


@pytest.mark.parametrize(
    ("fps", "base", "meant"),
    [
        (24, 1.0, Fraction(24)),
        (24, 1.001, Fraction(24000, 1001)),
        (30, 1.001, Fraction(30000, 1001)),
        (60, 1.001, Fraction(60000, 1001)),
        (25, 2.0, Fraction(25, 2)),
        (24, 1.001001, Fraction(24000000, 1001001)),
        (1000, 41.7, Fraction(10000, 417)),
        (30, 0.5, Fraction(60)),
    ],
)
def test_a_scenes_rate_is_the_one_that_was_meant(fps: int, base: float, meant: Fraction) -> None:
    assert rates.scene_rate(scene(fps, base)) == meant


@given(st.decimals(min_value="0.1", max_value="999", places=4))
def test_short_decimals_survive_single_precision(base: Fraction) -> None:
    assert rates.meant(single(float(base))) == Fraction(base)


@given(st.integers(1, 240))
def test_files_are_whole_or_ntsc(whole: int) -> None:
    assert rates.file_rate(single(whole)) == whole
    assert rates.file_rate(single(whole * 1000 / 1001)) == Fraction(whole * 1000, 1001)


@pytest.mark.parametrize("told", [12.5, 29.97, 23.976, 15.125, 7.5])
def test_files_of_another_rate_keep_it(told: float) -> None:
    assert rates.file_rate(single(told)) == Fraction(str(told))


@pytest.mark.parametrize("told", [0.0, -1.0, 1e9, float("nan")])
def test_no_rate_is_none(told: float) -> None:
    assert rates.file_rate(told) is None


@given(st.integers(-100_000, 100_000), st.integers(0, 100_000))
def test_frames_there_and_back(frame: int, first: int) -> None:
    one = scene(30, 1.001, first)
    assert rates.blender_frame(one, rates.timeline_frame(one, frame)) == frame
    rate = rates.scene_rate(one)
    assert rates.frames(rates.seconds(frame, rate), rate) == frame
    assert rates.timeline_frame(one, first) == 0
