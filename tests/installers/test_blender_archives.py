"""The add-on's zips and page: the same bytes every time, and what Blender's own tool would make."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

import v2a
from tests.conftest import ROOT
from v2a.cli.app import run
from v2a.errors import FAILED, USAGE
from v2a_installers.blender import addon_archives

TOOL = "lib/python3.11/site-packages/bpy/{}/scripts/addons_core/bl_pkg/cli/blender_ext.py"


@pytest.fixture
def tool() -> list[str]:
    """Blender's own tool for extensions."""
    path = ROOT / ".blenders" / "5.0" / TOOL.format("5.0")
    if not path.is_file():
        pytest.skip("no bpy 5.0 (scripts/blenders makes it)")
    return [sys.executable, str(path)]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "a page"
    assert run(["install", "blender", "--zip", str(folder)]) == 0
    return folder


def extension(page: Path) -> Path:
    return page / f"generate_foley-{v2a.__version__}.zip"


def legacy(page: Path) -> Path:
    return page / "legacy" / f"generate_foley-{v2a.__version__}-legacy.zip"


def test_one_version_everywhere() -> None:
    tree = ast.parse((addon_archives.source() / "__init__.py").read_text("utf-8"))
    (info,) = (
        ast.literal_eval(line.value)
        for line in tree.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "bl_info"
    )
    assert ".".join(map(str, info["version"])) == addon_archives.manifest()["version"]
    assert addon_archives.manifest()["version"] == v2a.__version__
    assert info["blender"][:2] == addon_archives.OLDEST
    assert (
        addon_archives.manifest()["blender_version_min"]
        == ".".join(map(str, addon_archives.EXTENSIONS)) + ".0"
    )


def test_the_zips_hold_the_add_on_and_nothing_else(page: Path) -> None:
    names = set(zipfile.ZipFile(extension(page)).namelist())
    assert {"__init__.py", "blender_manifest.toml", "LICENSE", "operators/__init__.py"} <= names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert addon_archives.INSTALLED not in names, "a path of this machine is of no use on another"
    inside = set(zipfile.ZipFile(legacy(page)).namelist())
    assert inside == {f"generate_foley/{name}" for name in names - {"blender_manifest.toml"}}


def test_the_same_bytes_again(page: Path) -> None:
    before = {path: path.read_bytes() for path in page.rglob("*") if path.is_file()}
    assert len(before) == 4
    for archive in (extension(page), legacy(page)):
        assert {entry.date_time for entry in zipfile.ZipFile(archive).infolist()} == {
            addon_archives.TIME
        }
    assert run(["install", "blender", "--zip", str(page)]) == 0
    assert {path: path.read_bytes() for path in page.rglob("*") if path.is_file()} == before


def test_blenders_tool_finds_nothing_wrong(page: Path, tool: list[str]) -> None:
    for what in (extension(page), addon_archives.source()):
        subprocess.run([*tool, "validate", str(what)], check=True, capture_output=True)


def test_what_blenders_tool_would_build(page: Path, tool: list[str], tmp_path: Path) -> None:
    arguments = ["build", "--source-dir", addon_archives.source(), "--output-dir", tmp_path]
    subprocess.run([*tool, *map(str, arguments)], check=True, capture_output=True)
    theirs = zipfile.ZipFile(tmp_path / extension(page).name)
    ours = zipfile.ZipFile(extension(page))
    assert set(theirs.namelist()) - {"installed.json"} == set(ours.namelist())
    assert all(theirs.read(name) == ours.read(name) for name in ours.namelist())


def test_the_repository_that_blenders_tool_would_make(page: Path, tool: list[str]) -> None:
    ours = json.loads((page / "index.json").read_text("utf-8"))
    command = [*tool, "server-generate", "--html", "--repo-dir", str(page)]
    subprocess.run(command, check=True, capture_output=True)
    assert json.loads((page / "index.json").read_text("utf-8")) == ours
    digest = hashlib.sha256(extension(page).read_bytes()).hexdigest()
    assert ours["data"][0]["archive_hash"] == f"sha256:{digest}"


def test_the_page_leads_to_both_zips(page: Path) -> None:
    """The link carries what Blender reads when it is dropped: the repository and the version."""
    text = (page / "index.html").read_text("utf-8").replace("<!DOCTYPE html>", "")
    for single in ('<meta charset="utf-8">', 'initial-scale=1">'):
        text = text.replace(single, single[:-1] + "/>")
    tree = ElementTree.fromstring(text.replace("<br>", "<br/>"))
    links = [urlsplit(link.attrib["href"]) for link in tree.iter("a")]
    assert [page / link.path for link in links] == [extension(page), legacy(page)]
    asked = parse_qs(links[0].query)
    assert asked == {"repository": ["./index.json"], "blender_version_min": ["4.2.0"]}
    assert "$" not in text


@pytest.mark.parametrize("name", ["index.html", "index.json"])
def test_somebody_elses_page_stays(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_text('{"data": [{"id": "other"}]}')
    assert run(["install", "blender", "--zip", str(tmp_path)]) == USAGE
    err = capfd.readouterr().err
    assert err.count("\n") == 1 and "--zip" in err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_cannot_be_made(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run(["install", "blender", "--zip", str(tmp_path / "file" / "page")]) == FAILED
    assert capfd.readouterr().err.count("\n") == 1
