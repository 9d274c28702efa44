"""What every test stands on: no network, quiet threads, small films made on the spot."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # beside each other run tests and their daemons

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.films import Film, write_film
from v2a.client.runtime_files import read_runtime
from v2a.client.start_daemon import serves

pytest_plugins = ["tests.fixtures_packs", "tests.fixtures_daemons"]

# On a machine that does much else at once the time of one example says nothing.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How the workers of `make test` share the tests."""
    from tests.side_by_side import FilesTogether

    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: what is left to share out at the end is small."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True, scope="session")
def _own_packs_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees or changes the user's own packs."""
    os.environ["V2A_PACKS"] = str(tmp_path_factory.mktemp("user") / "packs")


@pytest.fixture(autouse=True, scope="session")
def _own_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test meets the user's daemon; commands work in process unless a test says otherwise."""
    for name in ("V2A_DAEMON", "V2A_TOKEN", "V2A_CA"):
        os.environ.pop(name, None)
    os.environ["V2A_RUNTIME"] = str(tmp_path_factory.mktemp("runtime"))
    os.environ["V2A_STATE"] = str(tmp_path_factory.mktemp("state"))
    os.environ["V2A_NO_DAEMON"] = "1"
    yield
    running = read_runtime()
    if running and serves(running):
        os.kill(running.pid, signal.SIGTERM)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real footage and recordings beside the repository; skips where they are not."""
    if not (SHARED / "videos").is_dir():
        pytest.skip("the shared footage is not beside the repository")
    return SHARED


@pytest.fixture
def tiny_film(tmp_path: Path) -> Path:
    """Two seconds, two scenes, 96x54 at 25 fps, in a folder of its own."""
    folder = tmp_path / "footage"
    folder.mkdir()
    return write_film(folder / "tiny.mp4", Film())


@pytest.fixture(scope="session")
def one_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, made once; do not write beside it."""
    return write_film(tmp_path_factory.mktemp("footage") / "one.mp4", Film())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str, int], Path]]:
    """Mounts a disk of so many bytes at a name; skips where that is not allowed."""
    mounted: list[Path] = []

    def mount(name: str, size: int) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("mounting a small disk takes root on Linux")
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", str(folder)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)
