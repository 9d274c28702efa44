"""What `v2a doctor` looks at: of each thing, what was found, and what to do where it is bad."""

from __future__ import annotations

import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import v2a
from v2a.client import runtime_files
from v2a.disk import free_bytes
from v2a.errors import V2AError

LEAST_FREE = 2_000_000_000
"""Bytes where the state lies: a job of a few films with its cache."""
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "9p", "webdav"}
)
"""File systems on which a database's locks cannot be relied upon."""


@dataclass(frozen=True)
class CheckResult:
    """What a check found."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    """What to do where it is not ok."""


def look(pack: str, device: str) -> Iterator[CheckResult]:
    """Every check's finding, in the order in which the parts stand on each other."""
    checks: list[tuple[str, Callable[[], CheckResult]]] = [
        ("Python", _python),
        ("media", _media),
        ("threads", _threads),
        ("device", lambda: _device(device)),
        ("pack", lambda: _pack(pack)),
        ("state", _state),
        ("disk", _disk),
        ("runtime", _runtime),
        ("socket", _socket),
        ("daemon", _daemon),
    ]
    for what, check in checks:
        try:
            yield check()
        except V2AError as error:
            yield CheckResult(what, False, error.message, error.remedy)
        except Exception as error:  # what a broken installation raises, whatever it is
            said = " ".join(str(error).split()) or type(error).__name__
            yield CheckResult(what, False, f"{type(error).__name__}: {said}", "install v2a again")


def _python() -> CheckResult:
    version = platform.python_version()
    found = f"{version}, v2a {v2a.__version__}, {platform.system()} {platform.machine()}"
    return CheckResult("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def _media() -> CheckResult:
    import av

    return CheckResult("media", True, f"PyAV {av.__version__}, FFmpeg {av.ffmpeg_version_info}")


def _threads() -> CheckResult:
    policy = os.environ.get("OMP_WAIT_POLICY", "")
    threads = os.environ.get("OMP_NUM_THREADS") or f"all {os.cpu_count()}"
    found = f"{threads}, waiting {policy.lower() or 'as OpenMP likes'}"
    return CheckResult("threads", policy.upper() == "PASSIVE", found, "unset OMP_WAIT_POLICY")


def _device(name: str) -> CheckResult:
    from v2a.packs.locate import resolve_device

    device = resolve_device(name)
    return CheckResult("device", True, device if name == device else f"{name} is {device}")


def _pack(name: str) -> CheckResult:
    from v2a.packs.locate import find_pack
    from v2a.packs.verify import check
    from v2a.packs.weight_wheels import loss

    pack = find_pack(name)
    check(pack.folder, pack.manifest, pack.manifest.files)
    if lacking := pack.lacking():
        found = "; ".join(loss(part, error) for part, error in lacking.items())
        return CheckResult("pack", False, found, "; ".join(e.remedy for e in lacking.values()))
    return CheckResult("pack", True, f"{pack.name} {pack.manifest.version}, {pack.folder}")


def _state() -> CheckResult:
    folder = runtime_files.state_folder()
    if not folder.exists():
        return CheckResult("state", True, f"{folder}: not there yet, made at the first start")
    remedy = f"make it yours alone: chown it to you, chmod 700 {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return CheckResult("state", False, f"{folder}: cannot be written to", remedy)
    if (system := _file_system(folder)) in NETWORK:
        detail = f"{folder}: lies on a network drive ({system})"
        return CheckResult("state", False, detail, "name a folder of this machine with V2A_STATE")
    return _private("state", folder, remedy)


def _file_system(folder: Path) -> str:
    """The type of the file system that a folder lies on, in lower case; empty if unknown."""
    import psutil

    mounts = [
        part
        for part in psutil.disk_partitions(all=True)
        if folder.resolve().is_relative_to(part.mountpoint)
    ]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype.lower() if mounts else ""


def _disk() -> CheckResult:
    folder = runtime_files.state_folder()
    free = free_bytes(folder)
    remedy = "free some space, or name a folder of another disk with V2A_STATE"
    return CheckResult("disk", free >= LEAST_FREE, f"{free / 1e9:.1f} GB free at {folder}", remedy)


def _runtime() -> CheckResult:
    folder, file = runtime_files.runtime_folder(), runtime_files.runtime_file()
    if not file.exists():
        return CheckResult("runtime", True, f"{file}: not there, as no daemon runs")
    remedy = f"run 'v2a stop', delete {folder} and start again"
    if runtime_files.read_runtime() is None:
        return CheckResult("runtime", False, f"{file}: is damaged, or somebody else's", remedy)
    found = _private("runtime", folder, remedy)
    return _private("runtime", file, remedy) if found.ok else found


def _socket() -> CheckResult:
    running = runtime_files.read_runtime()
    if running is None or not running.address.startswith("unix:"):
        return CheckResult(
            "socket", True, running.address if running else "none, as no daemon runs"
        )
    path = Path(running.address.removeprefix("unix:"))
    remedy = "run 'v2a stop' and start again"
    if not path.is_socket():
        return CheckResult("socket", False, f"{path}: is not there", remedy)
    return _private("socket", path.parent, remedy)


def _private(what: str, path: Path, remedy: str) -> CheckResult:
    """Whether a file or folder is this user's alone; Windows' own rights are not looked at."""
    if sys.platform == "win32":
        return CheckResult(what, True, str(path))
    facts = path.stat()
    mode = stat.S_IMODE(facts.st_mode)
    found = f"{path}: mode {mode:04o}"
    if facts.st_uid != os.getuid():
        return CheckResult(what, False, f"{path}: belongs to somebody else", remedy)
    return CheckResult(what, not mode & 0o077, found, remedy)


def _daemon() -> CheckResult:
    from v2a.client import connect

    try:
        with connect() as client:
            status = client.status()
    except V2AError as error:
        if error.reason != "DAEMON_NOT_RUNNING" or runtime_files.read_runtime() is not None:
            raise
        return CheckResult("daemon", True, "none runs; the next command starts one")
    jobs = f"{status.running} running, {status.queued} waiting"
    return CheckResult(
        "daemon", True, f"answers at {status.address}: version {status.version}, {jobs}"
    )
