"""What shows nothing, or cannot be found, is refused in words; time begins where it plays."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.numbered import film, stills


@pytest.fixture(scope="module")
def told(blender: Blender, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("refused")
    click = np.zeros(48000)
    click[:2] = 0.9  # Blender may leave out a strip's first sample
    soundfile.write(folder / "click.wav", click, 48000, "PCM_24")
    (folder / "text.mp4").write_text("no film")
    given = {
        "folder": str(folder),
        "a25": str(film(folder / "a25.mp4", 1, 100, Fraction(25))),
        "b30": str(film(folder / "b30.mp4", 2, 120, Fraction(30000, 1001))),
        "stills": str(stills(folder / "stills", 4, 40)[0].parent),
        "click": str(folder / "click.wav"),
        "text": str(folder / "text.mp4"),
    }
    return {**blender.run("refuses", given), "folder": str(folder)}


def test_missing_media_is_named(told: Any) -> None:
    refused = told["missing"]["refused"]
    assert refused["gone"] == f"{told['folder']}/gone.mp4 is missing"
    assert "never saved" in refused["beside nothing"]
    assert refused["stills"] == "1 of 41 pictures are missing (0099.png)"
    assert refused["meta"] == f"inside: {told['folder']}/gone.mp4 is missing"
    assert "no picture" in refused["not a film"]
    assert told["missing"]["clips"] == told["missing"]["to_render"] == {}


def test_strips_without_a_picture_say_so(told: Any) -> None:
    nothing = told["shows_nothing"]
    assert nothing["clips"] == nothing["to_render"] == {}
    assert nothing["refused"] == {
        "clear": "it is fully transparent",
        "text": "a text strip shows nothing that sounds",
        "empty": "the meta strip is empty",
        "itself": "its scene shows itself",
    }


def test_nothing_before_the_first_frame_is_sent(told: Any) -> None:
    before = told["before_the_scene"]
    assert before["refused"] == {"early": "it lies before the scene's first frame"}
    across = before["clips"]["across"]
    assert across["record"] == ["0", "2"]
    assert Fraction(across["source"][0]) // Fraction(1, 25) == 50


def test_a_3d_scene_is_left_to_rendering(told: Any) -> None:
    assert told["in_3d"]["to_render"] == {"3d": "it shows a 3D scene"}


def test_a_strip_in_an_open_meta_is_seen_as_far_as_the_meta_goes(told: Any) -> None:
    assert told["inside_a_meta"]["clips"]["a"]["record"] == ["0", "12/5"]


def test_a_thousand_strips_are_seen_at_once(told: Any) -> None:
    assert told["a_thousand"]["strips"] == 1000
    assert told["a_thousand"]["clips"] >= 1000
    assert told["a_thousand"]["seconds"] < 0.25  # of processor time; a free machine takes a third


def test_the_timeline_begins_where_a_mixdown_does(told: Any) -> None:
    for path, seconds in told["origin"]:
        sound, rate = soundfile.read(path, always_2d=True)
        late = int(np.argmax(np.abs(sound[:, 0]) > 0.1)) - Fraction(seconds) * rate
        assert 0 <= late <= 1, f"{path}: {float(late)} samples late"
