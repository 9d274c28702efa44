"""What each system starts a service by: a template filled in, where it goes, who is told."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Literal
from xml.sax.saxutils import escape

from v2a.client.runtime_files import log_folder

System = Literal["linux", "macos", "windows"]


@dataclass(frozen=True)
class ServiceKind:
    """What is started: how each system calls it, and the names of its templates."""

    name: str
    label: str
    """For macOS, which wants it in reverse-domain form."""
    linux: str
    macos: str
    windows: str


DAEMON = ServiceKind("v2a", "local.v2a.daemon", "v2a.service", "local.v2a.daemon.plist", "v2a.xml")


@dataclass(frozen=True)
class Service:
    """A service of this user."""

    file: Path
    text: str
    encoding: str
    install: Sequence[Sequence[str]]
    """Commands that make the system take the file and start it."""
    uninstall: Sequence[Sequence[str]]
    """Commands that end it and make the system forget; the file is deleted after them."""
    after: Sequence[Sequence[str]] = ()
    """Commands once the file is gone."""


def this_system() -> System:
    """The system this runs on; any other Unix is taken for one with systemd."""
    return {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")  # type: ignore[return-value]


def service(system: System, options: Sequence[str] = ()) -> Service:
    """The daemon's for a system, started with these options."""
    return service_of(system, DAEMON, [sys.executable, "-m", "v2a_daemon", *options])


def service_of(system: System, kind: ServiceKind, command: Sequence[str]) -> Service:
    """The service of a system that runs a command."""
    return {"linux": _linux, "macos": _macos, "windows": _windows}[system](kind, command)


def _linux(kind: ServiceKind, command: Sequence[str]) -> Service:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    unit = f"{kind.name}.service"
    text = _filled(f"linux/{kind.linux}", command=" ".join(map(_for_systemd, command)))
    control = ["systemctl", "--user"]
    return Service(
        Path(home, "systemd", "user", unit),
        text,
        "utf-8",
        [[*control, "daemon-reload"], [*control, "enable", "--now", unit]],
        [[*control, "disable", "--now", unit]],
        [[*control, "daemon-reload"]],
    )


def _for_systemd(word: str) -> str:
    """A word of ExecStart, with what systemd would replace in it kept from that."""
    for letter in '\\"':
        word = word.replace(letter, "\\" + letter)
    return '"' + word.replace("%", "%%").replace("$", "$$") + '"'


def _macos(kind: ServiceKind, command: Sequence[str]) -> Service:
    file = Path.home() / "Library" / "LaunchAgents" / f"{kind.label}.plist"
    lines = "\n".join(f"\t\t<string>{escape(word)}</string>" for word in command)
    log = escape(str(log_folder() / "service.log"))
    text = _filled(f"macos/{kind.macos}", label=kind.label, arguments=lines, log=log)
    domain = f"gui/{os.getuid() if sys.platform != 'win32' else 0}"
    return Service(
        file,
        text,
        "utf-8",
        [["launchctl", "bootstrap", domain, str(file)]],
        [["launchctl", "bootout", f"{domain}/{kind.label}"]],
    )


def _windows(kind: ServiceKind, command: Sequence[str]) -> Service:
    python = Path(command[0])
    quiet = python.with_name("pythonw.exe")  # no console window
    program = quiet if quiet.exists() else python
    rest = subprocess.list2cmdline(command[1:])
    domain = os.environ.get("USERDOMAIN")
    user = f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()
    text = _filled(
        f"windows/{kind.windows}",
        user=escape(user),
        program=escape(str(program)),
        rest=escape(rest),
    )
    file = log_folder().parent / f"{kind.name}.xml"
    create = ["schtasks", "/Create", "/TN", kind.name, "/XML", str(file), "/F"]
    return Service(
        file,
        text,
        "utf-16",
        [create, ["schtasks", "/Run", "/TN", kind.name]],
        [["schtasks", "/End", "/TN", kind.name], ["schtasks", "/Delete", "/TN", kind.name, "/F"]],
    )


def _filled(template: str, **words: str) -> str:
    text = files("v2a_installers").joinpath(template).read_text("utf-8")
    return Template(text).substitute(words)
