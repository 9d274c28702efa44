"""The README and the docs tell the truth: their commands exist, parse and, where possible, run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from tests.conftest import ROOT
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.cli.app import app, run

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`((?:v2a|daemon|installers|integrations|docs|tests)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
NEEDS_MORE_THAN_A_MOMENT = ("train", "pull", "otio", "watch")


def commands(pages: Sequence[Path] = PAGES) -> list[list[str]]:
    """Every command line of every page, as words."""
    blocks = (block for page in pages for block in BLOCK.findall(page.read_text("utf-8")))
    lines = (line for block in blocks for line in block.splitlines())
    return [words for line in lines if (words := shlex.split(line, comments=True))]


OURS = [words[1:] for words in commands() if words[0] == "v2a"]
DAEMON = ROOT / "docs" / "daemon.md"
OF_DAEMON = [words[1:] for words in commands([DAEMON])]
OF_BLENDER = [words[1:] for words in commands([ROOT / "docs" / "blender.md"])]


def test_pages_show_commands() -> None:
    others = {tuple(words) for words in commands() if words[0] != "v2a"}
    assert len(OURS) > 10
    assert others == {("make", "demo"), ("make", "test"), ("source", ".venv/bin/activate")}


def test_the_makefile_has_what_the_pages_name() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert {"demo", "test", "check", "bench"} <= named
    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in named)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_pages_name_are_there(page: Path) -> None:
    """What stands in backquotes and begins with one of our folders."""
    named = FILE.findall(page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("words", OURS, ids=shlex.join)
def test_every_command_parses(words: list[str]) -> None:
    """Options and arguments are those that the command has."""
    command = typer.main.get_command(app)
    context = command.make_context("v2a", list(words))
    while rest := [*context._protected_args, *context.args]:  # noqa: SLF001
        command = command.get_command(context, rest[0])  # type: ignore[attr-defined]
        context = command.make_context(rest[0], rest[1:], parent=context)


@pytest.mark.slow
def test_the_commands_run_in_the_order_of_the_pages(
    tiny_pack_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a reader would type them, in a folder with footage, with a tiny pack as the default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("V2A_PACKS", str(tmp_path / "packs"))
    shutil.copytree(tiny_pack_folder, tmp_path / "packs" / "pocket")
    shutil.copytree(tiny_pack_folder, tmp_path / "my-pack")
    monkeypatch.setattr("v2a.packs.locate.DATA", tmp_path / "nothing")
    write_film(tmp_path / "film.mp4", Film())
    write_film(tmp_path / "more.mov", Film(scenes=(30,)))
    os.mkdir("footage")
    write_film(tmp_path / "footage" / "a.mkv", Film(scenes=(30,)))
    for words in (words for words in OURS if words not in OF_DAEMON + OF_BLENDER):
        if not set(words) & set(NEEDS_MORE_THAN_A_MOMENT) and "paper" not in words:
            assert run(words) == 0, shlex.join(words)
            if "--takes" in words:
                assert (tmp_path / "film.foley" / "scenes" / "film.sc001.take4.wav").is_file()
    assert (tmp_path / "results" / "a.foley" / "a.otio").is_file()


@pytest.mark.slow
def test_the_commands_of_the_daemon_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its start to its end, with the pack that ships, for a user who runs no daemon yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.setenv("V2A_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("V2A_NO_DAEMON")
    write_film(tmp_path / "film.mp4", Film())
    try:
        for words in OF_DAEMON:
            if "--tls-cert" not in words and "service" not in words:
                assert run(words) == 0, shlex.join(words)
    finally:
        run(["stop"])
    assert (tmp_path / "results" / "film.foley" / "scenes" / "film.sc001.take2.wav").is_file()


@pytest.mark.slow
def test_the_commands_of_blender_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Into the Blender of this machine, with settings of its own, and out of it again."""
    program = shutil.which("blender")
    if program is None:
        pytest.skip("no 'blender' on PATH (Debian 12: apt install blender python3-numpy)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("RESOURCES", "CONFIG", "SCRIPTS", "EXTENSIONS"):
        monkeypatch.setenv(f"BLENDER_USER_{name}", str(tmp_path / "user" / name.lower()))
    os.mkdir("blender-4.5")
    os.symlink(program, "blender-4.5/blender")
    for words in OF_BLENDER:
        assert run(words) == 0, shlex.join(words)
    assert (tmp_path / "for-blender" / "index.html").is_file()
    assert not list((tmp_path / "user").rglob("installed.json"))
    said = capfd.readouterr().out
    assert said.count("is installed") == 2 and said.count("taken out") == 1
    assert ["v2a", *OF_BLENDER[0]] in commands(PAGES[:1]), "the README begins as the page does"


@pytest.mark.slow
def test_the_example_in_python_runs(
    daemon: RunningDaemon, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", DAEMON.read_text("utf-8"), re.M | re.S)
    assert len([line for line in example.splitlines() if line]) <= 10
    monkeypatch.setenv("V2A_RUNTIME", str(daemon.runtime))
    monkeypatch.chdir(daemon.root)
    write_film(daemon.root / "film.mp4", Film())
    exec(compile(example, DAEMON.name, "exec"), {})
    assert "100%" in capsys.readouterr().out


@pytest.mark.slow
def test_pulling_without_a_network_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("V2A_PACKS", str(tmp_path))
    assert run(["packs", "pull", "paper"]) == 1
    err = capfd.readouterr().err
    assert "CC-BY-NC" in err and "--accept-licence" in err.splitlines()[-1]
    assert run(["packs", "pull", "no-such-pack"]) == 1
    assert os.listdir(tmp_path) == []
