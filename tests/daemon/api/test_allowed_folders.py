"""Paths of clients: whatever they are called, they lead into a root or are refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from v2a.errors import V2AError
from v2a_daemon.api.allowed_folders import Roots, default_roots

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and devices of POSIX")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a film, a film outside, and every kind of way between them."""
    base = tmp_path_factory.mktemp("place").resolve()
    (base / "root" / "Films").mkdir(parents=True)
    (base / "root-not").mkdir()
    for film in ("root/film.mp4", "root/Films/film.mp4", "root-not/film.mp4", "secret.mp4"):
        (base / film).write_bytes(b"film")
    (base / "root/out.mp4").symlink_to(base / "secret.mp4")
    (base / "root/out").symlink_to(base)
    (base / "root/in.mp4").symlink_to("Films/film.mp4")
    (base / "root/loop").symlink_to("loop")
    (base / "root/nowhere").symlink_to(base / "not there yet")
    (base / "alias").symlink_to("root")
    if hasattr(os, "mkfifo"):
        os.mkfifo(base / "root/pipe")
    return base


@pytest.fixture(scope="module")
def roots(place: Path) -> Roots:
    return Roots([place / "root"])


def reason_of(act: object, *args: object) -> str:
    with pytest.raises(V2AError) as refused:
        act(*args)  # type: ignore[operator]
    assert refused.value.message and refused.value.remedy
    return refused.value.reason


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("root/film.mp4", "root/film.mp4"),
        ("root/in.mp4", "root/Films/film.mp4"),
        ("root/Films/../film.mp4", "root/film.mp4"),
        ("root/./Films//film.mp4", "root/Films/film.mp4"),
        ("alias/film.mp4", "root/film.mp4"),
        ("root/out/root/film.mp4", "root/film.mp4"),
    ],
)
@posix
def test_what_leads_inside_is_read(path: str, leads_to: str, place: Path, roots: Roots) -> None:
    assert roots.readable(f"{place}/{path}") == place / leads_to


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("{}/secret.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/../secret.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/Films/../../secret.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/out.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/out/secret.mp4", "OUTSIDE_ROOTS"),
        ("{}/root-not/film.mp4", "OUTSIDE_ROOTS"),
        ("{}/not there.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/../not there.mp4", "OUTSIDE_ROOTS"),
        ("/proc/self/environ", "OUTSIDE_ROOTS"),
        ("/dev/zero", "OUTSIDE_ROOTS"),
        ("root/film.mp4", "OUTSIDE_ROOTS"),
        ("~/film.mp4", "OUTSIDE_ROOTS"),
        ("", "OUTSIDE_ROOTS"),
        (".", "OUTSIDE_ROOTS"),
        ("\\\\host\\share\\film.mp4", "OUTSIDE_ROOTS"),
        ("//host/share/film.mp4", "OUTSIDE_ROOTS"),
        ("/{}/root/film.mp4", "OUTSIDE_ROOTS"),
        ("\\\\?\\C:\\film.mp4", "OUTSIDE_ROOTS"),
        ("{}/root/film.mp4\0", "OUTSIDE_ROOTS"),
        ("{}/root/film.mp4\0.txt", "OUTSIDE_ROOTS"),
        ("file:{}/root/film.mp4", "IS_URL"),
        ("file://{}/root/film.mp4", "IS_URL"),
        ("FILE:{}/root/film.mp4", "IS_URL"),
        ("https://host/film.mp4", "IS_URL"),
        ("concat:{}/root/film.mp4", "IS_URL"),
        ("{}/root/loop", "NOT_FOUND"),
        ("{}/root/nowhere", "NOT_FOUND"),
        ("{}/root/not there.mp4", "NOT_FOUND"),
        ("{}/root/film.mp4/film.mp4", "NOT_FOUND"),
        ("{}/root/" + "x" * 5000, "NOT_FOUND"),
        ("{}/root", "NOT_MEDIA"),
        ("{}/root/Films", "NOT_MEDIA"),
        ("{}/root/pipe", "NOT_MEDIA"),
    ],
)
@posix
def test_what_does_not_is_refused(path: str, reason: str, place: Path, roots: Roots) -> None:
    assert reason_of(roots.readable, path.format(place)) == reason


@posix
def test_a_name_in_another_case_is_the_same_file_or_none(place: Path, roots: Roots) -> None:
    path = f"{place}/ROOT/FILM.MP4"
    if os.path.exists(path):
        assert roots.readable(path).samefile(place / "root/film.mp4")
    else:
        assert reason_of(roots.readable, path) == "OUTSIDE_ROOTS"


@posix
def test_devices_are_no_media_even_with_the_whole_disk_as_root() -> None:
    everything = Roots([Path("/")])
    assert reason_of(everything.readable, "/dev/zero") == "NOT_MEDIA"
    assert reason_of(everything.writable, "/dev/null") == "OUTPUT_READ_ONLY"


PARTS = ["..", ".", "root", "Films", "film.mp4", "out", "in.mp4", "loop", "nowhere", "secret.mp4"]


@posix
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(st.sampled_from([*PARTS, "", "new", "pipe", "alias"]), max_size=8))
def test_no_path_leads_out(parts: list[str], place: Path, roots: Roots) -> None:
    path = "/".join([str(place), *parts])
    for act in (roots.readable, roots.folder, roots.writable):
        try:
            found = act(path)
        except V2AError:
            continue
        assert (place / "root") in (found, *found.parents) and ".." not in found.parts
        assert os.path.realpath(found) == str(found)


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("root", "root"),
        ("root/new/folder", "root/new/folder"),
        ("alias/Films/new", "root/Films/new"),
        ("root/Films/../new", "root/new"),
    ],
)
@posix
def test_results_go_into_a_root(path: str, leads_to: str, place: Path, roots: Roots) -> None:
    assert roots.writable(f"{place}/{path}") == place / leads_to
    assert not (place / "root/new").exists()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("{}", "OUTSIDE_ROOTS"),
        ("{}/new", "OUTSIDE_ROOTS"),
        ("{}/root/../new", "OUTSIDE_ROOTS"),
        ("{}/root/new/../../../new", "OUTSIDE_ROOTS"),
        ("{}/root/out/new", "OUTSIDE_ROOTS"),
        ("new", "OUTSIDE_ROOTS"),
        ("//host/share", "OUTSIDE_ROOTS"),
        ("{}/root/new\0", "OUTSIDE_ROOTS"),
        ("file:{}/root", "IS_URL"),
        ("{}/root/nowhere/new", "NOT_FOUND"),
        ("{}/root/loop/new", "NOT_FOUND"),
        ("{}/root/film.mp4", "OUTPUT_READ_ONLY"),
        ("{}/root/film.mp4/new", "OUTPUT_READ_ONLY"),
    ],
)
@posix
def test_results_go_nowhere_else(path: str, reason: str, place: Path, roots: Roots) -> None:
    assert reason_of(roots.writable, path.format(place)) == reason


@posix
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may do anything")
def test_what_may_not_be_read_or_written_is_told(tmp_path: Path) -> None:
    film, folder = tmp_path / "film.mp4", tmp_path / "closed"
    film.touch(0)
    folder.mkdir(0o500)
    assert reason_of(Roots([tmp_path]).readable, str(film)) == "NO_PERMISSION"
    assert reason_of(Roots([tmp_path]).writable, str(folder / "new")) == "OUTPUT_READ_ONLY"


def test_roots_are_folders_that_exist(tmp_path: Path) -> None:
    assert reason_of(Roots, [tmp_path / "none"]) == "NOT_FOUND"
    assert Path.home() in default_roots() and all(path.is_dir() for path in default_roots())
