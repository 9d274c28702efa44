"""Which files a command line means and where their results go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from v2a.cli.footage import collect, name_outputs
from v2a.errors import V2AError


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_searched_for_footage_only(tmp_path: Path) -> None:
    wanted = [tmp_path / "a.mp4", tmp_path / "deep" / "er" / "B.MOV", tmp_path / "z z.mkv"]
    touch(*wanted)
    touch(tmp_path / "notes.txt", tmp_path / ".hidden.mp4", tmp_path / ".cache" / "c.mp4")
    touch(tmp_path / "a.foley" / "a.foley.mp4")
    assert collect([str(tmp_path)]) == wanted


def test_a_file_counts_once_and_may_have_any_name(tmp_path: Path) -> None:
    touch(tmp_path / "film.xyz", tmp_path / "a.mp4")
    named = [str(tmp_path / "film.xyz"), str(tmp_path / "a.mp4"), str(tmp_path)]
    assert collect(named) == [tmp_path / "film.xyz", tmp_path / "a.mp4"]


def test_bad_names_keep_their_place(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4")
    (tmp_path / "empty").mkdir()
    given = ["https://x.org/a.mp4", str(tmp_path / "no"), str(tmp_path / "empty"), "a\0b"]
    found = collect([*given, str(tmp_path / "a.mp4")])
    reasons = [item.reason if isinstance(item, V2AError) else item for item in found]
    assert reasons == ["IS_URL", "NOT_FOUND", "NO_FOOTAGE", "NOT_FOUND", tmp_path / "a.mp4"]


@pytest.mark.parametrize("url", ["http://a/b.mp4", "file:///a.mp4", "rtsp://h/s", "concat:/a|b"])
def test_urls_are_told_apart_from_files(url: str) -> None:
    (error,) = collect([url])
    assert isinstance(error, V2AError) and error.reason == "IS_URL" and url in error.message


def test_outputs_are_distinct(tmp_path: Path) -> None:
    out = tmp_path / "out"
    videos = [Path(name) for name in ("x/a.mp4", "x/A.mov", "y/a.mp4", "z/a.mp4", "b.mkv")]
    names = [name for _, name in name_outputs(videos, out)]
    assert names == ["a", "A.mov", "a.mp4", "a-2", "b"]
    beside = name_outputs(videos, None)
    assert beside == [
        (Path("x"), "a"),
        (Path("x"), "A.mov"),
        (Path("y"), "a"),
        (Path("z"), "a"),
        (Path(), "b"),
    ]


def test_results_of_another_video_are_left_alone(tmp_path: Path) -> None:
    made = tmp_path / "a.foley"
    made.mkdir()
    (made / "a.foley.json").write_text(json.dumps({"generator": "v2a", "file": "a.mov"}))
    assert name_outputs([tmp_path / "a.mov"], None) == [(tmp_path, "a")]
    assert name_outputs([tmp_path / "a.mp4"], None) == [(tmp_path, "a.mp4")]
