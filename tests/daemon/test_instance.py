"""Where a daemon cannot live it says so in one line, and what is there is left as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures_daemons import command, environment
from v2a.errors import DAEMON

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners of POSIX")


def others(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 12345, 12345)


def a_file(folder: Path) -> None:
    folder.write_text("no folder")


def with_folders_for_files(folder: Path) -> None:
    for name in ("daemon.lock", "jobs.db", "token", "daemon.json", "daemon.sock"):
        (folder / name).mkdir(parents=True)


UNUSABLE = {"others": others, "a file": a_file, "folders for files": with_folders_for_files}


def check_refused(done: subprocess.CompletedProcess[str], path: Path) -> None:
    assert done.returncode == DAEMON, done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("v2a: ") and str(path) in done.stderr and "; " in done.stderr


@posix
@pytest.mark.parametrize("what", UNUSABLE)
@pytest.mark.parametrize("where", ["state", "runtime"])
def test_a_place_that_cannot_be_used_is_told(tmp_path: Path, where: str, what: str) -> None:
    if what == "others" and os.geteuid() != 0:
        pytest.skip("only root can make a folder somebody else's")
    UNUSABLE[what](tmp_path / where)
    env = environment(tmp_path / "state", tmp_path / "runtime")
    asked = command(root=tmp_path)
    done = subprocess.run(asked, env=env, capture_output=True, text=True, timeout=120)
    check_refused(done, tmp_path / where)


@posix
@pytest.mark.parametrize("where", ["state", "runtime"])
def test_a_read_only_place_is_told(tmp_path: Path, where: str) -> None:
    folder, prefix = tmp_path / where / "v2a", list[str]()
    folder.parent.mkdir()
    if os.geteuid() == 0:  # a disk that is read-only, as modes do not bind root
        if not shutil.which("unshare"):
            pytest.skip("unshare (util-linux) makes a disk that is read-only")
        mount = 'mount -t tmpfs -o ro none "$0" && exec "$@"'
        prefix = ["unshare", "-m", "sh", "-c", mount, str(folder.parent)]
        if subprocess.run([*prefix, "true"], capture_output=True).returncode:
            pytest.skip("no disk can be mounted here")
    else:
        folder.parent.chmod(0o555)
    places = {"state": tmp_path / "s", "runtime": tmp_path / "r"} | {where: folder}
    env = environment(places["state"], places["runtime"])
    asked = [*prefix, *command(root=tmp_path)]
    done = subprocess.run(asked, env=env, capture_output=True, text=True, timeout=120)
    check_refused(done, folder)
