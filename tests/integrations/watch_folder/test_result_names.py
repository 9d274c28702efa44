"""Where results go: beside or mirrored, each in its own place, over nothing that is not its own."""

from __future__ import annotations

import json
from pathlib import Path

from v2a.errors import V2AError
from v2a_integrations.watch_folder.explain_failure import explain, take_back
from v2a_integrations.watch_folder.result_names import result_of, text_of


def place(root: Path, file: str, output: Path | None = None, *taken: Path) -> Path:
    return result_of(root, file, output, lambda path: path not in taken)


def make_result(folder: Path, of: str) -> Path:
    folder.mkdir(parents=True)
    sidecar = {"schema": 1, "generator": "v2a", "file": of}
    (folder / f"{folder.name}.json").write_text(json.dumps(sidecar))
    return folder


def test_results_lie_beside_the_footage_or_mirrored(tmp_path: Path) -> None:
    root, out = tmp_path / "in", tmp_path / "out"
    assert place(root, "a.mp4") == root / "Foley" / "a.foley"
    assert place(root, "x/y/a.mp4") == root / "x" / "y" / "Foley" / "a.foley"
    assert place(root, "x/a.mp4", out) == out / "x" / "a.foley"
    assert place(root, "x/cut.edl") == root / "x" / "cut.foley.otio"
    assert place(root, "x/cut.edl", out) == out / "x" / "cut.foley.otio"


def test_two_files_of_one_name_get_two_results(tmp_path: Path) -> None:
    first = place(tmp_path, "a.mp4")
    second = place(tmp_path, "a.mov", None, first)
    third = place(tmp_path, "a.mov", None, first, second)
    assert [path.name for path in (first, second, third)] == ["a.foley", "a.mov.foley", "a-2.foley"]


def test_a_result_of_this_file_is_replaced_one_of_another_is_not(tmp_path: Path) -> None:
    theirs = make_result(tmp_path / "Foley" / "a.foley", "a.mov")
    assert place(tmp_path, "a.mov") == theirs
    assert place(tmp_path, "a.mp4").name == "a.mp4.foley"
    (tmp_path / "Foley" / "b.foley").mkdir()  # somebody's own folder
    assert place(tmp_path, "b.mp4").name == "b.mp4.foley"


def test_names_that_are_no_text_have_a_place_and_a_text(tmp_path: Path) -> None:
    file = b"x\xff/a\xfe.mp4".decode(errors="surrogateescape")
    assert place(tmp_path, file).name == "a_.foley"
    assert text_of(file) == "x\\xff/a\\xfe.mp4" and text_of("ü/a.mp4") == "ü/a.mp4"


def test_reasons_stand_beside_the_file_until_they_are_taken_back(tmp_path: Path) -> None:
    error = V2AError("NO_FRAMES", path="x/a.mp4")
    explain(tmp_path, None, "x/a.mp4", None, error)
    (written,) = (tmp_path / "x").iterdir()
    assert written.name == "a.mp4.foley-error.txt"
    assert error.message in written.read_text() and error.remedy in written.read_text()
    take_back(tmp_path, None, "x/other.mp4")
    assert written.exists()
    take_back(tmp_path, None, "x/a.mp4")
    assert not written.exists()


def test_reasons_are_never_written_over_what_is_not_ours(tmp_path: Path) -> None:
    theirs = tmp_path / "a.mp4.foley-error.txt"
    theirs.write_text("my notes")
    explain(tmp_path, None, "a.mp4", None, V2AError("NO_FRAMES", path="a.mp4"))
    take_back(tmp_path, None, "a.mp4")
    assert theirs.read_text() == "my notes"
    assert not list(tmp_path.glob(".*"))
