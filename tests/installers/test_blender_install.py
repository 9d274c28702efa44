"""`v2a install blender` in real Blenders: installed, started again, switched off and on, gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from v2a.cli.app import run
from v2a.errors import FAILED

HERE = Path(__file__).parent
VERSIONS = ("3.4", "4.5", "5.0")
MODULES = {"3.4": "generate_foley", "4.5": "bl_ext.user_default.generate_foley"}
MODULES["5.0"] = MODULES["4.5"]
LOOK = """
import json, sys, addon_utils, bpy
module, do = json.loads(sys.argv[-1])
if do:
    getattr(bpy.ops.preferences, do)(module=module)
    bpy.ops.wm.save_userpref()
found = [module in bpy.context.preferences.addons, addon_utils.check(module)[1]]
print("LOOK", json.dumps([hasattr(bpy.types.Scene, "foley"), *found]), flush=True)
"""
pytestmark = pytest.mark.slow


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def program(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Blender of that version, with settings of its own that nobody has touched yet."""
    for name in ("RESOURCES", "CONFIG", "SCRIPTS", "EXTENSIONS"):
        folder = tmp_path / "user" / ("" if name == "RESOURCES" else name.lower())
        monkeypatch.setenv(f"BLENDER_USER_{name}", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    if version == "3.4":
        program = shutil.which("blender")
        if program is None or "Blender 3.4" not in subprocess.getoutput(f"{program} --version"):
            pytest.skip("no Blender 3.4 on PATH (Debian 12: apt install blender python3-numpy)")
        return Path(program)
    python = ROOT / ".blenders" / version / "bin" / "python"
    if not python.is_file():
        pytest.skip(f"no bpy {version} (scripts/blenders makes it)")
    launcher = tmp_path / "blender"
    launcher.write_text(f'#!/bin/sh\nexec "{python}" "{HERE / "module_as_program.py"}" "$@"\n')
    launcher.chmod(0o755)
    return launcher


def look(program: Path, version: str, do: str = "") -> list[bool]:
    """Starts that Blender anew: whether the add-on runs, is listed, and is switched on."""
    script = Path(os.environ["HOME"]).with_name("look.py")
    script.write_text(LOOK)
    asked = json.dumps([MODULES[version], do])
    command = [program, "--background", "--python", script, "--", asked]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120)
    lines = [line for line in said.stdout.splitlines() if line.startswith("LOOK ")]
    assert lines, said.stderr + said.stdout
    return json.loads(lines[0][5:])


def installed(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "user").rglob("generate_foley"))


def test_installed_enabled_disabled_removed(
    program: Path, version: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    here = ["--blender", str(program)]
    assert run(["install", "blender", *here]) == 0
    said = capfd.readouterr()
    assert said.err == "" and said.out.count("\n") == 1 and f"Blender {version} (" in said.out
    (folder,) = installed(tmp_path)
    told = json.loads((folder / "installed.json").read_text("utf-8"))
    assert Path(told["v2a"]).is_absolute() and Path(told["v2a"]).is_file()
    assert look(program, version) == [True, True, True]

    assert run(["install", "blender", *here]) == 0, "again, over the one that is there"
    assert installed(tmp_path) == [folder]
    assert look(program, version, "addon_disable") == [False, False, False]
    assert look(program, version, "addon_enable") == [True, True, True]

    capfd.readouterr()
    assert run(["uninstall", "blender", *here]) == 0
    assert "taken out" in capfd.readouterr().out and installed(tmp_path) == []
    assert look(program, version) == [False, False, False]
    assert run(["uninstall", "blender", *here]) == 0
    assert "was not installed" in capfd.readouterr().out


def test_settings_that_cannot_be_written(
    program: Path, version: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "user").write_text("a file where the folder should be")
    assert run(["install", "blender", "--blender", str(program)]) == FAILED
    err = capfd.readouterr().err
    assert err.count("\n") == 1 and f"Blender {version}" in err and "--zip" in err
