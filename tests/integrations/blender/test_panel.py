"""The face of the add-on, drawn in three Blenders: it says what is so, and drawing is cheap."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import v2a
from tests.films import Film, write_film
from tests.integrations.blender.blenders import Blender

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("panel")
    write_film(folder / "film.mp4", Film(scenes=(25, 25)))
    soundfile.write(folder / "rain.wav", np.zeros((48_000, 2)), 48_000)
    programs = [str(Path(sys.executable).with_name("v2a")), sys.executable, str(folder / "none")]
    return {
        "film": str(folder / "film.mp4"),
        "sound": str(folder / "rain.wav"),
        "programs": programs,
    }


@pytest.fixture(scope="module")
def drawn(blender: Blender, given: dict[str, Any]) -> dict[str, Any]:
    return blender.run("panel_draws", given)


def texts(panel: list[dict[str, Any]]) -> str:
    return "\n".join(str(entry.get("text", "")) for entry in panel)


def names(panel: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in panel if "name" in entry]


def test_an_empty_timeline_has_a_panel(drawn: dict[str, Any]) -> None:
    empty = drawn["empty"]
    assert "Select strips" in texts(empty["FOLEY_PT_generate"])
    assert empty["FOLEY_PT_jobs"] is None and empty["FOLEY_PT_strip"] is None


def test_what_is_sent_and_what_is_not(drawn: dict[str, Any]) -> None:
    said = texts(drawn["full"]["FOLEY_PT_generate"])
    assert "1 strip to send, 2.0 s" in said and "\nfilm\n" in said
    assert "lost: " in said, "with the reason why not"
    assert {"prompt", "negative", "foley.generate"} <= set(
        names(drawn["full"]["FOLEY_PT_generate"])
    )


def test_before_the_first_look_it_says_so(drawn: dict[str, Any]) -> None:
    assert "Looking" in texts(drawn["unlooked"])


def test_every_setting_is_on_a_panel(drawn: dict[str, Any]) -> None:
    shown = {name for panel in drawn["full"].values() for name in names(panel)}
    assert set(drawn["settings"]) - {"rna_type", "name"} <= shown


def test_a_job_in_every_state(drawn: dict[str, Any]) -> None:
    panel = drawn["full"]["FOLEY_PT_jobs"]
    said = texts(panel)
    assert "Making sound, scene 2 of 5" in said and "12 s left" in said
    whole = [entry for entry in panel if entry["what"] == "progress" or entry.get("value") == 50.0]
    assert whole, "a bar at half way"
    assert "9 MB are needed" in said and "free some space" in said
    assert "Sounds placed: 4" in said and "1 Note" in said
    verbs = {"cancel", "retry", "forget", "details", "open_report"}
    assert {f"foley.{verb}" for verb in verbs} <= set(names(panel))


def test_the_active_strip_and_its_takes(drawn: dict[str, Any]) -> None:
    panel = drawn["full"]["FOLEY_PT_strip"]
    said = texts(panel)
    assert "Scene 2 of film" in said and "Take 2 of 3" in said
    assert "rain on a roof 62%" in said and "thunder" not in said and "rain on tin" in said
    verbs = {"next_take", "previous_take", "regenerate", "accept", "mute"}
    assert {f"foley.{verb}" for verb in verbs} <= set(names(panel))


def test_drawing_reads_no_file_and_changes_nothing(drawn: dict[str, Any]) -> None:
    assert drawn["reads"] == [] and drawn["changed"] is False


def test_everything_has_a_tooltip(drawn: dict[str, Any]) -> None:
    assert drawn["untold"] == []


def test_the_check_of_a_program(drawn: dict[str, Any]) -> None:
    ours, other, none = (texts(panel) for panel in drawn["checks"])
    assert f": v2a {v2a.__version__}" in ours
    assert "does not answer as v2a does" in other
    assert "cannot be started" in none
    assert {"v2a", "foley.check"} == set(names(drawn["checks"][0]))


def test_menus_and_keys_get_their_entries_and_are_left_clean(drawn: dict[str, Any]) -> None:
    places = ["SEQUENCER_MT_add", "SEQUENCER_MT_strip", "SEQUENCER_MT_context_menu"]
    assert drawn["menus"]["there"] == places and drawn["menus"]["left"] == []
    assert drawn["menus"]["keys"] in (
        ["Ctrl Shift G foley.generate"],
        ["Shift Ctrl G foley.generate"],
    )
