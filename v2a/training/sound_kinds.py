"""The kinds of sound a pack can be taught: their words, their recordings, who voices them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

TABLES = files("v2a.training") / "tables"


@dataclass(frozen=True)
class SoundKind:
    """One kind of sound."""

    name: str
    label: str
    """What an editor would call it."""
    form: Literal["texture", "event", "quiet"]
    group: str
    recorded: tuple[str, ...]
    """Patterns of recordings below the folder of recordings."""
    voice: bool
    """Whether `world.sounds` can make it."""
    words: tuple[str, ...]
    """Other ways to name the sound."""
    cues: tuple[str, ...]
    """What is seen where it is heard."""


def table(name: str) -> Any:
    """The contents of `tables/NAME.json`."""
    return json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))


def _kind(row: dict[str, Any]) -> SoundKind:
    lists = {key: tuple(row[key]) for key in ("recorded", "words", "cues")}
    return SoundKind(**{**row, **lists})


SOUND_KINDS: dict[str, SoundKind] = {row["name"]: _kind(row) for row in table("kinds")["kinds"]}
"""By name, in the table's order, which numbers them."""
