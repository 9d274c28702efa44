"""Files and folders are whole or not there, also after a kill or a pulled plug; room; hashes."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from v2a import disk
from v2a.disk import whole_folder
from v2a.errors import V2AError

LOCKS = pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks there")
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


@LOCKS
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


@LOCKS
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


@LOCKS
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


# -- pulled plugs ----------------------------------------------------------------------------------


class Plug:
    """Records what is handed to the disk and what gets a name, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, int]] = []
        fsync, move, replace = os.fsync, Path.rename, Path.replace

        def flushed(handle: int) -> None:
            self.events.append(("flushed", os.fstat(handle).st_ino))
            fsync(handle)

        def named(path: Path, to: Path, act: Callable[..., Path]) -> Path:
            self.events.append(("named", path.stat().st_ino))
            return act(path, to)

        monkeypatch.setattr(disk.os, "fsync", flushed)
        monkeypatch.setattr(Path, "rename", lambda path, to: named(path, to, move))
        monkeypatch.setattr(Path, "replace", lambda path, to: named(path, to, replace))

    def check(self, path: Path) -> None:
        """All below a path was handed to the disk before its name was given, its folder after."""
        named = self.events.index(("named", path.stat().st_ino))
        before, after = self.events[:named], self.events[named:]
        for part in (path, *path.rglob("*")):
            assert ("flushed", part.stat().st_ino) in before, part
        assert ("flushed", path.parent.stat().st_ino) in after


def test_a_pulled_plug_finds_the_whole_folder_or_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in ("old", "new"):
        plug = Plug(monkeypatch)
        with whole_folder(tmp_path / "film.foley") as part:
            (part / "scenes").mkdir()
            (part / "scenes" / "film.sc001.wav").write_text(content)
            (part / "film.foley.json").write_text(content)
        plug.check(tmp_path / "film.foley")


def test_a_pulled_plug_finds_the_whole_file_or_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = Plug(monkeypatch)
    disk.write_whole(tmp_path / "a.json", "{}")
    plug.check(tmp_path / "a.json")


def test_a_file_system_without_fsync_of_folders_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(disk, "_flush_file", lambda path: None)
    monkeypatch.setattr(disk.os, "fsync", none)
    disk.write_whole(tmp_path / "a.json", "{}")
    assert (tmp_path / "a.json").read_text() == "{}"


# -- files -----------------------------------------------------------------------------------------


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a [file].txt"
    disk.write_whole(path, "one\ntwo\n")
    assert path.read_bytes() == b"one\ntwo\n"
    with pytest.raises(ZeroDivisionError), disk.whole_file(path) as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"one\ntwo\n" and names(path.parent) == [path.name]


def test_a_private_file_is_never_anybody_else_s(tmp_path: Path) -> None:
    modes: list[int] = []
    with disk.whole_file(tmp_path / "token", private=True) as part:
        modes.append(part.stat().st_mode & 0o777)
        part.write_text("secret")
    modes.append((tmp_path / "token").stat().st_mode & 0o777)
    assert sys.platform == "win32" or modes == [0o600, 0o600]


def test_a_writer_that_goes_by_the_ending_may_write_a_folder_too(tmp_path: Path) -> None:
    for content in ("old", "new"):
        with disk.whole_file(tmp_path / "cut.otiod", ending=".otiod") as part:
            assert part.suffix == ".otiod" and part.name.startswith(".")
            part.mkdir()
            (part / "content.otio").write_text(content)
    assert (tmp_path / "cut.otiod" / "content.otio").read_text() == "new"
    assert names(tmp_path) == ["cut.otiod"]


def test_what_a_killed_writer_left_goes_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    dead, alive = tmp_path / ".a.txt.0123abcd.part", tmp_path / ".a.txt.89abcdef.part"
    others = [tmp_path / name for name in (".b.txt.0123abcd.part", ".a.txt.part", "a.txt.part")]
    for file in (dead, alive, *others):
        file.write_text("half")
    long_ago = time.time() - 2 * disk.FORGOTTEN_S
    for file in (dead, *others):
        os.utime(file, (long_ago, long_ago))
    disk.write_whole(tmp_path / "a.txt", "whole")
    assert names(tmp_path) == sorted(file.name for file in (alive, *others, tmp_path / "a.txt"))
    disk.sweep(tmp_path)
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "DISK_FULL"),
        (errno.EDQUOT, "DISK_FULL"),
        (errno.EROFS, "OUTPUT_READ_ONLY"),
        (errno.EACCES, "OUTPUT_READ_ONLY"),
    ],
)
def test_errors_of_a_disk_have_their_reasons(tmp_path: Path, code: int, reason: str) -> None:
    for whole in (disk.whole_file, disk.whole_folder):
        with pytest.raises(V2AError) as told, whole(tmp_path / "a"):
            raise OSError(code, os.strerror(code))
        assert told.value.reason == reason and str(tmp_path) in told.value.message
    assert names(tmp_path) == []


# -- room and content ------------------------------------------------------------------------------


def test_room_is_that_of_the_disk_a_folder_is_to_be_on(tmp_path: Path) -> None:
    to_come = tmp_path / "a" / "b"
    free = disk.check_free(to_come, 0)
    assert free > 0 and not to_come.parent.exists()
    with pytest.raises(V2AError) as told:
        disk.check_free(to_come, 1 << 60)
    assert told.value.reason == "DISK_FULL" and str(to_come) in told.value.message


@pytest.mark.parametrize("size", [0, 1, disk.CHUNK, disk.CHUNK + 1])
def test_a_hash_is_that_of_the_content(tmp_path: Path, size: int) -> None:
    (file := tmp_path / "a").write_bytes(data := bytes(range(256)) * (size // 256) + b"x")
    told: list[float] = []
    assert disk.sha256(file) == disk.sha256(file, told.append) == hashlib.sha256(data).hexdigest()
    assert told == sorted(told) and told[-1] == 1.0
