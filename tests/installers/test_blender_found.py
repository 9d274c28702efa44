"""Which Blenders are found, how they are named, and what is said where there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from v2a.cli.app import run
from v2a.errors import FAILED, USAGE
from v2a_installers.blender import installed_blenders


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a Blender, on a machine that has none elsewhere either."""
    if sys.platform != "linux":
        pytest.skip("looks into the places of Linux")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("PATH", f"{tmp_path}/path")
    ours = tuple(
        pattern for pattern in installed_blenders.PATTERNS["linux"] if pattern.startswith("~")
    )
    monkeypatch.setitem(installed_blenders.PATTERNS, "linux", ours)
    return tmp_path


def make(file: Path, says: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\necho "{says}"\n')
    file.chmod(0o755)
    return file


def test_found_where_people_put_them(home: Path) -> None:
    new = make(home / "Applications" / "blender-5.0.1-linux-x64" / "blender", "Blender 5.0.1")
    old = make(home / "blender-4.5" / "blender", "Color management: ...\nBlender 4.5.3 LTS")
    make(home / "bin" / "blender-thumbnailer", "Blender 9.9")
    make(home / "bin" / "blender2", "something else")
    (home / "Downloads" / "blender-3.6").mkdir(parents=True)
    (home / "Downloads" / "blender-3.6" / "blender").write_text("not a program")
    assert installed_blenders.on_this_machine() == [
        installed_blenders.Blender(old, (4, 5)),
        installed_blenders.Blender(new, (5, 0)),
    ]


def test_of_those_that_share_their_settings_the_one_on_path(home: Path) -> None:
    make(home / "blender-4.5.1" / "blender", "Blender 4.5.1")
    chosen = make(home / "path" / "blender", "Blender 4.5.2")
    (home / "bin" / "blender").symlink_to(chosen)
    assert installed_blenders.on_this_machine() == [installed_blenders.Blender(chosen, (4, 5))]


def test_a_folder_names_the_program_in_it(home: Path) -> None:
    program = make(home / "Blender.app" / "Contents" / "MacOS" / "Blender", "Blender 4.2.0")
    assert installed_blenders.ask(home / "Blender.app") == installed_blenders.Blender(
        program, (4, 2)
    )


@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        (None, USAGE, "does not exist"),
        ("Gimp 3", USAGE, "does not answer as Blender"),
        ("Blender 2.93.0", FAILED, "too old"),
        ("Blender 4.5.0", FAILED, "refuses"),
    ],
)
def test_a_blender_that_is_none(
    home: Path, capfd: pytest.CaptureFixture[str], says: str | None, code: int, words: str
) -> None:
    program = home / "blender"
    if says:
        make(program, says)
    assert run(["install", "blender", "--blender", str(program)]) == code
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and str(program) in err and words in err


def test_no_blender_at_all(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["install", "blender"]) == FAILED
    err = capfd.readouterr().err
    assert err.count("\n") == 1 and "--blender" in err
    assert run(["uninstall", "blender"]) == 0, "nothing to take out is no failure"


def test_one_that_fails_does_not_keep_the_others_from_it(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make(home / "blender-2.8" / "blender", "Blender 2.80")
    make(home / "blender-3.6" / "blender", "Blender 3.6.1")
    assert run(["install", "blender"]) == FAILED
    err = capfd.readouterr().err.splitlines()
    assert len(err) == 2 and "2.80" not in err[1] and "3.6" in err[1]


def test_taken_out_of_blenders_that_are_gone(home: Path) -> None:
    settings = home / ".config" / "blender"
    for folder in ("4.1/scripts/addons", "4.5/extensions/user_default"):
        (settings / folder / "generate_foley" / "operators").mkdir(parents=True)
        (settings / folder / "another").mkdir()
    assert run(["uninstall", "blender"]) == 0
    assert sorted(path.name for path in settings.rglob("*/*/*") if path.is_dir()) == [
        *("addons", "another", "another", "user_default")
    ]
    assert not list(settings.rglob("generate_foley"))
    assert os.listdir(home / ".config") == ["blender"]
