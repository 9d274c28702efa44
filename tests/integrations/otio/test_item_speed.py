"""Speeds in the words of OpenTimelineIO and of FCP 7 XML; nested sequences of the latter."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio.timelines import clip
from v2a_integrations.otio.flatten import flatten
from v2a_integrations.otio.item_speed import Unplayable, speed_of
from v2a_integrations.otio.read_timeline import read_timelines


def remapped(**values: str) -> otio.schema.Clip:
    """A clip with a time remap as the FCP 7 adapter leaves it."""
    made = clip("a", 10)
    parameters = [{"parameterid": name, "value": value} for name, value in values.items()]
    remap = {"effectid": "timeremap", "parameter": parameters}
    made.effects.append(otio.schema.Effect("Time Remap", metadata={"fcp_xml": remap}))
    return made


@pytest.mark.parametrize(
    ("item", "speed"),
    [
        (clip("a", 10), 1),
        (clip("a", 10, speed=0.5), Fraction(1, 2)),
        (clip("a", 10, speed=1 / 3), Fraction(1, 3)),
        (clip("a", 10, speed=-2.0), -2),
        (remapped(speed="50"), Fraction(1, 2)),
        (remapped(speed="200", reverse="TRUE", variablespeed="0"), -2),
        (remapped(), 1),
    ],
)
def test_constant_speeds_are_exact(item: otio.schema.Clip, speed: Fraction) -> None:
    assert speed_of(item) == speed


@pytest.mark.parametrize(
    "item",
    [
        remapped(speed="100", variablespeed="1"),
        remapped(speed="fast"),
        clip("a", 10, speed=float("inf")),
        clip("a", 10, speed=float("nan")),
        clip("a", 10, speed=1e9),
    ],
)
def test_what_is_no_constant_speed_is_told(item: otio.schema.Clip) -> None:
    with pytest.raises(Unplayable):
        speed_of(item)


SEQUENCE = """<xmeml version="4"><sequence id="s1"><name>outer</name><rate><timebase>25</timebase>
<ntsc>FALSE</ntsc></rate><media><video><track>{clips}</track></video></media></sequence></xmeml>"""
NESTED = """<clipitem id="{id}"><name>{name}</name><rate><timebase>25</timebase><ntsc>FALSE</ntsc>
</rate><start>{start}</start><end>{end}</end><in>{into}</in><out>{out}</out>{inner}</clipitem>"""


def nested(number: int, start: int, into: int, inner: str) -> str:
    return NESTED.format(
        id=f"c{number}", name=f"n{number}", start=start, end=start + 10, into=into,
        out=into + 10, inner=inner,
    )  # fmt: skip


def test_nested_sequences_are_looked_into_each_time_they_are_used(tmp_path: Path) -> None:
    file = "<file id='f'><name>f.mov</name><pathurl>file:///f.mov</pathurl><duration>90</duration></file>"
    inside = SEQUENCE.replace('"s1"', '"s2"').format(clips=nested(9, 0, 30, file))
    inside = inside.removeprefix('<xmeml version="4">').removesuffix("</xmeml>")
    clips = nested(1, 0, 2, inside) + nested(2, 20, 4, '<sequence id="s2"/>')
    (tmp_path / "a.xml").write_text(SEQUENCE.format(clips=clips))
    (made,) = read_timelines(tmp_path / "a.xml")
    seen = [(p.clip.name, p.start * 25, p.end * 25, p.media * 25) for p in flatten(made).pieces]
    assert seen == [("n9", 0, 8, 32), ("n9", 20, 26, 34)]


def test_a_sequence_within_itself_is_told(tmp_path: Path) -> None:
    clips = nested(1, 0, 0, '<sequence id="s1"/>')
    (tmp_path / "a.xml").write_text(SEQUENCE.format(clips=clips))
    with pytest.raises(Exception, match="itself"):
        read_timelines(tmp_path / "a.xml")
