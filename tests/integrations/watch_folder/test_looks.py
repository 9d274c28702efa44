"""Looks and readiness: what counts, what loops, what has settled; no daemon is needed for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a_integrations.watch_folder.footage_names import counts, is_timeline
from v2a_integrations.watch_folder.read_once import is_no_timeline, read_whole
from v2a_integrations.watch_folder.scan import FileStamp, look_into
from v2a_integrations.watch_folder.settling import Settling

STATES = [FileStamp(size, mtime, "7") for size in (0, 1, 2) for mtime in (5, 6)]


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


@pytest.mark.parametrize("name", ["a.mp4", "A.MOV", "ü b.mkv", "cut.otio", "cut.EDL", "a.part.mp4"])
def test_footage_and_timelines_count(name: str) -> None:
    assert counts(name)


@pytest.mark.parametrize(
    "name",
    [
        *("a.mp4.part", "a.tmp", "a.mp4.crdownload", "~a.mp4", ".a.mp4", ".a.mp4.Xy12z", "a.txt"),
        *("a.foley.mp4", "a.foley.otio", "a.foley-error.txt", "a.wav", ".v2a.toml", "mp4"),
    ],
)
def test_unfinished_hidden_own_and_other_files_do_not(name: str) -> None:
    assert not counts(name)


def test_timelines_are_told_from_footage(tmp_path: Path) -> None:
    assert is_timeline("a.aaf") and not is_timeline("a.mp4")
    camera, editor = tmp_path / "C0001M01.XML", tmp_path / "cut.xml"
    camera.write_text("<?xml version='1.0'?><NonRealTimeMeta/>")
    editor.write_text("<?xml version='1.0'?><!DOCTYPE xmeml><xmeml version='5'/>")
    assert is_no_timeline(camera) and not is_no_timeline(editor)


def test_a_look_goes_deep_and_leaves_out_what_is_ours(tmp_path: Path) -> None:
    there = ["a.mp4", "day 1/b.mov", "day 1/x/y/z/c.mkv"]
    ours = ["Foley/a.mp4", "day 1/b.foley/b.mp4", "cut.stems.foley/x.mp4", "out/c.mp4"]
    theirs = [".trash/a.mp4", "~sync/a.mp4", "$RECYCLE.BIN/a.mp4", "day 1/notes.txt"]
    touch(*(tmp_path / name for name in [*there, *ours, *theirs]))
    (tmp_path / "day 1" / ".v2a.toml").touch()
    look = look_into(tmp_path, apart=tmp_path / "out")
    assert look is not None
    assert set(look.files) == set(there) and set(look.settings) == {"day 1"}
    assert look.files["a.mp4"] == FileStamp.of((tmp_path / "a.mp4").stat())


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_loops_end_and_files_are_known_by_their_real_place(tmp_path: Path) -> None:
    touch(tmp_path / "root" / "real" / "a.mp4", tmp_path / "far" / "b.mp4")
    root = tmp_path / "root"
    os.symlink(root, root / "real" / "up")
    os.symlink(root / "real", root / "again")
    os.symlink(tmp_path / "far", root / "far")
    os.symlink(root / "far", tmp_path / "far" / "self")
    os.symlink("nowhere.mp4", root / "dangling.mp4")
    look = look_into(root)
    assert look is not None and set(look.files) == {"real/a.mp4", "far/b.mp4"}


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path: Path) -> None:
    assert look_into(tmp_path / "share") is None
    (tmp_path / "share").mkdir()
    look = look_into(tmp_path / "share")
    assert look is not None and look.files == {}


@given(st.lists(st.tuples(st.sampled_from(STATES), st.floats(0.01, 5)), min_size=1, max_size=30))
def test_ready_is_what_did_not_change_for_long_enough(seen: list[tuple[FileStamp, float]]) -> None:
    settling, now, since, before = Settling(3.0), 100.0, 100.0, None
    for stamp, step in seen:
        now += step
        if stamp != before:
            since, before = now, stamp
            assert not settling.is_ready("a", stamp, now)
        else:
            assert settling.is_ready("a", stamp, now) == (now - since >= 3.0)


def test_two_looks_are_needed_even_without_patience() -> None:
    settling = Settling(0.0)
    assert [settling.is_ready("a", STATES[0], 1.0) for _ in range(2)] == [False, True]


def test_one_file_that_changes_is_enough_to_be_young() -> None:
    settling = Settling(2.0)
    assert not settling.is_any_young(0.0)
    for now, file in ((0.0, "a"), (1.0, "b")):
        settling.is_ready(file, STATES[0], now)
    assert [settling.is_any_young(now) for now in (1.0, 2.5, 3.0)] == [True, True, False]


def test_what_went_away_begins_anew() -> None:
    settling = Settling(1.0)
    settling.is_ready("a", STATES[0], 0.0)
    settling.keep_only(set())
    assert not settling.is_ready("a", STATES[0], 9.0)


def test_a_file_is_read_only_in_the_state_it_was_seen_in(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    touch(path)
    stamp = FileStamp.of(path.stat())
    digest = read_whole(path, stamp)
    assert digest is not None and len(digest) == 64
    path.write_bytes(b"more")
    assert read_whole(path, stamp) is None
    path.unlink()
    assert read_whole(path, stamp) is None
