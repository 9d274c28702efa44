"""How many of our files a two-second film goes through: what a newcomer reads to follow it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.films import Film, write_film

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "v2a",
    "daemon/v2a_daemon",
    "installers/v2a_installers",
    "integrations/v2a_integrations",
)
GENERATED = ROOT / "v2a" / "v1"
LONGEST_PATH = 4096


def run() -> dict[str, Any]:
    """Files whose functions `v2a generate` calls, in process and with daemon and children."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = write_film(folder / "film.mp4", Film())
        here = _entered(folder / "a", film, "--no-daemon")
        daemon = _entered(folder / "b", film)
    return {
        "in process": len(here),
        "through the daemon": len(daemon),
        "files in process": [{"file": file} for file in sorted(here)],
        "files only with the daemon": [{"file": file} for file in sorted(daemon - here)],
    }


def _entered(folder: Path, film: Path, *options: str) -> set[str]:
    """Paths, from the repository's root, of the files that one run of `v2a generate` enters."""
    folder.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent / "entered"),
        "V2A_ENTERED": str(folder / "s"),
        "V2A_ENTERED_FOLDERS": os.pathsep.join(f"{ROOT / package}{os.sep}" for package in PACKAGES),
        "V2A_RUNTIME": str(folder / "runtime"),
        "V2A_STATE": str(folder / "state"),
    }
    environment.pop("V2A_NO_DAEMON", None)
    files: set[Path] = set()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(environment["V2A_ENTERED"])
        listener = threading.Thread(target=_listen, args=(ear, files))
        listener.start()
        try:
            _generate(film, folder / "out", options, environment)
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(b"", environment["V2A_ENTERED"])
            listener.join()
    ours = (file for file in files if GENERATED not in file.parents)
    return {file.relative_to(ROOT).as_posix() for file in ours}


def _listen(ear: socket.socket, files: set[Path]) -> None:
    """Take in paths until an empty one ends it."""
    while path := ear.recv(LONGEST_PATH):
        files.add(Path(path.decode()))


def _generate(film: Path, out: Path, options: tuple[str, ...], environment: dict[str, str]) -> None:
    v2a = [sys.executable, "-m", "v2a"]
    command = [*v2a, "generate", str(film), "-o", str(out), *options]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    if not options:
        subprocess.run([*v2a, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)
