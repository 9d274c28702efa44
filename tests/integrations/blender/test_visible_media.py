"""What is sent is what is seen: every clip, against the pictures that Blender itself renders."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.numbered import film, read_file, stills

RATES = {"a25": Fraction(25), "b30": Fraction(30000, 1001), "e50": Fraction(50)}
NUMBERS = {"a25": 1, "b30": 2, "stills": 4, "e50": 5}
REFUSED = {
    "altered": {"y": "adjustment layer", "z": "text strip"},
    "colour": {"black": "colour strip"},
    "muted": {"off": "muted", "channel off": "muted"},
}
"""Strips of a case that are refused, and a word of the reason."""
RENDERED_SINCE_36 = {"fast_meta"}
"""Cases that later Blenders keep a secret: a meta that is retimed has no keys for scripts."""
HALFWAY = {"dissolve": 91, "fading": 71}
"""The frame on which two pictures are mixed one to one."""


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("films")
    for name, length in (("a25", 100), ("b30", 120), ("e50", 200)):
        film(folder / f"{name}.mp4", NUMBERS[name], length, RATES[name])
    stills(folder / "stills", NUMBERS["stills"], 40)
    return {name: str(folder / (name if name == "stills" else f"{name}.mp4")) for name in NUMBERS}


@dataclass(frozen=True)
class Shown:
    """What a clip claims one frame shows: film and frame, both counted as `numbered` does."""

    film: int
    frame: int
    exact: bool
    """Whether the clip plays at its own speed, so that no rounding is to be forgiven."""

    def is_seen(self, film: int, frame: int) -> bool:
        return self.film == film and abs(self.frame - frame) <= (0 if self.exact else 1)


def claims(clip: Any, rate: Fraction) -> dict[int, Shown]:
    """Timeline frame -> what the clip says it shows, by the daemon's rule (v2a.frames.retime)."""
    (start, length), (at, lasts) = (map(Fraction, clip[key]) for key in ("source", "record"))
    count, first = lasts * rate, at * rate
    assert count.denominator == first.denominator == 1, "clips lie on whole frames"
    media = clip.get("stills")
    name = "stills" if media else Path(clip["media"]).stem
    own = Fraction(media["rate"]) if media else RATES[name]
    frames = [floor((start + length * k / count) * own) for k in range(int(count))]
    if media:
        numbers = [int(Path(file).stem) - 1 for file in media["files"]]
        frames = [numbers[min(frame, len(numbers) - 1)] for frame in frames]
    step = length * own / count
    shown = (Shown(NUMBERS[name], frame, step in (0, 1)) for frame in frames)
    order = reversed(list(shown)) if clip["reversed"] else shown
    return dict(enumerate(order, int(first)))


def check(name: str, told: Any) -> None:
    """Every rendered frame is what exactly one clip claims, and black where none claims any."""
    rate, origin = Fraction(told["rate"]), told["frames"][0]
    claimed: dict[int, Shown] = {}
    for clip in told["clips"]:
        of_clip = claims(clip, rate)
        assert not claimed.keys() & of_clip.keys(), f"{name}: clips overlap"
        claimed |= of_clip
    assert claimed, name
    last = told["frames"][1]
    for frame in range(origin, last + 1):
        seen = read_file(Path(told["pictures"]) / f"{frame:04d}.png")
        shown = claimed.pop(frame - origin, None)
        if HALFWAY.get(name) == frame:
            continue
        if shown is None:
            assert seen == (0, 0), f"{name}: frame {frame} shows {seen}, nothing is sent"
        else:
            assert shown.is_seen(*seen), f"{name}: frame {frame} shows {seen}, sent is {shown}"
    assert not claimed, f"{name}: what is sent goes on behind the scene's end"


def test_what_is_sent_is_what_is_seen(
    blender: Blender, films: dict[str, str], tmp_path: Path
) -> None:
    """Trims, splits, holds, reversed, stills, movie clips, scenes, covers, mutes, dissolves."""
    found = blender.run("sees", {**films, "out": str(tmp_path)})
    assert len(found) >= 27
    for name, told in found.items():
        check(name, told)
        assert told["to_render"] == [], name
        if name.startswith("chance"):
            assert all("muted" in why or "cover" in why for _, why in told["refused"]), name
            continue
        refused = REFUSED.get(name, {})
        assert {strip for strip, _ in told["refused"]} == refused.keys(), name
        assert all(refused[strip] in reason for strip, reason in told["refused"])


@pytest.fixture(scope="session")
def old_blend(
    blender_34: Blender, films: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    path = tmp_path_factory.mktemp("old") / "old.blend"
    blender_34.run("lays_old", {**films, "blend": str(path)})
    return str(path)


def test_speeds_and_metas_that_users_made_are_seen_as_they_are(
    blender: Blender, films: dict[str, str], old_blend: str, tmp_path: Path
) -> None:
    """Retimed, in real time, nested, trimmed at every level, backwards, in a file of 3.4."""
    found = blender.run("sees", {**films, "out": str(tmp_path), "open": old_blend})
    assert len(found) == 7
    for name, told in found.items():
        assert told["refused"] == [], name
        if name in RENDERED_SINCE_36 and blender.version != "3.4":
            assert [strip for strip, _, _ in told["to_render"]] == ["MetaStrip"], name
            assert told["clips"] == []
        else:
            assert told["to_render"] == [], name
            check(name, told)
