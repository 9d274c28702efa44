"""`v2a otio`: what it prints, its exit codes, and a whole run through a daemon."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.otio.footage import write_footage
from tests.integrations.otio.timelines import clip, span, timeline, track
from v2a.cli.app import run


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """Two clips of one file, and one of a file that is not there."""
    write_footage(tmp_path / "film.mov", 60)
    items = [clip(name, 20, url="film.mov") for name in ("one", "two")]
    timeline(track(*items, clip("lost", 10, url="lost.mov"))).to_json_file(
        str(tmp_path / "cut.otio")
    )
    return tmp_path / "cut.otio"


def test_a_dry_run_shows_the_plan_and_writes_nothing(
    cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(cut.parent.iterdir())
    assert run(["otio", str(cut), "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "2 clips, 1 file, 1 known cut, 0 gaps, 1 skipped" in shown
    assert "skipped: lost (V1) at 00:00:01:16: its media is not there: lost.mov" in shown
    assert run(["otio", str(cut), "--dry-run", "--json", "--clips", "o*"]) == 0
    (plan,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [found["clip"] for found in plan["clips"]] == ["one"]
    assert plan["clips"][0]["source"] == ["0", "5/6"]
    assert run(["otio", str(cut), "--dry-run", "--json", "--range", "00:00:00:06-30f"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert [found["frames"] for found in plan["clips"]] == [[6, 20], [20, 30]]
    assert sorted(cut.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["no.otio"], 2, "no.otio does not exist"),
        (["cut.otio", "--range", "5-2"], 2, "is not a stretch of time"),
        (["cut.otio", "--range", "1/0-2"], 2, "is not a stretch of time"),
        (["cut.otio", "--range", "00:00:00:24-9"], 2, "and a second has 24"),
        (["cut.otio", "--rate", "0"], 2, "is no frame rate"),
        (["cut.otio", "--rate", "48000"], 2, "is no frame rate"),
        (["cut.otio", "--tracks", "9"], 2, "--tracks 9 is no track of"),
        (["cut.otio", "--relink", "nowhere"], 2, "nowhere does not exist"),
        (["cut.otio", "--schema", "7"], 2, "--schema 7 is no release"),
        (["cut.otio", "--threshold", "0"], 2, "threshold"),
        (["cut.otio", "-o", "x.edl"], 2, "holds no sound tracks"),
        (["cut.otio", "-o", "x.prproj"], 2, "x.prproj is a timeline that nothing installed here"),
        (["cut.otio", "-o", "film.mov"], 2, "film.mov is a timeline that nothing installed here"),
        (["cut.otio", "cut.otio", "-o", "x.otio"], 2, "is one place for 2 timelines"),
        (["cut.otio", "cut.otio", "-o", "."], 2, "two timelines would both be written"),
        (["cut.otio", "--clips", "zzz"], 4, "no clip that can be given sound"),
        (["cut.otio", "--clips", "lost"], 4, "lost: its media is not there: lost.mov"),
        (["cut.otio", "-o", "cut.otio"], 1, "exists and was not made by v2a"),
    ],
)
def test_what_is_wrong_is_one_line_and_no_daemon_starts(
    cut: Path, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(cut.parent)
    monkeypatch.setattr(
        "v2a.cli.otio_command.connect", lambda **_: pytest.fail("a daemon was asked")
    )
    before = sorted(cut.parent.rglob("*"))
    assert run(["otio", *words]) == code
    told = capsys.readouterr().err.strip()
    assert says in told and len(told.splitlines()) == 1
    assert sorted(cut.parent.rglob("*")) == before


def test_several_plans_go_on_past_a_bad_one(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cut.parent / "bad.xml").write_text("<xmeml>")
    assert run(["otio", str(cut.parent / "bad.xml"), str(cut), "--dry-run", "--json"]) == 1
    told = capsys.readouterr()
    assert "bad.xml" in told.err and "1 of 2 files failed" in told.err
    assert json.loads(told.out)["file"] == str(cut)


@pytest.mark.slow
def test_a_timeline_goes_in_and_comes_out_with_sound(
    daemon: RunningDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Once to a file, once from standard input to standard output; media has to be uploaded."""
    for name in ("V2A_RUNTIME", "V2A_STATE"):
        monkeypatch.setenv(name, daemon.env[name])
    monkeypatch.chdir(tmp_path)
    write_film(tmp_path / "film.mp4", Film(width=64, height=36))
    made = timeline(track(clip("one", 30, 5, 25, "film.mp4", span(0, 50, 25))), name="cut")
    made.to_json_file("cut.otio")
    quick = ["--pack", str(daemon.pack), "--steps", "1", "--device", "cpu", "--progress", "none"]
    assert run(["otio", "cut.otio", *quick, "--json"]) == 0
    (result,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (result["clips"], result["scenes"], result["skipped"]) == (1, 2, [])
    written = otio.adapters.read_from_file(result["timeline"])
    assert Path(result["timeline"]).name == "cut.foley.otio" and written.audio_tracks()
    assert {path.name for path in tmp_path.iterdir()} == {
        "film.mp4", "cut.otio", "cut.foley.otio", "cut.foley.json", "cut.stems.foley",
    }  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(made.to_json_string()))
    assert run(["otio", "-", *quick]) == 0
    piped = otio.adapters.read_from_string(capsys.readouterr().out, "otio_json")
    assert [len(t.find_clips()) for t in piped.audio_tracks()] == [1, 1]
    assert run(["otio", "cut.foley.otio", *quick]) == 0
    again = otio.adapters.read_from_file("cut.foley.otio")
    assert again.to_json_string() == written.to_json_string()
