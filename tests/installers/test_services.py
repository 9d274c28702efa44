"""The service files say what was meant, by the judgement of whoever reads them."""

from __future__ import annotations

import getpass
import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from v2a.cli.app import run
from v2a.cli.service_files import ServiceKind, System, service, service_of
from v2a.errors import FAILED, USAGE

ODD = ["--root", '/home/me/a "b" %h $HOME & <c> \\d', "--listen", "unix:/x y"]
COMMAND = [sys.executable, "-m", "v2a_daemon", *ODD]
SYSTEMS: tuple[System, ...] = ("linux", "macos", "windows")
TASK = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def systemd_says(text: str, folder: Path) -> list[str]:
    """What systemd has against a unit of ours; nothing where it is not here."""
    if shutil.which("systemd-analyze") is None:
        return []
    unit = folder / "v2a.service"
    unit.write_text(text, "utf-8")
    result = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
    )
    ours = [line for line in result.stderr.splitlines() if "v2a" in line]
    return ours or ([result.stderr] if result.returncode else [])


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    assert systemd_says(service("linux", ODD).text, tmp_path) == []


def test_the_unit_starts_the_daemon_and_waits_for_it() -> None:
    made = service("linux", ODD)
    words = re.search(r"^ExecStart=(.*)$", made.text, re.MULTILINE)
    assert words
    # systemd's quoting is a shell's, but for two signs that it wants doubled.
    assert shlex.split(words[1].replace("%%", "%").replace("$$", "$")) == COMMAND
    assert {"Type=notify", "KillMode=mixed"} <= set(made.text.splitlines())
    assert "User=" not in made.text and made.file.parts[-3:] == ("systemd", "user", "v2a.service")


def test_the_launch_agent_read_back() -> None:
    made = service("macos", ODD)
    told = plistlib.loads(made.text.encode(made.encoding))
    assert told["ProgramArguments"] == COMMAND
    assert told["Label"] == made.file.stem and told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False} and told["Umask"] == 0o077
    assert "LaunchAgents" in made.file.parts and "UserName" not in told


def test_the_logon_task_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERDOMAIN", "R&D")
    made = service("windows", ODD)
    task = ElementTree.fromstring(made.text.encode(made.encoding))

    def said(path: str) -> str | None:
        return task.findtext("/".join(f"t:{part}" for part in path.split("/")), None, TASK)

    assert said("Actions/Exec/Command") == sys.executable
    assert said("Actions/Exec/Arguments") == subprocess.list2cmdline(COMMAND[1:])
    user = f"R&D\\{getpass.getuser()}"
    assert said("Triggers/LogonTrigger/UserId") == said("Principals/Principal/UserId") == user
    assert said("Principals/Principal/RunLevel") == "LeastPrivilege"
    assert said("Settings/ExecutionTimeLimit") == "PT0S"


WATCH = ServiceKind(
    "v2a-watch-x", "local.x", "v2a-watch.service", "local.v2a.watch.plist", "v2a-watch.xml"
)


def test_a_watch_folder_is_a_service_of_each_system(tmp_path: Path) -> None:
    """Its end leaves the daemon alone that it started."""
    words = [sys.executable, "-m", "v2a", "watch", ODD[1]]
    linux, macos, windows = (service_of(system, WATCH, words) for system in SYSTEMS)
    command = re.search(r"^ExecStart=(.*)$", linux.text, re.MULTILINE)
    assert command and shlex.split(command[1].replace("%%", "%").replace("$$", "$")) == words
    assert {"KillMode=process", "Restart=on-failure"} <= set(linux.text.splitlines())
    assert linux.file.name == "v2a-watch-x.service" and systemd_says(linux.text, tmp_path) == []
    told = plistlib.loads(macos.text.encode(macos.encoding))
    assert told["ProgramArguments"] == words and told["AbandonProcessGroup"] is True
    assert told["Label"] == macos.file.stem == "local.x"
    task = ElementTree.fromstring(windows.text.encode(windows.encoding))
    assert task.findtext("t:Actions/t:Exec/t:Arguments", None, TASK) == subprocess.list2cmdline(
        words[1:]
    )
    assert any("v2a-watch-x" in command for command in windows.uninstall[0])


def test_a_look_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert run(["install", "service", "--show", "--root", str(tmp_path)]) == 0
    assert "v2a_daemon" in capfd.readouterr().out and list(tmp_path.iterdir()) == []


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemctl that writes down how it is called and does as the file beside it says."""
    if sys.platform != "linux":
        pytest.skip("stands in for systemd")
    (tmp_path / "bin").mkdir()
    control = tmp_path / "bin" / "systemctl"
    control.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\n[ ! -e {tmp_path}/refuses ] || '
        "{ echo 'no bus' >&2; exit 1; }\n"
    )
    control.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def test_installed_and_taken_out(system: Path) -> None:
    unit = system / "config" / "systemd" / "user" / "v2a.service"
    assert run(["install", "service"]) == 0 and unit.is_file()
    assert run(["uninstall", "service"]) == 0 and not unit.exists()
    assert run(["uninstall", "service"]) == 0
    assert (system / "calls").read_text().splitlines() == [
        "--user daemon-reload",
        "--user enable --now v2a.service",
        "--user disable --now v2a.service",
        "--user daemon-reload",
    ]


def test_watch_folders_are_installed_each_on_its_own(
    system: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    units = system / "config" / "systemd" / "user"
    for name in ("day 1", "day 2"):
        (system / name).mkdir()
        assert run(["install", "watch", str(system / name)]) == 0
    one, two = sorted(path.name for path in units.iterdir())
    assert one.startswith("v2a-watch-day-1-") and two.startswith("v2a-watch-day-2-")
    assert "day 1" in (units / one).read_text("utf-8")
    (system / "calls").unlink()
    assert run(["install", "watch", str(system / "day 1"), "--output", str(system)]) == 0
    assert run(["uninstall", "watch", str(system / "day 1")]) == 0
    assert [path.name for path in units.iterdir()] == [two]
    assert (system / "calls").read_text().splitlines() == [
        f"--user disable --now {one}",
        "--user daemon-reload",
        f"--user enable --now {one}",
        f"--user disable --now {one}",
        "--user daemon-reload",
    ]
    assert run(["uninstall", "watch", str(system / "day 1")]) == 0
    assert "no watch is installed" in capfd.readouterr().out
    assert run(["install", "watch", str(system / "gone")]) == USAGE


def test_a_system_that_refuses(system: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (system / "refuses").touch()
    assert run(["install", "service"]) == FAILED
    err = capfd.readouterr().err
    assert err.count("\n") == 1 and "no bus" in err and "v2a serve --background" in err
    assert list((system / "config" / "systemd" / "user").iterdir()) == []


def test_never_as_root(
    system: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for verb in ("install", "uninstall"):
        assert run([verb, "service"]) == USAGE
        assert "--allow-root" in capfd.readouterr().err
    assert not (system / "calls").exists()
    assert run(["install", "service", "--allow-root"]) == 0
