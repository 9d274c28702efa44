"""Strips are edited while their sound is made; undo and redo go over what was laid."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

import pytest

from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.users import WHOLE, told_by

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(
    blender: Blender, daemon: RunningDaemon, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    return told_by("follows", blender, daemon, tmp_path_factory.mktemp("follow"))


def heard(told: dict[str, Any], name: str) -> list[list[int]]:
    return [strip["frames"] for strip in told["cases"][name]["strips"]]


def test_sounds_go_where_the_picture_went(told: dict[str, Any]) -> None:
    assert heard(told, "nothing") == WHOLE
    assert heard(told, "moved") == [[36, 56], [56, 76]]
    assert heard(told, "slipped") == [[16, 32], [32, 52]]
    assert heard(told, "trimmed") == [[24, 36], [36, 53]]
    assert heard(told, "first_frame") == WHOLE
    for name, case in told["cases"].items():
        if name not in ("deleted", "backwards"):
            assert case["job"]["state"] == "done" and not case["job"]["warnings"], name


def test_a_cut_is_one_sound_until_its_halves_part(told: dict[str, Any]) -> None:
    assert heard(told, "cut_in_place") == WHOLE
    for name in ("cut_apart", "cut_hard"):
        assert heard(told, name) == [[16, 26], [56, 66], [66, 86]], name
        left, right, _ = told["cases"][name]["strips"]
        assert left["file"] == right["file"] and right["content"] - left["content"] == 30


def test_copies_of_a_strip_get_nothing(told: dict[str, Any]) -> None:
    assert heard(told, "copied") == WHOLE


def test_names_do_not_matter(told: dict[str, Any]) -> None:
    assert heard(told, "renamed") == WHOLE
    assert heard(told, "into_a_meta") == WHOLE
    assert {strip["meta"] for strip in told["cases"]["into_a_meta"]["strips"]} == {"meta"}


@pytest.mark.parametrize(("name", "said"), [("deleted", "deleted"), ("backwards", "speed")])
def test_what_has_no_place_is_left_out_with_a_word(
    told: dict[str, Any], name: str, said: str
) -> None:
    assert heard(told, name) == []
    job = told["cases"][name]["job"]
    assert job["state"] == "done" and job["placed"] == 0
    assert any(said in warning for warning in job["warnings"])


def test_what_is_hidden_can_be_pulled_out(told: dict[str, Any]) -> None:
    """Half a second of sound, on whole frames, beyond either end."""
    first, second = told["cases"]["nothing"]["strips"]
    assert first["content"] <= 16 - 12 and second["content"] <= 36 - 12
    assert first["channel"] != second["channel"]


def test_undo_and_redo(told: dict[str, Any]) -> None:
    undo = told["undo"]
    assert [job["state"] for job in json.loads(undo["copy"])][-1] == "sent"
    assert [strip["frames"] for strip in undo["laid"]] == WHOLE
    assert undo["undone"] == [] and undo["job"]["state"] == "done"
    assert undo["redone"] == undo["laid"]


def test_a_tick_is_short(told: dict[str, Any], blender: Blender) -> None:
    """In this thread's own time, so that a busy machine tells nothing."""
    ticks = told["ticks"]
    late = ticks[int(len(ticks) * 0.99)]
    print(
        f"Blender {blender.version}: {len(ticks)} ticks, {1e3 * median(ticks):.2f} ms, "
        f"99 of 100 under {1e3 * late:.2f} ms, longest {1e3 * ticks[-1]:.2f} ms"
    )
    assert late < 0.005
