"""Work in progress survives the file; sound files come to lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import VERSIONS, Blender
from tests.integrations.blender.users import WHOLE, surroundings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(
    blender: Blender, daemon: RunningDaemon, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("files")
    given = {
        "film": str(write_film(folder / "film.mp4", Film())),
        "pack": str(daemon.pack),
        "blend": str(folder / "edit.blend"),
        "other": str(folder / "other.blend"),
        "later": str(folder / "saved" / "later.blend"),
        "seed": 40 + VERSIONS.index(blender.version),
    }
    return blender.run("files", given, environment=surroundings(daemon, folder))


def heard(strips: list[dict[str, Any]]) -> list[list[int]]:
    return [strip["frames"] for strip in strips]


def test_a_job_goes_on_when_its_file_is_opened_again(told: dict[str, Any]) -> None:
    made = told["closed"]
    assert made["other"] == 0, "another file has jobs of its own"
    assert made["reopened"] == ["sent"]
    assert heard(made["laid"]) == WHOLE
    assert made["after"]["job"] == made["before"]["job"], "the same job, not a second one"


def test_what_strips_carry_survives(told: dict[str, Any]) -> None:
    made = told["closed"]
    assert made["again"] == made["laid"] and made["unfinished"] == 0
    assert made["kept"]["state"] == "done" and made["kept"]["placed"] == 2


def test_a_stretch_that_was_being_rendered_is_begun_anew(told: dict[str, Any]) -> None:
    made = told["rendering"]
    assert made["closed begun"] == made["cancelled begun"] == "rendering"
    assert made["closed"]["reason"] == "RENDERING_LOST"
    assert made["cancelled"]["state"] == "cancelled"
    assert made["retried"]["state"] == "done" and heard(made["laid"]) == WHOLE
    assert made["closed left"] == made["cancelled left"] == made["left"] == []


def test_files_of_an_unsaved_edit_come_along_when_it_is_saved(told: dict[str, Any]) -> None:
    made = told["unsaved"]
    assert any("not saved yet" in said for said in made["job"]["warnings"])
    assert heard(made["before"]) == heard(made["after"]) == WHOLE
    assert all("foley_stems" in strip["path"] for strip in made["before"])
    for strips in (made["after"], made["reopened"]):
        assert heard(strips) == WHOLE
        assert all(strip["path"].startswith("//foley/") for strip in strips)
        assert all(Path(strip["file"]).is_file() for strip in strips)


def test_nothing_to_do_is_said(told: dict[str, Any]) -> None:
    assert told["bare"]["said"] == [["CANCELLED"]] * 9 and told["bare"]["jobs"] == 0
