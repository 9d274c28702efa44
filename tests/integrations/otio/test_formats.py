"""An edit through every format: read back, given sound, and heard in another tool's render."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio import melt
from tests.integrations.otio.clicks import RATE, with_clicks
from tests.integrations.otio.footage import write_footage
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a_integrations.otio.read import read_timelines


@pytest.mark.slow
@pytest.mark.skipif(melt.MELT is None, reason="melt is not installed (apt install melt)")
@pytest.mark.parametrize("suffix", ["otio", "xml", "aaf", "edl"])
def test_an_edit_of_every_format_is_heard_where_it_was_cut(tmp_path: Path, suffix: str) -> None:
    """Three tracks, a nested part and two rates, out of an editor and back into one."""
    write_footage(tmp_path / "f.mov", 200, Fraction(25))
    edit = layered(suffix)
    options = {"use_empty_mob_ids": True} if suffix == "aaf" else {}
    options |= {"rate": 25} if suffix == "edl" else {}
    otio.adapters.write_to_file(edit, str(tmp_path / f"edit.{suffix}"), **options)
    (read,) = read_timelines(tmp_path / f"edit.{suffix}", Fraction(25))
    made = with_clicks(read, tmp_path)
    starts = [entry["frames"][0] for entry in made.entries if entry["scene"] == 1]
    assert starts == ([0, 30] if suffix == "edl" else [0, 20, 40, 50, 74])
    expected = sorted(entry["start_sample"] for entry in made.entries)
    heard = melt.onsets(melt.render(made.timeline, made.rate, tmp_path))
    assert len(heard) == len(expected)
    assert all(abs(a - b) <= RATE / 25 for a, b in zip(heard, expected, strict=True))


def layered(suffix: str) -> otio.schema.Timeline:
    """A cut with layers, nesting and rates; of an EDL's one track, only a part."""

    def shot(name: str, frames: int, start: int, rate: float = 25) -> otio.schema.Clip:
        return clip(name, frames, start, rate, "f.mov", span(0, 200, 25))

    if suffix == "edl":
        return timeline(track(shot("low", 30, 10), shot("next", 40, 60), name="V"), name="edit")
    inside = otio.schema.Stack("inside", [track(shot("nested", 40, 100), name="n")])
    inside.source_range = span(10, 24, 25)
    low = track(shot("low", 20, 10), shot("mid", 30, 60), inside, name="V1")
    high = track(gap(40, 25), shot("high", 10, 5), name="V2")
    other = 25 if suffix == "aaf" else 30  # AAF has one rate for all
    top = track(gap(74, 25), shot("other rate", 30, 60, other), name="V3")
    return timeline(low, high, top, name="edit")
