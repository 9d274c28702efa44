"""Sounds find room, or say that there is none; a long edit stays quick; an undo comes between."""

from __future__ import annotations

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
    return told_by("crowds", blender, daemon, tmp_path_factory.mktemp("crowds"))


def heard(made: dict[str, Any]) -> list[list[int]]:
    return [strip["frames"] for strip in made["strips"]]


def test_nothing_goes_to_channels_that_are_muted_or_locked(told: dict[str, Any]) -> None:
    made = told["barred"]
    assert heard(made) == WHOLE and made["same"]
    assert all(strip["channel"] > 3 for strip in made["strips"])


def test_a_sound_without_room_is_left_out_with_a_word(told: dict[str, Any]) -> None:
    made = told["taken"]
    assert heard(made) == WHOLE[:1] and made["same"]
    assert made["job"]["state"] == "done" and made["job"]["placed"] == 1
    assert any(said.startswith("no channel is free for sc002") for said in made["job"]["warnings"])


def test_undo_between_two_strips_leaves_each_once(told: dict[str, Any]) -> None:
    made = told["interrupted"]
    assert made["state"] == "placing" and made["after undo"] == []
    assert heard(made) == WHOLE and made["job"]["state"] == "done"


def test_a_long_edit_costs_no_long_ticks(told: dict[str, Any], blender: Blender) -> None:
    made = told["thousand"]
    assert heard(made["again"]) == WHOLE and made["again"]["same"]
    ticks = made["ticks"]
    print(
        f"Blender {blender.version}, 1,000 sounds: {len(ticks)} ticks, median "
        f"{1e3 * median(ticks):.2f} ms, longest {1e3 * ticks[-1]:.2f} ms"
    )
    assert ticks[-1] < 0.02, "four times what is aimed at: looking through it each time took 80 ms"
