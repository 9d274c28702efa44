"""What a user says, laid over a preset."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import PAPER, GenerateOptions, SceneText


def test_what_was_said_lies_over_the_preset() -> None:
    assert Settings().options() == GenerateOptions()
    assert Settings(preset="paper").options() == PAPER
    mine = Settings("paper", threshold=3, steps=10, whole=True, frames_per_second="4").options()
    assert (mine.scenes.rule, mine.scenes.threshold, mine.scenes.whole) == ("paper", 3, True)
    assert mine.sampling == replace(PAPER.sampling, steps=10)
    assert mine.frames.rate == 4 and mine.tracks.plain


def test_zero_is_something_that_was_said() -> None:
    mine = Settings(handle=Fraction(0), guidance=0.0, minimum_scene=Fraction(0)).options()
    assert (mine.tracks.handle, mine.sampling.guidance, mine.scenes.minimum_scene) == (0, 0, 0)


def test_words_and_cuts_are_kept() -> None:
    mine = Settings(text=SceneText("wind"), scene_texts={2: SceneText("rain")}, cuts=(9, 3, 9))
    assert mine.options().text.prompt == "wind"
    assert mine.options().scene_texts == {2: SceneText("rain")}
    assert mine.options().scenes.known_cuts == (3, 9)


@pytest.mark.parametrize("rate", ["0", "-1", "1001", "fast", "1/0"])
def test_what_is_no_rate(rate: str) -> None:
    with pytest.raises(V2AError) as caught:
        Settings(frames_per_second=rate).options()
    assert caught.value.reason == "BAD_OPTION" and rate in caught.value.message
