"""An edit through every format: read back, given sound, and heard in another tool's render."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio import ges, melt
from tests.integrations.otio.clicks import CLICK, RATE, Made, with_clicks
from tests.integrations.otio.footage import write_footage
from tests.integrations.otio.timelines import clip, gap, span, timeline, track
from v2a_integrations.otio.flatten import flatten
from v2a_integrations.otio.read_timeline import read_timelines
from v2a_integrations.otio.save_timeline import FileOptions, write_document

CUTS = [0, 20, 40, 50, 74]
"""Frames at 25 at which the picture that is seen changes."""


@pytest.mark.slow
@pytest.mark.skipif(melt.MELT is None, reason="melt is not installed (apt install melt)")
@pytest.mark.parametrize("suffix", ["otio", "xml", "aaf", "edl"])
def test_an_edit_of_every_format_is_heard_where_it_was_cut(tmp_path: Path, suffix: str) -> None:
    """Three tracks, a nested part and two rates, out of an editor and back into one."""
    made = through(tmp_path, suffix)
    expected = sorted(entry["start_sample"] for entry in made.entries)
    heard = melt.onsets(melt.render(made.timeline, made.rate, tmp_path))
    assert len(heard) == len(expected) == 2 * len(CUTS)
    assert all(abs(a - b) <= RATE / 25 for a, b in zip(heard, expected, strict=True))


@pytest.mark.slow
@pytest.mark.skipif(bool(ges.why_not()), reason=ges.why_not())
@pytest.mark.parametrize("suffix", ["aaf", "edl"])
def test_ges_plays_layers_and_rates_with_their_sound(tmp_path: Path, suffix: str) -> None:
    made = through(tmp_path, suffix)
    expected = sorted(entry["start_sample"] for entry in made.entries)
    heard = melt.onsets(ges.render(made.timeline, tmp_path, tmp_path))
    assert len(heard) == len(expected) == 2 * len(CUTS)
    assert all(abs(a - b) <= RATE / 25 for a, b in zip(heard, expected, strict=True))


def through(folder: Path, suffix: str) -> Made:
    """The edit written in a format, read back, and given sound."""
    write_footage(folder / "f.mov", 200, Fraction(25))
    path = folder / f"edit.{suffix}"
    if suffix == "edl":
        otio.adapters.write_to_file(flat(layered()), str(path), rate=25)
    elif suffix == "xml":
        otio.adapters.write_to_file(layered(), str(path))
    else:
        write_document(layered(), path, folder, FileOptions())
    (read,) = read_timelines(path, Fraction(25))
    made = with_clicks(read, folder, length=CLICK)
    starts = [entry["start_sample"] for entry in made.entries if entry["scene"] == 1]
    assert all(abs(a - b * RATE / 25) <= RATE / 50 for a, b in zip(starts, CUTS, strict=True))
    return made


def layered() -> otio.schema.Timeline:
    """A cut with layers, nesting and rates."""

    def shot(name: str, frames: int, start: int, rate: float = 25) -> otio.schema.Clip:
        return clip(name, frames, start, rate, "f.mov", span(0, 200, 25))

    inside = otio.schema.Stack("inside", [track(shot("nested", 40, 100), name="n")])
    inside.source_range = span(10, 24, 25)
    low = track(shot("low", 20, 10), shot("mid", 30, 60), inside, name="V1")
    high = track(gap(40, 25), shot("high", 10, 5), name="V2")
    top = track(gap(74, 25), shot("other rate", 30, 60, 30), name="V3")
    return timeline(low, high, top, name="edit")


def flat(edit: otio.schema.Timeline) -> otio.schema.Timeline:
    """What an editor puts in an EDL, which holds one track, no nesting and one rate."""
    seen = [(p, round((p.end - p.start) * 25), round(p.media * 25)) for p in flatten(edit).pieces]
    shots = [clip(p.clip.name, n, at, 25, "f.mov", span(0, 200, 25)) for p, n, at in seen]
    return timeline(track(*shots, name="V"), name="edit")


@pytest.mark.parametrize("suffix", ["aaf", "xges", "xml"])
def test_a_cut_of_mixed_rates_is_conformed_and_shows_the_same(tmp_path: Path, suffix: str) -> None:
    write_footage(tmp_path / "f.mov", 200, Fraction(25))
    write_document(layered(), tmp_path / f"out.{suffix}", tmp_path, FileOptions())
    (read,) = read_timelines(tmp_path / f"out.{suffix}")
    told, found = (
        [(p.clip.name, float(p.start), float(p.media)) for p in flatten(made).pieces]
        for made in (layered(), read)
    )
    assert [name for name, _, _ in found] == ["low", "mid", "high", "nested", "other rate"]
    for (_, *ours), (_, *theirs) in zip(told, found, strict=True):
        assert theirs == pytest.approx(ours, abs=0.5 / 25)
