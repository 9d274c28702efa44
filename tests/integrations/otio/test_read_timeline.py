"""Broken, newer and strange files: one clear line each, never a crash."""

from __future__ import annotations

import io
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.integrations.otio.timelines import clip, timeline, track
from v2a.errors import V2AError
from v2a_integrations.otio.read_timeline import read_timelines

HEAD = '{"OTIO_SCHEMA": "Timeline.1", "name": "x", '
STACK = '"tracks": {"OTIO_SCHEMA": "Stack.1", "children": []'


@pytest.mark.parametrize(
    ("name", "text", "reason", "words"),
    [
        ("a.otio", "", "EMPTY_FILE", "empty"),
        ("a.otio", " \n", "EMPTY_FILE", "empty"),
        ("a.otio", "{", "BAD_TIMELINE", "cannot be read"),
        ("a.otio", "[]", "BAD_TIMELINE", "holds no timeline"),
        ("a.otio", '{"a": 1}', "BAD_TIMELINE", "holds no timeline"),
        ("a.otio", '{"OTIO_SCHEMA": "Nonsense.1"}', "BAD_TIMELINE", "holds no timeline"),
        (
            "a.otio",
            HEAD + STACK + ', "markers": [{"OTIO_SCHEMA": "Marker.3"}]}}',
            "BAD_TIMELINE",
            "newer OpenTimelineIO .Marker.3.",
        ),
        ("a.otio", HEAD + '"metadata": ' + "[" * 9000 + "]" * 9000 + "}", "BAD_TIMELINE", "deep"),
        (
            "a.otio",
            HEAD + '"OTIO_REF_ID": "t", "metadata": {"me": {"OTIO_SCHEMA": '
            '"SerializableObjectRef.1", "id": "t"}}, ' + STACK + "}}",
            "BAD_TIMELINE",
            "itself",
        ),
        ("a.xml", "<xmeml><sequence>", "BAD_TIMELINE", "cannot be read"),
        ("a.xml", "<html></html>", "BAD_TIMELINE", "read"),
        (
            "a.edl",
            "001  A V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:09:00",
            "BAD_TIMELINE",
            "read",
        ),
        ("a.aaf", "no such thing", "BAD_TIMELINE", "cannot be read"),
        ("a.otioz", "no zip", "BAD_TIMELINE", "cannot be read"),
        ("a.prproj", "x", "NO_ADAPTER", "prproj"),
        ("a", "x", "NO_ADAPTER", "such"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, name: str, text: str, reason: str, words: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(V2AError, match=words) as told:
        read_timelines(file)
    assert told.value.reason == reason
    assert "\n" not in str(told.value) and str(file) in str(told.value)


READ = """
import sys
from v2a_integrations.otio.read_timeline import read_timelines

read_timelines(sys.argv[1])
"""


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(V2AError) as told:
        read_timelines(tmp_path / "no.otio")
    assert told.value.reason == "NOT_FOUND"
    with pytest.raises(V2AError, match="folder"):
        read_timelines(tmp_path)


def test_depth_that_would_crash_the_library_is_told(tmp_path: Path) -> None:
    """In a process of its own, so that a crash is this test's failure and not the suite's."""
    deep = '{"OTIO_SCHEMA": "Stack.1", "children": ['
    file = tmp_path / "deep.otio"
    file.write_text(HEAD + '"tracks": ' + deep * 100_000 + "]}" * 100_000 + "}")
    code = READ
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)
    assert "nested too deeply" in done.stderr and done.returncode == 1


def test_a_stack_within_itself_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.otio"
    file.write_text(
        HEAD + '"tracks": {"OTIO_SCHEMA": "Stack.1", "OTIO_REF_ID": "s", "children": '
        '[{"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "s"}]}}'
    )
    code = READ
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)
    assert "itself" in done.stderr and done.returncode == 1


def test_standard_input_bare_parts_and_collections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(timeline(track(clip("a", 5))).to_json_string()))
    assert read_timelines("-")[0].name == "cut"
    several = otio.schema.SerializableCollection("all", [timeline(name="1"), timeline(name="2")])
    for item, names in ((several, ["1", "2"]), (track(clip("a", 5), name="V"), ["V"])):
        item.to_json_file(str(tmp_path / "a.otio"))
        assert [found.name for found in read_timelines(tmp_path / "a.otio")] == names


def test_an_edl_is_read_at_the_rate_that_its_frames_need(tmp_path: Path) -> None:
    file = tmp_path / "a.edl"
    file.write_text(
        "TITLE: x\n001  AX V C 00:00:00:00 00:00:01:24 01:00:00:00 01:00:01:24\n"
        "* FROM CLIP NAME:  a.mov\n"
    )
    assert read_timelines(file)[0].duration().rate == 25
    assert read_timelines(file, Fraction(30))[0].duration().rate == 30
    with pytest.raises(V2AError) as told:
        read_timelines(file, Fraction(24))
    assert "--rate" in told.value.remedy


def test_huge_metadata_is_no_trouble(tmp_path: Path) -> None:
    made = timeline(track(clip("a", 5)))
    made.metadata["notes"] = {"text": 'brackets [[[ {{{ \\" in words ' * 200_000}
    made.to_json_file(str(tmp_path / "a.otio"))
    assert read_timelines(tmp_path / "a.otio")[0].is_equivalent_to(made)
