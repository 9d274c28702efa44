"""Takes, accepting, replacing, removing, exporting; options of how sounds are laid; detection."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np
import pytest
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.users import WHOLE, surroundings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(
    blender: Blender, daemon: RunningDaemon, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("choices")
    soundfile.write(folder / "own.wav", np.zeros(48_000), 48_000)
    given = {
        "film": str(write_film(folder / "film.mp4", Film())),
        "sound": str(folder / "own.wav"),
        "pack": str(daemon.pack),
        "blend": str(folder / "edit.blend"),
        "out": str(folder),
    }
    return blender.run("choices", given, environment=surroundings(daemon, folder))


def heard(strips: list[dict[str, Any]]) -> list[list[int]]:
    return [strip["frames"] for strip in strips]


def test_sounds_are_laid_as_was_set(told: dict[str, Any]) -> None:
    made = told["options"]
    assert heard(made["strips"]) == WHOLE and not made["overlaps"]
    name, start, end = made["meta"]
    assert "film" in name and (start, end) == (16, 56)
    for strip in made["strips"]:
        assert strip["meta"] == name and strip["packed"]
        assert strip["colour"] == "COLOR_03"
        assert strip["name"].startswith(f"sc{strip['scene']:03} ")
        (keys,) = (k for path, k in made["keys"].items() if f'"{strip["name"]}"' in path)
        a, b = strip["frames"]
        assert keys == [[a, 0], [a + 4, 0.5], [b - 4, 0.5], [b, 0]]


def test_users_strips_are_neither_moved_nor_covered(told: dict[str, Any]) -> None:
    made = told["crowded"]
    assert made["same"] and not made["overlaps"]
    assert heard(made["strips"]) == WHOLE
    assert all(strip["channel"] in (3, 4) for strip in made["strips"]), "2 is taken there"


def test_earlier_sounds_are_kept_joined_or_replaced(told: dict[str, Any]) -> None:
    made = told["overwriting"]
    first = made["first"]
    kept = made["KEEP"]
    assert heard(kept) == WHOLE
    assert kept[0]["accepted"] and kept[0]["request"] == first[0]["request"]
    assert kept[1]["request"] != first[1]["request"]
    assert any("accepted" in said for said in made["KEEP said"])
    assert heard(made["ADD"]) == [WHOLE[0]] * 2 + [WHOLE[1]] * 2
    replaced = made["REPLACE"]
    assert heard(replaced) == WHOLE and not replaced[0]["accepted"]
    assert len({strip["request"] for strip in replaced}) == 1


def test_a_take_is_another_file_under_the_same_strip(told: dict[str, Any]) -> None:
    made = told["takes"]
    first, other = made["first"][1], made["next"][1]
    assert (first["take"], other["take"], other["takes"]) == (1, 2, 2)
    assert first["file"] != other["file"] and Path(other["file"]).is_file()
    assert other["frames"] == [36, 54] and other["volume"] == 0.25
    assert made["next"][0] == made["first"][0], "only what was selected"
    assert made["previous"][1]["file"] == first["file"]
    assert [strip["muted"] for strip in made["muted"]] == [False, True]


def test_a_scene_is_made_again_with_other_words(told: dict[str, Any]) -> None:
    made = told["takes"]
    again = made["again"][1]
    assert made["job"]["state"] == "done", made["job"]
    assert (again["take"], again["takes"]) == (3, 3) and again["frames"] == [36, 54]
    assert made["prompts"] == ["", "", "a bell"]
    length = {soundfile.info(strip["file"]).frames for strip in (again, made["next"][1])}
    assert len(length) == 1, "takes begin and end together"
    assert again["file"] != made["next"][1]["file"]
    assert made["again"][0] == made["first"][0]


def test_the_report_is_opened(told: dict[str, Any]) -> None:
    (page,) = told["takes"]["opened"]
    assert Path(url2pathname(urlsplit(page).path)).is_file()


def test_scenes_are_counted_marked_and_split(told: dict[str, Any]) -> None:
    made = told["looking"]
    assert made["waits"] is None and made["scenes"] == 2 and made["jobs"] == 0
    ((frame, name),) = made["markers"]
    assert frame == 36 and name.startswith("Scene 2")
    assert sorted(made["split"].values()) == [[1, 16, 36], [1, 36, 56]]


def test_a_job_is_cancelled_begun_again_and_forgotten(told: dict[str, Any]) -> None:
    made = told["cancelled"]
    assert made["job"]["state"] == "cancelled" and made["strips"] == []
    assert made["retried"]["state"] == "done" and heard(made["laid"]) == WHOLE
    assert made["left"] == 0 and made["kept"] == 2


def test_only_ours_is_removed_and_nothing_is_written_over(told: dict[str, Any]) -> None:
    made = told["removing"]
    assert len(made["names"]) == 2 and len(made["exported"]) == 3 and made["safe"]
    assert heard(made["one"]) == [WHOLE[1]] and made["none"] == []
    assert made["users"] == ["film", "own sound"]


def test_where_nothing_can_be_written_files_go_elsewhere(told: dict[str, Any]) -> None:
    made = told["folders"]
    assert heard(made["strips"]) == WHOLE
    assert any("cannot be written to" in said for said in made["job"]["warnings"])
    assert all("foley_stems" in strip["file"] for strip in made["strips"])
