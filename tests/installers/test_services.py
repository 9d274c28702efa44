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
from v2a.cli.service_files import service
from v2a.errors import FAILED, USAGE

ODD = ["--root", '/home/me/a "b" %h $HOME & <c> \\d', "--listen", "unix:/x y"]
COMMAND = [sys.executable, "-m", "v2a_daemon", *ODD]
TASK = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / "v2a.service"
    unit.write_text(service("linux", ODD).text, "utf-8")
    result = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    ours = [line for line in result.stderr.splitlines() if "v2a" in line]
    assert result.returncode == 0 and ours == [], result.stderr


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
