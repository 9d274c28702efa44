"""The vocabulary: sounds as a film editor names them, each with what is seen when it is heard."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.packs.locate import Pack

SCHEMA = 1
"""Format of vocabulary.json."""


@dataclass(frozen=True)
class VocabularyEntry:
    """One sound."""

    label: str
    """Its name on screen; unique."""
    sound: str
    """Its words for CLAP's text tower."""
    cues: tuple[str, ...]
    """What is seen where it is heard: words for CLIP's text tower."""
    group: str
    usual: float = 0.0
    """Share 0..1 that a picture of nothing known gives it; only what exceeds it counts."""
    unknown: bool = False
    """Stands for all that the pack does not know: never a label, its sound is a quiet bed."""


@dataclass(frozen=True)
class Vocabulary:
    """All the sounds a pack can name."""

    entries: tuple[VocabularyEntry, ...]

    @cached_property
    def digest(self) -> str:
        """sha256 of every text that is turned into a vector, in order; names and groups aside."""
        texts = [[entry.sound, list(entry.cues)] for entry in self.entries]
        return hashlib.sha256(json.dumps(texts, allow_nan=False).encode()).hexdigest()

    @cached_property
    def unknown(self) -> int | None:
        """Row of the entry for the unknown; None where the pack's picture tower gives no shares."""
        return next((row for row, entry in enumerate(self.entries) if entry.unknown), None)

    def find(self, text: str) -> int | None:
        """Row of the entry with this label, whatever its letter case and spacing; None if none."""
        return self._rows.get(_plain(text))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {_plain(entry.label): row for row, entry in enumerate(self.entries)}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def read_vocabulary(pack: Pack) -> Vocabulary:
    """The vocabulary of a pack, its own or the one that ships with v2a.

    Raises PACK_INVALID naming the entry where its shape is wrong or a label comes twice.
    """
    try:
        return parse(pack.vocabulary())
    except ValueError as error:
        detail = f"vocabulary.json: {error}"
        raise V2AError("PACK_INVALID", pack=pack.name, detail=detail) from None


def parse(data: Any) -> Vocabulary:
    """Check and type the contents of a vocabulary.json; ValueError says what is wrong.

    The shape is `{"schema": 1, "entries": [{"label", "sound", "cues": [...], "group"}, ...]}`; an
    entry may have `usual` and `unknown`, see `VocabularyEntry`; further fields are ignored.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"must be an object with schema {SCHEMA}")
    rows = data.get("entries")
    if not isinstance(rows, list) or not rows:
        raise ValueError("entries must be a list with at least one entry")
    entries = tuple(_entry(row, number) for number, row in enumerate(rows, 1))
    unknown = [number for number, entry in enumerate(entries, 1) if entry.unknown]
    if len(unknown) > 1:
        raise ValueError(f"entry {unknown[1]}: only one entry may stand for the unknown")
    seen: set[str] = set()
    for entry in entries:
        if _plain(entry.label) in seen:
            raise ValueError(f"label '{entry.label}' comes twice")
        seen.add(_plain(entry.label))
    return Vocabulary(entries)


def _entry(row: Any, number: int) -> VocabularyEntry:
    if not isinstance(row, dict):
        raise ValueError(f"entry {number} must be an object")
    cues = row.get("cues")
    if not isinstance(cues, list) or not cues:
        raise ValueError(f"entry {number}: cues must be a list with at least one text")
    texts = [row.get("label"), row.get("sound"), row.get("group", ""), *cues]
    if not all(isinstance(text, str) for text in texts) or not all([*texts[:2], *cues]):
        raise ValueError(f"entry {number}: label, sound and cues must be text")
    usual, unknown = row.get("usual", 0.0), row.get("unknown", False)
    if isinstance(usual, bool) or not isinstance(usual, int | float) or not 0 <= usual < 1:
        raise ValueError(f"entry {number}: usual must be a number from 0 to 1")
    if not isinstance(unknown, bool):
        raise ValueError(f"entry {number}: unknown must be true or false")
    return VocabularyEntry(texts[0], texts[1], tuple(cues), texts[2], float(usual), unknown)
