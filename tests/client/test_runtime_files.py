"""Where the daemon is found: short sockets, and runtime files that are not to be believed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from v2a.client import runtime_files

TOLD = {"address": "unix:/x/daemon.sock", "token": "ab", "pid": 7, "version": "0.1.0"}


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty runtime folder."""
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path))
    return tmp_path


def test_what_a_daemon_says_is_read_back(runtime: Path) -> None:
    assert runtime_files.read_runtime() is None
    (runtime / "daemon.json").write_text(json.dumps(TOLD), "utf-8")
    assert runtime_files.read_runtime() == runtime_files.Running(**TOLD)


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", '{"pid": "x"}', "\x00", "null"])
def test_a_damaged_file_says_nothing(runtime: Path, text: str) -> None:
    (runtime / "daemon.json").write_text(text, "utf-8")
    assert runtime_files.read_runtime() is None


def test_somebody_elses_file_says_nothing(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runtime / "daemon.json").write_text(json.dumps(TOLD), "utf-8")
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    assert runtime_files.read_runtime() is None


def test_every_socket_path_is_short_enough_and_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = tmp_path / "r", tmp_path / ("r" * 100)
    paths = []
    for folder in (near, far):
        monkeypatch.setenv("V2A_RUNTIME", str(folder))
        paths.append(runtime_files.socket_path())
        assert paths[-1] == runtime_files.socket_path()
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    paths.append(runtime_files.socket_path())
    assert paths[0] == near / "daemon.sock"
    assert all(len(os.fsencode(path)) <= 100 for path in paths[1:])
    assert len({path.parent for path in paths}) == 3


def test_a_relative_folder_is_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("V2A_RUNTIME", "run")
    monkeypatch.setenv("V2A_STATE", "state")
    assert runtime_files.runtime_folder() == tmp_path / "run"
    assert runtime_files.state_folder() == tmp_path / "state"
