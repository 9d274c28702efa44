"""Whatever a killed writer leaves is put right by the next one, and no living one is disturbed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from v2a.disk import whole_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks there")
WRITER = """
import os, signal, sys
from pathlib import Path
from v2a import disk

folder, at = Path(sys.argv[1]), sys.argv[2]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if at == "between":  # the old folder is away, the new one not there yet
    rename = Path.rename
    Path.rename = lambda path, to: die() if ".part-" in path.name else rename(path, to)
if at == "after":
    disk._delete = die
with disk.whole_folder(folder) as part:
    (part / "mix.wav").write_text("new")
    if at == "during":
        die()
    if at == "alive":
        print("writing", flush=True)
        sys.stdin.readline()
"""


def write(folder: Path, at: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WRITER, str(folder), at]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("at", "was"), [("during", "old"), ("between", "old"), ("after", "new")])
def test_a_killed_writer_costs_nothing_and_leaves_nothing(
    at: str, was: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a [film].foley"  # a name that is a pattern too
    folder.mkdir()
    (folder / "mix.wav").write_text("old")
    writer = write(folder, at)
    writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    assert len(names(tmp_path)) > 1 or at == "between"
    with whole_folder(folder) as part:
        assert (folder / "mix.wav").read_text() == was
        (part / "mix.wav").write_text("newest")
        assert names(tmp_path) == sorted([folder.name, part.name])
    assert names(tmp_path) == [folder.name] and (folder / "mix.wav").read_text() == "newest"


def test_two_who_write_the_same_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "film.foley"
    writer = write(folder, "alive")
    assert writer.stdout and writer.stdout.readline() == "writing\n"
    with whole_folder(folder) as part:
        (part / "mix.wav").write_text("ours")
    assert (folder / "mix.wav").read_text() == "ours"
    writer.communicate("go on\n")
    assert writer.returncode == 0 and (folder / "mix.wav").read_text() == "new"
    assert names(tmp_path) == [folder.name]


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    """In a process of its own: this one has threads that open and close what they like."""
    code = (
        "import os, sys; from pathlib import Path; from v2a.disk import whole_folder\n"
        "before = len(os.listdir('/dev/fd'))\n"
        "for _ in range(3):\n"
        "    with whole_folder(Path(sys.argv[1])):\n"
        "        pass\n"
        "sys.exit(len(os.listdir('/dev/fd')) - before)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "film.foley")], check=True)
